import type { Checkpoint } from "./checkpoint.ts";
import { FIRST_PREV_HASH } from "./leaf.ts";
import { type Digest, RightEdge } from "./merkle.ts";
import { LOST, TILE_LEAVES, TILE_LEVELS, type TreeParts } from "./tree-parts.ts";
import type { Finding, FindingCode, VerifiedWriter } from "./verification.ts";

/** What a store says of a writer's log. */
export interface WriterRow {
  readonly id: string;
  readonly size: number;
  /** Of the last record; null where the store keeps none. */
  readonly hash: string | null;
  /** How many of the first records have lost their content. */
  readonly pruned: number;
}

/** A record as the walk meets it. */
export interface WalkedRecord {
  readonly seq: number;
  readonly hash: Digest;
  /** As the record says; null where it cannot be read. */
  readonly prevHash: Digest | null;
  readonly withheld: number;
  /** What is wrong with the record by itself; null where nothing is. */
  readonly fault: string | null;
}

const MISSED_MAX = 10_000;

/** Follows one writer's log record by record: sequence, chain, tree and checkpoints. Holds no more than one tile. */
export class WriterWalk {
  readonly row: WriterRow;
  readonly #report: (finding: Finding) => void;
  /** By size, ascending. */
  readonly #checkpoints: readonly Checkpoint[];
  /** Size of the last checkpoint that the database itself keeps. */
  readonly #storedUpTo: number;
  readonly #tree: TreeParts;
  readonly #edge = RightEdge.empty();
  #stored: readonly Digest[] | null = null;
  #storedTile = -1;
  #last: Digest = FIRST_PREV_HASH;
  #lastFaulty = false;
  /** Records that were not in their place; they may yet come. */
  readonly #missed = new Set<number>();
  /** The last checkpoint whose root is not that of the records. */
  #refuted = -1;
  /** False once a leaf is lost of which no hash is left: from there on no root can be told. */
  #rooted = true;
  #checked = 0;
  #vouched = 0;
  #whole = 0;
  #redacted = 0;

  constructor(
    tree: TreeParts,
    row: WriterRow,
    checkpoints: { readonly stored: readonly Checkpoint[]; readonly anchored: readonly Checkpoint[] },
    report: (finding: Finding) => void,
  ) {
    this.row = row;
    this.#report = report;
    const { stored, anchored } = checkpoints;
    this.#checkpoints = [...stored, ...anchored].sort((one, other) => one.size - other.size);
    this.#storedUpTo = stored.reduce((most, { size }) => Math.max(most, size), 0);
    this.#tree = tree;
  }

  /** Goes over records whose content is pruned, up to a sequence number, by the hashes that the tree has kept. */
  passPruned(upTo: number): void {
    while (this.#next < upTo) this.#push(this.#hashInTile(this.#next) ?? LOST);
    this.#checkPoints();
  }

  /** The sequence number that comes next. */
  get next(): number {
    return this.#edge.size;
  }

  get #next(): number {
    return this.#edge.size;
  }

  get #leavesInTiles(): number {
    return (this.#tree.tiles ?? Number.POSITIVE_INFINITY) * TILE_LEAVES;
  }

