import { FieldguardError } from "../../core/errors.ts";
import { inclusionProof } from "../proof/merkle-proofs.ts";
import type { SealedItem } from "../proof/model.ts";
import { PROOF_FORMAT, type ProofFile } from "../proof/model.ts";
import { writeTlogProof } from "../proof/proof-file.ts";
import type { LogDocument } from "./model.ts";
import type { LogModels, StoredCheckpoint } from "./proof-model.ts";
import { StoredTree } from "./tree.ts";

/** A proof that a record of any writer stands in its log; `vouch` has a checkpoint made for a writer where that is possible. */
export async function proveRecord(
  models: LogModels,
  id: string,
  part: number,
  vouch: (writer: string) => Promise<void>,
): Promise<ProofFile> {
  const rows = await models.records.find({ id }).lean<LogDocument[]>();
  const row = rows.find(({ leaf }) => (JSON.parse(leaf) as { part: number }).part === part);
  if (row === undefined) throw notFound("a record with this id");
  const { writer, seq } = row;
  if ((await checkpointAfter(models, writer, seq)) === null) await vouch(writer);
  const checkpoint = await checkpointAfter(models, writer, seq);
  if (checkpoint === null) throw notFound("a checkpoint of its writer that covers it yet");
  const tree = await StoredTree.of(models, writer, 0);
  const path = await tree.workOut((nodeAt) => inclusionProof(seq, checkpoint.size, nodeAt));
  const sealed = JSON.parse(row.sealed) as SealedItem[];
  return { format: PROOF_FORMAT, leaf: row.leaf, sealed, proof: writeTlogProof(seq, path, checkpoint.note) };
}

async function checkpointAfter({ checkpoints }: LogModels, writer: string, seq: number) {
  const [found] = await checkpoints
    .find({ writer, size: { $gt: seq } })
    .sort({ size: 1 })
    .limit(1)
    .lean<StoredCheckpoint[]>();
  return found ?? null;
}

function notFound(what: string): FieldguardError {
  return new FieldguardError("NOT_FOUND", `Cannot prove it: the log does not have ${what}.`);
}
