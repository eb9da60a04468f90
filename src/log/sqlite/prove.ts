import { FieldguardError } from "../../core/errors.ts";
import type { Database } from "../../databases/sqlite/database.ts";
import type { SealedItem } from "../proof/leaf.ts";
import { type ConsistencyFile, PROOF_FORMAT, type ProofFile, writeTlogProof } from "../proof/proof-file.ts";
import type { RecordRow } from "./rows.ts";
import { TreeReader } from "./tree-reader.ts";

/** A proof that a record stands in its writer's log, which may have ended. Throws NOT_FOUND where no checkpoint covers it. */
export function proveRecord(database: Database, no: number, seq: number): ProofFile {
  const row = database
    .prepare<[number, number], RecordRow>("SELECT * FROM log_record WHERE writer = ? AND seq = ?")
    .get(no, seq);
  if (row === undefined) throw notFound("the record's content");
  const checkpoint = checkpointAfter(database, no, seq);
  if (checkpoint === null) throw notFound("a checkpoint of the record's writer that covers it");
  const path = new TreeReader(database, no).inclusion(seq, checkpoint.size);
  const sealed = JSON.parse(row.sealed) as SealedItem[];
  return { format: PROOF_FORMAT, leaf: row.leaf, sealed, proof: writeTlogProof(seq, path, checkpoint.note) };
}

/** The first checkpoint of a writer's that covers a record; null where there is none. */
export function checkpointAfter(
  database: Database,
  no: number,
  seq: number,
): { readonly note: string; readonly size: number } | null {
  const found = database
    .prepare<[number, number], { note: string; size: number }>(
      "SELECT note, size FROM log_checkpoint WHERE writer = ? AND size > ? ORDER BY size LIMIT 1",
    )
    .get(no, seq);
  return found ?? null;
}

/** That the log of a writer's later checkpoint begins with the earlier one's. */
export function proveConsistencyOf(
  database: Database,
  no: number,
  firstSize: number,
  secondSize: number,
): ConsistencyFile {
  const find = database
    .prepare<[number, number], string>("SELECT note FROM log_checkpoint WHERE writer = ? AND size = ?")
    .pluck();
  const first = find.get(no, firstSize);
  const second = find.get(no, secondSize);
  if (first === undefined || second === undefined || firstSize > secondSize) throw notFound("two such checkpoints");
  const path = firstSize === 0 ? [] : new TreeReader(database, no).consistency(firstSize, secondSize);
  const base64 = path.map((digest) => Buffer.from(digest, "hex").toString("base64"));
  return { format: "fieldguard-consistency/1", first, second, path: base64 };
}

/** The number that the file has for a writer. */
export function writerNo(database: Database, writer: string): number {
  const no = database.prepare<[string], number>("SELECT no FROM log_writer WHERE id = ?").pluck().get(writer);
  if (no === undefined) throw notFound("the record's writer");
  return no;
}

export function notFound(what: string): FieldguardError {
  return new FieldguardError("NOT_FOUND", `Cannot prove it: the log does not have ${what}.`);
}
