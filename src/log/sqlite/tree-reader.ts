import type { Database } from "../../databases/sqlite/database.ts";
import { type Digest, leafDigest } from "../proof/merkle.ts";
import { consistencyProof, inclusionProof, treeRoot } from "../proof/merkle-proofs.ts";
import { nodesFrom, splitHashes, TILE_LEAVES, type WholeTree } from "../proof/tree-parts.ts";
import { storedSubtrees } from "./chain.ts";

const TILES_KEPT = 16;

/** Reads one writer's tree from what is stored of it: the tiles and nodes, and the records of the incomplete tile. */
export class TreeReader implements WholeTree {
  readonly #database: Database;
  readonly #writerNo: number;
  readonly #tiles = new Map<number, readonly Digest[]>();
  readonly #tile;
  readonly #node;
  readonly #leaves;

  constructor(database: Database, writerNo: number) {
    this.#database = database;
    this.#writerNo = writerNo;
    this.#tile = database
      .prepare<[number, number], Buffer>("SELECT hashes FROM log_tile WHERE writer = ? AND tile = ?")
      .pluck();
    this.#node = database
      .prepare<[number, number, number], Buffer>(
        "SELECT hash FROM log_node WHERE writer = ? AND level = ? AND node = ?",
      )
      .pluck();
    this.#leaves = database.prepare<[number, number, number], { seq: number; leaf: string }>(
      "SELECT seq, leaf FROM log_record WHERE writer = ? AND seq >= ? AND seq < ? ORDER BY seq",
    );
  }

  root(size: number): Digest {
    return treeRoot(size, this.#nodeAt);
  }

  inclusion(seq: number, size: number): Digest[] {
    return inclusionProof(seq, size, this.#nodeAt);
  }

  consistency(first: number, size: number): Digest[] {
    return consistencyProof(first, size, this.#nodeAt);
  }

  subtrees(tiles: number): { level: number; digest: Digest }[] {
    return storedSubtrees(this.#database, this.#writerNo, tiles);
  }

  /** Hash of a record as the tree has it; undefined where the tree has lost it. */
  leaf(seq: number): Digest | undefined {
    return this.#leavesOf(Math.floor(seq / TILE_LEAVES))[seq % TILE_LEAVES];
  }

  tile(tile: number): readonly Digest[] | null {
    const stored = this.#tile.get(this.#writerNo, tile);
    return stored === undefined ? null : splitHashes(stored);
  }

  node(level: number, index: number): Digest | undefined {
    return this.#node.get(this.#writerNo, level, index)?.toString("hex");
  }

  readonly #nodeAt = nodesFrom((seq) => this.leaf(seq), this);

  #leavesOf(tile: number): readonly Digest[] {
    const leavesRead = this.#tiles.get(tile);
    if (leavesRead !== undefined) return leavesRead;
    const leaves = this.tile(tile) ?? this.#fromRecords(tile);
    if (this.#tiles.size >= TILES_KEPT) this.#tiles.clear();
    this.#tiles.set(tile, leaves);
    return leaves;
  }

  #fromRecords(tile: number): readonly Digest[] {
    const from = tile * TILE_LEAVES;
    const leaves: Digest[] = [];
    for (const { seq, leaf } of this.#leaves.all(this.#writerNo, from, from + TILE_LEAVES)) {
      leaves[seq - from] = leafDigest(leaf);
    }
    return leaves;
  }
}
