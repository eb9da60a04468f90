import { FieldguardError } from "../../core/errors.ts";
import type { Decider } from "../../decision/model.ts";
import type { KeyedObject } from "../act/check-subjects.ts";
import { actKey, type DecidedActs } from "../act/model.ts";
import { checkLength } from "../check-lists.ts";
import { type AnnotatedField, type FieldShape, HIDDEN, type ObjectShape, type Selection } from "../plan/model.ts";
import { type Holder, holderOf, NOBODY, peopleOf } from "./holder.ts";
import { LIST_ITEM, PathNode, type PendingValue, type Slot } from "./model.ts";

/** A group under its threshold, and the annotated field that it stands under: where that one is not shown, nobody asked for it. */
export interface Suppressed {
  readonly of: ObjectShape;
  readonly holder: Holder;
  readonly path: PathNode;
  readonly parent: PendingValue | null;
}

/** The response as asked for, every annotated value taken out of it and waiting for its decision. */
export interface Gathered {
  readonly data: Record<string, unknown>;
  /** Enclosing fields before those under them. */
  readonly pending: readonly PendingValue[];
  readonly suppressed: readonly Suppressed[];
  readonly slots: ReadonlyMap<Decider, readonly Slot[]>;
  /** Objects of types that the operation acts on. */
  readonly keyed: readonly KeyedObject[];
  readonly root: PathNode;
}

const NO_VERDICTS: DecidedActs = new Map();

/** An object that does not leave at all: a group under its threshold. */
const SUPPRESSED = Symbol("suppressed");

type Raw = Readonly<Record<string, unknown>>;

export const LONG_LIST = "A list in the response";

/**
 * Walks the result once. Objects that hold anything annotated are built anew in the client's order, without hidden keys;
 * the others are passed on as they are. Throws OPERATION_TOO_LARGE on a list of more items than allowed; of one that stands
 * under something annotated it says so to `enforce`, once that is decided.
 */
export function gather(
  data: Raw,
  shape: ObjectShape,
  listItemsMax: number,
  mode: "enforce" | "report",
  verdicts: DecidedActs = NO_VERDICTS,
): Gathered {
  return new Gathering(listItemsMax, mode, verdicts).gather(data, shape);
}

/** An object that is being built anew. */
interface Building {
  readonly raw: Raw;
  readonly shape: ObjectShape;
  readonly holder: Holder;
  /** The annotated value that it stands under. */
  readonly parent: PendingValue | null;
  readonly out: Record<string, unknown>;
  /** By class of its annotated fields. */
  readonly slots: Slot[];
}

class Gathering {
  readonly #listItemsMax: number;
  readonly #mode: "enforce" | "report";
  readonly #verdicts: DecidedActs;
  readonly #keyed: KeyedObject[] = [];
  readonly #suppressed: Suppressed[] = [];
  readonly #pending: PendingValue[] = [];
  readonly #slots = new Map<Decider, Slot[]>();

  constructor(listItemsMax: number, mode: "enforce" | "report", verdicts: DecidedActs) {
    this.#listItemsMax = listItemsMax;
    this.#mode = mode;
    this.#verdicts = verdicts;
  }

  gather(data: Raw, shape: ObjectShape): Gathered {
    const root = new PathNode(null, "");
    const built = this.#objectOf(data, shape, NOBODY, root, null);
    return {
      data: built === SUPPRESSED ? {} : built,
      pending: this.#pending,
      suppressed: this.#suppressed,
      slots: this.#slots,
      keyed: this.#keyed,
      root,
    };
  }

  #objectOf(raw: Raw, shape: ObjectShape, around: Holder, path: PathNode, parent: PendingValue | null) {
    const holder = shape.subject === null ? around : holderOf(raw, shape.subject, shape);
    if (shape.aggregate !== null && isTooSmall(raw, shape)) {
      this.#suppressed.push({ of: shape, holder, path, parent });
      if (this.#mode === "enforce") return SUPPRESSED;
    }
    const id = shape.identity === null ? null : (raw[HIDDEN.named(shape.identity)] ?? null);
    if (id !== null) this.#keyed.push({ type: shape.type, id: String(id), holder, path });
    const building: Building = { raw, shape, holder, parent, out: {}, slots: [] };
    const { out } = building;
    for (const field of shape.fields) {
      const { key, child } = field;
      if (field.act !== null) this.#takeAct(building, field, path.child(key));
      else if (field.annotated !== null) this.#takeAnnotated(building, field, field.annotated, path.child(key));
      else if (child === null || !child.rebuilt) out[key] = raw[key];
      else out[key] = this.#valueOf(raw[key], child, holder, path.child(key), parent);
    }
    return out;
  }

