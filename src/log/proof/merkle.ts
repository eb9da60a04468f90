import { hash } from "node:crypto";

/** A SHA-256 digest as 64 hex digits: compared, kept and hashed on faster than as a Buffer. */
export type Digest = string;

/** Called for every inner node (level >= 1) that an append completes; `index` counts the nodes of that level from the left. */
export type NodeSeen = (level: number, index: number, digest: Digest) => void;

const LEAF_PREFIX = "\u0000";
const NODE = Buffer.alloc(65);
NODE[0] = 1;

/** Root of the tree without leaves: the hash of nothing (RFC 6962, section 2.1). */
export const EMPTY_ROOT: Digest = hash("sha256", "", "hex");

/** Hash of a leaf (RFC 6962, section 2.1): SHA-256 over 0x00 and the data, text as UTF-8. */
export function leafDigest(data: string): Digest {
  return hash("sha256", LEAF_PREFIX + data, "hex");
}

/** Hash of an inner node (RFC 6962, section 2.1): SHA-256 over 0x01 and both children. */
export function nodeDigest(left: Digest, right: Digest): Digest {
  NODE.write(left, 1, 32, "hex");
  NODE.write(right, 33, 32, "hex");
  return hash("sha256", NODE, "hex");
}

interface Peak {
  readonly level: number;
  readonly digest: Digest;
}

/**
 * The right edge of a growing tree: the roots of its complete subtrees, largest first, one for each bit of the size.
 * All that is needed to append and to tell the root, whatever the size.
 */
export class RightEdge {
  #size: number;
  readonly #peaks: Peak[];

  private constructor(size: number, peaks: readonly Peak[]) {
    this.#size = size;
    this.#peaks = [...peaks];
  }

  static empty(): RightEdge {
    return new RightEdge(0, []);
  }

  /** Number of leaves. */
  get size(): number {
    return this.#size;
  }

  clone(): RightEdge {
    return new RightEdge(this.#size, this.#peaks);
  }

  append(leaf: Digest, seen?: NodeSeen): void {
    this.appendSubtree(0, leaf, seen);
  }

  /**
   * Appends a complete subtree of 2^level leaves by its root. The size so far must be a multiple of that.
   * Throws RangeError where it is not.
   */
  appendSubtree(level: number, root: Digest, seen?: NodeSeen): void {
    const leaves = 2 ** level;
    if (this.#size % leaves !== 0) {
      throw new RangeError(`Cannot append a subtree of ${leaves} leaves to a tree of ${this.#size}.`);
    }
    let top: Peak = { level, digest: root };
    let index = this.#size / leaves;
    for (let last = this.#peaks.at(-1); last?.level === top.level; last = this.#peaks.at(-1)) {
      this.#peaks.pop();
      index = (index - 1) / 2;
      top = { level: top.level + 1, digest: nodeDigest(last.digest, top.digest) };
      seen?.(top.level, index, top.digest);
    }
    this.#peaks.push(top);
    this.#size += leaves;
  }

  root(): Digest {
    const rest = [...this.#peaks];
    let root = rest.pop()?.digest;
    if (root === undefined) return EMPTY_ROOT;
    for (let peak = rest.pop(); peak !== undefined; peak = rest.pop()) root = nodeDigest(peak.digest, root);
    return root;
  }
}
