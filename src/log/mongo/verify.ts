import { FieldguardError } from "../../core/errors.ts";
import { Findings } from "../proof/findings.ts";
import { lookAtRecord } from "../proof/look-at-record.ts";
import { PruneCheck } from "../proof/pruning.ts";
import { type Restored, restoredFrom } from "../proof/restoring.ts";
import { TILE_LEAVES } from "../proof/tree-parts.ts";
import { anchoredCheckpoints, reportLostWriters, vouchersFor } from "../proof/vouchers.ts";
import { WriterWalk } from "../proof/writer-walk.ts";
import type { Finding, Verification, VerifiedWriter, VerifyOptions } from "../verification.ts";
import { documentFor, FILTER_FIELDS, type LogDocument } from "./model.ts";
import { allWriters, type LogModels, type StoredCheckpoint, type StoredWriter } from "./proof-model.ts";
import { TakingCheck } from "./redact.ts";
import { StoredTree } from "./tree.ts";

const ROWS_PER_TURN = 256;

/** A writer, and what of its log was there when verifying began. */
interface Begun {
  readonly id: string;
  readonly size: number;
  readonly pruned: number;
  readonly notes: readonly string[];
}

/**
 * Walks the logs of all writers, one after another: each record by itself and what filters find it by, the sequence, the
 * chain and the tree, the checkpoints in the database and those anchored outside, the redactions and prunings. Needs the
 * database and the public keys alone. Memory stays flat; what is shipped meanwhile is left to the next time.
 */
export async function verifyMongoLog(models: LogModels, options: VerifyOptions): Promise<Verification> {
  const findings = new Findings();
  const { report } = findings;
  const begun: Begun[] = [];
  for (const writer of await writersAsked(models, options)) begun.push(await beginWith(models, writer));
  const anchored = anchoredCheckpoints(options, report);
  const checks = { takings: new TakingCheck(models), prunings: new PruneCheck(), anchored };
  const all = begun.reduce((sum, { size, pruned }) => sum + size - pruned, 0);
  let done = 0;
  const writers: VerifiedWriter[] = [];
  for (const writer of begun) {
    const walk = verifyWriter(models, writer, checks, options, report, (records) => {
      done += records;
      options.progress?.(done, all);
    });
    writers.push(await walk);
  }
  reportLostWriters(anchored, new Set(begun.map(({ id }) => id)), report);
  await checks.takings.finish(new Map(begun.map(({ id, pruned }) => [id, pruned])), report);
  checks.prunings.finish(begun, report);
  return findings.conclude(writers, new Set(options.anchored).size, await restoredIn(models));
}

/** What the log says of losses. */
async function restoredIn({ records }: LogModels): Promise<Restored[]> {
  const changes = await records
    .find({ kind: "LOG_CHANGE" }, { seq: 1, leaf: 1, sealed: 1 })
    .lean<Pick<LogDocument, "seq" | "leaf" | "sealed">[]>();
  return changes.flatMap((stored) => {
    const restored = lookAtRecord(stored).record;
    const restoring = restored === null ? null : restoredFrom(restored);
    return restoring === null ? [] : [restoring];
  });
}

/** Throws BAD_INPUT where a range asks for a part of a writer's log, NOT_FOUND for an unknown writer. */
async function writersAsked(models: LogModels, { range }: VerifyOptions): Promise<string[]> {
  const { writer, ...part } = range ?? {};
  if (Object.keys(part).length > 0) {
    throw new FieldguardError("BAD_INPUT", "Cannot verify a part of a writer's log in MongoDB: name the writer alone.");
  }
  const all = await allWriters(models);
  if (writer === undefined || all.includes(writer)) return writer === undefined ? all : [writer];
  throw new FieldguardError("NOT_FOUND", "Cannot verify the range: the log has no records of such a writer.");
}

async function beginWith({ records, writers, checkpoints }: LogModels, id: string): Promise<Begun> {
  const stored = await writers.findById(id).lean<StoredWriter>();
  const notes = await checkpoints.find({ writer: id }).sort({ size: 1 }).lean<StoredCheckpoint[]>();
  const [last] = await records.find({ writer: id }, { seq: 1 }).sort({ seq: -1 }).limit(1).lean<LogDocument[]>();
  const pruned = stored?.pruned ?? 0;
  return { id, pruned, size: last === undefined ? pruned : last.seq + 1, notes: notes.map(({ note }) => note) };
}

interface Checks {
  readonly takings: TakingCheck;
  readonly prunings: PruneCheck;
  readonly anchored: ReturnType<typeof anchoredCheckpoints>;
}

async function verifyWriter(
  models: LogModels,
  { id, size, pruned, notes }: Begun,
  { takings, prunings, anchored }: Checks,
  options: VerifyOptions,
  report: (finding: Finding) => void,
  progress: (records: number) => void,
): Promise<VerifiedWriter> {
  const vouchers = vouchersFor({ id, size }, notes, anchored, options, report);
  const tree = await StoredTree.of(models, id, pruned);
  const walk = new WriterWalk(tree, { id, size, hash: null, pruned }, vouchers, report);
  while (walk.next < pruned) {
    const tile = walk.next / TILE_LEAVES;
    await tree.readTiles(tile, tile);
    walk.passPruned(walk.next + TILE_LEAVES);
  }
  const rows = models.records
    .find({ writer: id, seq: { $gte: pruned, $lt: size } })
    .sort({ seq: 1 })
    .lean<LogDocument>();
  let tilesRead = -1;
  let looked = 0;
  for await (const row of rows.cursor({ batchSize: ROWS_PER_TURN })) {
    const tile = Math.floor(row.seq / TILE_LEAVES);
    if (tile > tilesRead) await tree.readTiles(Math.min(tile, Math.floor(walk.next / TILE_LEAVES)), tile);
    tilesRead = Math.max(tilesRead, tile);
    const { walked, record } = lookAtRecord(row);
    walk.take(walked);
    looked += 1;
    if (looked % ROWS_PER_TURN === 0) progress(ROWS_PER_TURN);
    if (record === null) continue;
    if (!isFoundAsItIs(row)) report(indexChanged(id, row.seq));
    await takings.take(row, record, report);
    prunings.take(record);
  }
  progress(looked % ROWS_PER_TURN);
  return walk.finish();
}

function isFoundAsItIs(row: LogDocument): boolean {
  const meant = documentFor(row);
  return FILTER_FIELDS.every((field) => JSON.stringify(row[field]) === JSON.stringify(meant[field]));
}

function indexChanged(writer: string, seq: number): Finding {
  const message = `what filters find record ${seq} by is not what the record says`;
  return { code: "INDEX_CHANGED", writer, from: seq, to: seq + 1, message };
}