  take(record: WalkedRecord): void {
    const { seq } = record;
    // Pruned, though not all of them removed yet.
    if (seq < this.row.pruned) return;
    if (seq < this.#next) {
      const isLate = this.#missed.delete(seq);
      const message = `record ${seq} comes ${isLate ? "only" : "again"} after record ${this.#next - 1}`;
      this.#find(isLate ? "REORDERED" : "DOUBLED", seq, seq + 1, message);
      return;
    }
    if (seq > this.#next) this.#skipTo(seq);
    const expected = this.#hashInTile(seq);
    const altered =
      record.fault ?? (expected !== undefined && expected !== record.hash ? "its hash is not that of the tree" : null);
    if (altered !== null) this.#find("CHANGED", seq, seq + 1, `record ${seq}: ${altered}`);
    else if (record.prevHash !== this.#last && !this.#lastFaulty) this.#brokenChain(seq);
    this.#lastFaulty = altered !== null;
    this.#last = expected ?? record.hash;
    this.#push(this.#last);
    if (record.withheld > 0) this.#redacted += 1;
    else this.#whole += 1;
    this.#checkPoints();
  }

  finish(): VerifiedWriter {
    const { id, size, hash, pruned } = this.row;
    const seen = this.#next;
    const furthest = this.#checkpoints.at(-1)?.size ?? 0;
    if (seen < Math.max(size, furthest)) {
      const to = Math.max(size, furthest);
      // A copy that agrees with itself and lacks what was vouched for elsewhere is an older one.
      const isOlderCopy = size === seen && this.#storedUpTo <= seen;
      this.#find(
        isOlderCopy ? "ROLLED_BACK" : "TRUNCATED",
        seen,
        to,
        `records ${seen} to ${to - 1} are gone from the end`,
      );
    } else if (size !== seen) {
      this.#find("HEAD_CHANGED", size, seen, `the store counts ${size} records, there are ${seen}`);
    } else if (hash !== null && hash !== this.#last) {
      const isChanged = this.#lastFaulty || this.#refuted === seen;
      this.#find(
        isChanged ? "CHANGED" : "HEAD_CHANGED",
        Math.max(0, seen - 1),
        seen,
        `the last record, ${seen - 1}, is not the one whose hash the store keeps`,
      );
    }
    return {
      writer: id,
      size: seen,
      whole: this.#whole,
      redacted: this.#redacted,
      pruned,
      root: this.#rooted ? this.#edge.root() : null,
      vouched: this.#vouched,
    };
  }

  /** The chain breaks between two records that no tile vouches for: the earlier was changed, or this one. */
  #brokenChain(seq: number): void {
    const before = Math.max(0, seq - 1);
    this.#find("CHANGED", before, seq + 1, `record ${seq} does not continue record ${before}: one of them was changed`);
  }

  #skipTo(seq: number): void {
    this.#find("MISSING", this.#next, seq, `records ${this.#next} to ${seq - 1} are not there`);
    while (this.#next < seq) {
      if (this.#missed.size < MISSED_MAX) this.#missed.add(this.#next);
      const hash = this.#hashInTile(this.#next);
      if (hash === undefined) this.#rooted = false;
      this.#push(hash ?? LOST);
    }
    // What a missing record's hash was cannot be told without its tile: the next record's word has to do.
    this.#last = this.#hashInTile(seq - 1) ?? LOST;
    this.#lastFaulty = this.#last === LOST;
  }

  #push(leaf: Digest): void {
    if (leaf === LOST) this.#rooted = false;
    this.#last = leaf;
    this.#edge.append(leaf, (level, index, digest) => {
      if (level % TILE_LEVELS !== 0 || !this.#rooted) return;
      if (this.#tree.node(level, index) === digest) return;
      const width = 2 ** level;
      if ((index + 1) * width > this.#leavesInTiles) return;
      this.#find(
        "TREE_CHANGED",
        index * width,
        (index + 1) * width,
        `the tree's node ${index} at level ${level} is not that of the records`,
      );
    });
    if (this.#next % TILE_LEAVES === 0 && this.#next <= this.#leavesInTiles && this.#tileOf(this.#next - 1) === null) {
      this.#find(
        "TREE_CHANGED",
        this.#next - TILE_LEAVES,
        this.#next,
        "the hashes of these records are gone from the tree",
      );
    }
  }

  #checkPoints(): void {
    for (
      let next = this.#checkpoints[this.#checked];
      next !== undefined && next.size <= this.#next;
      next = this.#checkpoints[this.#checked]
    ) {
      this.#checked += 1;
      if (next.size < this.#next || !this.#rooted) continue;
      if (next.root === this.#edge.root()) {
        this.#vouched = next.size;
        continue;
      }
      this.#refuted = next.size;
      const message = `records ${this.#vouched} to ${next.size - 1} are not those of the checkpoint at ${next.size}`;
      this.#find("FORKED", this.#vouched, next.size, message);
    }
  }

  #hashInTile(seq: number): Digest | undefined {
    return this.#tileOf(seq)?.[seq % TILE_LEAVES];
  }

  #tileOf(seq: number): readonly Digest[] | null {
    const tile = Math.floor(seq / TILE_LEAVES);
    if (tile !== this.#storedTile) {
      this.#storedTile = tile;
      this.#stored = this.#tree.tile(tile);
    }
    return this.#stored;
  }

  #find(code: FindingCode, from: number, to: number, message: string): void {
    this.#report({ code, writer: this.row.id, from, to, message });
  }
}
