import type { Draws } from "../draws.ts";
import { type ActsModel, withActs } from "./acts.ts";
import {
  accessSdl,
  drawConsent,
  drawGrant,
  drawNotes,
  drawRetain,
  type Kind,
  type Notes,
  namesIn,
  tighten,
} from "./annotate.ts";
import { completeNames } from "./complete-names.ts";
import { drawGroups, type GroupModel } from "./groups.ts";
import { PEOPLE_TYPES, peoplePathsIn } from "./people.ts";
import { drawProbes, type ProbesModel, withArguments } from "./probes.ts";
import { SPACE } from "./terms.ts";
import { drawVocabulary } from "./vocabulary.ts";

/** A field of a drawn type. `wrap` holds `#` where the named type goes: `[#!]!`. */
export interface FieldModel {
  readonly name: string;
  readonly type: string;
  readonly wrap: string;
  readonly role: "key" | "leaf" | "link";
  readonly notes: Notes | null;
  /** It takes an argument `near`; what that probes, if anything. */
  readonly near?: { readonly probes: string | null };
  /** It is decided before it runs. */
  readonly acts?: ActsModel;
}

export interface TypeModel {
  readonly name: string;
  readonly kind: "type" | "interface";
  readonly interfaces: readonly string[];
  /** SDL of what stands on the type itself. */
  readonly directives: readonly string[];
  /** Names of fields that the type's own directives name. */
  readonly named: readonly string[];
  readonly subject: boolean;
  /** The option `subjectOf` tells whose its objects are. */
  readonly told?: boolean;
  readonly fields: FieldModel[];
}

export interface SchemaModel {
  /** SDL of what is said of roles, purposes and categories. */
  readonly vocabulary: string;
  readonly types: readonly TypeModel[];
  /** Members. */
  readonly union: readonly string[];
  readonly roots: Readonly<Record<RootName, readonly FieldModel[]>>;
  /** What Mutation groups its fields by. */
  readonly groups: readonly GroupModel[];
  readonly probes: ProbesModel;
}

export type RootName = "Query" | "Mutation" | "Subscription";

const LEAVES: readonly (readonly [type: string, kind: Kind])[] = [
  ["String", "text"],
  ["Int", "number"],
  ["Anything", "anything"],
  ["Day", "day"],
  ["Grade", "other"],
  ["Boolean", "other"],
  ["Float", "number"],
  ["ID", "text"],
  ["Amount", "number"],
];

const LEAF_WRAPS = ["#", "#!", "[#]", "[#!]!", "[[#]]", "[[#!]!]!"] as const;
const LINK_WRAPS = ["#", "[#!]!", "#!", "[#]", "[[#]!]", "[[#!]!]!"] as const;

/** Type of each field that annotations may name. */
export const KEY_TYPES: Readonly<Record<string, string>> = {
  id: "ID!",
  owner: "ID",
  tenant: "ID",
  region: "String",
  born: "Day",
  carrier: "Anything",
  broker: "ID",
  done: "Anything",
  cleared: "Day",
  closed: "String",
  people: "Int!",
  ...PEOPLE_TYPES,
};

export function drawSchema(draws: Draws): SchemaModel {
  const interfaces = drawInterfaces(draws);
  const count = draws.between(1, 4);
  const names = draws.list(count, (index) => `T${index}`);
  const union = count > 1 && draws.chance(60) ? draws.some(names, 2) : [];
  const targets = [...names, ...interfaces.map(({ name }) => name), ...(union.length > 0 ? ["U"] : [])];
  const objects = names.map((name) => drawObject(draws, name, interfaces, targets));
  // an interface that no type implements cannot be served data
  const used = interfaces.filter(({ name }) => objects.some((object) => object.interfaces.includes(name)));
  const gone = interfaces.filter((each) => !used.includes(each)).map(({ name }) => name);
  const types = [...used, ...objects].map((type) => without(type, gone));
  completeNames(types, union);
  const open = targets.filter((target) => !gone.includes(target));
  const roots = drawRoots(draws, open, types);
  return {
    types: withArguments(draws, types),
    union,
    roots,
    groups: drawGroups(draws, types, (name) =>
      draws.chance(60) ? drawLink(draws, name, open, 35, false) : drawRootLeaf(draws, name, 60),
    ),
    probes: drawProbes(draws, types),
    vocabulary: drawVocabulary(draws),
  };
}

