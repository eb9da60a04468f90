import { MapperKind, mapSchema } from "@graphql-tools/utils";
import {
  defaultFieldResolver,
  execute,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  isObjectType,
  parse,
} from "graphql";
import type { Keyring } from "../../src/core/keys.ts";
import type { Decision, ObjectFacts, Reason, RequestFacts } from "../../src/decision/model.ts";
import type { FieldPolicy, Reach } from "../../src/policy/model.ts";
import { decideByReference } from "../decision/reference.ts";
import type { Annotations } from "./annotations.ts";
import { decideBefore, refusedAnyway } from "./before.ts";
import { type AskedOperation, fieldsAskedOf, rootTypeOf, selectionsUnder } from "./operation.ts";
import { askFor, inSpace, type Person, pathsIn, peopleIn, rulesMet, valueAt } from "./people.ts";
import { agreementIn, type Stored } from "./stored.ts";
import { type TellsSubject, toldOf } from "./told.ts";
import { type Concerned, NOTHING_KNOWN, reaching, standingAt, trusted, trustedBy } from "./trusted.ts";
import { hangsOnAge, isUnreadable, type Path } from "./walk.ts";
import {
  asksFor,
  COMPARED,
  type Compared,
  comparedOn,
  holdsDots,
  isWrittenBack,
  type WrittenValue,
  writtenIn,
} from "./written-back.ts";

/** A field with `@acts`, or with `@purpose` alone, as its text says. */
export interface ActingField {
  readonly policy: FieldPolicy;
  readonly acts: readonly WrittenAct[];
  /** Whether it says itself to whom it is granted. */
  readonly ownGrants: boolean;
  /** With the names of their types. */
  readonly args: readonly (readonly [name: string, type: string])[];
}

export interface WrittenAct {
  readonly on: string;
  readonly id: readonly string[];
  readonly by: string | null;
  readonly reach: Reach | null;
}

/** What the reference says of one act, in the order in which they come. */
export interface ActOutcome extends Decision {
  readonly coordinate: string;
  readonly category: string;
  /** What the caller is told in place of the reason. */
  readonly told: Reason;
  /** Whom it concerns, and when they were born where that was looked up. */
  readonly people: readonly { readonly subject: string; readonly born: unknown }[];
  readonly written: readonly string[];
  /** Coordinates of dates that were there, counted and are none. */
  readonly unreadable: readonly string[];
  /** Rules that were met, to be counted. */
  readonly met: readonly string[];
  /** Ids of the objects that it is known whose they are, by type. */
  readonly acted: ReadonlyMap<string, ReadonlySet<string>>;
}

/** What acts are decided with, for one request. */
export interface Acting {
  readonly annotations: Annotations;
  readonly stored: Stored;
  readonly request: RequestFacts;
  readonly mode: "enforce" | "report";
  /** What is about to happen cannot be put on record: so it does not. */
  readonly logDown: boolean;
  readonly keyring: Keyring;
  /** By type: whose its objects are, where no query is named. */
  readonly subjectOf: Readonly<Record<string, TellsSubject>>;
  /** By response keys from the root on, as they happen. */
  readonly outcomes: Map<string, ActOutcome>;
}

const acting = new WeakMap<object, Acting>();
const guarded = new WeakMap<GraphQLSchema, GraphQLSchema>();

/** The plain schema, in which a field that acts is decided first; what is denied does not run. */
export function withActs(plain: GraphQLSchema, context: unknown, about: Acting): GraphQLSchema {
  if (about.annotations.acting.size === 0 || typeof context !== "object" || context === null) return plain;
  acting.set(context, about);
  const known = guarded.get(plain);
  if (known !== undefined) return known;
  const schema = mapSchema(plain, {
    [MapperKind.OBJECT_FIELD]: (config, name, type) => {
      const coordinate = `${type}.${name}`;
      if (!about.annotations.acting.has(coordinate)) return config;
      const { resolve = defaultFieldResolver } = config;
      return {
        ...config,
        resolve: async (parent, args, each: object, info) => {
          const now = acting.get(each);
          const field = now?.annotations.acting.get(coordinate);
          if (now === undefined || field === undefined) return resolve(parent, args, each, info);
          const place = placeOf(info);
          const outcome = now.outcomes.get(place) ?? recorded(now, await decideAct(plain, now, field, args, each));
          now.outcomes.set(place, outcome);
          const runs = outcome.outcome === "ALLOW" || now.mode === "report";
          return runs && outcome.reason !== "AUDIT_UNAVAILABLE" ? resolve(parent, args, each, info) : null;
        },
      };
    },
  });
  guarded.set(plain, schema);
  return schema;
}

/** Names of the response keys from the root on. */
export function placeOf({ path }: Pick<GraphQLResolveInfo, "path">): string {
  const keys: string[] = [];
  for (let at: typeof path | undefined = path; at !== undefined; at = at.prev) {
    if (typeof at.key === "string") keys.unshift(at.key);
  }
  return keys.join(".");
}

