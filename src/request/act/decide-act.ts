import type { GraphQLField } from "graphql";
import { type Decider, type Decision, type ObjectFacts, type Reason, standsFor } from "../../decision/model.ts";
import type { Act, Reach, SubjectKeys, WritePolicy } from "../../policy/model.ts";
import { subjectIdOf } from "../../policy/spaces.ts";
import { decide } from "../decide.ts";
import { holderOf } from "../enforce/holder.ts";
import type { Holder, Slot } from "../enforce/model.ts";
import { factsOf, lookUpConsents } from "../look-up.ts";
import { identityOf } from "../plan/identities.ts";
import { HIDDEN } from "../plan/model.ts";
import { type AppliedAct, applyActs, type GivenKey } from "./find-keys.ts";
import { findWritten } from "./find-written.ts";
import { type FoundObject, lookUpObjects } from "./look-up-objects.ts";
import type { KnownBy, Verdict } from "./model.ts";
import type { Asking } from "./run.ts";
import { toldHolders } from "./subject-of.ts";
import type { Standpoint } from "./trust.ts";
import { comparedFields, type WrittenObject, writesMaskBack } from "./unmarked.ts";

/** One thing that must pass: somebody, seen from one standpoint. */
interface Examined {
  readonly standpoint: Standpoint;
  readonly holder: Holder;
  readonly object: FoundObject | null;
}