function without(type: TypeModel, gone: readonly string[]): TypeModel {
  const fields = type.fields.filter((field) => !gone.includes(field.type));
  const annotated = fields.some(({ notes }) => notes !== null);
  return {
    ...type,
    interfaces: type.interfaces.filter((name) => !gone.includes(name)),
    fields,
    // where nothing is left that they could hold for, they are a fault
    directives: type.directives.filter((text) => annotated || !/^@(purpose|consent|retain)/.test(text)),
    named: annotated ? type.named : [],
  };
}

function keyField(name: string, notes: Notes | null = null): FieldModel {
  const type = KEY_TYPES[name] ?? "String";
  const required = type.endsWith("!");
  return { name, type: required ? type.slice(0, -1) : type, wrap: required ? "#!" : "#", role: "key", notes };
}

function drawLeaf(draws: Draws, name: string, annotated: number): FieldModel {
  const [type, kind] = draws.pick(LEAVES);
  const notes = draws.chance(annotated) ? drawNotes(draws, kind, { named: true }) : null;
  return { name, type, wrap: draws.mostly<string>(...LEAF_WRAPS), role: "leaf", notes };
}

function drawLink(draws: Draws, name: string, targets: readonly string[], annotated: number, named = true): FieldModel {
  const type = draws.pick(targets);
  const notes = draws.chance(annotated) ? drawNotes(draws, "object", { named }) : null;
  return { name, type, wrap: draws.pick(LINK_WRAPS), role: "link", notes };
}

function drawInterfaces(draws: Draws): readonly TypeModel[] {
  const first = drawInterface(draws, "I0", []);
  const second = drawInterface(draws, "I1", draws.chance(40) ? [first] : []);
  return [[], [first], [first, second]][draws.mostly(0, 1, 2)] ?? [];
}

function drawInterface(draws: Draws, name: string, above: readonly TypeModel[]): TypeModel {
  const inherited = above.flatMap(({ fields }) => fields.map((field) => copied(draws, field)));
  const own = [
    ...["id", "tenant"].map((key) => keyField(key)),
    drawLeaf(draws, `${name.toLowerCase()}s`, 60),
    drawLink(draws, `${name.toLowerCase()}l`, ["T0"], 20),
  ];
  const fields = new Map([...own, ...inherited].map((field) => [field.name, field]));
  const subject = draws.chance(50);
  return {
    name,
    kind: "interface",
    interfaces: above.map((each) => each.name),
    // those of two interfaces must not differ for a type that has none of its own
    directives: subject ? ['@subject(id: "id", tenant: "tenant")'] : [],
    named: [],
    subject,
    fields: [...fields.values()],
  };
}

function copied(draws: Draws, field: FieldModel): FieldModel {
  return { ...field, notes: field.notes && tighten(draws, field.notes) };
}

function drawObject(
  draws: Draws,
  name: string,
  interfaces: readonly TypeModel[],
  targets: readonly string[],
): TypeModel {
  const chosen = interfaces.filter(() => draws.chance(55));
  const above = interfaces.filter(
    (each) => chosen.includes(each) || chosen.some((one) => one.interfaces.includes(each.name)),
  );
  const fields = new Map<string, FieldModel>();
  const add = (field: FieldModel): void => {
    if (!fields.has(field.name)) fields.set(field.name, field);
  };
  // the nearer interface's annotations are at least as strict as those above it
  for (const each of above.toReversed()) for (const field of each.fields) add(copied(draws, field));
  add(keyField("id", drawKeyNotes(draws, "id")));
  for (const key of ["tenant", "region", "born"]) if (draws.chance(70)) add(keyField(key, drawKeyNotes(draws, key)));
  for (const key of ["carrier", "broker", "done", "cleared", "closed"]) {
    if (draws.chance(40)) add(keyField(key, drawKeyNotes(draws, key)));
  }
  for (const key of Object.keys(PEOPLE_TYPES)) if (draws.chance(35)) add(keyField(key));
  // What is somebody's and has an id of its own may change hands.
  if (draws.chance(60)) add(keyField("owner"));
  for (const index of draws.list(draws.between(1, 3), (each) => each)) add(drawLeaf(draws, `s${index}`, 65));
  for (const index of draws.list(draws.between(0, 2), (each) => each)) add(drawLink(draws, `l${index}`, targets, 25));
  const subject = draws.chance(65);
  const aggregate = draws.chance(12);
  if (aggregate) add(keyField("people"));
  const type = {
    name,
    kind: "type" as const,
    interfaces: above.map((each) => each.name),
    fields: [...fields.values()],
  };
  const onType = type.fields.some(({ notes }) => notes !== null) ? drawOnType(draws) : NOTHING_ON_TYPE;
  return {
    ...type,
    subject: subject || above.some((each) => each.subject),
    told: draws.chance(40),
    named: namesIn(onType),
    directives: [
      ...(subject
        ? [
            subjectSdl(
              draws,
              fields,
              above.some((each) => each.subject),
            ),
          ]
        : []),
      ...(aggregate ? [`@aggregate(count: "people", atLeast: ${draws.pick([2, 5])})`] : []),
      ...accessSdl(onType),
    ],
  };
}

