import type { Connection } from "mongoose";
import type { KeyFingerprint, Keyring } from "../../core/keys.ts";
import { keyFaults, newKeys, wrongLogKey } from "../keeping/keys.ts";
import type { Loss } from "../keeping/losses.ts";
import type { Database } from "../sqlite/database.ts";
import { writersEnding } from "../sqlite/ended-logs.ts";
import { writerRows } from "../sqlite/log/rows.ts";
import { shippedMarks } from "../sqlite/log/spool.ts";
import { connect, isDuplicate, unanswered } from "./connection.ts";
import { holdsCommit, type KnownThere } from "./known-there.ts";
import { gapsBelow } from "./log-gaps.ts";
import { type LogModels, logModels, type StoredWriter } from "./log-proof-model.ts";

interface StoredKey {
  readonly _id: number;
  readonly fingerprint: string;
}

/**
 * What a MongoDB database says of the spool that is opened, and the spool and its mark of the database: which records the
 * one has and the other should have, and whether the last change of consents is there. And that the log key is the one
 * that all gateways use. Throws KEY_MISMATCH, STORE_UNAVAILABLE, and as `connect` does.
 */
export function lossesElsewhere(url: string, mayBeNewKey: boolean, known: KnownThere) {
  return async (spool: Database, marked: readonly string[], keyring: Keyring): Promise<readonly Loss[]> => {
    const connection = await connect(url);
    try {
      await checkKeys(connection, keyring.fingerprints, mayBeNewKey);
      return [
        ...(await lostRecords(logModels(connection), spool, known)),
        ...(await lostConsents(connection, marked, known)),
      ];
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

async function lostRecords({ records, writers }: LogModels, spool: Database, known: KnownThere): Promise<Loss[]> {
  const shipped = shippedMarks(spool) ?? new Map<string, number>();
  const ending = writersEnding(spool);
  const losses: Loss[] = [];
  for (const { id: writer, size, ended } of writerRows(spool)) {
    if (ended === 1 && !ending.has(writer)) continue;
    const [last] = await records
      .find({ writer }, { seq: 1 })
      .sort({ seq: -1 })
      .limit(1)
      .lean<{ _id: unknown; seq: number }[]>();
    const [row] = await writers.find({ _id: writer }, { pruned: 1 }).lean<Pick<StoredWriter, "pruned">[]>();
    const there = Math.max((last?.seq ?? -1) + 1, row?.pruned ?? 0);
    const sent = shipped.get(writer) ?? 0;
    if (there > size) losses.push({ of: "records", writer, from: size, to: there, other: false });
    else if (there < sent) losses.push({ of: "records", writer, from: there, to: sent, other: false });
    for (const gap of await gapsBelow(records, writer, { from: row?.pruned ?? 0, to: Math.min(there, sent) })) {
      losses.push({ of: "records", writer, ...gap, other: false });
    }
    if (last !== undefined) known.shipped({ ...last, writer });
  }
  return losses;
}

async function lostConsents(connection: Connection, marked: readonly string[], known: KnownThere): Promise<Loss[]> {
  for (const id of marked) {
    if (!(await holdsCommit(connection, id))) return [{ of: "consents", changes: null }];
  }
  const newest = [...marked].sort().at(-1);
  if (newest !== undefined) known.made(newest);
  return [];
}