/** What an act was found to concern. */
interface Concern {
  readonly examined: readonly Examined[];
  /** Why it is refused whatever else is found; null where it is not. */
  readonly refused: Reason | null;
  readonly known: Verdict["known"];
  readonly acted: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Decides one act: whatever its arguments tell of must pass, or nothing of it runs. */
export async function decideAct(
  asking: Asking,
  write: WritePolicy,
  type: string,
  field: GraphQLField<unknown, unknown>,
  args: Readonly<Record<string, unknown>>,
): Promise<Verdict> {
  const values = findWritten(asking.policy, type, field, args);
  const written = [...new Set(values.map(({ coordinate }) => coordinate))];
  const applied = applyActs(write, args);
  const early = await refusedBefore(asking, write, applied);
  if (early !== null) return verdictOf(write, early, NO_CONCERN, written);
  const concern = await findConcern(asking, write, applied, comparedFields(asking, values));
  if (concern.refused !== null) return verdictOf(write, denied(concern.refused), concern, written);
  const slots = slotsOf(asking, write, concern.examined);
  const standings = await lookUpConsents(asking.consents, slots.byDecider, asking.request);
  await decide(slots.byDecider, standings, asking.request);
  const decision = decisionOf(slots.all);
  if (decision.outcome === "ALLOW" && values.length > 0) {
    const objects = writtenObjects(concern.examined, slots.all, (slot) => factsOf(slot, standings));
    if (await writesMaskBack({ ...asking, deciders: asking.fields }, values, objects)) {
      return verdictOf(write, denied("MASKED_VALUE"), concern, written);
    }
  }
  return verdictOf(write, decision, concern, written);
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
  { deciders, request }: Asking,
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

async function findConcern(
  asking: Asking,
  write: WritePolicy,
  applied: readonly AppliedAct[],
  compared: readonly string[],
): Promise<Concern> {
  const examined: Examined[] = [];
  const known: { on: string; by: KnownBy }[] = [];
  const acted = new Map<string, Set<string>>();
  let refused: Reason | null = null;
  if (write.acts.length === 0) {
    examined.push({ standpoint: "ROLE", holder: NOBODY, object: null });
    known.push({ on: write.policy.type, by: "ROLE_ALONE" });
  }
  const note = (act: Act, by: KnownBy): void => {
    if (!known.some((each) => each.on === act.on && each.by === by)) known.push({ on: act.on, by });
  };
  const lookedUp: AppliedAct[] = [];
  for (const each of applied) {
    const { act } = each;
    if (act.source === "TRUST") {
      note(act, "TRUSTED");
      examined.push(...trusted(asking, write, act.reach, null));
    } else if (act.source === "SUBJECT_OF") {
      note(act, "TOLD");
      for (const { value } of each.keys) {
        const people = await toldHolders(asking.subjectOf[act.on], value, asking.context);
        remember(acted, act.on, String(value));
        if (people === null) refused ??= "SUBJECT_UNKNOWN";
        else if (people.length === 0) examined.push(...trusted(asking, write, act.reach, null));
        else for (const holder of people) examined.push({ standpoint: "OBJECT", holder, object: null });
      }
    } else {
      const { own, others } = ownIds(asking, write, each, compared);
      for (const { value } of own) {
        note(act, "OWN_ID");
        remember(acted, act.on, String(value));
        examined.push({ standpoint: "OBJECT", holder: oneself(asking, act), object: null });
      }
      if (others.length > 0 || act.keys.length === 0) lookedUp.push({ act, keys: others });
    }
  }
  const found = await lookUpObjects(asking, write, lookedUp, compared);
  for (const each of lookedUp) {
    note(each.act, "LOOKED_UP");
    const objects = found.get(each) ?? null;
    if (objects === null) refused ??= "SUBJECT_UNKNOWN";
    for (const object of objects ?? []) {
      const identity = identityOf(asking.schema, object.type, each.keys[0]?.argument ?? null);
      const id = identity === null ? null : object.raw[HIDDEN.named(identity)];
      if (id !== null && id !== undefined) remember(acted, object.type, String(id));
      examined.push(...peopleIn(asking, write, each.act, object));
    }
  }
  if (examined.length === 0) refused ??= "SUBJECT_UNKNOWN";
  return { examined, refused, known, acted };
}

function remember(acted: Map<string, Set<string>>, type: string, id: string): void {
  acted.set(type, (acted.get(type) ?? new Set()).add(id));
}

function peopleIn(asking: Asking, write: WritePolicy, act: Act, object: FoundObject): readonly Examined[] {
  const keys = asking.policy.types[object.type]?.subject ?? null;
  const holder = keys === null ? NOBODY : holderOf(object.raw, keys);
  if (holder.subject === null && act.reach !== null) {
    return trusted(asking, write, act.reach, { ...object, tenant: holder.tenant });
  }
  const people: Examined[] = [];
  for (let each: Holder | null = holder; each !== null; each = each.beside) {
    people.push({ standpoint: "OBJECT", holder: { ...each, beside: null }, object });
  }
  return people;
}

const NOBODY: Holder = {
  declared: false,
  of: null,
  raw: null,
  subject: null,
  tenant: null,
  region: null,
  regionDeclared: false,
  birthDate: null,
  birthDateDeclared: false,
  beside: null,
};

/** Whom an act concerns where nobody is looked up, or where the object names nobody. */
function trusted(
  { request: { caller }, policy }: Asking,
  write: WritePolicy,
  reach: Reach | null,
  object: (FoundObject & { readonly tenant: string | null }) | null,
): readonly Examined[] {
  if (reach === null) return [{ standpoint: "OBJECT", holder: { ...NOBODY, declared: true }, object }];
  // Open, unless the field itself says to whom.
  if (reach === "NONE") {
    return write.ownGrants ? [{ standpoint: "ROLE", holder: NOBODY, object }] : [OPEN];
  }
  if (reach === "SELF") {
    const own = [...new Set([caller.id, standsFor(caller)])].filter((id) => id !== null);
    const people = own.map((subject): Examined => {
      return { standpoint: "SELF", holder: { ...NOBODY, declared: true, subject }, object };
    });
    return people.length > 0 ? people : [{ standpoint: "SELF", holder: NOBODY, object }];
  }
  // Of an object that names a tenant and no person, the tenant is known all the same.
  const tenant = object?.tenant ?? null;
  const elsewhere = tenant !== null && !caller.tenants.includes(tenant);
  if (reach === "TENANT" && elsewhere && policy.vocabulary.roles[caller.role]?.reach === "TENANT") {
    return [{ standpoint: "OBJECT", holder: { ...NOBODY, declared: true, tenant }, object }];
  }
  return [{ standpoint: reach, holder: { ...NOBODY, tenant }, object }];
}

/** Needs no grant and no purpose. */
const OPEN: Examined = { standpoint: "ROLE", holder: NOBODY, object: null };

/**
 * The caller's own id, given for the very field that tells the subject, needs no look-up for a role that reaches itself: unless
 * the decision hangs on more than who it is.
 */
function ownIds(
  asking: Asking,
  write: WritePolicy,
  { act, keys }: AppliedAct,
  compared: readonly string[],
): { readonly own: readonly GivenKey[]; readonly others: readonly GivenKey[] } {
  const { caller, purpose, deployment } = asking.request;
  const subject = asking.policy.types[act.on]?.subject ?? null;
  const grants = write.policy.grants.filter(
    ({ to, allow }) => to.includes(caller.role) && purpose !== null && allow.includes(purpose),
  );
  const simple =
    compared.length === 0 &&
    deployment.minimumAge === null &&
    grants.every(({ assigned, until }) => assigned === null && until === null) &&
    !write.policy.consents.some((demand) => purpose !== null && demand.purposes.includes(purpose));
  const reachesSelf = asking.policy.vocabulary.roles[caller.role]?.reach === "SELF";
  const own = (key: GivenKey): boolean =>
    simple &&
    reachesSelf &&
    subject?.id.length === 1 &&
    subject.id[0] === key.argument &&
    caller.id !== null &&
    subjectIdOf(subject, String(key.value)) === caller.id;
  return { own: keys.filter(own), others: keys.filter((key) => !own(key)) };
}

function oneself({ request: { caller }, policy }: Asking, act: Act): Holder {
  const keys: SubjectKeys | null = policy.types[act.on]?.subject ?? null;
  return {
    ...NOBODY,
    declared: true,
    subject: caller.id,
    regionDeclared: keys?.region != null,
    birthDateDeclared: keys?.birthDate != null,
  };
}

interface ActSlots {
  readonly byDecider: ReadonlyMap<Decider, readonly Slot[]>;
  /** In the order of what was examined. */
  readonly all: readonly Slot[];
}

function slotsOf({ deciders }: Asking, write: WritePolicy, examined: readonly Examined[]): ActSlots {
  const byDecider = new Map<Decider, Slot[]>();
  const all = examined.map((each): Slot => {
    const slot: Slot = { of: null, holder: each.holder, named: namedOf(write, each), beside: null, decision: null };
    if (each === OPEN) {
      slot.decision = { outcome: "ALLOW", reason: "GRANTED", consentIds: [] };
      return slot;
    }
    const decider = deciders.of(write, each.standpoint);
    byDecider.set(decider, [...(byDecider.get(decider) ?? []), slot]);
    return slot;
  });
  return { byDecider, all };
}

function namedOf({ policy: { grants } }: WritePolicy, { object }: Examined): Readonly<Record<string, unknown>> {
  const names = grants.flatMap(({ assigned, until }) => [assigned, until]).filter((name) => name !== null);
  return Object.fromEntries(names.map((name) => [name, object?.raw[HIDDEN.named(name)]]));
}

/** One no is a no for the whole field. */
function decisionOf(slots: readonly Slot[]): Decision {
  const decisions = slots.map(({ decision }) => decision ?? denied("RULE_FAILED"));
  const no = decisions.find(({ outcome }) => outcome !== "ALLOW");
  if (no !== undefined) return no;
  const consentIds = [...new Set(decisions.flatMap((decision) => decision.consentIds))];
  return { outcome: "ALLOW", reason: "GRANTED", consentIds };
}

/** Every object that was looked up, with the facts of everybody whose it is; the caller's own where it is taken on trust. */
function writtenObjects(
  examined: readonly Examined[],
  slots: readonly Slot[],
  factsAt: (slot: Slot) => ObjectFacts,
): readonly WrittenObject[] {
  const byObject = new Map<FoundObject, ObjectFacts[]>();
  for (const [index, { object }] of examined.entries()) {
    const slot = slots[index];
    if (object === null || slot === undefined) continue;
    byObject.set(object, [...(byObject.get(object) ?? []), factsAt(slot)]);
  }
  return Array.from(byObject, ([{ type, raw }, facts]) => ({ type, raw, facts }));
}

/** What would tell whether there is such an object at all: the same answer, whatever is so. */
const BEFORE_REACH: ReadonlySet<Reason> = new Set([
  "SUBJECT_UNKNOWN",
  "SUBJECT_ERASED",
  "RETENTION_EXPIRED",
  "OUT_OF_REACH",
]);

function verdictOf(write: WritePolicy, decision: Decision, concern: Concern, written: readonly string[]): Verdict {
  const { examined, known, acted } = concern;
  const lookedUp = known.some(({ by }) => by !== "TRUSTED" && by !== "ROLE_ALONE");
  const told = lookedUp && BEFORE_REACH.has(decision.reason) ? "OUT_OF_REACH" : decision.reason;
  const people = examined.filter(({ holder }) => holder.subject !== null).map(({ holder }) => holder);
  const chain = people.reduceRight<Holder | null>((beside, holder) => ({ ...holder, beside }), null);
  return { write, decision, told, people: chain, known, acted, written, effect: "NONE" };
}
