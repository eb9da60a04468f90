import { CommanderError } from "commander";
import { FieldguardError } from "../core/errors.ts";
import { isSupported, NODE_WANTED } from "../core/node-version.ts";
import { bearLostOutput, EXIT, PipeClosed, printError } from "./output.ts";

/** Runs a command line to its end: what is wrong is printed with its code, never with a stack, and the exit code says so. */
export async function runProgram(run: () => Promise<void>): Promise<void> {
  bearLostOutput();
  try {
    if (!isSupported(process.versions.node)) {
      throw new FieldguardError(
        "NODE_UNSUPPORTED",
        `This is Node ${process.versions.node}. Fieldguard needs Node ${NODE_WANTED} or newer: install one, run npm ci with it, and start again.`,
      );
    }
    await run();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.unusable;
    } else if (!(error instanceof PipeClosed)) {
      printError(error);
      process.exitCode = EXIT.unusable;
    }
  }
}