/** What stands below the root, where GraphQL keeps no order, is decided before any of the operation runs. */
export async function decideGroups(
  plain: GraphQLSchema,
  now: Acting,
  operation: AskedOperation,
  context: object,
): Promise<void> {
  const below = async (type: string, asked: ReturnType<typeof fieldsAskedOf>, path: Path): Promise<void> => {
    const object = plain.getType(type);
    if (!isObjectType(object)) return;
    for (const each of asked) {
      const at = [...path, each.key];
      const definition = object.getFields()[each.name];
      const [node] = each.nodes;
      if (definition === undefined || node === undefined) continue;
      const field = now.annotations.acting.get(`${type}.${each.name}`);
      if (field !== undefined && path.length > 0) {
        const args = getArgumentValues(definition, node, { ...operation.variables });
        now.outcomes.set(at.join("."), recorded(now, await decideAct(plain, now, field, args, context)));
      } else if (field === undefined) {
        const held = getNamedType(definition.type);
        if (now.annotations.groups.has(held.name) && isObjectType(held)) {
          await below(held.name, fieldsAskedOf(operation, held, selectionsUnder(each)), at);
        }
      }
    }
  };
  if (operation.definition.operation !== "mutation") return;
  const root = rootTypeOf(operation);
  await below(root.name, fieldsAskedOf(operation, root, [operation.definition.selectionSet]), []);
}

/** What would run must be on record first. */
function recorded({ logDown, mode }: Acting, outcome: ActOutcome): ActOutcome {
  if (!logDown || (outcome.outcome !== "ALLOW" && mode === "enforce")) return outcome;
  return { ...outcome, outcome: "DENY", reason: "AUDIT_UNAVAILABLE", told: "AUDIT_UNAVAILABLE", consentIds: [] };
}

type Row = Readonly<Record<string, unknown>>;

/** An `@acts` that applies, with the keys that the arguments give. */
interface Applied {
  readonly act: WrittenAct;
  readonly keys: readonly unknown[];
}

async function decideAct(
  plain: GraphQLSchema,
  now: Acting,
  field: ActingField,
  args: Row,
  context: object,
): Promise<ActOutcome> {
  const { annotations, request } = now;
  const { policy, acts } = field;
  const { vocabulary } = annotations;
  const values = writtenIn(annotations, field, args);
  const written = values.map(({ coordinate }) => coordinate);
  const acted = new Map<string, Set<string>>();
  let unreadable: readonly string[] = [];
  let unknown = false;
  const remember = (type: string, id: unknown) => acted.set(type, (acted.get(type) ?? new Set()).add(String(id)));
  const told = (decision: Decision, as: Reason, concerned: readonly Concerned[] = []): ActOutcome => ({
    ...decision,
    ...{
      coordinate: policy.coordinate,
      category: policy.category,
      told: as,
      written: [...new Set(written)],
      acted,
      unreadable,
      met: [...new Set([...concerned.flatMap(({ met = [] }) => met), ...(unknown ? ["not told"] : [])])],
    },
    people: concerned.flatMap(({ subject, born }) => (subject === null ? [] : [{ subject, born }])),
  });
  const applied = appliedTo(acts, args);
  if (acts.length > 0 && applied.length === 0) {
    const reason = refusedAnyway(policy, reaching(vocabulary, "ROLE"), request) ?? "SUBJECT_UNKNOWN";
    return told(denied(reason), reason);
  }
  if (applied.some(({ act }) => act.reach === null)) {
    const before = decideBefore(policy, vocabulary, request);
    if (before !== null) return told(before, before.reason);
  }
  const concerned: Concerned[] = acts.length === 0 ? [trusted(now, field, "ROLE", {})] : [];
  const lookedUp: Applied[] = [];
  const compares = applied.some(
    ({ act }) => isLookedUp(now, act) && comparedOn(annotations, plain, act.on, values).length > 0,
  );
  for (const { act, keys } of applied) {
    if (isTrusted(now, act)) concerned.push(...trustedBy(now, field, act, { alone: true }));
    else if (isTold(now, act)) {
      for (const key of keys) {
        remember(act.on, key);
        const people = await toldOf(now, field, act, String(key), context);
        unknown ||= people === null;
        concerned.push(...(people ?? []));
      }
    } else {
      const own = keys.filter((key) => isOwnId(now, field, act, key, compares));
      for (const key of own) {
        concerned.push(oneself(now, field, act));
        remember(act.on, key);
      }
      if (own.length < keys.length) lookedUp.push({ act, keys: keys.filter((key) => !own.includes(key)) });
    }
  }
  const found = await lookUpAll(plain, now, field, lookedUp, values, context);
  concerned.push(...found.concerned);
  for (const { on, row } of found.objects) remember(on, row["id"]);
  const missing = unknown || found.missing;
  if (!missing) unreadable = [...found.unreadable, ...unreadableTold(concerned)];
  const decided = missing
    ? denied("SUBJECT_UNKNOWN")
    : (concerned.find(({ decision }) => decision.outcome !== "ALLOW")?.decision ?? null);
  // Nor is it told that there is such an object where role and purpose could do nothing with one that is somebody's.
  const settled = applied.some(({ act }) => !isTrusted(now, act)) ? decideBefore(policy, vocabulary, request) : null;
  const hides = applied.some(({ act }) => !isTrusted(now, act)) && HIDDEN.includes(decided?.reason ?? "GRANTED");
  if (decided !== null) {
    const as = hides ? "OUT_OF_REACH" : decided.reason;
    return told(decided, as === "OUT_OF_REACH" ? (settled?.reason ?? as) : as, concerned);
  }
  const back = found.objects.some(({ on, row, compared }) => isWrittenBack(now, plain, on, row, compared));
  if (back || holdsDots(annotations, values)) return told(denied("MASKED_VALUE"), "MASKED_VALUE", concerned);
  const consentIds = [...new Set(concerned.flatMap(({ decision }) => decision.consentIds))];
  return told({ outcome: "ALLOW", reason: "GRANTED", consentIds }, "GRANTED", concerned);
}

