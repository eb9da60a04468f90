import type { Finding, VerifiedWriter } from "../verification.ts";
import { Causes } from "./causes.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { FIRST_PREV_HASH } from "./leaf.ts";
import { type Digest, RightEdge } from "./merkle.ts";
import { verifyConsistency } from "./merkle-proofs.ts";
import { LOST, TILE_LEAVES, TILE_LEVELS, type TreeParts, type WholeTree } from "./tree-parts.ts";

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

/** A tile of the stored tree; `sound` where its hashes give the node that is stored above them. */
interface StoredTile {
  readonly tile: number;
  readonly hashes: readonly Digest[] | null;
  sound: boolean | null;
}

/** A part of a log: what comes before `start`, which is at the beginning of a tile, counts as the tree has it. */
export interface PartWalked {
  readonly start: number;
  readonly tree: WholeTree;
}

const MISSED_MAX = 10_000;

/** Follows one writer's log record by record: sequence, chain, tree and checkpoints. Holds no more than one tile. */
export class WriterWalk {
  readonly row: WriterRow;
  readonly #causes: Causes;
  /** By size, ascending. */
  readonly #checkpoints: readonly Checkpoint[];
  /** Size of the last checkpoint that the database itself keeps. */
  readonly #storedUpTo: number;
  readonly #tree: TreeParts;
  readonly #part: PartWalked | null;
  readonly #start: number;
  readonly #edge = RightEdge.empty();
  #stored: StoredTile = { tile: -1, hashes: null, sound: null };
  #last: Digest = FIRST_PREV_HASH;
  #lastFaulty = false;
  /** Records that were not in their place; they may yet come. */
  readonly #missed = new Set<number>();
  /** False once a leaf is lost of which no hash is left: from there on no root can be told. */
  #rooted = true;
  #checked = 0;
  #vouched: Checkpoint | null = null;
  #whole = 0;
  #redacted = 0;

  /** `part`: where not the whole log is walked. */
  constructor(
    tree: TreeParts,
    row: WriterRow,
    checkpoints: { readonly stored: readonly Checkpoint[]; readonly anchored: readonly Checkpoint[] },
    report: (finding: Finding) => void,
    part: PartWalked | null = null,
  ) {
    this.row = row;
    this.#tree = tree;
    this.#part = part;
    this.#causes = new Causes(row.id, report);
    this.#start = part?.start ?? 0;
    const { stored, anchored } = checkpoints;
    const byPlace = new Map(
      [...stored, ...anchored].map((checkpoint) => [`${checkpoint.size} ${checkpoint.root}`, checkpoint]),
    );
    this.#checkpoints = [...byPlace.values()].sort((one, other) => one.size - other.size);
    this.#storedUpTo = stored.reduce((most, { size }) => Math.max(most, size), 0);
    if (part !== null && part.start > 0) this.#startAt(part);
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

  #startAt({ start, tree }: PartWalked): void {
    for (const { level, digest } of tree.subtrees(start / TILE_LEAVES)) this.#edge.appendSubtree(level, digest);
    this.#last = this.#hashInTile(start - 1) ?? LOST;
    // Without its hash, whether the first record continues the one before cannot be told.
    this.#lastFaulty = this.#last === LOST;
  }

