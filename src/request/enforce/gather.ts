import { FieldguardError } from "../../core/errors.ts";
import type { Decider } from "../../decision/model.ts";
import type { KeyedObject } from "../act/check-subjects.ts";
import { actKey, type DecidedActs } from "../act/model.ts";
import { checkLength } from "../check-lists.ts";
import { type FieldShape, HIDDEN, type ObjectShape, type Selection } from "../plan/model.ts";
import { type Holder, holderOf, NOBODY, peopleOf } from "./holder.ts";
import { LIST_ITEM, PathNode, type Pending, type Slot } from "./model.ts";

/** A group under its threshold, and the annotated field that it stands under: where that one is not shown, nobody asked for it. */
export interface Suppressed {
  readonly of: ObjectShape;
  readonly holder: Holder;
  readonly path: PathNode;
  readonly parent: Pending | null;
}

/** The response as asked for, every annotated value taken out of it and waiting for its decision. */
export interface Gathered {
  readonly data: Record<string, unknown>;
  /** Enclosing fields before those under them. */
  readonly pending: readonly Pending[];
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
  const keyed: KeyedObject[] = [];
  const suppressed: Suppressed[] = [];
  const pending: Pending[] = [];
  const slots = new Map<Decider, Slot[]>();
  const root = new PathNode(null, "");

  const ofObject = (raw: Raw, of: ObjectShape, around: Holder, path: PathNode, parent: Pending | null) => {
    const holder = of.subject === null ? around : holderOf(raw, of.subject, of);
    if (of.aggregate !== null && isTooSmall(raw, of)) {
      suppressed.push({ of, holder, path, parent });
      if (mode === "enforce") return SUPPRESSED;
    }
    const id = of.identity === null ? null : (raw[HIDDEN.named(of.identity)] ?? null);
    if (id !== null) keyed.push({ type: of.type, id: String(id), holder, path });
    const out: Record<string, unknown> = {};
    const own: Slot[] = [];
    for (const field of of.fields) {
      const { key, child } = field;
      if (field.act !== null) waitForAct(raw, of, field, holder, path.child(key), parent, out);
      else if (field.annotated !== null) waitFor(raw, of, field, holder, path.child(key), parent, out, own);
      else if (child === null || !child.rebuilt) out[key] = raw[key];
      else out[key] = ofValue(raw[key], child, holder, path.child(key), parent);
    }
    return out;
  };

  const waitFor = (
    raw: Raw,
    of: ObjectShape,
    { key, annotated, child }: FieldShape,
    holder: Holder,
    path: PathNode,
    parent: Pending | null,
    out: Record<string, unknown>,
    own: Slot[],
  ): void => {
    if (annotated === null) return;
    let slot: Slot | null = null;
    if (annotated.fixed === null) {
      slot = own[annotated.classIndex] ?? newSlot(of, annotated.classIndex, raw, holder);
      own[annotated.classIndex] = slot;
    }
    // The key is set now, so that the response keeps the client's order whatever is decided.
    out[key] = null;
    const waiting: Pending = {
      out,
      key,
      value: annotated.dropped ? null : (raw[key] ?? null),
      field: annotated,
      act: null,
      holder,
      slot,
      path,
      parent,
      refused: false,
      overlong: false,
      shown: false,
    };
    pending.push(waiting);
    if (child?.rebuilt && waiting.value !== null) waiting.value = ofValue(waiting.value, child, holder, path, waiting);
  };

  /** What an act answers waits for nothing but what its answer tells: whether it was let happen is known. */
  const waitForAct = (
    raw: Raw,
    of: ObjectShape,
    { key, child }: FieldShape,
    holder: Holder,
    path: PathNode,
    parent: Pending | null,
    out: Record<string, unknown>,
  ): void => {
    out[key] = null;
    const act = verdicts.get(actKey(path.names(), of.type))?.verdict;
    // Not asked to act: what stands around it failed, or its arguments did not fit.
    if (act === undefined) return;
    const value = raw[key] ?? null;
    const people = act.people ?? NOBODY;
    const waiting: Pending = {
      out,
      key,
      value,
      field: null,
      act,
      holder: people,
      slot: null,
      path,
      parent,
      refused: false,
      overlong: false,
      shown: false,
    };
    pending.push(waiting);
    if (child?.rebuilt && value !== null) waiting.value = ofValue(value, child, holder, path, waiting);
  };

  const newSlot = (of: ObjectShape, classIndex: number, raw: Raw, holder: Holder): Slot => {
    const decider = of.classes[classIndex];
    if (decider === undefined) throw new FieldguardError("INTERNAL", `No decider for a field of ${of.type}.`);
    const beside = holder.beside === null ? null : newSlot(of, classIndex, raw, holder.beside);
    const slot: Slot = { of, holder, named: namedValues(decider, of, raw, holder), beside, decision: null };
    const others = slots.get(decider);
    if (others === undefined) slots.set(decider, [slot]);
    else others.push(slot);
    return slot;
  };

  const ofValue = (
    value: unknown,
    selection: Selection,
    holder: Holder,
    path: PathNode,
    parent: Pending | null,
  ): unknown => {
    if (value === null || value === undefined) return null;
    if (Array.isArray(value)) {
      if (value.length > listItemsMax && parent !== null) {
        // What is denied does not tell how long it is: see `enforce`.
        parent.overlong = true;
        return [];
      }
      checkLength(value, listItemsMax, LONG_LIST);
      const item = path.child(LIST_ITEM);
      const kept: unknown[] = [];
      for (const element of value) {
        const built = build(element, selection, holder, item, parent);
        if (built !== SUPPRESSED) kept.push(built);
      }
      return kept;
    }
    const built = build(value, selection, holder, path, parent);
    return built === SUPPRESSED ? null : built;
  };

  const build = (value: unknown, selection: Selection, holder: Holder, path: PathNode, parent: Pending | null) => {
    if (value === null || value === undefined || Array.isArray(value)) {
      return ofValue(value, selection, holder, path, parent);
    }
    const raw = value as Raw;
    const of = selection.only ?? selection.shapes.get(String(raw[HIDDEN.type]));
    if (of === undefined)
      throw new FieldguardError("INTERNAL", "An object of unknown type came back and was withheld.");
    return ofObject(raw, of, holder, path, parent);
  };

  const built = ofObject(data, shape, NOBODY, root, null);
  return { data: built === SUPPRESSED ? {} : built, pending, suppressed, slots, keyed, root };
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
