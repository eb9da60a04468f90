import { isObjectType } from "graphql";
import { type Reason, standsFor } from "../../decision/model.ts";
import type { Act, Reach, SubjectKeys, WritePolicy } from "../../policy/model.ts";
import { subjectIdOf } from "../../policy/spaces.ts";
import { type Holder, holderOf, NOBODY, namesNobody, peopleOf } from "../enforce/holder.ts";
import { identityOf } from "../plan/identities.ts";
import { HIDDEN } from "../plan/model.ts";
import type { ActContext } from "./context.ts";
import type { AppliedAct, GivenKey } from "./find-keys.ts";
import type { Found, FoundObject } from "./look-up-objects.ts";
import type { KnownBy, Verdict } from "./model.ts";
import { toldPeople } from "./subject-of.ts";
import type { Standpoint } from "./trust.ts";
import type { WrittenField } from "./written-fields.ts";

/** One thing that must pass: somebody, seen from one standpoint. */
export interface Examined {
  readonly standpoint: Standpoint;
  readonly holder: Holder;
  readonly object: FoundObject | null;
  /** Whose facts these are: a type, or where the option `subjectOf` tells of it; null where nothing was told. */
  readonly from: string | null;
}

/** What an act was found to concern. */
export interface Concern {
  readonly examined: readonly Examined[];
  /** Why it is refused whatever else is found; null where it is not. */
  readonly refused: Reason | null;
  readonly known: Verdict["known"];
  readonly acted: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Takes together whom an act concerns: what is known at once, then what was looked up. */
export class ConcernFinder {
  readonly #context: ActContext;
  readonly #write: WritePolicy;
  readonly #examined: Examined[] = [];
  readonly #known: { on: string; by: KnownBy }[] = [];
  readonly #acted = new Map<string, Set<string>>();
  #refused: Reason | null = null;

  constructor(context: ActContext, write: WritePolicy) {
    this.#context = context;
    this.#write = write;
  }

  /** What needs no look-up; gives back what does. */
  async begin(applied: readonly AppliedAct[], written: readonly WrittenField[]): Promise<readonly AppliedAct[]> {
    if (this.#write.acts.length === 0) {
      this.#examined.push({ standpoint: "ROLE", holder: NOBODY, object: null, from: null });
      this.#known.push({ on: this.#write.policy.type, by: "ROLE_ALONE" });
    }
    const lookedUp: AppliedAct[] = [];
    for (const { act, keys, given } of applied) {
      if (act.source === "TRUST") {
        this.#note(act, "TRUSTED");
        this.#examined.push(...(await this.#aged(act, trusted(this.#context, this.#write, act.reach, null, null))));
      } else if (act.source === "SUBJECT_OF") {
        await this.#tell(act, keys);
      } else {
        const { own, others } = ownIds(this.#context, this.#write, { act, keys, given }, written);
        for (const { value } of own) this.#takeOwn(act, value);
        if (others.length > 0 || act.keys.length === 0) lookedUp.push({ act, keys: others, given });
      }
    }
    return lookedUp;
  }

  finish(lookedUp: readonly AppliedAct[], found: Found): Concern {
    for (const each of lookedUp) {
      this.#note(each.act, "LOOKED_UP");
      const objects = found.get(each) ?? null;
      if (objects === null) this.#refused ??= "SUBJECT_UNKNOWN";
      for (const object of objects ?? []) this.#takeFound(each, object);
    }
    if (this.#examined.length === 0) this.#refused ??= "SUBJECT_UNKNOWN";
    return { examined: this.#examined, refused: this.#refused, known: this.#known, acted: this.#acted };
  }

  async #tell(act: Act, keys: readonly GivenKey[]): Promise<void> {
    this.#note(act, "TOLD");
    const { subjectOf, resolverContext, policy } = this.#context;
    const told = await Promise.all(
      keys.map(({ value }) =>
        toldPeople(subjectOf[act.on], value, resolverContext, policy.types[act.on]?.subject ?? null),
      ),
    );
    for (const { value } of keys) if (typeof value !== "object") this.#remember(act.on, String(value));
    for (const one of told) {
      if (one === null) this.#refused ??= "SUBJECT_UNKNOWN";
      else if (one.people.length === 0) {
        this.#examined.push(...trusted(this.#context, this.#write, act.reach, null, one.tenant));
      } else {
        const from = `subjectOf.${act.on}`;
        this.#examined.push(
          ...one.people.map((holder): Examined => ({ standpoint: "OBJECT", holder, object: null, from })),
        );
      }
    }
  }

  /** Where nobody too young is served, whoever acts on themselves has an age as well: what `people` says, or none. */
  async #aged(act: Act, examined: readonly Examined[]): Promise<readonly Examined[]> {
    const { request, policy, people } = this.#context;
    if (request.deployment.minimumAge === null || policy.types[act.on]?.subject?.birthDate == null) return examined;
    return Promise.all(
      examined.map(async (each): Promise<Examined> => {
        const { subject } = each.holder;
        if (each.standpoint !== "SELF" || subject === null) return each;
        const birthDate = (await people?.birthDate(subject).catch(() => null)) ?? null;
        return { ...each, from: "people", holder: { ...each.holder, birthDate, birthDateDeclared: true } };
      }),
    );
  }

