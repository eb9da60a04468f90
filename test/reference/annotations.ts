import {
  type DirectiveNode,
  type DocumentNode,
  type EnumValueDefinitionNode,
  type FieldDefinitionNode,
  Kind,
  valueFromASTUntyped,
} from "graphql";
import type {
  Aggregate,
  CategoryTerm,
  ConsentDemand,
  FieldPolicy,
  Grant,
  PurposeTerm,
  Reach,
  RoleTerm,
  SubjectKeys,
  Vocabulary,
} from "../../src/policy/model.ts";
import { groupsIn, nameOfType } from "./groups.ts";
import { pathsIn } from "./people.ts";
import type { ActingField } from "./writes.ts";

/** What the annotations of a schema say, read off the SDL word for word: nothing is checked, nothing prepared. */
export interface Annotations {
  readonly vocabulary: Vocabulary;
  readonly types: ReadonlyMap<string, AnnotatedType>;
  /** By where `@probes` stands (`Query.find(text:)`, `Where.text`, `Sort.SECRET`): fields, as written there. */
  readonly probes: ReadonlyMap<string, readonly string[]>;
  /** By coordinate, fields that are decided before they run: who may have it done may have what it answers. */
  readonly acting: ReadonlyMap<string, ActingField>;
  /** Types that Mutation groups its fields by. */
  readonly groups: ReadonlySet<string>;
  readonly inputs: ReadonlyMap<string, InputText>;
  /** Whose people share no id with those of others. */
  readonly spaces: readonly string[];
  /** Every field that `@subject`, `assigned`, `until`, `after` or `@aggregate` names anywhere. */
  readonly keys: ReadonlySet<string>;
}

export interface AnnotatedType {
  readonly subject: SubjectKeys | null;
  readonly aggregate: Aggregate | null;
  readonly fields: ReadonlyMap<string, FieldPolicy>;
}

export interface TypeText {
  readonly name: string;
  readonly kind: "object" | "interface";
  readonly directives: DirectiveNode[];
  readonly interfaces: string[];
  readonly fields: FieldDefinitionNode[];
}

/** @param documents the vocabulary's SDL first, then the integrator's; a later definition of an enum replaces an earlier one */
export function readAnnotations(documents: readonly DocumentNode[]): Annotations {
  const vocabulary = readVocabulary(enumValues(documents));
  const texts = typesOf(documents);
  const own = new Map([...texts].map(([name, { directives }]) => [name, subjectOf(directives)]));
  const types = new Map<string, AnnotatedType>();
  for (const [name, text] of texts) {
    const fields = text.fields.flatMap((field) => {
      const policy = fieldPolicy(text, field, vocabulary);
      return policy === null ? [] : [[field.name.value, policy] as const];
    });
    const subject = own.get(name) ?? inheritedSubject(text, texts, own);
    types.set(name, { subject, aggregate: aggregateOf(text.directives), fields: new Map(fields) });
  }
  const acting = readActing(texts, vocabulary);
  return {
    vocabulary,
    types,
    probes: readProbes(documents),
    spaces: [...new Set([...types.values()].flatMap(({ subject }) => subject?.space ?? []))],
    keys: keysOf(types),
    groups: new Set(groupsIn(texts).map(({ name }) => name)),
    acting,
    inputs: readInputs(documents),
  };
}

/** Fields of Mutation, and of what it groups its fields by, with `@acts` or with a `@purpose` of their own. */
function readActing(texts: ReadonlyMap<string, TypeText>, vocabulary: Vocabulary): ReadonlyMap<string, ActingField> {
  const acting = new Map<string, ActingField>();
  const places = [texts.get("Mutation"), ...groupsIn(texts)].filter((type) => type !== undefined);
  for (const { type, field } of places.flatMap((type) => type.fields.map((field) => ({ type, field })))) {
    const acts = all(field.directives, "acts");
    const ownGrants = all(field.directives, "purpose").length > 0;
    if (acts.length === 0 && !ownGrants) continue;
    const category = all(field.directives, "sensitive")[0]?.["category"];
    acting.set(`${type.name}.${field.name.value}`, {
      policy: policyOf(type, field, { category, otherwise: "DENY", mask: "NULLIFY" }, vocabulary),
      acts: acts.map((values) => ({
        on: String(values["on"]),
        id: texts_(values["id"]),
        by: text(values["by"]),
        reach: text(values["reach"]) as Reach | null,
      })),
      ownGrants,
      args: (field.arguments ?? []).map(({ name, type }) => [name.value, nameOfType(type)] as const),
    });
  }
  return acting;
}

const texts_ = (value: unknown): string[] => (value === undefined ? [] : texts(value));

/** An input type: the types that it says it writes, and its fields with the names of their types. */
export interface InputText {
  readonly writes: readonly string[];
  readonly fields: readonly (readonly [name: string, type: string])[];
}

