import type { Database } from "../../databases/sqlite/database.ts";
import type { Checkpoint } from "../proof/checkpoint.ts";
import { type Vouchers, vouchersFor } from "../proof/vouchers.ts";
import type { Finding, VerifyOptions } from "../verification.ts";
import type { WriterRow } from "./rows.ts";

/** The checkpoints of one writer that are believed; tells of what is wrong with them. */
export function checkpointsOf(
  database: Database,
  row: WriterRow,
  anchored: readonly Checkpoint[],
  options: VerifyOptions,
  report: (finding: Finding) => void,
): Vouchers {
  const notes = database
    .prepare<[number], string>("SELECT note FROM log_checkpoint WHERE writer = ? ORDER BY size")
    .pluck()
    .all(row.no);
  return vouchersFor(row, notes, anchored, options, report);
}
