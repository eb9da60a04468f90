import { type ConstArgumentNode, type ConstDirectiveNode, Kind, parseConstValue, print } from "graphql";
import type { RoleTerm } from "../../src/policy/model.ts";

/** Ways in which a schema can say less or more than the policy promises. */
export const MUTATIONS = [
  "an annotation taken away",
  "an argument taken away",
  "a role or purpose taken away",
  "a bound or basis changed",
  "a role or purpose added",
] as const;
export type Mutation = (typeof MUTATIONS)[number];

/** A directive where it stands. */
export interface Place {
  readonly coordinate: string;
  readonly directive: ConstDirectiveNode;
  /** All directives of the same field, type or value, this one too. */
  readonly beside: readonly ConstDirectiveNode[];
  /** Those of the type around a field, and the `@subject` of the types around that one where it has none. */
  readonly around: readonly ConstDirectiveNode[];
  /** For which role and purpose one gets here at all, as `pairsOf` has them; null where anybody does. */
  readonly ways: ReadonlySet<string> | null;
}

export interface Change {
  readonly kind: Mutation;
  /** What stands in the directive's place. */
  readonly instead: readonly ConstDirectiveNode[];
}

const ANNOTATIONS = new Set([
  "acts",
  "writes",
  "sensitive",
  "purpose",
  "consent",
  "probes",
  "subject",
  "retain",
  "aggregate",
  "reach",
  "basis",
  "handling",
]);
/** Arguments without which a directive is none. */
const NEEDED = new Set([
  "category",
  "allow",
  "to",
  "for",
  "id",
  "after",
  "count",
  "atLeast",
  "of",
  "declares",
  "field",
  "on",
  "type",
]);
/** For consents a purpose fewer asks less, for the others it grants less. */
const LISTS = ["allow", "to", "for", "declares"];

/** Every change of one directive. `roles` are those in which somebody of the pack calls; `turn` picks among additions alike. */
export function changesOf(place: Place, roles: readonly RoleTerm[], turn: number): Change[] {
  if (!ANNOTATIONS.has(place.directive.name.value)) return [];
  return [
    { kind: "an annotation taken away", instead: [] },
    ...fewerArguments(place.directive),
    ...fewerValues(place.directive),
    ...looserBounds(place.directive),
    ...moreGrants(place, roles, turn),
  ];
}

function fewerArguments(directive: ConstDirectiveNode): Change[] {
  return argumentsOf(directive)
    .filter(({ name }) => (directive.name.value === "retain" ? name.value === "duty" : !NEEDED.has(name.value)))
    .filter(({ value }) => value.kind !== Kind.BOOLEAN || value.value)
    .map((dropped) => ({
      kind: "an argument taken away",
      instead: [{ ...directive, arguments: argumentsOf(directive).filter((each) => each !== dropped) }],
    }));
}

function fewerValues(directive: ConstDirectiveNode): Change[] {
  return LISTS.flatMap((name) => {
    const values = listOf(directive, name);
    if (values.length < 2) return [];
    return values.map((dropped): Change => {
      const left = values.filter((value) => value !== dropped);
      return { kind: "a role or purpose taken away", instead: [withArgument(directive, name, `[${left.join(" ")}]`)] };
    });
  });
}

function looserBounds(directive: ConstDirectiveNode): Change[] {
  const loosen = (name: string, value: string): Change => ({
    kind: "a bound or basis changed",
    instead: [withArgument(directive, name, value)],
  });
  switch (directive.name.value) {
    case "aggregate":
      return [loosen("atLeast", String(Number(textOf(directive, "atLeast")) - 1))];
    case "retain":
      return [loosen("for", `"${oneDayMore(textOf(directive, "for"))}"`)];
    case "basis":
      return [loosen("of", textOf(directive, "of") === "CONTRACT" ? "CONSENT" : "CONTRACT")];
    case "reach":
      return textOf(directive, "of") === "ALL" ? [] : [loosen("of", "ALL")];
    default:
      return [];
  }
}

function oneDayMore(duration: string): string {
  const more = duration.replace(/(\d+)D/, (_, days) => `${Number(days) + 1}D`);
  return more === duration ? `${duration}1D` : more;
}