function readInputs(documents: readonly DocumentNode[]): ReadonlyMap<string, InputText> {
  const inputs = new Map<string, InputText>();
  for (const node of documents.flatMap(({ definitions }) => definitions)) {
    if (node.kind !== Kind.INPUT_OBJECT_TYPE_DEFINITION && node.kind !== Kind.INPUT_OBJECT_TYPE_EXTENSION) continue;
    const { writes, fields } = inputs.get(node.name.value) ?? { writes: [], fields: [] };
    inputs.set(node.name.value, {
      writes: [...writes, ...all(node.directives, "writes").map((values) => String(values["type"]))],
      fields: [...fields, ...(node.fields ?? []).map(({ name, type }) => [name.value, nameOfType(type)] as const)],
    });
  }
  return inputs;
}

type Values = Readonly<Record<string, unknown>>;

function valuesOf(directive: DirectiveNode): Values {
  return Object.fromEntries(
    (directive.arguments ?? []).map((argument) => [argument.name.value, valueFromASTUntyped(argument.value)]),
  );
}

function all(directives: readonly DirectiveNode[] | undefined, name: string): Values[] {
  return (directives ?? []).filter((directive) => directive.name.value === name).map(valuesOf);
}

const text = (value: unknown): string | null => (typeof value === "string" ? value : null);
/** A list of one may be written without brackets. */
const texts = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).map(String);

function enumValues(documents: readonly DocumentNode[]): ReadonlyMap<string, readonly EnumValueDefinitionNode[]> {
  const values = new Map<string, EnumValueDefinitionNode[]>();
  for (const { definitions } of documents) {
    for (const node of definitions) {
      if (node.kind === Kind.ENUM_TYPE_DEFINITION) values.set(node.name.value, [...(node.values ?? [])]);
    }
    for (const node of definitions) {
      if (node.kind === Kind.ENUM_TYPE_EXTENSION) values.get(node.name.value)?.push(...(node.values ?? []));
    }
  }
  return values;
}

function readVocabulary(enums: ReadonlyMap<string, readonly EnumValueDefinitionNode[]>): Vocabulary {
  const read = <T>(name: string, directive: string, make: (name: string, values: Values) => T): Record<string, T> =>
    Object.fromEntries(
      (enums.get(name) ?? []).map((node) => [
        node.name.value,
        make(node.name.value, all(node.directives, directive)[0] ?? {}),
      ]),
    );
  return {
    roles: read("Role", "reach", (name, values) => ({
      name,
      reach: values["of"] as RoleTerm["reach"],
      declares: texts(values["declares"]),
      external: values["external"] === true,
    })),
    purposes: read("Purpose", "basis", (name, values) => ({
      name,
      basis: values["of"] as PurposeTerm["basis"],
      justification: values["justification"] === true,
      ...(values["restricted"] === true ? { restricted: true as const } : {}),
      ...(values["rights"] === true ? { rights: true as const } : {}),
      ...(values["sale"] === true ? { sale: true as const } : {}),
    })),
    categories: read("DataCategory", "handling", (name, values) => ({
      name,
      mask: values["mask"] as CategoryTerm["mask"],
      otherwise: values["otherwise"] as CategoryTerm["otherwise"],
      ...(values["special"] === true ? { special: true as const } : {}),
    })),
  };
}

function typesOf(documents: readonly DocumentNode[]): ReadonlyMap<string, TypeText> {
  const types = new Map<string, TypeText>();
  for (const node of documents.flatMap(({ definitions }) => definitions)) {
    const { kind } = node;
    const composite =
      kind === Kind.OBJECT_TYPE_DEFINITION ||
      kind === Kind.OBJECT_TYPE_EXTENSION ||
      kind === Kind.INTERFACE_TYPE_DEFINITION ||
      kind === Kind.INTERFACE_TYPE_EXTENSION;
    if (!composite) continue;
    const name = node.name.value;
    const isInterface = kind === Kind.INTERFACE_TYPE_DEFINITION || kind === Kind.INTERFACE_TYPE_EXTENSION;
    const empty = { name, directives: [], interfaces: [], fields: [] };
    const type = types.get(name) ?? { ...empty, kind: isInterface ? "interface" : "object" };
    type.directives.push(...(node.directives ?? []));
    type.interfaces.push(...(node.interfaces ?? []).map((each) => each.name.value));
    type.fields.push(...(node.fields ?? []));
    types.set(name, type);
  }
  return types;
}

function subjectOf(directives: readonly DirectiveNode[]): SubjectKeys | null {
  const [values] = all(directives, "subject");
  if (values === undefined) return null;
  return {
    id: [values["id"]].flat().map(String),
    tenant: text(values["tenant"]),
    region: text(values["region"]),
    birthDate: text(values["birthDate"]),
    ...(typeof values["space"] === "string" ? { space: values["space"] } : {}),
  };
}

