import type { GraphQLField } from "graphql";
import { BIRTH_DATE, type Decider, type Decision, type Reason } from "../../decision/model.ts";
import type { WritePolicy } from "../../policy/model.ts";
import { decide } from "../decide.ts";
import type { Holder } from "../enforce/holder.ts";
import type { Slot } from "../enforce/model.ts";
import { lookUpConsents } from "../look-up.ts";
import { typesOf } from "../plan/identities.ts";
import { HIDDEN } from "../plan/model.ts";
import type { ActContext } from "./context.ts";
import { type Concern, ConcernFinder, type Examined, OPEN } from "./find-concern.ts";
import { type AppliedAct, applyActs } from "./find-keys.ts";
import { findWritten, type WrittenValues } from "./find-written.ts";
import { type Found, type FoundObject, lookUpObjects } from "./look-up-objects.ts";
import type { Verdict } from "./model.ts";
import { holdsMarks, type WrittenObject, writesMaskBack } from "./refuse-written-back.ts";
import { type WrittenField, writtenFields } from "./written-fields.ts";

/** A field that is about to act, with its arguments as coerced. */
export interface AskedAct {
  readonly write: WritePolicy;
  /** That holds the field. */
  readonly type: string;
  readonly field: GraphQLField<unknown, unknown>;
  readonly args: Readonly<Record<string, unknown>>;
}

/** One that was begun: what is looked up for it, and how it goes on. */
interface Begun {
  readonly write: WritePolicy;
  readonly acts: readonly AppliedAct[];
  readonly written: readonly WrittenField[];
  readonly finish: (found: Found) => Promise<Verdict>;
}

/** Decides acts, in their order, with one look-up for all: whatever the arguments of one tell of must pass, or nothing of it runs. */
export async function decideActs(context: ActContext, acts: readonly AskedAct[]): Promise<readonly Verdict[]> {
  const begun = await Promise.all(acts.map((each) => begin(context, each)));
  const open = begun.filter((each) => "finish" in each);
  const found = await lookUpObjects(context, open);
  return Promise.all(
    begun.map((each) => ("finish" in each ? each.finish(found[open.indexOf(each)] ?? new Map()) : each)),
  );
}

async function begin(context: ActContext, { write, type, field, args }: AskedAct): Promise<Begun | Verdict> {
  const values = findWritten(context.policy, type, field, args);
  const applied = applyActs(write, args);
  const early = await refusedBefore(context, write, applied);
  if (early !== null) return verdictOf(write, early, NO_CONCERN, coordinatesOf(values));
  const settled = await refusedByRole(context, write, applied);
  const types = applied.flatMap(({ act }) => (act.source === "QUERY" ? typesOf(context.schema, act.on) : []));
  const written = writtenFields(context, [...new Set(types)], values);
  const finder = new ConcernFinder(context, write);
  const acts = await finder.begin(applied, written);
  const finish = async (found: Found): Promise<Verdict> => {
    const verdict = await settle(context, write, finder.finish(acts, found), values, written);
    // Nor does it tell whether there is such an object that it is asked for at all.
    return settled !== null && verdict.told === "OUT_OF_REACH" ? { ...verdict, told: settled } : verdict;
  };
  return { write, acts, written, finish };
}

async function settle(
  context: ActContext,
  write: WritePolicy,
  concern: Concern,
  values: readonly WrittenValues[],
  written: readonly WrittenField[],
): Promise<Verdict> {
  const coordinates = coordinatesOf(values);
  if (concern.refused !== null) return verdictOf(write, denied(concern.refused), concern, coordinates);
  const slots = slotsOf(context, write, concern.examined);
  const standings = await lookUpConsents(context.consents, slots.byDecider, context.request);
  await decide(slots.byDecider, standings, context.request);
  const unreadable = unreadableIn(context, concern.examined, slots.all);
  const decision = decisionOf(slots.all);
  if (decision.outcome === "ALLOW") {
    const partly = holdsMarks(context, values);
    const back = await writesMaskBack(context, written, writtenObjects(concern.examined));
    if (partly || back) return verdictOf(write, denied("MASKED_VALUE"), concern, coordinates, unreadable);
  }
  return verdictOf(write, decision, concern, coordinates, unreadable);
}

function coordinatesOf(values: readonly WrittenValues[]): readonly string[] {
  return [...new Set(values.map(({ coordinate }) => coordinate))];
}

const NO_CONCERN: Concern = { examined: [], refused: null, known: [], acted: new Map() };

function denied(reason: Reason): Decision {
  return { outcome: "DENY", reason, consentIds: [] };
}

/**
 * What role and purpose settle before anything is looked up. Where an object may name nobody, it is told only then what may be
 * done with it.
 */
