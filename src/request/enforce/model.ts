import type { Decision, Reason } from "../../decision/model.ts";
import type { Verdict } from "../act/model.ts";
import type { AnnotatedField, ObjectShape } from "../plan/model.ts";
import type { Holder } from "./holder.ts";

/** One examination: fields of one class on one object share it. */
export interface Slot {
  /** The object itself, as it was asked for; null where it was not. */
  readonly of: ObjectShape | null;
  readonly holder: Holder;
  /** Values of the fields that `assigned`, `until` and `after` name. */
  readonly named: Readonly<Record<string, unknown>>;
  /** The examination of the next of several people whose data it is: each must pass. */
  readonly beside: Slot | null;
  decision: Decision | null;
}

/** A value that waits for its decision: where it goes, what it is, who decides. */
export interface PendingValue {
  readonly out: Record<string, unknown>;
  readonly key: string;
  value: unknown;
  /** null for a field that acts: it is decided already. */
  readonly field: AnnotatedField | null;
  readonly act: Verdict | null;
  readonly holder: Holder;
  readonly slot: Slot | null;
  readonly path: PathNode;
  /** The annotated field that this one stands under: where that one is not shown, this one is not reached. */
  readonly parent: PendingValue | null;
  /** Granted, and refused all the same: the caller was shown enough. */
  refused: boolean;
  /** Holds a list of more items than allowed, which was not walked: where it is shown, the operation is refused. */
  overlong: boolean;
  shown: boolean;
}

/** Masks the serialised value of one coordinate; null where it cannot. */
export type MaskFunction = (
  value: unknown,
  scope: { readonly tenant: string | null; readonly purpose: string | null },
) => unknown;

/** Values that share coordinate, path pattern, outcome and reason. */
export interface Tally {
  readonly coordinate: string;
  readonly category: string;
  readonly path: PathNode;
  readonly outcome: "ALLOW" | "MASK" | "DENY";
  readonly reason: Reason;
  count: number;
  readonly consentIds: Set<string>;
  readonly subjects: Set<string>;
  /** What was done, rather than seen. */
  readonly act?: Verdict;
}

/** A place in the response, list positions left out: `orders.@.customer.email`. One node however many rows. */
export class PathNode {
  readonly parent: PathNode | null;
  readonly key: string;
  readonly tallies: Tally[] = [];
  /** Characters of all keys from the root on, a separator each. */
  readonly length: number;
  readonly #children = new Map<string, PathNode>();

  constructor(parent: PathNode | null, key: string) {
    this.parent = parent;
    this.key = key;
    this.length = parent === null ? 0 : parent.length + key.length + 1;
  }

  child(key: string): PathNode {
    let node = this.#children.get(key);
    if (node === undefined) {
      node = new PathNode(this, key);
      this.#children.set(key, node);
    }
    return node;
  }

  /** Response keys from the root on. */
  keys(): string[] {
    return this.parent === null ? [] : [...this.parent.keys(), this.key];
  }

  /** Response keys from the root on, without list positions. */
  names(): string[] {
    return this.keys().filter((key) => key !== LIST_ITEM);
  }

  /** Every tally at or under this place, in the order of first appearance. */
  *all(): Iterable<Tally> {
    yield* this.tallies;
    for (const child of this.#children.values()) yield* child.all();
  }
}

export const LIST_ITEM = "@";
