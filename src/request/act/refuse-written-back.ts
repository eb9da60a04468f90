import { type GraphQLSchema, isLeafType } from "graphql";
import type { ConsentStore } from "../../consents/contract.ts";
import type { Decider, RequestFacts } from "../../decision/model.ts";
import { DOT } from "../../masks/graphemes.ts";
import type { Mask } from "../../masks/names.ts";
import type { Policy } from "../../policy/model.ts";
import { decide } from "../decide.ts";
import type { Holder } from "../enforce/holder.ts";
import type { MaskFunction, Slot } from "../enforce/model.ts";
import { lookUpConsents } from "../look-up.ts";
import { HIDDEN } from "../plan/model.ts";
import type { WrittenValues } from "./find-written.ts";
import { type Met, meet, namesIn, type Present, type WrittenField } from "./written-fields.ts";

/** An object that is written to, and everybody whose it is. */
export interface WrittenObject {
  readonly type: string;
  readonly raw: Readonly<Record<string, unknown>>;
  readonly holder: Holder;
}

interface Comparing {
  readonly schema: GraphQLSchema;
  readonly policy: Policy;
  readonly consents: ConsentStore;
  /** Those of the coordinates that are read. */
  readonly fields: ReadonlyMap<string, Decider>;
  readonly masks: ReadonlyMap<string, MaskFunction>;
  readonly request: RequestFacts;
}

/**
 * Whether a value is what a mask without a mark makes of the present one, for a caller who would be shown that: to anybody else
 * the comparison would tell of a value that is not theirs to know. Null counts for a caller who is shown null, whatever is
 * there. The present value itself passes. Everything is decided whatever is found, so that the time tells nothing either.
 */
export async function writesMaskBack(
  about: Comparing,
  written: readonly WrittenField[],
  objects: readonly WrittenObject[],
): Promise<boolean> {
  const met = objects.flatMap(({ type, raw, holder }) =>
    written
      .filter(({ on }) => on === type)
      .flatMap((each) => meet(about.policy, raw, holder, each).map((one) => ({ ...one, values: each.values }))),
  );
  if (met.length === 0) return false;
  const shown = await decideAll(about, met);
  return met.some((each) => isWrittenBack(about, each, shown));
}

/** What these leave marks in holds none by itself: no name, number or address has dots like these. */
const MARKING: ReadonlySet<Mask> = new Set(["PERSON_NAME", "EMAIL", "PHONE", "PAN", "LAST4", "ID_NUMBER"]);

/** Whether what is written still holds a mark of the field's mask: somebody edited a part of what was shown, and saves the rest. */
export function holdsMarks(
  { schema, policy }: Pick<Comparing, "schema" | "policy">,
  written: readonly WrittenValues[],
): boolean {
  return written.some(({ coordinate, values }) => {
    const [type = "", name = ""] = coordinate.split(".");
    const field = policy.types[type]?.fields[name];
    if (field === undefined || !MARKING.has(field.mask)) return false;
    const leaf = schema.getType(field.leaf);
    return leavesOf([...values]).some((each) => sentAs(leaf, each).includes(DOT + DOT));
  });
}

type Shown = ReadonlyMap<Present, "ALLOW" | "MASK" | "DENY">;

/** What the caller would be shown of each, as in a read. */
async function decideAll({ consents, fields, request }: Comparing, met: readonly Met[]): Promise<Shown> {
  const slots = new Map<Decider, Slot[]>();
  const ofPresent = new Map<Present, { readonly decider: Decider; readonly slot: Slot }>();
  for (const present of met.flatMap((each) => [each, ...each.under])) {
    const decider = fields.get(present.field.coordinate);
    if (decider === undefined || ofPresent.has(present)) continue;
    const slot = slotOf(present, present.holder);
    ofPresent.set(present, { decider, slot });
    const others = slots.get(decider) ?? [];
    slots.set(decider, others);
    for (let each: Slot | null = slot; each !== null; each = each.beside) others.push(each);
  }
  await decide(slots, await lookUpConsents(consents, slots, request), request);
  return new Map(Array.from(ofPresent, ([present, { decider, slot }]) => [present, strictest(decider, slot)] as const));
}

function slotOf(present: Present, holder: Holder): Slot {
  const { raw, field } = present;
  const named = namesIn(field).map((name) => {
    const alias = HIDDEN.named(name);
    return [name, Object.hasOwn(raw, alias) ? raw[alias] : holder.raw?.[alias]] as const;
  });
  const beside = holder.beside === null ? null : slotOf(present, holder.beside);
  return { of: null, holder, named: Object.fromEntries(named), beside, decision: null };
}

function strictest(decider: Decider, slot: Slot): "ALLOW" | "MASK" | "DENY" {
  const outcomes = new Set<string>();
  for (let each: Slot | null = slot; each !== null; each = each.beside) {
    outcomes.add(each.decision === null ? "DENY" : decider.outcomeOf(each.decision));
  }
  return outcomes.has("DENY") ? "DENY" : outcomes.has("MASK") ? "MASK" : "ALLOW";
}

function isWrittenBack(about: Comparing, met: Met & Pick<WrittenField, "values">, shown: Shown): boolean {
  const { field, raw, holder, under, values } = met;
  const outcome = shown.get(met) ?? "DENY";
  // What stands under something that is not shown is not shown either.
  const hidden = outcome === "DENY" || under.some((gate) => shown.get(gate) !== "ALLOW");
  if (outcome === "ALLOW" && !hidden) return false;
  const present = raw[HIDDEN.written(field.field)] ?? null;
  if (hidden || field.mask === "NULLIFY") return values.has(null);
  if (present === null) return false;
  const mask = about.masks.get(field.coordinate);
  const masked = mask?.(present, { tenant: holder.tenant, purpose: about.request.purpose }) ?? null;
  // A mask that fails shows null.
  if (masked === null) return values.has(null);
  const there = new Set(leavesOf(present).map(String));
  const made = new Set(leavesOf(masked).map(String));
  const leaf = about.schema.getType(field.leaf);
  return leavesOf([...values]).some((each) => {
    const text = sentAs(leaf, each);
    return made.has(text) && !there.has(text);
  });
}

/** A coerced value may be an instance of something that is sent as text. */
function sentAs(leaf: unknown, value: unknown): string {
  if (typeof value !== "object" || !isLeafType(leaf)) return String(value);
  try {
    return String(leaf.serialize(value));
  } catch {
    return String(value);
  }
}

/** Single values, wherever they stand in lists and objects: one of several may be saved back. */
function leavesOf(value: unknown): readonly unknown[] {
  const leaves: unknown[] = [];
  const look = (each: unknown): void => {
    if (each === null || each === undefined) return;
    if (Array.isArray(each)) for (const item of each) look(item);
    else if (typeof each !== "object" || !isPlainObject(each)) leaves.push(each);
    else for (const item of Object.values(each)) look(item);
  };
  look(value);
  return leaves;
}

function isPlainObject(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