async function refusedBefore(
  { deciders, request }: ActContext,
  write: WritePolicy,
  applied: readonly AppliedAct[],
): Promise<Decision | null> {
  if (write.acts.length > 0 && applied.length === 0) {
    return (await deciders.of(write, "ROLE").decideStatic(request)) ?? denied("SUBJECT_UNKNOWN");
  }
  for (const { act } of applied) {
    if (act.source === "TRUST" || act.reach !== null) continue;
    const decision = await deciders.of(write, "OBJECT").decideStatic(request);
    if (decision !== null && decision.outcome !== "ALLOW") return decision;
  }
  return null;
}

/** Why role and purpose may do nothing with an object that is somebody's; null where they may. */
async function refusedByRole(
  { deciders, request }: ActContext,
  write: WritePolicy,
  applied: readonly AppliedAct[],
): Promise<Reason | null> {
  if (applied.every(({ act }) => act.source === "TRUST")) return null;
  const decision = await deciders.of(write, "OBJECT").decideStatic(request);
  return decision === null || decision.outcome === "ALLOW" ? null : decision.reason;
}

interface ActSlots {
  readonly byDecider: ReadonlyMap<Decider, readonly Slot[]>;
  /** In the order of what was examined. */
  readonly all: readonly Slot[];
}

function slotsOf({ deciders }: ActContext, write: WritePolicy, examined: readonly Examined[]): ActSlots {
  const byDecider = new Map<Decider, Slot[]>();
  const all = examined.map((each): Slot => {
    const slot: Slot = { of: null, holder: each.holder, named: namedOf(write, each), beside: null, decision: null };
    if (each === OPEN) {
      slot.decision = { outcome: "ALLOW", reason: "GRANTED", consentIds: [] };
      return slot;
    }
    const decider = deciders.of(write, each.standpoint);
    const others = byDecider.get(decider);
    if (others === undefined) byDecider.set(decider, [slot]);
    else others.push(slot);
    return slot;
  });
  return { byDecider, all };
}

function namedOf({ policy: { grants } }: WritePolicy, { object }: Examined): Readonly<Record<string, unknown>> {
  const names = grants.flatMap(({ assigned, until }) => [assigned, until]).filter((name) => name !== null);
  return Object.fromEntries(names.map((name) => [name, object?.raw[HIDDEN.named(name)]]));
}

/** Coordinates of the facts that were told and cannot be read. */
function unreadableIn(
  { policy }: ActContext,
  examined: readonly Examined[],
  slots: readonly Slot[],
): readonly string[] {
  const found = examined.flatMap(({ from, object }, at) =>
    (slots[at]?.decision?.unreadable ?? []).map((fact) => {
      const path = fact === BIRTH_DATE && object !== null ? policy.types[object.type]?.subject?.birthDate : fact;
      return `${from ?? object?.type}.${path}`;
    }),
  );
  return [...new Set(found)];
}

/** One no is a no for the whole field. */
function decisionOf(slots: readonly Slot[]): Decision {
  const decisions = slots.map(({ decision }) => decision ?? denied("RULE_FAILED"));
  const no = decisions.find(({ outcome }) => outcome !== "ALLOW");
  if (no !== undefined) return no;
  const consentIds = [...new Set(decisions.flatMap((decision) => decision.consentIds))];
  return { outcome: "ALLOW", reason: "GRANTED", consentIds };
}

/** Every object that was looked up, with everybody whose it is; the caller where it is taken on trust. */
function writtenObjects(examined: readonly Examined[]): readonly WrittenObject[] {
  const byObject = new Map<FoundObject, Holder>();
  for (const { object, holder } of [...examined].reverse()) {
    if (object !== null) byObject.set(object, { ...holder, beside: byObject.get(object) ?? null });
  }
  return Array.from(byObject, ([{ type, raw }, holder]) => ({ type, raw, holder }));
}

/** What would tell whether there is such an object at all: the same answer, whatever is so. */
const BEFORE_REACH: ReadonlySet<Reason> = new Set([
  "SUBJECT_UNKNOWN",
  "SUBJECT_ERASED",
  "RETENTION_EXPIRED",
  "OUT_OF_REACH",
]);

function verdictOf(
  write: WritePolicy,
  decision: Decision,
  concern: Concern,
  written: readonly string[],
  unreadable: readonly string[] = [],
): Verdict {
  const { examined, known, acted } = concern;
  const lookedUp = known.some(({ by }) => by !== "TRUSTED" && by !== "ROLE_ALONE");
  const told = lookedUp && BEFORE_REACH.has(decision.reason) ? "OUT_OF_REACH" : decision.reason;
  const people = examined.filter(({ holder }) => holder.subject !== null).map(({ holder }) => holder);
  const chain = people.reduceRight<Holder | null>((beside, holder) => ({ ...holder, beside }), null);
  const objects = new Set(examined.map(({ object }) => object)).size;
  return { write, decision, told, people: chain, known, acted, objects, written, unreadable, effect: "NONE" };
}
