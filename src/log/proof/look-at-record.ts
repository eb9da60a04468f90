import type { AccessRecord } from "../contract.ts";
import { isWithheld, type Leaf, readRecord, sealedRoot } from "./leaf.ts";
import { leafDigest } from "./merkle.ts";
import type { SealedItem } from "./model.ts";
import type { WalkedRecord } from "./writer-walk.ts";

/** What is seen of a record by itself. */
export interface LookedAt {
  readonly walked: WalkedRecord;
  /** null where it cannot be read, as is `writer`, which the record itself tells. */
  readonly record: AccessRecord | null;
  readonly writer: string | null;
}

/** A record by itself: its leaf canonical and about this place, its sealed parts those of the leaf. */
export function lookAtRecord(row: { readonly seq: number; readonly leaf: string; readonly sealed: string }): LookedAt {
  const hash = leafDigest(row.leaf);
  const base = { seq: row.seq, hash, withheld: 0, prevHash: null };
  try {
    const leaf = JSON.parse(row.leaf) as Leaf;
    const sealed = JSON.parse(row.sealed) as SealedItem[];
    const record = readRecord({ leaf: row.leaf, sealed });
    const fault =
      sealedRoot(sealed) !== leaf.sealed.root
        ? "the parts about people are not those that it sealed"
        : leaf.seq !== row.seq
          ? `it says that it is record ${leaf.seq}`
          : null;
    const walked = { ...base, prevHash: leaf.prevHash, withheld: sealed.filter(isWithheld).length, fault };
    return { walked, record, writer: leaf.writer };
  } catch {
    return { walked: { ...base, fault: "it cannot be read" }, record: null, writer: null };
  }
}