/** That of the nearest interface which has one; the schemas that are asked here name no two that differ. */
function inheritedSubject(
  type: TypeText,
  types: ReadonlyMap<string, TypeText>,
  own: ReadonlyMap<string, SubjectKeys | null>,
): SubjectKeys | null {
  const giving = type.interfaces.filter((name) => own.get(name) != null);
  const nearest = giving.find((name) => !giving.some((other) => types.get(other)?.interfaces.includes(name)));
  return nearest === undefined ? null : (own.get(nearest) ?? null);
}

function aggregateOf(directives: readonly DirectiveNode[]): Aggregate | null {
  const [values] = all(directives, "aggregate");
  return values === undefined ? null : { count: text(values["count"]) ?? "", atLeast: Number(values["atLeast"]) };
}

function fieldPolicy(type: TypeText, field: FieldDefinitionNode, { categories }: Vocabulary): FieldPolicy | null {
  const [sensitive] = all(field.directives, "sensitive");
  return sensitive === undefined ? null : policyOf(type, field, sensitive, { categories });
}

function policyOf(
  type: TypeText,
  field: FieldDefinitionNode,
  sensitive: Values,
  { categories }: Pick<Vocabulary, "categories">,
): FieldPolicy {
  const own = (name: string): Values[] => {
    const ofField = all(field.directives, name);
    return ofField.length > 0 ? ofField : all(type.directives, name);
  };
  // nobody sees it clear: what the type grants is not for it
  const sealed = sensitive["sealed"] === true;
  const category = text(sensitive["category"]) ?? "";
  const [retain] = own("retain");
  return {
    ...(sensitive["otherwise"] === "MASK" ? { maskForStrangers: true as const } : {}),
    coordinate: `${type.name}.${field.name.value}`,
    type: type.name,
    field: field.name.value,
    category,
    mask: (sensitive["mask"] as FieldPolicy["mask"] | undefined) ?? categories[category]?.mask ?? "NULLIFY",
    otherwise:
      (sensitive["otherwise"] as FieldPolicy["otherwise"] | undefined) ?? categories[category]?.otherwise ?? "DENY",
    ...(sealed ? { sealed: true as const } : {}),
    grants: (sealed ? [] : own("purpose")).map(
      (values): Grant => ({
        allow: texts(values["allow"]),
        to: texts(values["to"]),
        assigned: text(values["assigned"]),
        until: text(values["until"]),
      }),
    ),
    consents: own("consent").map(
      (values): ConsentDemand => ({
        purposes: texts(values["for"]),
        from: values["from"] === "TENANT" ? "TENANT" : "SUBJECT",
        form: text(values["form"]) as ConsentDemand["form"],
        ...(values["minorsOnly"] === true ? { minorsOnly: true as const } : {}),
        ...(values["optOut"] === true ? { optOut: true as const } : {}),
        ...(values["named"] === true ? { named: true as const } : {}),
        ...(values["informed"] === true ? { informed: true as const } : {}),
      }),
    ),
    retain:
      retain === undefined
        ? null
        : {
            period: String(retain["for"]),
            after: String(retain["after"]),
            ...(retain["duty"] === true ? { duty: true as const } : {}),
          },
    leaf: nameOfType(field.type),
  };
}

function readProbes(documents: readonly DocumentNode[]): ReadonlyMap<string, readonly string[]> {
  const probes = new Map<string, string[]>();
  const note = (at: string, directives: readonly DirectiveNode[] | undefined): void => {
    const coordinates = all(directives, "probes").map((values) => String(values["field"]));
    if (coordinates.length > 0) probes.set(at, [...(probes.get(at) ?? []), ...coordinates]);
  };
  for (const { name, fields } of typesOf(documents).values()) {
    for (const field of fields) {
      for (const argument of field.arguments ?? []) {
        note(`${name}.${field.name.value}(${argument.name.value}:)`, argument.directives);
      }
    }
  }
  for (const node of documents.flatMap(({ definitions }) => definitions)) {
    if (node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION || node.kind === Kind.INPUT_OBJECT_TYPE_EXTENSION) {
      for (const field of node.fields ?? []) note(`${node.name.value}.${field.name.value}`, field.directives);
    } else if (node.kind === Kind.ENUM_TYPE_DEFINITION || node.kind === Kind.ENUM_TYPE_EXTENSION) {
      for (const value of node.values ?? []) note(`${node.name.value}.${value.name.value}`, value.directives);
    }
  }
  return probes;
}

function keysOf(types: ReadonlyMap<string, AnnotatedType>): ReadonlySet<string> {
  const keys = new Set<string | null | undefined>(["id"]);
  for (const { subject, aggregate, fields } of types.values()) {
    for (const path of subject === null ? [] : pathsIn(subject)) for (const step of path.split(".")) keys.add(step);
    keys.add(aggregate?.count);
    for (const { grants, retain } of fields.values()) {
      for (const { assigned, until } of grants) keys.add(assigned).add(until);
      keys.add(retain?.after);
    }
  }
  return new Set([...keys].filter((key) => typeof key === "string"));
}