  #takeOwn(act: Act, value: unknown): void {
    this.#note(act, "OWN_ID");
    this.#remember(act.on, String(value));
    const { request, policy } = this.#context;
    const keys = policy.types[act.on]?.subject ?? null;
    const holder = {
      ...NOBODY,
      declared: true,
      subject: request.caller.id,
      regionDeclared: keys?.region != null,
      birthDateDeclared: keys?.birthDate != null,
    };
    this.#examined.push({ standpoint: "OBJECT", holder, object: null, from: null });
  }

  #takeFound({ act, keys }: AppliedAct, object: FoundObject): void {
    const { schema, policy } = this.#context;
    const identity = identityOf(schema, object.type, keys[0]?.argument ?? null);
    const id = identity === null ? null : object.raw[HIDDEN.named(identity)];
    if (id !== null && id !== undefined) this.#remember(object.type, String(id));
    const subject = policy.types[object.type]?.subject ?? null;
    const holder = subject === null ? NOBODY : holderOf(object.raw, subject);
    // Somebody who is there and is not known is not nobody.
    if (act.reach !== null && (subject === null || namesNobody(object.raw, subject))) {
      this.#examined.push(...trusted(this.#context, this.#write, act.reach, object, holder.tenant));
      return;
    }
    for (const each of peopleOf(holder)) {
      const person = { ...each, beside: null };
      this.#examined.push({ standpoint: "OBJECT", holder: person, object, from: object.type });
    }
  }

  #note({ on }: Act, by: KnownBy): void {
    if (!this.#known.some((each) => each.on === on && each.by === by)) this.#known.push({ on, by });
  }

  #remember(type: string, id: string): void {
    this.#acted.set(type, (this.#acted.get(type) ?? new Set()).add(id));
  }
}

/** Needs no grant and no purpose. */
export const OPEN: Examined = { standpoint: "ROLE", holder: NOBODY, object: null, from: null };

/** Whom an act concerns where nobody is looked up, or where the object names nobody; such a one may name a tenant. */
function trusted(
  { request: { caller }, policy }: ActContext,
  write: WritePolicy,
  reach: Reach | null,
  object: FoundObject | null,
  tenant: string | null,
): readonly Examined[] {
  const seen = (standpoint: Standpoint, holder: Partial<Holder>): Examined => {
    return { standpoint, holder: { ...NOBODY, ...holder }, object, from: null };
  };
  if (reach === null) return [seen("OBJECT", { declared: true })];
  // Open, unless the field itself says to whom.
  if (reach === "NONE") return write.ownGrants ? [seen("ROLE", {})] : [OPEN];
  if (reach === "SELF") {
    const own = [...new Set([caller.id, standsFor(caller)])].filter((id) => id !== null);
    return own.length > 0 ? own.map((subject) => seen("SELF", { declared: true, subject })) : [seen("SELF", {})];
  }
  // Of an object that names a tenant and no person, the tenant is known all the same.
  const elsewhere = tenant !== null && !caller.tenants.includes(tenant);
  if (reach === "TENANT" && elsewhere && policy.vocabulary.roles[caller.role]?.reach === "TENANT") {
    return [seen("OBJECT", { declared: true, tenant })];
  }
  return [seen(reach, { tenant })];
}

/**
 * The caller's own id, given for the very field that tells the subject, needs no look-up for a role that reaches itself: unless
 * the decision hangs on more than who it is.
 */
function ownIds(
  context: ActContext,
  write: WritePolicy,
  { act, keys }: AppliedAct,
  written: readonly WrittenField[],
): { readonly own: readonly GivenKey[]; readonly others: readonly GivenKey[] } {
  const { caller, purpose, deployment } = context.request;
  const subject: SubjectKeys | null = context.policy.types[act.on]?.subject ?? null;
  const grants = write.policy.grants.filter(
    ({ to, allow }) => to.includes(caller.role) && purpose !== null && allow.includes(purpose),
  );
  // Of an interface it is told by the look-up alone whose keys count.
  const simple =
    isObjectType(context.schema.getType(act.on)) &&
    written.length === 0 &&
    deployment.minimumAge === null &&
    grants.every(({ assigned, until }) => assigned === null && until === null) &&
    !write.policy.consents.some((demand) => purpose !== null && demand.purposes.includes(purpose));
  const reachesSelf = context.policy.vocabulary.roles[caller.role]?.reach === "SELF";
  const own = (key: GivenKey): boolean =>
    simple &&
    reachesSelf &&
    subject?.id.length === 1 &&
    subject.id[0] === key.argument &&
    caller.id !== null &&
    typeof key.value !== "object" &&
    subjectIdOf(subject, String(key.value)) === caller.id;
  return { own: keys.filter(own), others: keys.filter((key) => !own(key)) };
}