/**
 * One more purpose for each role, of those that it may declare; behind a field that is withheld, of those for which it is not, as
 * any other opens nothing. Not for roles that reach what is assigned to them: they declare one purpose each, and have it where
 * something can be assigned. Nor for those that reach people or tenants, where the gateway knows of none and always denies.
 */
function moreGrants({ directive, beside, around, ways }: Place, roles: readonly RoleTerm[], turn: number): Change[] {
  const name = directive.name.value;
  const isFirst = beside.find((each) => each.name.value === name) === directive;
  const granted = new Set(pairsOf(beside));
  const opens = (pair: string): boolean => !granted.has(pair) && (ways === null || ways.has(pair));
  const all = [...beside, ...around];
  const belongs = all.some(({ name: { value } }) => value === "subject");
  const reaching = roles.filter(({ reach }) =>
    reach === "SELF" ? belongs : reach !== "TENANT" || (belongs && all.every(namesTenant)),
  );
  if (name === "purpose" && isFirst) return grantsTo(reaching, opens, turn, directive);
  const isOpen = all.some((each) => each.name.value === "purpose");
  return name === "sensitive" && !isOpen ? grantsTo(reaching, opens, turn, directive) : [];
}

function grantsTo(
  roles: readonly RoleTerm[],
  opens: (pair: string) => boolean,
  turn: number,
  kept: ConstDirectiveNode,
): Change[] {
  return roles.flatMap(({ name, reach, declares }, at): Change[] => {
    const free = declares.filter((purpose) => opens(`${name} ${purpose}`));
    const purpose = free[(turn + at) % free.length];
    if (reach === "ASSIGNED" || purpose === undefined) return [];
    const grant = directiveOf("purpose", { allow: `[${purpose}]`, to: `[${name}]` });
    return [{ kind: "a role or purpose added", instead: [kept, grant] }];
  });
}

/** Where nobody's tenant is known, a role that reaches its tenants reaches nobody; nor does one that reaches itself where nobody's data are. */
function namesTenant(directive: ConstDirectiveNode): boolean {
  return directive.name.value !== "subject" || argumentOf(directive, "tenant") !== undefined;
}

/** What is granted, as `ROLE PURPOSE`. */
export function pairsOf(directives: readonly ConstDirectiveNode[]): string[] {
  return directives
    .filter((each) => each.name.value === "purpose")
    .flatMap((each) =>
      listOf(each, "to").flatMap((role) => listOf(each, "allow").map((purpose) => `${role} ${purpose}`)),
    );
}

function directiveOf(name: string, values: Readonly<Record<string, string>>): ConstDirectiveNode {
  const bare: ConstDirectiveNode = { kind: Kind.DIRECTIVE, name: { kind: Kind.NAME, value: name }, arguments: [] };
  return Object.entries(values).reduce((made, [argument, value]) => withArgument(made, argument, value), bare);
}

function withArgument(directive: ConstDirectiveNode, name: string, value: string): ConstDirectiveNode {
  const argument: ConstArgumentNode = {
    kind: Kind.ARGUMENT,
    name: { kind: Kind.NAME, value: name },
    value: parseConstValue(value),
  };
  const others = argumentsOf(directive).filter((each) => each.name.value !== name);
  return { ...directive, arguments: [...others, argument] };
}

function argumentsOf(directive: ConstDirectiveNode): readonly ConstArgumentNode[] {
  return directive.arguments ?? [];
}

function argumentOf(directive: ConstDirectiveNode, name: string): ConstArgumentNode["value"] | undefined {
  return argumentsOf(directive).find((each) => each.name.value === name)?.value;
}

function textOf(directive: ConstDirectiveNode, name: string): string {
  const value = argumentOf(directive, name);
  return value !== undefined && "value" in value ? String(value.value) : "";
}

/** The names in an argument that is a list; none where it is something else. */
function listOf(directive: ConstDirectiveNode, name: string): string[] {
  const value = argumentOf(directive, name);
  return value?.kind === Kind.LIST ? value.values.map(print) : [];
}
