import { type DirectiveNode, getNamedType, isInterfaceType, isObjectType } from "graphql";
import { isOwn } from "../../core/own-api.ts";
import { type CompositeType, compositeTypes, directivesOn, type OutputField, typeDirectives } from "../annotations.ts";
import { checkActGrants, checkWithoutActs } from "../check/writes.ts";
import { dictionary } from "../dictionary.ts";
import type { Act, FieldPolicy, Reach, SubjectKeys, TypePolicy, WritePolicy } from "../model.ts";
import { suggest } from "../suggest.ts";
import { readKey, type WrittenKey } from "./act-keys.ts";
import { fitLookUp, usualLookUp } from "./act-look-up.ts";
import { readDirective, textOf, textsOf } from "./directive.ts";
import { type AnnotationContext, readConsents, readGrants } from "./grants.ts";
import type { WritePlaces } from "./write-places.ts";

/** What the policy is compiled with besides the schema. */
export interface WriteSettings {
  /** Types whose people the option `subjectOf` tells; null where that is not known. */
  readonly subjectOf: ReadonlySet<string> | null;
  /** `closed`: fields of Mutation that say neither `@acts` nor `@purpose` are nobody's. */
  readonly writes: "open" | "closed";
}

export const USUAL_WRITES: WriteSettings = { subjectOf: new Set(), writes: "open" };

interface WriteContext extends AnnotationContext {
  readonly types: Readonly<Record<string, TypePolicy>>;
  readonly subjects: Readonly<Record<string, SubjectKeys | null>>;
  readonly places: WritePlaces;
  readonly settings: WriteSettings;
}

/** Reads every field that is decided before it runs. `types` as read; `subjects` with inheritance. */
export function readWrites(context: WriteContext): Readonly<Record<string, WritePolicy>> {
  const writes = dictionary<WritePolicy>();
  for (const type of compositeTypes(context.schema)) {
    for (const field of Object.values(type.getFields())) {
      const write = readWrite(context, type, field);
      if (write !== null) writes[write.coordinate] = write;
    }
  }
  return writes;
}

function readWrite(context: WriteContext, type: CompositeType, field: OutputField): WritePolicy | null {
  const coordinate = `${type.name}.${field.name}`;
  const nodes = directivesOn(field, "acts");
  const [first] = nodes;
  if (first !== undefined && isInterfaceType(type)) {
    const mend = "Write it on the fields of the objects that implement the interface.";
    context.faults.add("ACT_MISPLACED", coordinate, first, "@acts on an interface's field is not enforced.", mend);
    return null;
  }
  const sensitive = context.types[type.name]?.fields[field.name] ?? null;
  const ownGrants = directivesOn(field, "purpose");
  const isWrite = context.places.isWriteSide(type.name);
  if (nodes.length === 0 && !(isWrite && ownGrants.length > 0)) {
    if (isWrite) checkWithoutActs(context, sensitive);
    return isWrite && isClosed(context, field) ? nobodys(type, field) : null;
  }
  const acts = nodes.flatMap((node) => readAct(context, field, node, coordinate) ?? []);
  if (sensitive !== null && nodes.length > 0) checkAnswer(context, field, sensitive, acts);
  const trusted = acts.length > 0 && acts.every(({ source, reach }) => source === "TRUST" && reach === "SELF");
  const policy = policyOf(context, type, field, sensitive, !trusted);
  if (nodes.length === 0) checkWithoutActs(context, policy);
  else checkActGrants(context, policy, acts);
  return { coordinate, policy, acts, ownGrants: ownGrants.length > 0 };
}

/** Who may have it done may have what it answers: what nobody may see is no such answer, nor what is open to everybody sensitive. */
function checkAnswer(
  context: WriteContext,
  field: OutputField,
  { coordinate, sealed }: FieldPolicy,
  acts: readonly Act[],
): void {
  const node = directivesOn(field, "sensitive")[0];
  if (sealed === true) {
    const message = "The field is sealed, so nobody sees what it answers, and whoever may have it done is shown that.";
    const mend = "Remove `sealed: true`, or let it answer something else.";
    context.faults.add("SEALED_WITH_ACTS", coordinate, node, message, mend);
  } else if (directivesOn(field, "purpose").length === 0 && acts.some(({ reach }) => reach === "NONE")) {
    const message = "What the field answers is @sensitive, and `reach: NONE` opens it to everybody.";
    const mend = "Say by @purpose on the field who may, or remove @sensitive where the answer is the caller's own.";
    context.faults.add("SENSITIVE_OPEN_TO_ALL", coordinate, node, message, mend);
  }
}

/** What only groups the fields below it is no act, nor is the gateway's own API, which has rules of its own. */
function isClosed({ settings, places }: WriteContext, field: OutputField): boolean {
  const groups = field.args.length === 0 && places.namespaces.has(getNamedType(field.type).name);
  return settings.writes === "closed" && !groups && !isOwn(field.astNode);
}

function nobodys(type: CompositeType, field: OutputField): WritePolicy {
  const coordinate = `${type.name}.${field.name}`;
  const about = { coordinate, type: type.name, field: field.name, category: "", leaf: getNamedType(field.type).name };
  const policy: FieldPolicy = { ...about, mask: "NULLIFY", otherwise: "DENY", grants: [], consents: [], retain: null };
  return { coordinate, policy, acts: [], ownGrants: true };
}