/** What would tell whether there is such an object. */
const HIDDEN: readonly Reason[] = ["SUBJECT_UNKNOWN", "SUBJECT_ERASED", "RETENTION_EXPIRED"];

function denied(reason: Reason): Decision {
  return { outcome: "DENY", reason, consentIds: [] };
}

/** Whoever can tell is asked, where the act names no query and gives keys. */
function isTold({ subjectOf }: Acting, { on, by, id }: WrittenAct): boolean {
  return by === null && id.length > 0 && Object.hasOwn(subjectOf, on);
}

function isTrusted(now: Acting, act: WrittenAct): boolean {
  return act.by === null && act.reach !== null && !isTold(now, act);
}

function isLookedUp(now: Acting, act: WrittenAct): boolean {
  return !isTrusted(now, act) && !isTold(now, act);
}

/** Birth dates that were told, counted, and are none. */
function unreadableTold(concerned: readonly Concerned[]): readonly string[] {
  const wrong = concerned.filter(({ decision, born }) => hangsOnAge(decision.reason) && isUnreadable(born));
  return wrong.flatMap(({ toldBy }) => (toldBy === undefined ? [] : [`${toldBy}.birthDate`]));
}

/** One with keys applies where any is given; one without, where no other does. */
function appliedTo(acts: readonly WrittenAct[], args: Row): readonly Applied[] {
  const keyed = acts
    .filter(({ id }) => id.length > 0)
    .map((act) => ({ act, keys: [...new Set(act.id.flatMap((path) => givenAt(args, path.split("."))))] }))
    .filter(({ keys }) => keys.length > 0);
  return keyed.length > 0 ? keyed : acts.filter(({ id }) => id.length === 0).map((act) => ({ act, keys: [] }));
}

/**
 * The caller's own id, under the very name of the field that tells the subject: nobody need be looked up, unless the decision hangs
 * on more than who it is.
 */
function isOwnId(
  { annotations, request }: Acting,
  { policy }: ActingField,
  { on }: WrittenAct,
  key: unknown,
  compares: boolean,
): boolean {
  const { caller, purpose, deployment } = request;
  const keys = annotations.types.get(on)?.subject;
  const grants = policy.grants.filter(({ to, allow }) => to.includes(caller.role) && allow.includes(purpose ?? ""));
  const more =
    compares ||
    deployment.minimumAge !== null ||
    grants.some(({ assigned, until }) => assigned !== null || until !== null) ||
    policy.consents.some((demand) => demand.purposes.includes(purpose ?? ""));
  const reach = annotations.vocabulary.roles[caller.role]?.reach;
  const own = keys != null && caller.id !== null && inSpace(keys, annotations.spaces, String(key)) === caller.id;
  return !more && own && reach === "SELF" && keys.id.join() === KEY_ARGUMENT;
}

/** Of every look-up that the reference's schemas have. */
const KEY_ARGUMENT = "id";

function oneself(now: Acting, { policy }: ActingField, { on }: WrittenAct): Concerned {
  const { annotations, request } = now;
  const subject = request.caller.id;
  const keys = annotations.types.get(on)?.subject;
  const declared = { regionDeclared: keys?.region != null, birthDateDeclared: keys?.birthDate != null };
  const facts = { ...NOTHING_KNOWN, ...declared, subjectDeclared: true, subject, standing: standingAt(now, subject) };
  return { decision: decideByReference(policy, annotations.vocabulary, request, facts), subject, born: null };
}

