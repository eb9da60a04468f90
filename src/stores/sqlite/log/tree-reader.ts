import { type Digest, leafDigest, nodeDigest } from "../../proof/merkle.ts";
import { consistencyProof, inclusionProof, treeRoot } from "../../proof/merkle-proofs.ts";
import type { Database } from "../database.ts";
import { TILE_LEAVES, TILE_LEVELS } from "./schema.ts";

const TILES_KEPT = 16;

/** Reads one writer's tree from what is stored of it: the tiles and nodes, and the records of the incomplete tile. */
export class TreeReader {
  readonly #writerNo: number;
  readonly #tiles = new Map<number, readonly Digest[]>();
  readonly #tile;
  readonly #node;
  readonly #leaves;

  constructor(database: Database, writerNo: number) {
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

  /** Hash of a record as the tree has it; undefined where the tree has lost it. */
  leaf(seq: number): Digest | undefined {
    return this.#leavesOf(Math.floor(seq / TILE_LEAVES))[seq % TILE_LEAVES];
  }

  readonly #nodeAt = (level: number, index: number): Digest => {
    if (level === 0) return this.leaf(index) ?? LOST;
    if (level % TILE_LEVELS === 0) {
      return this.#node.get(this.#writerNo, level, index)?.toString("hex") ?? LOST;
    }
    return nodeDigest(this.#nodeAt(level - 1, index * 2), this.#nodeAt(level - 1, index * 2 + 1));
  };

  #leavesOf(tile: number): readonly Digest[] {
    const known = this.#tiles.get(tile);
    if (known !== undefined) return known;
    const stored = this.#tile.get(this.#writerNo, tile);
    const leaves = stored === undefined ? this.#fromRecords(tile) : splitHashes(stored);
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

/** Stands for a hash that somebody took out of the file: whatever is built on it does not verify. */
export const LOST: Digest = "0".repeat(64);

export function splitHashes(tile: Buffer): Digest[] {
  const hex = tile.toString("hex");
  return Array.from({ length: tile.length / 32 }, (_, index) => hex.slice(index * 64, index * 64 + 64));
}
