import type { Connection } from "mongoose";
import type { KeyFingerprint } from "../../core/keys.ts";
import { keyFaults, newKeys, wrongLogKey } from "../../databases/keys.ts";
import type { Loss } from "../../databases/losses.ts";
import { connect, isDuplicate, unanswered } from "../../databases/mongo/connection.ts";
import { holdsCommit, type KnownThere } from "../../databases/mongo/known-there.ts";
import type { Database } from "../../databases/sqlite/database.ts";
import { gapsBelow } from "../../log/mongo/gaps.ts";
import { type LogModels, logModels, type StoredCheckpoint, type StoredWriter } from "../../log/mongo/proof-model.ts";
import { writersEnding } from "../../log/sqlite/ended-logs.ts";
import { writerRows } from "../../log/sqlite/rows.ts";
import { shippedMarks } from "../../log/sqlite/spool.ts";
import type { SpoolLosses } from "../sqlite/keep-options.ts";

interface StoredKey {
  readonly _id: number;
  readonly fingerprint: string;
}

/**
 * What a MongoDB database says of the spool that is opened, and the spool and its mark of the database: which records
 * neither has, which the database alone, and whether the last change of consents is there. And that the log key is the
 * one that all gateways use. Throws KEY_MISMATCH, STORE_UNAVAILABLE, and as `connect` does.
 */
export function lossesElsewhere(url: string, mayBeNewKey: boolean, known: KnownThere) {
  return async (spool: Database, { losses, consents, keyring }: SpoolLosses): Promise<readonly Loss[]> => {
    const connection = await connect(url);
    try {
      await checkKeys(connection, keyring.fingerprints, mayBeNewKey);
      const lost = await lostRecords(logModels(connection), { spool, losses }, known);
      return [...lost, ...(await lostConsents(connection, consents, known))];
    } catch (cause) {
      throw unanswered(cause);
    } finally {
      await connection.close();
    }
  };
}

async function checkKeys(connection: Connection, given: readonly KeyFingerprint[], mayBeNew: boolean): Promise<void> {
  const keys = connection.collection<StoredKey>("fieldguard_keys");
  const known = (await keys.find().toArray()).map(({ _id, fingerprint }) => ({ version: _id, fingerprint }));
  const faults = keyFaults(known, given);
  if (faults.length > 0) {
    if (!mayBeNew) throw wrongLogKey(faults);
    await keys.deleteMany({});
  }
  for (const { version, fingerprint } of faults.length > 0 ? given : newKeys(known, given)) {
    await keys.insertOne({ _id: version, fingerprint }).catch((cause: unknown) => {
      if (!isDuplicate(cause)) throw cause;
    });
  }
  // Of several gateways that start with a new key at once, all but the first find it here.
  const stored = (await keys.find().toArray()).map(({ _id, fingerprint }) => ({ version: _id, fingerprint }));
  const left = keyFaults(stored, given);
  if (left.length > 0) throw wrongLogKey(left);
}

type LostRecords = Loss & { readonly of: "records" };

/** `losses`: what the spool lacks by itself, of which MongoDB may have some. */
async function lostRecords(
  models: LogModels,
  { spool, losses }: { readonly spool: Database; readonly losses: readonly Loss[] },
  known: KnownThere,
): Promise<Loss[]> {
  const shipped = shippedMarks(spool) ?? new Map<string, number>();
  const ending = writersEnding(spool);
  const isMissed = (loss: Loss): loss is LostRecords => loss.of === "records" && !loss.other;
  const missed = new Map(losses.filter(isMissed).map((loss) => [loss.writer, loss]));
  const sizes = new Map<string, number>([...missed.keys()].map((writer) => [writer, 0]));
  for (const { id, size, ended } of writerRows(spool)) if (ended === 0 || ending.has(id)) sizes.set(id, size);
  const found: Loss[] = losses.filter((loss) => !isMissed(loss));
  for (const [writer, size] of sizes) {
    const { last, pruned, there, signed } = await readThere(models, writer);
    if (last !== undefined) known.shipped({ ...last, writer });
    const sent = shipped.get(writer) ?? 0;
    if (there > size) found.push({ of: "spool", writer, from: size, to: there, signed });
    const end = Math.max(size, there);
    found.push(...(await lostBetween(models, writer, { from: pruned, to: there })));
    found.push(...lostRanges(writer, [there, sent], [end, missed.get(writer)?.to ?? 0]));
  }
  return found;
}

/** Records that are shipped in order, and are not there though later ones are. */
async function lostBetween(
  models: LogModels,
  writer: string,
  part: { readonly from: number; readonly to: number },
): Promise<LostRecords[]> {
  const gaps = await gapsBelow(models.records, writer, part);
  // Some may have been pruned meanwhile.
  const { pruned } = gaps.length === 0 ? { pruned: 0 } : await readThere(models, writer);
  return gaps.flatMap(({ from, to }) =>
    to > pruned ? [{ of: "records", writer, from: Math.max(from, pruned), to, other: false } as const] : [],
  );
}

/** What MongoDB has of a writer's log: so many records, and checkpoints up to one of them. */
async function readThere({ records, writers, checkpoints }: LogModels, writer: string) {
  const [last] = await records
    .find({ writer }, { seq: 1 })
    .sort({ seq: -1 })
    .limit(1)
    .lean<{ readonly _id: unknown; readonly seq: number }[]>();
  const [row] = await writers.find({ _id: writer }, { pruned: 1 }).lean<Pick<StoredWriter, "pruned">[]>();
  const [note] = await checkpoints.find({ writer }).sort({ size: -1 }).limit(1).lean<StoredCheckpoint[]>();
  const pruned = row?.pruned ?? 0;
  return { last, pruned, there: Math.max((last?.seq ?? -1) + 1, pruned), signed: note?.size ?? 0 };
}

/** What had been shipped and is not there any more, and what had not and went with the spool: one where they meet. */
function lostRanges(writer: string, sent: readonly [number, number], kept: readonly [number, number]): LostRecords[] {
  const ranges = [sent, kept].filter(([from, to]) => from < to);
  const [first, second] = ranges;
  const isOne = first !== undefined && second !== undefined && first[1] >= second[0];
  const whole = isOne ? [[first[0], Math.max(first[1], second[1])] as const] : ranges;
  return whole.map(([from, to]) => ({ of: "records", writer, from, to, other: false }));
}

async function lostConsents(connection: Connection, marked: readonly string[], known: KnownThere): Promise<Loss[]> {
  for (const id of marked) {
    if (!(await holdsCommit(connection, id))) return [{ of: "consents", changes: null }];
  }
  const newest = [...marked].sort().at(-1);
  if (newest !== undefined) known.made(newest);
  return [];
}
