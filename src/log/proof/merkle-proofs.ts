import { type Digest, EMPTY_ROOT, nodeDigest } from "./merkle.ts";

/** The root of the complete subtree over the leaves [index * 2^level, (index + 1) * 2^level). */
export type NodeAt = (level: number, index: number) => Digest;

/** Root of the tree over the first `size` leaves (RFC 6962, section 2.1). */
export function treeRoot(size: number, nodeAt: NodeAt): Digest {
  return size === 0 ? EMPTY_ROOT : rangeRoot(0, size, nodeAt);
}

/** The audit path of a leaf in the tree over `size` leaves, from the leaf upwards (RFC 6962, section 2.1.1). */
export function inclusionProof(index: number, size: number, nodeAt: NodeAt): Digest[] {
  const walk = (from: number, to: number): Digest[] => {
    if (to - from === 1) return [];
    const middle = from + leftSize(to - from);
    return index < middle
      ? [...walk(from, middle), rangeRoot(middle, to, nodeAt)]
      : [...walk(middle, to), rangeRoot(from, middle, nodeAt)];
  };
  return walk(0, size);
}

/** That the tree over `size` leaves begins with that over `first`, 0 < first <= size (RFC 6962, section 2.1.2). */
export function consistencyProof(first: number, size: number, nodeAt: NodeAt): Digest[] {
  const walk = (from: number, to: number, isWhole: boolean): Digest[] => {
    if (first === to) return isWhole ? [] : [rangeRoot(from, to, nodeAt)];
    const middle = from + leftSize(to - from);
    return first <= middle
      ? [...walk(from, middle, isWhole), rangeRoot(middle, to, nodeAt)]
      : [...walk(middle, to, false), rangeRoot(from, middle, nodeAt)];
  };
  return walk(0, size, true);
}

/** Whether a leaf hash stands at `index` of the tree that has this size and root (RFC 9162, section 2.1.3.2). */
export function verifyInclusion(
  leaf: Digest,
  index: number,
  size: number,
  root: Digest,
  path: readonly Digest[],
): boolean {
  if (index < 0 || index >= size) return false;
  let node = index;
  let last = size - 1;
  let digest = leaf;
  for (const sibling of path) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      digest = nodeDigest(sibling, digest);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else digest = nodeDigest(digest, sibling);
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && digest === root;
}

/** Whether the tree of `size` and `root` begins with that of `first` and `firstRoot` (RFC 9162, section 2.1.4.2). */
export function verifyConsistency(
  first: number,
  firstRoot: Digest,
  size: number,
  root: Digest,
  proof: readonly Digest[],
): boolean {
  if (first > size) return false;
  if (first === size) return proof.length === 0 && firstRoot === root;
  if (first === 0) return proof.length === 0 && firstRoot === EMPTY_ROOT;
  const path = Number.isInteger(Math.log2(first)) ? [firstRoot, ...proof] : [...proof];
  let node = first - 1;
  let last = size - 1;
  while (node % 2 === 1) [node, last] = [half(node), half(last)];
  const start = path.shift();
  if (start === undefined) return false;
  let old = start;
  let current = start;
  for (const sibling of path) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      old = nodeDigest(sibling, old);
      current = nodeDigest(sibling, current);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else current = nodeDigest(current, sibling);
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && old === firstRoot && current === root;
}

function rangeRoot(from: number, to: number, nodeAt: NodeAt): Digest {
  const leaves = to - from;
  const level = Math.log2(leaves);
  if (Number.isInteger(level)) return nodeAt(level, from / leaves);
  const middle = from + leftSize(leaves);
  return nodeDigest(rangeRoot(from, middle, nodeAt), rangeRoot(middle, to, nodeAt));
}

/** The largest power of two below `leaves`. */
function leftSize(leaves: number): number {
  return 2 ** (Math.ceil(Math.log2(leaves)) - 1);
}

// Sizes may go beyond the 32 bits of JavaScript's shifts.
function half(number: number): number {
  return Math.floor(number / 2);
}
