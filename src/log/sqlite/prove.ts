import { FieldguardError } from "../../core/errors.ts";
import type { Database } from "../../databases/sqlite/database.ts";
import type { SealedItem } from "../proof/model.ts";
import { PROOF_FORMAT, type ProofFile } from "../proof/model.ts";
import { writeTlogProof } from "../proof/proof-file.ts";
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

/** The number that the file has for a writer. */
export function writerNo(database: Database, writer: string): number {
  const no = database.prepare<[string], number>("SELECT no FROM log_writer WHERE id = ?").pluck().get(writer);
  if (no === undefined) throw notFound("the record's writer");
  return no;
}

export function notFound(what: string): FieldguardError {
  return new FieldguardError("NOT_FOUND", `Cannot prove it: the log does not have ${what}.`);
}
