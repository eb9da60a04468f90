import type { Command } from "commander";
import { isoTime, systemClock } from "../../core/clock.ts";
import { parseDuration, subtract } from "../../core/dates.ts";
import { FieldguardError } from "../../core/errors.ts";
import { archivedUntil } from "../../evidence/archived.ts";
import { originOf } from "../../log/proof/checkpoint.ts";
import { rotateSigningKey } from "../../log/proof/evidence-beside.ts";
import { verifierKey } from "../../log/proof/note.ts";
import { evidenceFile } from "../../stores/open.ts";
import { print } from "../output.ts";
import { COMMAND_LINE, environmentOf, recordCommand, withStores } from "../with-stores.ts";

export function addChanges(log: Command): void {
  log
    .command("redact")
    .description("take the traces of a person out of the log; what was signed stays verifiable")
    .requiredOption("--subject <id>", "whose traces")
    .option("--store <url>", "store to change (FIELDGUARD_STORE)")
    .action(redact);
  log
    .command("prune")
    .description("remove the content of old records that a checkpoint vouches for and an export has; their hashes stay")
    .option("--keep <duration>", "ISO 8601 duration that is kept", "P3Y")
    .option("--store <url>", "store to change (FIELDGUARD_STORE)")
    .action(prune);
  log
    .command("rotate-key")
    .description(
      "sign checkpoints with a new key from now on; one checkpoint is signed by both. Restart the gateway afterwards",
    )
    .option("--store <url>", "store to change (FIELDGUARD_STORE)")
    .action(rotateKey);
}

/** Shortest time that the log is kept; see docs/access-log.md for what asks for how long. */
const KEEP_FLOOR = { months: 12, days: 0, time: null };

async function redact(options: { readonly subject: string; readonly store?: string }): Promise<void> {
  await withStores(options.store, async (stores) => {
    const consentIds = (await stores.consents.records(options.subject)).map((record) => record.event.id);
    const order = { subjects: stores.keyring.references(options.subject), callers: [options.subject], consentIds };
    const { id, records } = await stores.accessLog.redact(order, COMMAND_LINE);
    print(`Traces were taken out of ${records} records; on record as ${id}.`);
  });
}

async function prune(options: { readonly keep: string; readonly store?: string }): Promise<void> {
  const keep = parseDuration(options.keep);
  const now = systemClock.now();
  if (keep === null || subtract(now, keep) > subtract(now, KEEP_FLOOR)) {
    throw new FieldguardError(
      "BAD_INPUT",
      "Cannot prune: --keep must be an ISO 8601 duration of a year (P1Y) or more.",
    );
  }
  await withStores(options.store, async (stores) => {
    const archived = await archivedUntil(stores.accessLog);
    if (archived === null) {
      throw new FieldguardError(
        "BAD_INPUT",
        "Cannot prune: no finished export of everything is on record. Run `fieldguard log export --format ndjson` and keep what it writes.",
      );
    }
    const before = Math.min(subtract(now, keep), archived);
    const { pruned } = await stores.accessLog.prune(before, COMMAND_LINE);
    const done = pruned === 0 ? "Nothing more is old enough" : `The content of ${pruned} records is gone`;
    print(`${done} (before ${isoTime(before)}); the tree and its checkpoints stay.`);
  });
}

async function rotateKey(options: { readonly store?: string }): Promise<void> {
  const { store, spool } = environmentOf(options.store);
  const file = evidenceFile(store, spool);
  if (file === null) throw new FieldguardError("BAD_INPUT", "A store in memory has no key that outlives it.");
  // Looked for before the key is changed: a store that is not there has none to rotate.
  await withStores(options.store, async () => undefined);
  const rotation = rotateSigningKey(file);
  await withStores(options.store, async (stores) => {
    const key = verifierKey(originOf(stores.accessLog.writer), rotation.publicKey);
    await recordCommand(stores, "LOG_CHANGE", "log rotate-key", { key });
    await stores.accessLog.checkpoint();
    print(key);
  });
  rotation.finish();
}
