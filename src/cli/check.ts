import type { Command } from "commander";
import { FieldguardError } from "../core/errors.ts";
import type { Compiled } from "../policy/compile.ts";
import type { Fault } from "../policy/model.ts";
import { formatFaults } from "../policy/report.ts";
import { loadSchema } from "./load-schema.ts";
import { EXIT, print, printJson } from "./output.ts";

export function addCheck(program: Command): void {
  program
    .command("check")
    .description("compile annotated SDL and report every fault, with hints about what looks forgotten")
    .argument("[files...]", "SDL files; without any, the sample storefront")
    .option("--strict", "let hints count as faults")
    .option("--json", "print the report as JSON")
    .action((files: string[], options: { strict?: boolean; json?: boolean }) => {
      const { faults, hints } = compiledOrFaults(files);
      if (options.json) printJson({ faults, hints });
      else print(formatFaults(faults, hints));
      const failed = faults.length > 0 || (options.strict === true && hints.length > 0);
      process.exitCode = failed ? EXIT.failed : EXIT.ok;
    });
}

/** SDL that cannot be built at all is reported like any other fault. */
function compiledOrFaults(files: readonly string[]): Pick<Compiled, "faults" | "hints"> {
  try {
    return loadSchema(files);
  } catch (error) {
    if (!(error instanceof FieldguardError) || error.code !== "POLICY_INVALID") throw error;
    return { faults: error.details["faults"] as Fault[], hints: [] };
  }
}
