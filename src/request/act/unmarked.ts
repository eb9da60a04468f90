import { isDeepStrictEqual } from "node:util";
import type { Decider, ObjectFacts, RequestFacts } from "../../decision/model.ts";
import type { Policy } from "../../policy/model.ts";
import type { MaskFunction } from "../enforce/enforce.ts";
import { HIDDEN } from "../plan/model.ts";
import type { WrittenValue } from "./find-written.ts";

/** An object that is written to, and the facts of everybody whose it is. */
export interface WrittenObject {
  readonly type: string;
  readonly raw: Readonly<Record<string, unknown>>;
  readonly facts: readonly ObjectFacts[];
}

export interface Comparing {
  readonly policy: Policy;
  readonly deciders: ReadonlyMap<string, Decider>;
  readonly masks: ReadonlyMap<string, MaskFunction>;
  readonly request: RequestFacts;
}

/** Names of the objects' own fields that the written values are compared with. */
export function comparedFields(
  { policy }: Pick<Comparing, "policy">,
  written: readonly WrittenValue[],
): readonly string[] {
  return [...new Set(written.flatMap(({ coordinate }) => fieldAt(policy, coordinate)?.field ?? []))];
}

/**
 * Whether a value is what a mask without a mark makes of the present one, for a caller who would be shown that: to anybody else
 * the comparison would tell of a value that is not theirs to know. Null counts for a caller who is shown null, whatever is
 * there. The present value itself passes.
 */
export async function writesMaskBack(
  about: Comparing,
  written: readonly WrittenValue[],
  objects: readonly WrittenObject[],
): Promise<boolean> {
  for (const object of objects) {
    for (const each of written) {
      if (await isMaskOf(about, each, object)) return true;
    }
  }
  return false;
}

async function isMaskOf(
  { policy, deciders, masks, request }: Comparing,
  { coordinate, value }: WrittenValue,
  object: WrittenObject,
): Promise<boolean> {
  const field = fieldAt(policy, coordinate);
  const decider = deciders.get(coordinate);
  if (field === null || decider === undefined || field.type !== object.type) return false;
  const outcomes = (
    await Promise.all(object.facts.map((facts) => decider.decide(request, withNames(facts, object, field))))
  ).map((decision) => decision.outcome);
  if (outcomes.every((outcome) => outcome === "ALLOW")) return false;
  const shownNull = outcomes.includes("DENY") || field.mask === "NULLIFY";
  if (shownNull) return value === null;
  const present = object.raw[HIDDEN.named(field.field)] ?? null;
  if (value === null || present === null || isSame(value, present)) return false;
  const shown = masks.get(coordinate)?.(present, { tenant: object.facts[0]?.tenant ?? null, purpose: request.purpose });
  return shown !== null && shown !== undefined && isSame(value, shown);
}

/** A coerced value may be a Date or an instance of something else that is sent as text. */
function isSame(given: unknown, served: unknown): boolean {
  if (isDeepStrictEqual(given, served)) return true;
  return JSON.stringify(given) === JSON.stringify(served) || String(given) === String(served);
}

function withNames(
  facts: ObjectFacts,
  { raw }: WrittenObject,
  field: Policy["types"][string]["fields"][string],
): ObjectFacts {
  const names = [...field.grants.flatMap(({ assigned, until }) => [assigned, until]), field.retain?.after ?? null];
  const named = Object.fromEntries(
    names.filter((name) => name !== null).map((name) => [name, raw[HIDDEN.named(name)]]),
  );
  return { ...facts, named };
}

function fieldAt({ types }: Policy, coordinate: string) {
  const [type = "", field = ""] = coordinate.split(".");
  return types[type]?.fields[field] ?? null;
}
