import type { Database } from "../../databases/sqlite/database.ts";
import type { Step } from "../../databases/sqlite/step.ts";
import type { AccessEntry } from "../contract.ts";
import { FIRST_PREV_HASH, finishLeaf, type PreparedRecord } from "../proof/leaf.ts";
import { type Digest, leafDigest, RightEdge } from "../proof/merkle.ts";
import { LOST, TILE_LEAVES, TILE_LEVELS } from "../proof/tree-parts.ts";
import { SearchIndex } from "../search/search-index.ts";

const INSERT_RECORD = "INSERT INTO log_record (n, writer, seq, leaf, sealed) VALUES (?, ?, ?, ?, ?)";
const INSERT_TILE = "INSERT INTO log_tile (writer, tile, hashes) VALUES (?, ?, ?)";
const INSERT_NODE = "INSERT INTO log_node (writer, level, node, hash) VALUES (?, ?, ?, ?)";
const SET_HEAD = "UPDATE log_writer SET size = ?, hash = ? WHERE no = ? AND size = ? AND hash = ? AND ended = 0";

/** A record to be appended: what it says, and that prepared as a leaf. */
export interface Pending {
  readonly entry: AccessEntry;
  readonly prepared: PreparedRecord;
}

/**
 * The growing end of one writer's log: its sequence, the hash of its last record, the right edge of its tree and the
 * index of what no complete segment covers. `extend` runs ahead of the file; after a commit that failed, load anew.
 */
export class Chain {
  readonly writerNo: number;
  readonly #edge: RightEdge;
  #leaves: Digest[];
  #hash: string;
  readonly #index: SearchIndex;
  /** The head as the file has it, which a commit must find there. */
  #stored: Head;

  private constructor(
    writerNo: number,
    edge: RightEdge,
    leaves: readonly Digest[],
    hash: string,
    index: SearchIndex,
    stored: Head,
  ) {
    this.writerNo = writerNo;
    this.#edge = edge;
    this.#leaves = [...leaves];
    this.#hash = hash;
    this.#index = index;
    this.#stored = stored;
  }

  /** Reads the end of the log as the file has it. */
  static load(database: Database, writerNo: number): Chain {
    return database.transaction(() => {
      const { size, hash } = readHead(database, writerNo);
      const edge = RightEdge.empty();
      const tiles = Math.floor(size / TILE_LEAVES);
      for (const { level, digest } of storedSubtrees(database, writerNo, tiles)) edge.appendSubtree(level, digest);
      const leaves = lastLeaves(database, writerNo, tiles * TILE_LEAVES, size, hash);
      for (const leaf of leaves) edge.append(leaf);
      const index = new SearchIndex(database);
      index.catchUp();
      return new Chain(writerNo, edge, leaves, hash, index, storedHead(database, writerNo) ?? { size, hash });
    })();
  }

  get size(): number {
    return this.#edge.size;
  }

  get hash(): string {
    return this.#hash;
  }

  /** The tree as it stands. */
  get edge(): RightEdge {
    return this.#edge;
  }

  /** Puts the records in their places and gives the steps that store them. */
  extend(records: readonly Pending[]): Step[] {
    const rows: unknown[][] = [];
    const tiles: unknown[][] = [];
    const nodes: unknown[][] = [];
    const indexing: Step[] = [];
    for (const { entry, prepared } of records) {
      const leaf = finishLeaf(prepared, this.size, this.#hash);
      rows.push([this.#index.next, this.writerNo, this.size, leaf, prepared.sealed]);
      this.#append(leafDigest(leaf), tiles, nodes);
      indexing.push(...this.#index.add(entry));
    }
    const before = this.#stored;
    this.#stored = { size: this.size, hash: this.#hash };
    return [
      { sql: INSERT_RECORD, rows },
      { sql: INSERT_TILE, rows: tiles },
      { sql: INSERT_NODE, rows: nodes },
      ...indexing,
      { sql: SET_HEAD, rows: [[this.size, this.#hash, this.writerNo, before.size, before.hash]], changes: 1 },
    ];
  }

  #append(digest: Digest, tiles: unknown[][], nodes: unknown[][]): void {
    this.#leaves.push(digest);
    this.#hash = digest;
    this.#edge.append(digest, (level, index, node) => {
      if (level % TILE_LEVELS === 0) nodes.push([this.writerNo, level, index, Buffer.from(node, "hex")]);
    });
    if (this.#leaves.length < TILE_LEAVES) return;
    tiles.push([this.writerNo, this.size / TILE_LEAVES - 1, Buffer.from(this.#leaves.join(""), "hex")]);
    this.#leaves = [];
  }
}

interface Head {
  readonly size: number;
  readonly hash: string;
}

function storedHead(database: Database, writerNo: number): Head | undefined {
  return database.prepare<[number], Head>("SELECT size, hash FROM log_writer WHERE no = ?").get(writerNo);
}

/** Size and last hash: what the head says, or the records where those go further. */
export function readHead(database: Database, writerNo: number): Head {
  const head = storedHead(database, writerNo);
  const last = database
    .prepare<[number], { seq: number; leaf: string }>(
      "SELECT seq, leaf FROM log_record WHERE writer = ? ORDER BY seq DESC LIMIT 1",
    )
    .get(writerNo);
  if (last !== undefined && last.seq >= (head?.size ?? 0)) {
    return { size: last.seq + 1, hash: leafDigest(last.leaf) };
  }
  return head ?? { size: 0, hash: FIRST_PREV_HASH };
}

/** The complete subtrees over the first `tiles` tiles, as stored, largest first. */
export function storedSubtrees(
  database: Database,
  writerNo: number,
  tiles: number,
): { level: number; digest: Digest }[] {
  const read = database
    .prepare<[number, number, number], Buffer>("SELECT hash FROM log_node WHERE writer = ? AND level = ? AND node = ?")
    .pluck();
  const subtrees: { level: number; digest: Digest }[] = [];
  let level = TILE_LEVELS;
  let nodes = tiles;
  for (; nodes > 0; level += TILE_LEVELS, nodes = Math.floor(nodes / TILE_LEAVES)) {
    const onLevel: { level: number; digest: Digest }[] = [];
    for (let node = nodes - (nodes % TILE_LEAVES); node < nodes; node += 1) {
      onLevel.push({ level, digest: read.get(writerNo, level, node)?.toString("hex") ?? LOST });
    }
    subtrees.unshift(...onLevel);
  }
  return subtrees;
}

/** Hashes of the leaves that no tile holds yet. */
function lastLeaves(database: Database, writerNo: number, from: number, size: number, hash: string): Digest[] {
  const rows = database
    .prepare<[number, number], { seq: number; leaf: string }>(
      "SELECT seq, leaf FROM log_record WHERE writer = ? AND seq >= ? ORDER BY seq",
    )
    .all(writerNo, from);
  const leaves: Digest[] = Array.from({ length: size - from }, () => LOST);
  if (size > from) leaves[size - from - 1] = hash;
  for (const { seq, leaf } of rows) if (seq < size) leaves[seq - from] = leafDigest(leaf);
  return leaves;
}