interface FoundRow {
  readonly on: string;
  readonly row: Row;
  readonly compared: readonly Compared[];
}

/** Failed or not there is a no; of an act whose objects are not all there nobody is known. */
async function lookUpAll(
  plain: GraphQLSchema,
  now: Acting,
  field: ActingField,
  applied: readonly Applied[],
  values: readonly WrittenValue[],
  context: object,
): Promise<{
  readonly missing: boolean;
  readonly concerned: readonly Concerned[];
  readonly objects: readonly FoundRow[];
  readonly unreadable: readonly string[];
}> {
  const { annotations, request } = now;
  const { policy } = field;
  const names = policy.grants.flatMap(({ assigned, until }) => [assigned, until]).filter((name) => name !== null);
  const concerned: Concerned[] = [];
  const objects: FoundRow[] = [];
  const unreadable: string[] = [];
  const untils = policy.grants
    .filter(({ to, allow }) => to.includes(request.caller.role) && allow.includes(request.purpose ?? ""))
    .map(({ until }) => until);
  let missing = false;
  for (const { act, keys: given } of applied) {
    const keys = annotations.types.get(act.on)?.subject;
    const compared = comparedOn(annotations, plain, act.on, values);
    const paths = [
      "id",
      ...(keys == null ? [] : pathsIn(keys)),
      ...names.filter((name) => hasField(plain, act.on, name)),
    ];
    const asked = [askFor(paths), asksFor(annotations, plain, act.on, compared)].join(" ");
    const rows: (Row | null)[] = [];
    for (const value of given) {
      const row = await lookUp(plain, act, String(value), asked, context);
      // What cannot even be fetched in order to compare leaves nothing to compare with.
      if (row === TAKEN) return lookUpAll(plain, now, field, applied, [], context);
      rows.push(row);
    }
    if (keys == null || rows.includes(null)) {
      missing = true;
      continue;
    }
    for (const row of rows.filter((each) => each !== null)) {
      const people = peopleIn(keys, annotations.spaces, (path) => valueAt(row, path));
      objects.push({ on: act.on, row, compared });
      const dates = untils.filter((name) => name !== null && isUnreadable(row[name]));
      unreadable.push(...dates.map((name) => `${act.on}.${name}`));
      if (act.reach !== null && keys.id.every((path) => (valueAt(row, path) ?? null) === null)) {
        concerned.push(...trustedBy(now, field, act, { row, tenant: people[0]?.tenant ?? null }));
        continue;
      }
      for (const person of people) {
        const facts = factsOf(row, person, names, now);
        const decision = decideByReference(policy, annotations.vocabulary, request, facts);
        const met = rulesMet(keys, people, (path) => valueAt(row, path));
        concerned.push({ decision, subject: facts.subject, born: facts.birthDate, met });
        if (hangsOnAge(decision.reason) && isUnreadable(facts.birthDate)) {
          unreadable.push(`${act.on}.${keys.birthDate}`);
        }
      }
    }
  }
  return { missing, concerned, objects, unreadable };
}

function hasField(plain: GraphQLSchema, type: string, name: string): boolean {
  const object = plain.getType(type);
  return object !== undefined && "getFields" in object && object.getFields()[name] !== undefined;
}

/** Gone because of what it was to be compared with. */
const TAKEN: Row = {};

async function lookUp(
  plain: GraphQLSchema,
  { on, by }: WrittenAct,
  id: string,
  asked: string,
  contextValue: object,
): Promise<Row | null> {
  const query = by ?? `${on.charAt(0).toLowerCase()}${on.slice(1)}`;
  const document = parse(`query ($id: ID!) { found: ${query}(id: $id) { __typename ${asked} } }`);
  const { data, errors = [] } = await execute({ schema: plain, document, contextValue, variableValues: { id } });
  const row = (data?.["found"] ?? null) as Row | null;
  const ofCompared = errors.filter(({ path = [] }) => path.some((key) => String(key).startsWith(COMPARED)));
  if (row === null && ofCompared.length > 0) return TAKEN;
  return errors.length > ofCompared.length ? null : row;
}

function factsOf(row: Row, person: Person, names: readonly string[], now: Acting): ObjectFacts {
  const { caller, purpose } = now.request;
  const { subject, tenant } = person;
  return {
    ...person,
    named: Object.fromEntries(names.map((name) => [name, row[name]])),
    standing: standingAt(now, subject),
    agreement: tenant === null ? undefined : agreementIn(now.stored, tenant, caller.organisation, purpose ?? ""),
  };
}

function givenAt(value: unknown, [name, ...rest]: readonly string[]): readonly unknown[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap((item) => givenAt(item, name === undefined ? [] : [name, ...rest]));
  if (name === undefined) return [value];
  return givenAt((value as Row)[name.replace("[]", "")], rest);
}
