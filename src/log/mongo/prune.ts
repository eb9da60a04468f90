import type { AccessEntry } from "../contract.ts";
import { parseCheckpoint } from "../proof/checkpoint.ts";
import { PRUNED_ACTION } from "../proof/pruning.ts";
import { TILE_LEAVES } from "../proof/tree-parts.ts";
import type { LogDocument } from "./model.ts";
import {
  allWriters,
  type LogModels,
  type StoredCheckpoint,
  type StoredPart,
  type StoredWriter,
} from "./proof-model.ts";

/**
 * Removes the content of every writer's records older than a time, as far as a checkpoint vouches for them and the tree
 * has their hashes; whole tiles only. `note` puts that on record first: where it ends there, less is gone than was said,
 * and the next pruning goes on. Returns how many records have lost their content in all.
 */
export async function pruneRecords(
  models: LogModels,
  before: number,
  note: (details: NonNullable<AccessEntry["details"]>) => Promise<unknown>,
): Promise<{ readonly pruned: number }> {
  let all = 0;
  for (const writer of await allWriters(models)) {
    const pruned = (await models.writers.findById(writer).lean<StoredWriter>())?.pruned ?? 0;
    const upTo = Math.max(pruned, await prunableUpTo(models, writer, before));
    if (upTo > pruned) {
      await note({ action: PRUNED_ACTION, writer, upTo });
      const update = { $max: { pruned: upTo }, $setOnInsert: { keys: [] } };
      await models.writers.updateOne({ _id: writer }, update, { upsert: true });
    }
    // Also what an earlier pruning left behind when it broke off.
    await models.records.deleteMany({ writer, seq: { $lt: upTo } });
    all += upTo;
  }
  return { pruned: all };
}

async function prunableUpTo(
  { records, checkpoints, tree }: LogModels,
  writer: string,
  before: number,
): Promise<number> {
  const first = { seq: 1 } as const;
  const last = { seq: -1 } as const;
  const [kept] = await records
    .find({ writer, time: { $gte: before } }, first)
    .sort(first)
    .limit(1)
    .lean<LogDocument[]>();
  const [newest] = await records.find({ writer }, first).sort(last).limit(1).lean<LogDocument[]>();
  const [checkpoint] = await checkpoints.find({ writer }).sort({ size: -1 }).limit(1).lean<StoredCheckpoint[]>();
  const [tile] = await tree.find({ writer, level: 0 }).sort({ index: -1 }).limit(1).lean<StoredPart[]>();
  const vouched = checkpoint === undefined ? 0 : (parseCheckpoint(checkpoint.note)?.size ?? 0);
  const hashed = tile === undefined ? 0 : (tile.index + 1) * TILE_LEAVES;
  const most = Math.min(kept?.seq ?? (newest?.seq ?? -1) + 1, vouched, hashed);
  return most - (most % TILE_LEAVES);
}