/** The field's own grants and demands, else those of the type that holds it. */
function policyOf(
  context: WriteContext,
  type: CompositeType,
  field: OutputField,
  sensitive: FieldPolicy | null,
  asksAssigned: boolean,
): FieldPolicy {
  const coordinate = `${type.name}.${field.name}`;
  const either = (name: string): readonly [readonly DirectiveNode[], string] => {
    const own = directivesOn(field, name);
    return own.length > 0 ? [own, coordinate] : [typeDirectives(type, name), type.name];
  };
  return {
    coordinate,
    type: type.name,
    field: field.name,
    category: sensitive?.category ?? "",
    mask: "NULLIFY",
    otherwise: "DENY",
    grants: readGrants(context, ...either("purpose"), asksAssigned),
    consents: readConsents(context, ...either("consent")),
    retain: null,
    leaf: getNamedType(field.type).name,
  };
}

const REACHES: readonly Reach[] = ["NONE", "SELF", "TENANT", "ASSIGNED", "ALL"];

function readAct(context: WriteContext, field: OutputField, node: DirectiveNode, coordinate: string): Act | null {
  const values = readDirective(context, node, coordinate);
  const on = values === null ? null : typeOf(context, textOf(values, "on") ?? "", coordinate, node);
  if (values === null || on === null) return null;
  const texts = textsOf(values, "id");
  const keys = texts.flatMap((text) => readKey(context, field, text, coordinate, node) ?? []);
  // a key that cannot be read has its own fault
  if (keys.length < texts.length) return null;
  const reach = REACHES.find((each) => each === textOf(values, "reach")) ?? null;
  const source = sourceOf(context, on, { by: textOf(values, "by"), keys, reach }, coordinate, node);
  if (source === null) return null;
  if (source.source === "TRUST" && reach === "ASSIGNED") {
    const message = "What is assigned to an organisation is told by the object alone, and none is looked up.";
    const mend = "Say by which query: `by:`; or another `reach`.";
    context.faults.add("ACT_REACH_UNUSABLE", coordinate, node, message, mend);
  }
  return { on: on.name, reach, ...source };
}

function typeOf(context: WriteContext, name: string, coordinate: string, node: DirectiveNode): CompositeType | null {
  const type = context.schema.getType(name);
  if (isObjectType(type) || isInterfaceType(type)) return type;
  const typeNames = compositeTypes(context.schema).map((each) => each.name);
  const message = `@acts(on:) names the type "${name}", which is ${type === undefined ? "not there" : "no object type"}.`;
  context.faults.add(
    "ACT_TYPE_UNKNOWN",
    coordinate,
    node,
    message,
    `${suggest(name, typeNames)}Name a type with @subject.`,
  );
  return null;
}

interface Said {
  readonly by: string | null;
  readonly keys: readonly WrittenKey[];
  readonly reach: Reach | null;
}

/** How it is known whose the objects are; null, with its fault noted, where it cannot be. */
function sourceOf(
  context: WriteContext,
  on: CompositeType,
  { by, keys, reach }: Said,
  coordinate: string,
  node: DirectiveNode,
): Pick<Act, "source" | "by" | "keys"> | null {
  const unread = keys.map(({ path, argument }) => ({ path, argument }));
  const { subjectOf } = context.settings;
  const isTold = by === null && keys.length > 0 && (subjectOf?.has(on.name) ?? false);
  // A look-up is used where there is one; `reach` is then for what is nobody's.
  if (isTold) return { source: "SUBJECT_OF", by: null, keys: unread };
  if (by === null && reach !== null) return { source: "TRUST", by: null, keys: unread };
  if (by === null && keys.length === 0) {
    const message = "@acts says neither where the arguments tell which object, nor whose it is.";
    const mend =
      'Write `id: "..."` with a path into the arguments, or `reach: SELF` where the upstream acts on the caller alone.';
    context.faults.add("ACT_WITHOUT_KEY", coordinate, node, message, mend);
    return null;
  }
  const query = by ?? usualLookUp(context.schema, on);
  if (query === null) {
    if (subjectOf === null) return { source: "SUBJECT_OF", by: null, keys: unread };
    const message = `No query is named like ${on.name}, nor is there one alone that returns it by a key: whose it is cannot be looked up.`;
    const mend = `Say by which query: \`by:\`; or tell it by the option \`subjectOf: { ${on.name}: (key) => ... }\`; or say by \`reach\` whom you trust the upstream to confine the act to.`;
    context.faults.add("ACT_WITHOUT_LOOK_UP", coordinate, node, message, mend);
    return null;
  }
  if (!hasSubject(context, on)) {
    const message = `${on.name} has no @subject, so a look-up does not tell whose it is.`;
    const mend = `Add @subject to ${on.name} (paths lead into it: \`order.customerId\`), or act on the type that has it.`;
    context.faults.add("ACT_TYPE_WITHOUT_SUBJECT", coordinate, node, message, mend);
    return null;
  }
  const fitted = fitLookUp(context, on, query, keys, coordinate, node);
  return fitted === null ? null : { source: "QUERY", by: query, keys: fitted };
}

function hasSubject({ schema, subjects }: WriteContext, on: CompositeType): boolean {
  const behind = isInterfaceType(on) ? schema.getPossibleTypes(on) : [on];
  return behind.some((type) => subjects[type.name] != null);
}
