import { type Digest, leafDigest } from "../proof/merkle.ts";
import type { NodeAt } from "../proof/merkle-proofs.ts";
import { LOST, nodesFrom, splitHashes, TILE_LEAVES, TILE_LEVELS, type TreeParts } from "../proof/tree-parts.ts";
import type { LogModels, StoredPart } from "./proof-model.ts";

/** Parts of one writer's tree, as far as they have been read: the caller reads what it needs first. */
export class StoredTree implements TreeParts {
  /** How many tiles the database has, or must have kept because their records are pruned. */
  readonly tiles: number;
  readonly #models: LogModels;
  readonly #writer: string;
  #read = new Map<string, Buffer>();

  private constructor(models: LogModels, writer: string, tiles: number) {
    this.#models = models;
    this.#writer = writer;
    this.tiles = tiles;
  }

  static async of(models: LogModels, writer: string, pruned: number): Promise<StoredTree> {
    const [last] = await models.tree.find({ writer, level: 0 }).sort({ index: -1 }).limit(1).lean<StoredPart[]>();
    return new StoredTree(models, writer, Math.max(last === undefined ? 0 : last.index + 1, pruned / TILE_LEAVES));
  }

  tile(index: number): readonly Digest[] | null {
    const hashes = this.#read.get(keyOf(0, index));
    return hashes === undefined ? null : splitHashes(hashes);
  }

  node(level: number, index: number): Digest | undefined {
    return this.#read.get(keyOf(level, index))?.toString("hex");
  }

  /** Reads the tiles from one to another, both included, with the nodes that they complete; forgets what was read before. */
  async readTiles(from: number, to: number): Promise<void> {
    const places = [{ level: 0, index: { $gte: from, $lte: to } }];
    for (let level = TILE_LEVELS; level <= LEVELS_MAX; level += TILE_LEVELS) {
      const tilesPerNode = 2 ** level / TILE_LEAVES;
      const [first, last] = [Math.ceil((from + 1) / tilesPerNode) - 1, Math.floor((to + 1) / tilesPerNode) - 1];
      if (last >= first) places.push({ level, index: { $gte: first, $lte: last } });
    }
    this.#read = new Map();
    await this.#readWhere({ $or: places });
  }

  /** Works something out of nodes anywhere in the tree, which are read as it turns out which. */
  async workOut<T>(work: (nodeAt: NodeAt) => T): Promise<T> {
    const asked: { level: number; index: number }[] = [];
    const ask = (level: number, index: number): undefined => {
      asked.push({ level, index });
    };
    work(nodesFrom((seq) => ask(0, Math.floor(seq / TILE_LEAVES)), { node: ask }));
    for (let from = 0; from < asked.length; from += PLACES_PER_QUESTION) {
      await this.#readWhere({ $or: asked.slice(from, from + PLACES_PER_QUESTION) });
    }
    await this.#readIncomplete(Math.max(0, ...asked.filter(({ level }) => level === 0).map(({ index }) => index)));
    return work(nodesFrom((seq) => this.tile(Math.floor(seq / TILE_LEAVES))?.[seq % TILE_LEAVES], this));
  }

  async #readWhere(where: object): Promise<void> {
    const parts = await this.#models.tree.find({ writer: this.#writer, ...where }).lean<StoredPart[]>();
    for (const { level, index, hashes } of parts) {
      this.#read.set(keyOf(level, index), Buffer.from(hashes, "base64"));
    }
  }

  /** The hashes of the last tile, where it is not complete, are in the records. */
  async #readIncomplete(tile: number): Promise<void> {
    if (this.#read.has(keyOf(0, tile))) return;
    const from = tile * TILE_LEAVES;
    const records = await this.#models.records
      .find({ writer: this.#writer, seq: { $gte: from, $lt: from + TILE_LEAVES } }, { seq: 1, leaf: 1 })
      .lean<{ seq: number; leaf: string }[]>();
    const hashes: Digest[] = Array.from({ length: TILE_LEAVES }, () => LOST);
    for (const { seq, leaf } of records) hashes[seq - from] = leafDigest(leaf);
    this.#read.set(keyOf(0, tile), Buffer.from(hashes.join(""), "hex"));
  }
}

/** 2^40 records of one writer are more than there will be. */
const LEVELS_MAX = 40;
const PLACES_PER_QUESTION = 200;

function keyOf(level: number, index: number): string {
  return `${level} ${index}`;
}
