/** What can be wrong with a log. Closed; the same words in reports, exit codes and alarms. */
export const FINDING_CODES = [
  /** The record's content is not what was recorded. */
  "CHANGED",
  /** Records of the sequence are not there. */
  "MISSING",
  /** A sequence number, or a whole record, is there twice. */
  "DOUBLED",
  /** Records stand in another order than they were written. */
  "REORDERED",
  /** Records at the end are gone. */
  "TRUNCATED",
  /** The log continues another past than the one that was signed. */
  "FORKED",
  /** The log ends before a checkpoint that was anchored outside: an older copy was put back. */
  "ROLLED_BACK",
  /** A part was taken out of a record, and no redaction on record says so. */
  "WITHHELD",
  /** The stored tree is not that of the records. */
  "TREE_CHANGED",
  /** The search index is not that of the records: something would not be found. */
  "INDEX_CHANGED",
  /** What the store says of the writer's log (size, last hash) is not so. */
  "HEAD_CHANGED",
  /** A checkpoint cannot be read, is not signed by a trusted key, or is gone though it was anchored. */
  "CHECKPOINT_INVALID",
  /** Records of a writer of whom no trusted checkpoint is known. */
  "WRITER_UNKNOWN",
  /** The file cannot be read further. */
  "DAMAGED",
] as const;
export type FindingCode = (typeof FINDING_CODES)[number];

export interface Finding {
  readonly code: FindingCode;
  readonly writer: string | null;
  /** The first record concerned, and the one after the last; null where it is not about records. */
  readonly from: number | null;
  readonly to: number | null;
  /** What was found, without any content of a record. */
  readonly message: string;
  /** Checkpoints, tree nodes and the head that do not agree because of it: told here, and not one by one. */
  readonly consequences?: number;
}

export interface VerifiedWriter {
  readonly writer: string;
  /** The first record that was walked, and the one after the last. */
  readonly from: number;
  readonly to: number;
  /** Records that the log has had; those still there in full, in part, and as their hash alone. */
  readonly size: number;
  readonly whole: number;
  readonly redacted: number;
  readonly pruned: number;
  /** Root over all records, where they could be put together. */
  readonly root: string | null;
  /** Up to where a trusted checkpoint vouches for them. */
  readonly vouched: number;
}

/** A finding that the log itself accounts for: what was lost before an older copy was put back, by a record of it. */
export interface Explained extends Finding {
  /** Id of the record that says so, by whom and why. */
  readonly record: string;
}

export interface Verification {
  /** Whether nothing was found but what is explained. */
  readonly holds: boolean;
  readonly writers: readonly VerifiedWriter[];
  /** At most `FINDINGS_MAX`; `findingsLeftOff` says how many more there were. */
  readonly findings: readonly Finding[];
  readonly findingsLeftOff: number;
  /** At most as many; one of several that are alike (checkpoints) stands for all. */
  readonly explained: readonly Explained[];
  /** How many checkpoints kept outside the database were compared. Without any, an older copy put back cannot be told. */
  readonly anchored: number;
}

export const FINDINGS_MAX = 1_000;

export interface VerifyOptions {
  /** Public keys that may have signed checkpoints (32 bytes each). */
  readonly publicKeys: readonly Buffer[];
  /** Notes that were anchored outside the database. */
  readonly anchored: readonly string[];
  /** Only these records; left out, all. */
  readonly range?: VerifyRange;
  /** Called now and then with how many records have been looked at. */
  readonly progress?: (done: number, all: number) => void;
}

/**
 * A part of the log: all that is given must hold. It is widened to whole tiles of the tree and to the next checkpoint, so
 * that what is verified is what a signature vouches for.
 */
export interface VerifyRange {
  readonly writer?: string;
  /** Sequence numbers: the first, and the one after the last. */
  readonly fromSeq?: number;
  readonly toSeq?: number;
  /** Milliseconds since the epoch; `from` inclusive, `to` exclusive. Widened by a segment of the index on either side. */
  readonly from?: number;
  readonly to?: number;
}
