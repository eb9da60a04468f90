import { type Digest, nodeDigest } from "./merkle.ts";
import type { NodeAt } from "./merkle-proofs.ts";

/** Leaves whose hashes are stored together once all are there; also the tree's arity in storage (8 levels at once). */
export const TILE_LEAVES = 256;
export const TILE_LEVELS = 8;

/** Stands for a hash that somebody took out of the store: whatever is built on it does not verify. */
export const LOST: Digest = "0".repeat(64);

/** What a store keeps of a writer's tree: the hashes of complete tiles, and the nodes at levels 8, 16, 24 ... */
export interface TreeParts {
  /** null where the tile is not stored, be it not complete or lost. */
  tile(index: number): readonly Digest[] | null;
  node(level: number, index: number): Digest | undefined;
  /** How many tiles must be there; left out: every complete one. Those after them are still on their way. */
  readonly tiles?: number;
}

/** A tree of which any part can be had at once. */
export interface WholeTree extends TreeParts {
  /** The complete subtrees over the first `tiles` tiles, largest first. */
  subtrees(tiles: number): readonly { readonly level: number; readonly digest: Digest }[];
  root(size: number): Digest;
  consistency(first: number, size: number): Digest[];
}

/** Any complete subtree's root out of what is stored; `leaf` gives a record's hash. */
export function nodesFrom(leaf: (seq: number) => Digest | undefined, parts: Pick<TreeParts, "node">): NodeAt {
  const nodeAt: NodeAt = (level, index) => {
    if (level === 0) return leaf(index) ?? LOST;
    if (level % TILE_LEVELS === 0) return parts.node(level, index) ?? LOST;
    return nodeDigest(nodeAt(level - 1, index * 2), nodeAt(level - 1, index * 2 + 1));
  };
  return nodeAt;
}

/** The hashes that a tile holds one after another. */
export function splitHashes(tile: Buffer): Digest[] {
  const hex = tile.toString("hex");
  return Array.from({ length: tile.length / 32 }, (_, index) => hex.slice(index * 64, index * 64 + 64));
}