const KEY_KINDS: Readonly<Record<string, Kind>> = {
  born: "day",
  cleared: "day",
  carrier: "anything",
  done: "anything",
};

/** Whoever may not see the day of birth may still be told apart by it. */
function drawKeyNotes(draws: Draws, key: string): Notes | null {
  if (!draws.chance(15)) return null;
  return drawNotes(draws, KEY_KINDS[key] ?? "text", { named: true });
}

const NOTHING_ON_TYPE = { grants: [], consents: [], retain: null };

function drawOnType(draws: Draws): Pick<Notes, "grants" | "consents" | "retain"> {
  if (!draws.chance(45)) return NOTHING_ON_TYPE;
  return {
    grants: draws.list(draws.between(0, 2), () => drawGrant(draws, { named: true })),
    consents: draws.list(draws.mostly(0, 1), () => drawConsent(draws)),
    retain: draws.chance(20) ? drawRetain(draws) : null,
  };
}

const FACTS = [
  ["tenant", "tenant"],
  ["region", "region"],
  ["birthDate", "born"],
] as const;

/** @param same whether it must be whose the interfaces say it is */
function subjectSdl(draws: Draws, fields: ReadonlyMap<string, FieldModel>, same: boolean): string {
  const paths = (name: string): readonly string[] => (same ? [] : peoplePathsIn(fields, name));
  const told = FACTS.flatMap(([key, field]) => {
    const choices = [...(fields.has(field) ? [field] : []), ...paths(field)];
    return choices.length > 0 && draws.chance(75) ? [`, ${key}: "${draws.pick(choices)}"`] : [];
  });
  const own = fields.has("owner") && !same ? "owner" : "id";
  const several = paths("id").length > 0 && draws.chance(70) ? draws.some([own, ...paths("id")], 1) : [own];
  const ids = several.map((path) => `"${path}"`);
  const id = ids.length === 1 ? ids[0] : `[${ids.join(", ")}]`;
  const space = draws.chance(30) ? `, space: "${SPACE}"` : "";
  return `@subject(id: ${id}${told.join("")}${space})`;
}

function drawRootLeaf(draws: Draws, name: string, annotated: number): FieldModel {
  const [type, kind] = draws.pick(LEAVES);
  const notes = draws.chance(annotated) ? drawNotes(draws, kind, { named: false }) : null;
  return { name, type, wrap: "#", role: "leaf", notes };
}

function drawRoots(draws: Draws, targets: readonly string[], types: readonly TypeModel[]): SchemaModel["roots"] {
  const leaf = (name: string, annotated: number): FieldModel => drawRootLeaf(draws, name, annotated);
  const link = (name: string, annotated: number) => drawLink(draws, name, targets, annotated, false);
  return {
    Query: [
      ...targets.map((target, index) => drawLink(draws, `q${index}`, [target], 12, false)),
      ...(draws.chance(30) ? [leaf("own", 100)] : []),
    ],
    Mutation: [link("m0", 35), link("m1", 35), leaf("m2", 70)].map((field) => withActs(draws, field, types)),
    Subscription: [link("told", 20), leaf("tick", 50)],
  };
}
