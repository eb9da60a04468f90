import type { Command } from "commander";
import { isoTime } from "../../core/clock.ts";
import { FieldguardError } from "../../core/errors.ts";
import { checkProof } from "../../log/proof/proof-file.ts";
import { EXIT, print, printJson } from "../output.ts";
import { recordCommand, withStores } from "../with-stores.ts";
import { publicKeyOf, read } from "./proving.ts";

export function addProofs(log: Command): void {
  log
    .command("prove <id>")
    .description("write a proof that a record stands in the signed log, good without the database")
    .option("--part <n>", "part of a record that was split", "0")
    .option("--store <url>", "store to read (FIELDGUARD_STORE)")
    .action(prove);
  log
    .command("check-proof <file>")
    .description("check a proof offline")
    .requiredOption("--key <keys...>", "verifier keys that are trusted: `log key` prints the store's")
    .option("--json", "print JSON")
    .action(checkProofFile);
  log
    .command("key")
    .description(
      "print the verifier keys of this store's checkpoints (C2SP signed note): each writer's, the current one first",
    )
    .option("--store <url>", "store to read (FIELDGUARD_STORE)")
    .action(printKeys);
}

async function prove(id: string, options: { readonly store?: string; readonly part: string }): Promise<void> {
  await withStores(options.store, async (stores) => {
    const proof = await stores.accessLog.prove(id, Number(options.part));
    await recordCommand(stores, "EXPORT", "log prove", { id });
    printJson(proof);
  });
}

function checkProofFile(file: string, options: { readonly key: readonly string[]; readonly json?: boolean }): void {
  let proof: unknown;
  try {
    proof = JSON.parse(read(file));
  } catch (cause) {
    if (cause instanceof FieldguardError) throw cause;
    throw new FieldguardError("BAD_INPUT", `Cannot read ${file}: it is no JSON.`);
  }
  const result = checkProof(proof, options.key.map(publicKeyOf));
  if (options.json) printJson(result);
  else if (!result.holds) print(`The proof does NOT hold: ${result.fault}.`);
  else {
    const { record, checkpoint, redacted } = result;
    const gone = redacted > 0 ? `, ${redacted} parts redacted` : "";
    print(
      `The proof holds: record ${record.id} of ${isoTime(record.time)} is number ${record.seq} in ${checkpoint.origin} at size ${checkpoint.size}${gone}.`,
    );
  }
  process.exitCode = result.holds ? EXIT.ok : EXIT.failed;
}

async function printKeys(options: { readonly store?: string }): Promise<void> {
  await withStores(options.store, async (stores) => {
    const keys = await stores.accessLog.verifierKeys();
    if (keys.length === 0) throw new FieldguardError("NOT_FOUND", "This store signs no checkpoints.");
    print(keys.join("\n"));
  });
}
