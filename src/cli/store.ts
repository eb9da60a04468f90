import type { Command } from "commander";
import { migrateStore } from "../stores/open.ts";
import { readEnvironment } from "./environment.ts";
import { print, printJson } from "./output.ts";

export function addStore(program: Command): void {
  const store = program.command("store").description("look after what consents and the access log are kept in");
  store
    .command("migrate")
    .description("make or mend the collections and indexes of a MongoDB store; gateways check them at start")
    .option("--store <url>", "store to bring up to date (FIELDGUARD_STORE)")
    .option("--json", "print JSON")
    .action(async (options: { readonly store?: string; readonly json?: boolean }) => {
      const named = options.store === undefined ? {} : { FIELDGUARD_STORE: options.store };
      const parts = await migrateStore(readEnvironment({ ...process.env, ...named }).store);
      if (options.json) printJson({ parts });
      else print(`Up to date: ${parts.join(", ")}.`);
    });
}
