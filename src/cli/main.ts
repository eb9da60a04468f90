#!/usr/bin/env node
import { createRequire } from "node:module";
import { Command, CommanderError } from "commander";
import { addCheck } from "./check.ts";
import { addClauses } from "./clauses.ts";
import { addConsent } from "./consent/consent.ts";
import { addExplain } from "./explain.ts";
import { addLog } from "./log/log.ts";
import { EXIT, printError } from "./output.ts";
import { addRights } from "./rights.ts";
import { addStart } from "./start.ts";
import { addToken } from "./token.ts";

const { version } = createRequire(import.meta.url)("../../package.json") as { version: string };

const program = new Command("fieldguard")
  .description("A GraphQL gateway that enforces privacy field by field.")
  .version(version)
  .showHelpAfterError("(see --help)")
  .exitOverride()
  .addHelpText("after", "\nExit codes: 0 done; 1 what was asked about does not hold; 2 not usable as given.");
for (const add of [addStart, addToken, addCheck, addExplain, addLog, addConsent, addRights, addClauses]) add(program);

try {
  await program.parseAsync(process.argv);
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.unusable;
  } else {
    printError(error);
    process.exitCode = EXIT.unusable;
  }
}
