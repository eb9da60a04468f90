import { type GraphQLOutputType, getNamedType, isCompositeType, isObjectType, type SelectionSetNode } from "graphql";
import { DateTime } from "luxon";
import type { Decision, ObjectFacts, Reason, RequestFacts } from "../../src/decision/model.ts";
import { compileMask } from "../../src/masks/index.ts";
import type { FieldPolicy } from "../../src/policy/model.ts";
import { ageOf, decideByReference, everywhere, readDate } from "../decision/reference.ts";
import type { Annotations } from "./annotations.ts";
import { decideBefore } from "./before.ts";
import { settleAct } from "./changed-hands.ts";
import {
  type AskedField,
  type AskedOperation,
  fieldsAskedOf,
  outputTypeOf,
  rootTypeOf,
  selectionsUnder,
} from "./operation.ts";
import { NOBODY, type Person, peopleIn, rulesMet } from "./people.ts";
import { agreementIn, type Stored, standingIn } from "./stored.ts";
import { keyAt, keyOf, TYPE_KEY } from "./with-keys.ts";
import type { ActOutcome } from "./writes.ts";

/** What the walk must know besides the values. */
export interface WalkContext {
  readonly operation: AskedOperation;
  readonly annotations: Annotations;
  readonly request: RequestFacts;
  readonly stored: Stored;
  readonly mode: "enforce" | "report";
  /** The record cannot be kept: nothing annotated leaves. */
  readonly logDown: boolean;
  /** What was decided before it ran, by response keys from the root on. */
  readonly acts: ReadonlyMap<string, ActOutcome>;
  /** The mask's own hash keys. */
  readonly keyring: Parameters<typeof compileMask>[2]["keyring"];
}

/** One value as it was decided. */
export interface DecidedValue {
  readonly coordinate: string;
  readonly category: string;
  /** Response keys and list positions. */
  readonly path: Path;
  readonly outcome: Decision["outcome"];
  readonly reason: Reason;
  readonly consentIds: readonly string[];
  /** Everybody whose data it is, or whom an act concerns. */
  readonly subjects: readonly string[];
  /** Those of them who are known to be under the age at which a guardian consents. */
  readonly minors: readonly string[];
  /** Of an act: what the caller is told, and what is written. */
  readonly told?: Reason;
  readonly written?: readonly string[];
  /** Rules that it was decided by, to be counted. */
  readonly met?: readonly string[];
}

export interface Walked {
  readonly data: Raw | null;
  /** In the order of the response, enclosing values before those inside. */
  readonly decided: readonly DecidedValue[];
  /** Where a denial was certain before any value was there: nothing at or under these is fetched. */
  readonly unfetched: readonly Path[];
  /** Objects that were gone through, as JSON of their paths: not those that a failure inside took away, nor under a small group. */
  readonly visited: ReadonlySet<string>;
  /** Where items of lists are sent, by JSON of their paths: elsewhere where small groups before them are left out. */
  readonly sent: ReadonlyMap<string, number>;
  /** Coordinates of dates that were there, were looked at and are none. */
  readonly unreadable: ReadonlySet<string>;
}

export type Path = readonly (string | number)[];

type Raw = Readonly<Record<string, unknown>>;

/** The nearest object around a value that says whose data it is. */
interface Owner {
  readonly type: string;
  readonly raw: Raw;
}

/** There, and no date. */
export function isUnreadable(value: unknown): boolean {
  return value !== null && value !== undefined && readDate(value) === null;
}

export function hangsOnAge(reason: Reason): boolean {
  return reason === "MINOR_NOT_SERVED" || reason === "GUARDIAN_CONSENT_REQUIRED";
}

const SUPPRESSED = Symbol("a group that does not leave");

/** Goes through everything that was resolved, value by value. */
export function walkValues(context: WalkContext, data: Raw | null): Walked {
  const walk = new Walk(context);
  const root = rootTypeOf(context.operation).name;
  const built = walk.object(data ?? Object.create(null), root, [context.operation.definition.selectionSet], null, []);
  const { decided, unfetched, visited, sent, unreadable } = walk;
  return {
    data: data === null || built === SUPPRESSED ? null : (built as Raw),
    decided,
    unfetched,
    visited,
    sent,
    unreadable,
  };
}

class Walk {
  readonly #context: WalkContext;
  readonly decided: DecidedValue[] = [];
  readonly unfetched: Path[] = [];
  readonly visited = new Set<string>();
  readonly sent = new Map<string, number>();
  readonly unreadable = new Set<string>();

  constructor(context: WalkContext) {
    this.#context = context;
  }

