import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { DateTime, Duration } from "luxon";
import { isoTime, systemClock } from "../../core/clock.ts";
import { FieldguardError } from "../../core/errors.ts";
import { splitNotes } from "../../stores/proof/anchor.ts";
import { parseVerifierKey } from "../../stores/proof/note.ts";
import { checkProof } from "../../stores/proof/proof-file.ts";
import type { Verification } from "../../stores/proof/verification.ts";
import { columns, EXIT, print, printJson } from "../output.ts";
import { COMMAND_LINE, recordCommand, withStores } from "../with-stores.ts";

interface VerifyOptions {
  readonly store?: string;
  readonly anchor?: string;
  readonly key?: readonly string[];
  readonly json?: boolean;
}

export function addProofs(log: Command): void {
  log
    .command("verify")
    .description(
      "walk the whole log and say what was changed, removed, doubled, reordered, cut off, forked or rolled back",
    )
    .option("--store <url>", "store to read (FIELDGUARD_STORE)")
    .option("--anchor <file>", "checkpoints kept elsewhere; without it, those of the configured anchor")
    .option("--key <keys...>", "verifier keys that are trusted; without any, those that the store itself names")
    .option("--json", "print JSON")
    .action(verify);
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
    .description("print the verifier keys of this store's checkpoints (C2SP signed note), one for each writer")
    .option("--store <url>", "store to read (FIELDGUARD_STORE)")
    .action(printKeys);
  log
    .command("redact")
    .description("take the traces of a person out of the log; what was signed stays verifiable")
    .requiredOption("--subject <id>", "whose traces")
    .option("--store <url>", "store to change (FIELDGUARD_STORE)")
    .action(redact);
  log
    .command("prune")
    .description("remove the content of old records that a checkpoint vouches for; their hashes stay")
    .option("--keep <duration>", "ISO 8601 duration that is kept", "P3Y")
    .option("--store <url>", "store to change (FIELDGUARD_STORE)")
    .action(prune);
}

/** Shortest time that the log is kept: processors' duties to show who saw what outlast a year (PIPL 56 asks three). */
const KEEP_FLOOR = Duration.fromISO("P1Y");

async function verify(options: VerifyOptions): Promise<void> {
  await withStores(options.store, async (stores) => {
    const anchored = options.anchor === undefined ? {} : { anchored: splitNotes(read(options.anchor)) };
    const own = stores.signingKey;
    const named = options.key ?? (await stores.accessLog.verifierKeys());
    if (options.key === undefined) process.stderr.write(KEYS_OF_THE_STORE);
    const keys = named.map(publicKeyOf);
    const result = await stores.accessLog.verify({
      ...anchored,
      publicKeys: [...(own === null ? [] : [own.publicKey]), ...keys],
      progress: (done, all) => process.stderr.write(`\r${done} of ${all} records`),
    });
    process.stderr.write("\r");
    if (options.json) printJson(result);
    else print(describe(result));
    process.exitCode = result.holds ? EXIT.ok : EXIT.failed;
  });
}

function describe({ holds, writers, findings, findingsLeftOff }: Verification): string {
  const rows = writers.map((writer) => [
    `  ${writer.writer}`,
    `${writer.size} records`,
    `${writer.redacted} redacted`,
    `${writer.pruned} pruned`,
    `signed up to ${writer.vouched}`,
  ]);
  const found = findings.map(({ code, writer, from, to, message }) => {
    const where = from === null ? "" : ` record ${from}${to === null || to === from + 1 ? "" : ` to ${to - 1}`}`;
    return `${code}${writer === null ? "" : ` ${writer}`}${where}: ${message}`;
  });
  const more = findingsLeftOff > 0 ? [`and ${findingsLeftOff} more`] : [];
  return [columns(rows), ...found, ...more, holds ? "The log holds." : "The log does NOT hold."].join("\n");
}

async function prove(id: string, options: { readonly store?: string; readonly part: string }): Promise<void> {
  await withStores(options.store, async (stores) => {
    printJson(await stores.accessLog.prove(id, Number(options.part)));
    await recordCommand(stores, "EXPORT", "log prove", { id });
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

/** To be heard where the keys are believed on the word of what is to be proved. */
const KEYS_OF_THE_STORE =
  "Without --key, checkpoints are checked with the keys that the store itself names. Keep what `log key` prints elsewhere.\n";

async function printKeys(options: { readonly store?: string }): Promise<void> {
  await withStores(options.store, async (stores) => {
    const keys = await stores.accessLog.verifierKeys();
    if (keys.length === 0) throw new FieldguardError("NOT_FOUND", "This store signs no checkpoints.");
    print(keys.join("\n"));
  });
}

async function redact(options: { readonly subject: string; readonly store?: string }): Promise<void> {
  await withStores(options.store, async (stores) => {
    const consentIds = (await stores.consents.records(options.subject)).map((record) => record.event.id);
    const order = { subjects: stores.keyring.references(options.subject), callers: [options.subject], consentIds };
    const { id, records } = await stores.accessLog.redact(order, COMMAND_LINE);
    print(`Traces were taken out of ${records} records; on record as ${id}.`);
  });
}

async function prune(options: { readonly keep: string; readonly store?: string }): Promise<void> {
  const keep = Duration.fromISO(options.keep);
  const now = DateTime.fromMillis(systemClock.now(), { zone: "utc" });
  if (!keep.isValid || now.minus(keep) > now.minus(KEEP_FLOOR)) {
    throw new FieldguardError(
      "BAD_INPUT",
      "Cannot prune: --keep must be an ISO 8601 duration of a year (P1Y) or more.",
    );
  }
  await withStores(options.store, async (stores) => {
    const { pruned } = await stores.accessLog.prune(now.minus(keep).toMillis(), COMMAND_LINE);
    print(`The content of ${pruned} records is gone; the tree and its checkpoints stay.`);
  });
}

function publicKeyOf(text: string): Buffer {
  const key = parseVerifierKey(text);
  if (key !== null) return key.publicKey;
  throw new FieldguardError(
    "BAD_INPUT",
    "Cannot read --key: expected a verifier key of a C2SP signed note, such as `log key` prints.",
  );
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new FieldguardError("BAD_INPUT", `Cannot read ${file}: check its name and permissions.`, { cause });
  }
}
