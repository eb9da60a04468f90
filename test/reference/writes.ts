import { MapperKind, mapSchema } from "@graphql-tools/utils";
import { defaultFieldResolver, type GraphQLSchema, graphql } from "graphql";
import type { Decision, ObjectFacts, Reason, RequestFacts } from "../../src/decision/model.ts";
import type { FieldPolicy } from "../../src/policy/model.ts";
import { decideByReference } from "../decision/reference.ts";
import type { Annotations } from "./annotations.ts";
import { decideBefore } from "./before.ts";
import { agreementIn, type Stored, standingIn } from "./stored.ts";

/** A field of Mutation with `@acts`, as its text says. */
export interface ActingField {
  readonly policy: FieldPolicy;
  readonly acts: readonly { readonly on: string; readonly id: readonly string[]; readonly by: string | null }[];
  /** By path of the arguments: the coordinates that are written. */
  readonly writes: readonly (readonly [path: string, coordinate: string])[];
}

/** What the reference says of one act, in the order in which they come. */
export interface ActOutcome extends Decision {
  readonly coordinate: string;
  /** What the caller is told in place of the reason. */
  readonly told: Reason;
  readonly subjects: readonly string[];
  readonly born: readonly unknown[];
  readonly written: readonly string[];
}

/** What acts are decided with, for one request. */
export interface Acting {
  readonly annotations: Annotations;
  readonly stored: Stored;
  readonly request: RequestFacts;
  readonly mode: "enforce" | "report";
  /** By response key, as they happen. */
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
    [MapperKind.MUTATION_ROOT_FIELD]: (config, name) => {
      const { resolve = defaultFieldResolver } = config;
      return {
        ...config,
        resolve: async (parent, args, each: object, info) => {
          const now = acting.get(each);
          const field = now?.annotations.acting.get(name);
          if (now === undefined || field === undefined) return resolve(parent, args, each, info);
          const outcome = await decideAct(plain, now, field, args, each);
          now.outcomes.set(String(info.path.key), outcome);
          return outcome.outcome === "ALLOW" || now.mode === "report" ? resolve(parent, args, each, info) : null;
        },
      };
    },
  });
  guarded.set(plain, schema);
  return schema;
}

type Row = Readonly<Record<string, unknown>>;

async function decideAct(
  plain: GraphQLSchema,
  { annotations, stored, request }: Acting,
  { policy, acts, writes }: ActingField,
  args: Row,
  context: object,
): Promise<ActOutcome> {
  const { vocabulary } = annotations;
  const written = writes.filter(([path]) => given(args, path.split("."))).map(([, coordinate]) => coordinate);
  const told = (decision: Decision, as: Reason, subjects: readonly string[], born: readonly unknown[]) => ({
    ...{ ...decision, coordinate: policy.coordinate, told: as, subjects, born, written: [...new Set(written)] },
  });
  const before = decideBefore(policy, vocabulary, request);
  if (before !== null) return told(before, before.reason, [], []);
  const decisions: Decision[] = [];
  const subjects: string[] = [];
  const born: unknown[] = [];
  let missing = false;
  for (const { on, id, by } of acts) {
    const keys = annotations.types.get(on)?.subject;
    for (const path of id) {
      for (const value of valuesAt(args, path.split("."))) {
        const names = policy.grants.flatMap(({ assigned, until }) => [assigned, until]).filter((name) => name !== null);
        const found = await lookUp(plain, on, by, String(value), [...idsOf(keys), ...names], context);
        if (found === null || keys == null) missing = true;
        else {
          const facts = factsOf(found, keys, names, { stored, request });
          decisions.push(decideByReference(policy, vocabulary, request, facts));
          if (facts.subject !== null) subjects.push(facts.subject);
          const own = on === "Customer" && facts.subject === request.caller.id && written.length === 0;
          // Of one's own id alone nothing is looked up.
          born.push(own && vocabulary.roles[request.caller.role]?.reach === "SELF" ? null : facts.birthDate);
        }
      }
    }
  }
  const refused: Decision = { outcome: "DENY", reason: "SUBJECT_UNKNOWN", consentIds: [] };
  const asked = acts.some(({ id }) => id.some((path) => valuesAt(args, path.split(".")).length > 0));
  if (!asked) return told(refused, "SUBJECT_UNKNOWN", [], []);
  if (missing) return told(refused, "OUT_OF_REACH", subjects, born);
  const no = decisions.find(({ outcome }) => outcome !== "ALLOW");
  const hidden = ["SUBJECT_UNKNOWN", "SUBJECT_ERASED", "RETENTION_EXPIRED"].includes(no?.reason ?? "");
  if (no !== undefined) return told(no, hidden ? "OUT_OF_REACH" : no.reason, subjects, born);
  const consentIds = [...new Set(decisions.flatMap((decision) => decision.consentIds))];
  return told({ outcome: "ALLOW", reason: "GRANTED", consentIds }, "GRANTED", subjects, born);
}

type Keys = NonNullable<NonNullable<ReturnType<Annotations["types"]["get"]>>["subject"]>;

function idsOf(keys: Keys | null | undefined): readonly string[] {
  return keys == null ? [] : [...keys.id, keys.tenant, keys.region, keys.birthDate].filter((key) => key !== null);
}

async function lookUp(
  plain: GraphQLSchema,
  on: string,
  by: string | null,
  id: string,
  fields: readonly string[],
  contextValue: object,
): Promise<Row | null> {
  const query = by ?? `${on.charAt(0).toLowerCase()}${on.slice(1)}`;
  const source = `query ($id: ID!) { found: ${query}(id: $id) { __typename ${[...new Set(fields)].join(" ")} } }`;
  const { data, errors } = await graphql({ schema: plain, source, contextValue, variableValues: { id } });
  return errors !== undefined ? null : ((data?.["found"] ?? null) as Row | null);
}

function factsOf(
  row: Row,
  keys: Keys,
  names: readonly string[],
  { stored, request }: Pick<Acting, "stored" | "request">,
): ObjectFacts {
  const key = (name: string | null | undefined): string | null => {
    const value = name == null ? null : row[name];
    return value === null || value === undefined ? null : String(value);
  };
  const { caller, purpose } = request;
  const subject = key(keys.id[0]);
  const tenant = key(keys.tenant);
  return {
    subjectDeclared: true,
    subject,
    tenant,
    region: key(keys.region),
    regionDeclared: keys.region !== null,
    birthDate: key(keys.birthDate),
    birthDateDeclared: keys.birthDate !== null,
    named: Object.fromEntries(names.map((name) => [name, row[name]])),
    standing: subject === null ? null : standingIn(stored, subject, purpose ?? ""),
    agreement: tenant === null ? undefined : agreementIn(stored, tenant, caller.organisation, purpose ?? ""),
  };
}

function valuesAt(value: unknown, [name, ...rest]: readonly string[]): readonly unknown[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap((item) => valuesAt(item, name === undefined ? [] : [name, ...rest]));
  if (name === undefined) return [value];
  return valuesAt((value as Row)[name.replace("[]", "")], rest);
}

/** Whether something stands there, be it null. */
function given(value: unknown, [name, ...rest]: readonly string[]): boolean {
  if (name === undefined) return true;
  if (Array.isArray(value)) return value.some((item) => given(item, [name, ...rest]));
  return typeof value === "object" && value !== null && Object.hasOwn(value, name) && given((value as Row)[name], rest);
}