  object(
    raw: Raw,
    typeName: string,
    selections: readonly SelectionSetNode[],
    around: Owner | null,
    path: Path,
  ): unknown {
    const { operation, annotations } = this.#context;
    const type = operation.schema.getType(typeName);
    if (!isObjectType(type)) throw new Error(`An object of type ${typeName} came back.`);
    const about = annotations.types.get(typeName);
    const owner = about?.subject ? { type: typeName, raw } : around;
    if (about?.aggregate) {
      const people = raw[keyOf(typeName, about.aggregate.count)];
      if (!(typeof people === "number" && people >= about.aggregate.atLeast)) {
        if (!this.#context.logDown)
          this.#note({ coordinate: typeName, category: "" }, path, "DENY", "GROUP_TOO_SMALL", [], owner);
        if (this.#context.mode === "enforce") {
          return SUPPRESSED;
        }
      }
    }
    this.visited.add(JSON.stringify(path));
    const out: Record<string, unknown> = {};
    for (const asked of fieldsAskedOf(operation, type, selections)) {
      const acts = annotations.acting.has(`${typeName}.${asked.name}`);
      const policy = acts ? undefined : about?.fields.get(asked.name);
      const below = outputTypeOf(type, asked.name);
      const at = [...path, asked.key];
      const decided = acts ? this.#context.acts.get(at.join(".")) : undefined;
      const ran =
        decided?.outcome === "ALLOW" || (this.#context.mode === "report" && decided?.reason !== "AUDIT_UNAVAILABLE");
      const act = decided && ran ? settleAct(this.#context, decided, raw[asked.key], type, asked) : decided;
      if (act !== undefined) this.#noteAct(act, ran, at);
      if (act !== undefined && act.outcome !== "ALLOW" && !(ran && this.#context.mode === "report")) {
        out[asked.key] = null;
        continue;
      }
      out[asked.key] =
        policy === undefined
          ? this.#value(raw[asked.key], below, asked, owner, at)
          : this.#decidedValue(policy, raw, { type: typeName, raw }, asked, below, owner, at);
    }
    return out;
  }

  #noteAct(act: ActOutcome, ran: boolean, path: Path): void {
    for (const coordinate of act.unreadable) this.unreadable.add(coordinate);
    const { coordinate, category, outcome, reason, told, consentIds, people, written, met } = act;
    const minors = people.filter(({ born }) => this.#isMinor(born)).map(({ subject }) => subject);
    const subjects = [...new Set(people.map((each) => each.subject))];
    const about = { coordinate, category, path, outcome, reason, consentIds, subjects, minors };
    const rules = [...met, ...(path.length > 1 ? ["in a group"] : [])];
    this.decided.push({ ...about, told, written: ran ? written : [], met: rules });
  }

  #isMinor(born: unknown): boolean {
    const { now, deployment } = this.#context.request;
    const age = ageOf(born, everywhere(DateTime.fromMillis(now, { zone: "utc" })));
    return age !== null && age < deployment.guardianAge;
  }

  #value(value: unknown, type: GraphQLOutputType, asked: AskedField, owner: Owner | null, path: Path): unknown {
    const named = getNamedType(type);
    if (value === null || value === undefined) return null;
    if (!isCompositeType(named)) return value;
    if (Array.isArray(value)) {
      const kept: unknown[] = [];
      for (const [index, element] of value.entries()) {
        const at = [...path, index];
        const built = this.#value(element, type, asked, owner, at);
        if (built === SUPPRESSED) continue;
        this.sent.set(JSON.stringify(at), kept.length);
        kept.push(built);
      }
      return kept;
    }
    const raw = value as Raw;
    // introspection's own objects bring no key
    const typeName = isObjectType(named) ? named.name : String(raw[TYPE_KEY]);
    const built = this.object(raw, typeName, selectionsUnder(asked), owner, path);
    return built === SUPPRESSED && typeof path.at(-1) !== "number" ? null : built;
  }

  #decidedValue(
    policy: FieldPolicy,
    raw: Raw,
    object: Owner,
    asked: AskedField,
    type: GraphQLOutputType,
    owner: Owner | null,
    path: Path,
  ): unknown {
    const { request, annotations, mode, logDown } = this.#context;
    const before = decideBefore(policy, annotations.vocabulary, request);
    const dropped = mode === "enforce" && before !== null && (before.outcome === "DENY" || policy.mask === "NULLIFY");
    if (dropped) this.unfetched.push(path);
    const value = dropped ? null : (raw[asked.key] ?? null);
    if (logDown) {
      this.#note(policy, path, "DENY", "AUDIT_UNAVAILABLE", [], owner);
      return null;
    }
    const decision = before ?? this.#decideOn(policy, object, owner);
    if (before === null) this.#noteUnreadable(policy, object, owner);
    const { reason, consentIds } = decision;
    const met = before === null ? this.#rulesMet(owner) : [];
    if (decision.outcome === "ALLOW" || (mode === "report" && decision.outcome === "DENY")) {
      this.#note(policy, path, decision.outcome, reason, consentIds, owner, met);
      return this.#value(value, type, asked, owner, path);
    }
    const masked = decision.outcome === "MASK" ? this.#masked(policy, value, owner) : null;
    const failed = decision.outcome === "MASK" && value !== null && masked === null && policy.mask !== "NULLIFY";
    if (failed) this.#note(policy, path, "DENY", "MASK_FAILED", [], owner);
    else this.#note(policy, path, decision.outcome, reason, consentIds, owner, met);
    return mode === "report" ? this.#value(value, type, asked, owner, path) : masked;
  }

  /** Each whose data it is must pass: who is denied comes before who is shown a mask, else who is named first. */
  #decideOn(policy: FieldPolicy, object: Owner, owner: Owner | null): Decision {
    const { annotations, request } = this.#context;
    const decisions = this.#people(owner).map((person) => {
      const facts = this.#facts(policy, object, owner, person);
      const decision = decideByReference(policy, annotations.vocabulary, request, facts);
      if (hangsOnAge(decision.reason) && isUnreadable(person.birthDate)) {
        this.unreadable.add(`${owner?.type}.${annotations.types.get(owner?.type ?? "")?.subject?.birthDate}`);
      }
      return decision;
    });
    const no = ["DENY", "MASK"].flatMap((worse) => decisions.find(({ outcome }) => outcome === worse) ?? [])[0];
    return (
      no ?? {
        outcome: "ALLOW",
        reason: "GRANTED",
        consentIds: [...new Set(decisions.flatMap((one) => one.consentIds))],
      }
    );
  }

  #rulesMet(owner: Owner | null): readonly string[] {
    const keys = this.#context.annotations.types.get(owner?.type ?? "")?.subject ?? null;
    if (owner === null || keys === null) return [];
    return rulesMet(keys, this.#people(owner), (path) => keyAt(owner.type, owner.raw, path));
  }

  #people(owner: Owner | null): readonly Person[] {
    const { types, spaces } = this.#context.annotations;
    const keys = owner === null ? null : (types.get(owner.type)?.subject ?? null);
    if (owner === null || keys === null) return [NOBODY];
    return peopleIn(keys, spaces, (path) => keyAt(owner.type, owner.raw, path));
  }

  #masked(policy: FieldPolicy, value: unknown, owner: Owner | null): unknown {
    if (value === null) return null;
    const { operation, keyring, request } = this.#context;
    const leaf = operation.schema.getType(policy.leaf);
    const about = { category: policy.category, leaf: policy.leaf, ...(leaf ? { type: leaf } : {}) };
    const tenant = this.#people(owner)[0]?.tenant ?? null;
    return (
      compileMask(policy.mask, about, { keyring, clock: { now: () => request.now } })(value, {
        tenant,
        purpose: request.purpose,
      }) ?? null
    );
  }

  #facts(policy: FieldPolicy, object: Owner, owner: Owner | null, person: Person): ObjectFacts {
    const { request, stored } = this.#context;
    const { caller, purpose } = request;
    const { subject, tenant } = person;
    const names = [
      ...policy.grants.flatMap(({ assigned, until }) => [assigned, until]),
      policy.retain === null ? null : policy.retain.after,
    ].filter((name) => name !== null);
    return {
      ...person,
      named: Object.fromEntries(names.map((name) => [name, this.#named(name, object, owner)])),
      standing: subject === null ? null : standingIn(stored, subject, purpose ?? ""),
      agreement: tenant === null ? undefined : agreementIn(stored, tenant, caller.organisation, purpose ?? ""),
    };
  }

  #noteUnreadable({ grants, retain }: FieldPolicy, object: Owner, owner: Owner | null): void {
    const { caller, purpose } = this.#context.request;
    const asked = grants.filter(({ to, allow }) => to.includes(caller.role) && allow.includes(purpose ?? ""));
    for (const name of [...asked.map(({ until }) => until), retain?.after ?? null]) {
      const value = name === null ? null : this.#named(name, object, owner);
      if (name === null || !isUnreadable(value)) continue;
      this.unreadable.add(`${keyOf(object.type, name) in object.raw ? object.type : owner?.type}.${name}`);
    }
  }

  /** On the object itself, else on the enclosing object that gives its subject. */
  #named(name: string, object: Owner, owner: Owner | null): unknown {
    const key = keyOf(object.type, name);
    if (key in object.raw) return object.raw[key];
    return owner?.raw[keyOf(owner.type, name)];
  }

  #note(
    { coordinate, category }: { readonly coordinate: string; readonly category: string },
    path: Path,
    outcome: DecidedValue["outcome"],
    reason: Reason,
    consentIds: readonly string[],
    owner: Owner | null,
    met: readonly string[] = [],
  ): void {
    const known = this.#people(owner).flatMap(({ subject, birthDate }) =>
      subject === null ? [] : [{ subject, minor: this.#isMinor(birthDate) }],
    );
    const subjects = known.map(({ subject }) => subject);
    const minors = known.filter(({ minor }) => minor).map(({ subject }) => subject);
    this.decided.push({ coordinate, category, path, outcome, reason, consentIds, subjects, minors, met });
  }
}