  #takeAnnotated(building: Building, { key, child }: FieldShape, annotated: AnnotatedField, path: PathNode): void {
    const { raw, holder, parent, out } = building;
    const value: PendingValue = {
      out,
      key,
      value: annotated.dropped ? null : (raw[key] ?? null),
      field: annotated,
      act: null,
      holder,
      slot: annotated.fixed === null ? this.#slotOfClass(building, annotated.classIndex) : null,
      path,
      parent,
      refused: false,
      overlong: false,
      shown: false,
    };
    this.#wait(value, child, holder);
  }

  /** What an act answers waits for nothing but what its answer tells: whether it was allowed to happen is known. */
  #takeAct({ raw, shape, holder, parent, out }: Building, { key, child }: FieldShape, path: PathNode): void {
    const act = this.#verdicts.get(actKey(path.names(), shape.type))?.verdict;
    if (act === undefined) {
      // Not asked to act: what stands around it failed, or its arguments did not fit.
      out[key] = null;
      return;
    }
    const value: PendingValue = {
      out,
      key,
      value: raw[key] ?? null,
      field: null,
      act,
      holder: act.people ?? NOBODY,
      slot: null,
      path,
      parent,
      refused: false,
      overlong: false,
      shown: false,
    };
    this.#wait(value, child, holder);
  }

  #wait(pending: PendingValue, child: Selection | null, holder: Holder): void {
    // The key is set now, so that the response keeps the client's order whatever is decided.
    pending.out[pending.key] = null;
    this.#pending.push(pending);
    if (child?.rebuilt && pending.value !== null) {
      pending.value = this.#valueOf(pending.value, child, holder, pending.path, pending);
    }
  }

  /** Annotated fields of one class on one object share their examination. */
  #slotOfClass({ raw, shape, holder, slots }: Building, classIndex: number): Slot {
    const slot = slots[classIndex] ?? this.#newSlot(shape, classIndex, raw, holder);
    slots[classIndex] = slot;
    return slot;
  }

  #newSlot(shape: ObjectShape, classIndex: number, raw: Raw, holder: Holder): Slot {
    const decider = shape.classes[classIndex];
    if (decider === undefined) throw new FieldguardError("INTERNAL", `No decider for a field of ${shape.type}.`);
    const beside = holder.beside === null ? null : this.#newSlot(shape, classIndex, raw, holder.beside);
    const slot: Slot = { of: shape, holder, named: namedValues(decider, shape, raw, holder), beside, decision: null };
    const others = this.#slots.get(decider);
    if (others === undefined) this.#slots.set(decider, [slot]);
    else others.push(slot);
    return slot;
  }

  #valueOf(value: unknown, selection: Selection, holder: Holder, path: PathNode, parent: PendingValue | null): unknown {
    if (value === null || value === undefined) return null;
    if (Array.isArray(value)) return this.#listOf(value, selection, holder, path, parent);
    const built = this.#itemOf(value, selection, holder, path, parent);
    return built === SUPPRESSED ? null : built;
  }

  #listOf(
    list: readonly unknown[],
    selection: Selection,
    holder: Holder,
    path: PathNode,
    parent: PendingValue | null,
  ): readonly unknown[] {
    if (list.length > this.#listItemsMax && parent !== null) {
      // What is denied does not tell how long it is: see `enforce`.
      parent.overlong = true;
      return [];
    }
    checkLength(list, this.#listItemsMax, LONG_LIST);
    const itemPath = path.child(LIST_ITEM);
    const items: unknown[] = [];
    for (const item of list) {
      const built = this.#itemOf(item, selection, holder, itemPath, parent);
      if (built !== SUPPRESSED) items.push(built);
    }
    return items;
  }

  #itemOf(value: unknown, selection: Selection, holder: Holder, path: PathNode, parent: PendingValue | null): unknown {
    if (value === null || value === undefined || Array.isArray(value)) {
      return this.#valueOf(value, selection, holder, path, parent);
    }
    const raw = value as Raw;
    const shape = selection.only ?? selection.shapes.get(String(raw[HIDDEN.type]));
    if (shape === undefined) {
      throw new FieldguardError("INTERNAL", "An object of unknown type came back and was withheld.");
    }
    return this.#objectOf(raw, shape, holder, path, parent);
  }
}

/** Whether an object is a group that may not leave. */
export function isTooSmall(raw: Raw, { aggregate }: ObjectShape): boolean {
  const count = raw[HIDDEN.count];
  return aggregate !== null && !(typeof count === "number" && count >= aggregate.atLeast);
}

/** Counts a group that did not leave. */
export function countSuppressed({ of, holder, path }: Suppressed): void {
  const coordinate = of.type;
  let tally = path.tallies.find((known) => known.coordinate === coordinate);
  if (tally === undefined) {
    tally = {
      coordinate,
      category: "",
      path,
      outcome: "DENY",
      reason: "GROUP_TOO_SMALL",
      count: 0,
      consentIds: new Set(),
      subjects: new Set(),
    };
    path.tallies.push(tally);
  }
  tally.count += 1;
  for (const { subject } of peopleOf(holder)) if (subject !== null) tally.subjects.add(subject);
}

const NOTHING: Readonly<Record<string, unknown>> = {};

function namedValues(decider: Decider, of: ObjectShape, raw: Raw, holder: Holder): Readonly<Record<string, unknown>> {
  const { grants, retain } = decider.policy;
  let named: Record<string, unknown> | null = null;
  const read = (name: string | null): void => {
    if (name === null) return;
    named ??= {};
    named[name] = of.names.has(name) ? raw[HIDDEN.named(name)] : holder.raw?.[HIDDEN.named(name)];
  };
  for (const grant of grants) {
    read(grant.assigned);
    read(grant.until);
  }
  if (retain !== null) read(retain.after);
  return named ?? NOTHING;
}