  /** Goes over records whose content is pruned, up to a sequence number, by the hashes that the tree has kept. */
  passPruned(upTo: number): void {
    while (this.#next < upTo) this.#push(this.#hashInTile(this.#next) ?? LOST);
    this.#checkPoints();
  }

  take(record: WalkedRecord): void {
    const { seq } = record;
    // Pruned, though not all of them removed yet.
    if (seq < this.row.pruned) return;
    if (seq < this.#next) {
      const isLate = this.#missed.delete(seq);
      const message = `record ${seq} comes ${isLate ? "only" : "again"} after record ${this.#next - 1}`;
      this.#causes.find(isLate ? "REORDERED" : "DOUBLED", seq, seq + 1, () => message);
      return;
    }
    if (seq > this.#next) this.#skipTo(seq);
    const expected = this.#expected(seq, record.hash);
    const altered = record.fault ?? (expected === record.hash ? null : "its hash is not that of the tree");
    if (altered !== null) this.#causes.find("CHANGED", seq, seq + 1, (from, to) => `${records(from, to)}: ${altered}`);
    else if (record.prevHash !== this.#last && !this.#lastFaulty) this.#brokenChain(seq);
    this.#lastFaulty = altered !== null;
    this.#push(expected);
    if (record.withheld > 0) this.#redacted += 1;
    else this.#whole += 1;
    this.#checkPoints();
  }

  /** `end`: the record after the last that was to be walked, where that is not the end of the log. */
  finish(end: number | null = null): VerifiedWriter {
    const { id, pruned } = this.row;
    if (end === null || end >= this.row.size) this.#checkHead();
    else if (this.#next < end) {
      this.#skipTo(end);
      this.#checkPoints();
    }
    if (end !== null) {
      if (this.#next % TILE_LEAVES !== 0) this.#checkTile();
      if (this.#part !== null) this.#checkLatest(this.#part.tree);
    }
    return {
      writer: id,
      from: this.#start,
      to: this.#next,
      size: end === null ? this.#next : this.row.size,
      whole: this.#whole,
      redacted: this.#redacted,
      pruned,
      root: this.#rooted ? this.#edge.root() : null,
      vouched: this.#vouched?.size ?? 0,
    };
  }

  #checkHead(): void {
    const { size, hash } = this.row;
    const seen = this.#next;
    const furthest = this.#checkpoints.at(-1)?.size ?? 0;
    const to = Math.max(size, furthest);
    if (seen < to) {
      // A copy that agrees with itself and lacks what was vouched for elsewhere is an older one.
      const isOlderCopy = size === seen && this.#storedUpTo <= seen;
      const code = isOlderCopy ? "ROLLED_BACK" : "TRUNCATED";
      this.#causes.find(code, seen, to, (first, after) => `gone from the end: ${records(first, after)}`);
    } else if (size !== seen) {
      this.#causes.follow("HEAD_CHANGED", size, seen, `the store counts ${size} records, there are ${seen}`);
    } else if (hash !== null && hash !== this.#last) {
      const message = `the last record, ${seen - 1}, is not the one whose hash the store keeps`;
      this.#causes.follow("HEAD_CHANGED", Math.max(0, seen - 1), seen, message);
    }
  }

  /** That the latest checkpoint continues the one that vouches for the part of the log that was walked. */
  #checkLatest(tree: WholeTree): void {
    const latest = this.#checkpoints.findLast(({ size }) => size <= this.row.size);
    if (latest === undefined) return;
    const vouched = this.#vouched;
    if (vouched !== null && vouched.size > 0 && vouched.size <= latest.size) {
      const path = tree.consistency(vouched.size, latest.size);
      if (verifyConsistency(vouched.size, vouched.root, latest.size, latest.root, path)) return;
    } else if (tree.root(latest.size) === latest.root) return;
    const from = vouched?.size ?? 0;
    const message = `the checkpoint at ${latest.size} does not continue what is stored up to ${from === 0 ? this.#next : from}`;
    this.#causes.follow("FORKED", from, latest.size, message);
  }

  /** The chain breaks between two records that no tile vouches for: the earlier was changed, or this one. */
  #brokenChain(seq: number): void {
    const before = Math.max(0, seq - 1);
    const message = `record ${seq} does not continue record ${before}: one of them was changed`;
    this.#causes.find("CHANGED", before, seq + 1, () => message);
  }

  #skipTo(seq: number): void {
    this.#causes.find("MISSING", this.#next, seq, (from, to) => `not there: ${records(from, to)}`);
    while (this.#next < seq) {
      if (this.#missed.size < MISSED_MAX) this.#missed.add(this.#next);
      this.#push(this.#hashInTile(this.#next) ?? LOST);
    }
    // What a missing record's hash was cannot be told without its tile: the next record's word has to do.
    this.#lastFaulty = this.#last === LOST;
  }

  #push(leaf: Digest): void {
    if (leaf === LOST) this.#rooted = false;
    this.#last = leaf;
    this.#edge.append(leaf, (level, index, digest) => {
      if (level % TILE_LEVELS !== 0 || !this.#rooted) return;
      if (this.#tree.node(level, index) === digest) return;
      const from = index * 2 ** level;
      if (from + 2 ** level > this.#leavesInTiles) return;
      const message = `the tree's node ${index} at level ${level} is not that of the records`;
      this.#causes.follow("TREE_CHANGED", from, from + 2 ** level, message);
    });
    if (this.#next % TILE_LEAVES === 0) this.#checkTile();
  }

  /** That the tile of the last record is stored, where all of its records are there. */
  #checkTile(): void {
    const from = this.#next - 1 - ((this.#next - 1) % TILE_LEAVES);
    if (from + TILE_LEAVES > Math.min(Math.max(this.row.size, this.#next), this.#leavesInTiles)) return;
    if (this.#tileOf(from).hashes !== null) return;
    const message = "the hashes of these records are gone from the tree";
    this.#causes.follow("TREE_CHANGED", from, from + TILE_LEAVES, message);
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
        this.#vouched = next;
        continue;
      }
      if (next.size === this.row.size && this.row.hash !== null && this.#last !== this.row.hash) {
        const why = "its hash is not the one that the store keeps of the last record";
        this.#causes.find("CHANGED", next.size - 1, next.size, (from, to) => `${records(from, to)}: ${why}`);
      }
      const from = this.#vouched?.size ?? this.#start;
      const message = `records ${from} to ${next.size - 1} are not those of the checkpoint at ${next.size}`;
      this.#causes.follow("FORKED", from, next.size, message);
    }
  }

  /** The hash that counts for a record: the tree's, where that agrees with itself; else the record's own. */
  #expected(seq: number, own: Digest): Digest {
    const inTile = this.#hashInTile(seq);
    if (inTile === undefined || inTile === own) return own;
    const stored = this.#tileOf(seq);
    if (stored.sound === null) {
      stored.sound = this.#isSound(stored);
      const from = stored.tile * TILE_LEAVES;
      const message = "the hashes of these records in the tree do not give the node above them";
      if (!stored.sound) this.#causes.find("TREE_CHANGED", from, from + TILE_LEAVES, () => message);
    }
    return stored.sound ? inTile : own;
  }

  #isSound({ tile, hashes }: StoredTile): boolean {
    const edge = RightEdge.empty();
    for (const hash of hashes ?? []) edge.append(hash);
    return this.#tree.node(TILE_LEVELS, tile) === edge.root();
  }

  #hashInTile(seq: number): Digest | undefined {
    return this.#tileOf(seq).hashes?.[seq % TILE_LEAVES];
  }

  #tileOf(seq: number): StoredTile {
    const tile = Math.floor(seq / TILE_LEAVES);
    if (tile !== this.#stored.tile) {
      this.#stored = { tile, hashes: this.#tree.tile(tile), sound: null };
    }
    return this.#stored;
  }
}

function records(from: number, to: number): string {
  return to === from + 1 ? `record ${from}` : `records ${from} to ${to - 1}`;
}
