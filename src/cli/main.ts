#!/usr/bin/env node
import { createRequire } from "node:module";
import { Command } from "commander";
import { runProgram } from "./program.ts";

const { version } = createRequire(import.meta.url)("../../package.json") as { version: string };

const program = new Command("fieldguard")
  .description("A GraphQL gateway that enforces privacy field by field.")
  .version(version)
  .showHelpAfterError("(see --help)")
  .exitOverride()
  .addHelpText("after", "\nExit codes: 0 done; 1 what was asked about does not hold; 2 not usable as given.");

/** A command's modules are loaded where it is the one asked for; help asks for all. */
const COMMANDS: Readonly<Record<string, () => Promise<(to: Command) => void>>> = {
  start: async () => (await import("./start.ts")).addStart,
  token: async () => (await import("./token.ts")).addToken,
  check: async () => (await import("./check.ts")).addCheck,
  explain: async () => (await import("./explain.ts")).addExplain,
  matrix: async () => (await import("./matrix.ts")).addMatrix,
  log: async () => (await import("./log/log.ts")).addLog,
  consent: async () => (await import("./consent.ts")).addConsent,
  store: async () => (await import("./store.ts")).addStore,
  rights: async () => (await import("./rights.ts")).addRights,
  clauses: async () => (await import("./clauses.ts")).addClauses,
};

async function addCommands(asked: string | undefined): Promise<void> {
  if (asked === "--version" || asked === "-V") return;
  const one = asked !== undefined && Object.hasOwn(COMMANDS, asked) ? COMMANDS[asked] : undefined;
  const loaders = one === undefined ? Object.values(COMMANDS) : [one];
  for (const load of loaders) (await load())(program);
}

await runProgram(async () => {
  await addCommands(process.argv[2]);
  await program.parseAsync(process.argv);
});
