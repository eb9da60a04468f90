import {
  type ASTNode,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  parse,
  print,
  visit,
} from "graphql";
import { FieldguardError } from "../../src/core/errors.ts";
import { compilePack } from "../../src/packs/compile.ts";
import { type Case, type Clause, type Pack, stepsOf } from "../../src/packs/model.ts";
import { eachClause } from "../../src/packs/run.ts";
import type { RoleTerm } from "../../src/policy/model.ts";
import { changesOf, type Mutation, type Place, pairsOf } from "./mutations.ts";

/** A pack whose schema says one thing less or more. */
export interface Mutant {
  readonly kind: Mutation;
  /** Where, what stood there, and what does now. */
  readonly what: string;
  readonly coordinate: string;
  readonly pack: Pack;
}

/**
 * Every annotation of the pack's own schema and of the shared parts that it uses, changed once in each way. With a field's
 * `@sensitive` go its other annotations, so that the mutant is a public field and not merely one that no gateway starts with.
 */
export function mutantsOf(pack: Pack): Mutant[] {
  const roles = callingRoles(pack);
  return pack.parts.flatMap(({ name, sdl }, at) => {
    const document = parse(sdl);
    return placesIn(document).flatMap((place, turn) =>
      changesOf(place, roles, turn).map(({ kind, instead }): Mutant => {
        const isPublic = place.directive.name.value === "sensitive" && instead.length === 0;
        const changed = print(replaced(document, place, isPublic ? "all" : "one", instead));
        const parts = pack.parts.map((part, index) => (index === at ? { name, sdl: changed } : part));
        const now = instead.length === 0 ? "nothing" : instead.map(print).join(" ");
        const what = `${place.coordinate} ${print(place.directive)} -> ${now}`;
        return { kind, what, coordinate: place.coordinate, pack: { ...pack, parts } };
      }),
    );
  });
}

/**
 * In which roles somebody of the pack calls, and for what. In China nobody is answered for a purpose that rests on legitimate
 * interest: a grant for one shows nothing, and so it is no mutant.
 */
function callingRoles(pack: Pack): RoleTerm[] {
  const { roles, purposes } = compilePack(pack).policy.vocabulary;
  const isAnswered = (purpose: string): boolean =>
    pack.deployment.region !== "CN" || purposes[purpose]?.basis !== "LEGITIMATE_INTEREST";
  const names = new Set(Object.values(pack.callers).map(({ role }) => role));
  const called = [...names].flatMap((name) => roles[name] ?? []);
  return called.map((role) => ({ ...role, declares: role.declares.filter(isAnswered) }));
}

function placesIn(document: DocumentNode): Place[] {
  const places: Place[] = [];
  const note = (
    coordinate: string,
    beside: readonly ConstDirectiveNode[] = [],
    around: typeof beside = [],
    ways: Place["ways"] = null,
  ): void => {
    for (const directive of beside) places.push({ coordinate, directive, beside, around, ways });
  };
  for (const definition of document.definitions) {
    if (!("name" in definition) || definition.name === undefined || !("directives" in definition)) continue;
    const type = definition.name.value;
    const own = definition.directives as readonly ConstDirectiveNode[];
    const around = [...own, ...(own.some(isSubject) ? [] : subjectsAround(type, document))];
    const ways = waysInto(type, document);
    note(type, own, around, ways);
    if ("values" in definition)
      for (const value of definition.values ?? []) note(`${type}.${value.name.value}`, value.directives);
    if (!("fields" in definition)) continue;
    for (const field of definition.fields ?? []) {
      note(`${type}.${field.name.value}`, field.directives, around, ways);
      if (field.kind !== Kind.FIELD_DEFINITION) continue;
      for (const argument of field.arguments ?? []) note(`${type}.${field.name.value}`, argument.directives);
    }
  }
  return places;
}

/** Of a type whose objects belong to those around them: who they belong to. */
function subjectsAround(type: string, { definitions }: DocumentNode): ConstDirectiveNode[] {
  return definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) return [];
    const holds = definition.fields?.some((field) => isOf(type, field)) === true;
    return holds ? (definition.directives ?? []).filter(isSubject) : [];
  });
}

/** For whom and what a type is reached, where every field that leads to it is withheld from others; null where one is not. */
function waysInto(type: string, { definitions }: DocumentNode): ReadonlySet<string> | null {
  const holders = definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) return [];
    const fields = definition.fields?.filter((field) => isOf(type, field)) ?? [];
    return fields.map(({ directives = [] }) => ({ own: directives, around: definition.directives ?? [] }));
  });
  const isGuarded = holders.every(({ own }) => own.some(({ name }) => name.value === "sensitive"));
  if (holders.length === 0 || !isGuarded) return null;
  return new Set(
    holders.flatMap(({ own, around }) => {
      const pairs = pairsOf(own);
      return pairs.length > 0 ? pairs : pairsOf(around);
    }),
  );
}

function isOf(type: string, field: FieldDefinitionNode): boolean {
  return print(field.type).replace(/[[\]!]/g, "") === type;
}

function isSubject({ name }: ConstDirectiveNode): boolean {
  return name.value === "subject";
}

function replaced(
  document: DocumentNode,
  { directive }: Place,
  which: "one" | "all",
  instead: readonly ConstDirectiveNode[],
): DocumentNode {
  return visit(document, {
    enter(node: ASTNode) {
      if (!("directives" in node) || !node.directives?.some((each) => each === directive)) return undefined;
      const directives =
        which === "all" ? [] : node.directives.flatMap((each) => (each === directive ? instead : each));
      return { ...node, directives };
    },
  });
}

/** What notices a mutant: the id of the first clause that no longer holds, `start` where no gateway would; null where nothing does. */
export async function noticedBy({ kind, pack, coordinate }: Mutant): Promise<string | null> {
  if (!starts(pack)) return "start";
  const addsOrTakes = kind.startsWith("a role or purpose");
  const near = nearestFirst(addsOrTakes ? pack.clauses : pack.clauses.flatMap(withoutTables), coordinate);
  // what is granted besides is seen by who looks at everything
  const clauses =
    kind === "a role or purpose added" ? near.toSorted((one, other) => tables(other) - tables(one)) : near;
  for await (const { id, holds } of eachClause(pack, clauses, { stopAtProblem: true })) {
    if (!holds) return id;
  }
  return null;
}

function starts(pack: Pack): boolean {
  try {
    return compilePack(pack).faults.length === 0;
  } catch (error) {
    if (error instanceof FieldguardError && error.code === "POLICY_INVALID") return false;
    throw error;
  }
}

/** A table of who sees what restates every grant: it shows that there is none besides, and is no proof that one is needed. */
function withoutTables(clause: Clause): Clause[] {
  const cases = clause.cases?.filter((one) => !isTable(one)) ?? [];
  return cases.length === 0 ? [] : [{ ...clause, cases }];
}

function tables({ cases = [] }: Clause): number {
  return cases.filter(isTable).length;
}

function isTable(one: Case): boolean {
  return stepsOf(one).some((step) => step.run === "reveals");
}

/** Clauses whose cases name the field or type come first: they are the likeliest to notice. */
function nearestFirst(clauses: readonly Clause[], coordinate: string): Clause[] {
  const words = coordinate.split(".");
  const nearness = (clause: Clause): number => {
    const text = JSON.stringify((clause.cases ?? []).map((one: Case) => stepsOf(one)));
    return (text.includes(coordinate) ? 2 : 0) + (words.some((word) => text.includes(word)) ? 1 : 0);
  };
  return clauses.toSorted((one, other) => nearness(other) - nearness(one));
}
