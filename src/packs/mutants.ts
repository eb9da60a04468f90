import { type ConstDirectiveNode, Kind, parse, print, visit } from "graphql";
import { FieldguardError } from "../core/errors.ts";
import { type Case, type Clause, type Pack, stepsOf } from "./model.ts";
import { runClauses } from "./run.ts";

/** A pack with one annotation taken away. */
export interface Mutant {
  /** Where the annotation stood, and the annotation: `Viewer.chat @sensitive(...)`. */
  readonly what: string;
  readonly coordinate: string;
  readonly pack: Pack;
}

const ANNOTATIONS = new Set([
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

/**
 * Every annotation of the pack's own schema and of the shared parts that it uses, each taken away once. With a field's `@sensitive`
 * go its other annotations, so that the mutant is a public field and not merely one that the gateway refuses to start with.
 */
export function mutantsOf(pack: Pack): Mutant[] {
  return pack.parts.flatMap(({ name, sdl }, at) => {
    const document = parse(sdl);
    const found: { coordinate: string; directive: ConstDirectiveNode }[] = [];
    for (const definition of document.definitions) {
      if (!("name" in definition) || definition.name === undefined) continue;
      const type = definition.name.value;
      const note = (coordinate: string, directives: readonly ConstDirectiveNode[] = []): void => {
        for (const directive of directives)
          if (ANNOTATIONS.has(directive.name.value)) found.push({ coordinate, directive });
      };
      if ("directives" in definition) note(type, definition.directives as readonly ConstDirectiveNode[]);
      if ("values" in definition)
        for (const value of definition.values ?? []) note(`${type}.${value.name.value}`, value.directives);
      if (!("fields" in definition)) continue;
      for (const field of definition.fields ?? []) {
        note(`${type}.${field.name.value}`, field.directives);
        if (field.kind !== Kind.FIELD_DEFINITION) continue;
        for (const argument of field.arguments ?? []) note(`${type}.${field.name.value}`, argument.directives);
      }
    }
    return found.map(({ coordinate, directive }) => {
      const without = visit(document, {
        FieldDefinition: (node) =>
          node.directives?.includes(directive) && directive.name.value === "sensitive"
            ? { ...node, directives: [] }
            : undefined,
        Directive: (node) => (node === directive ? null : undefined),
      });
      const parts = pack.parts.map((part, index) => (index === at ? { name, sdl: print(without) } : part));
      return { what: `${coordinate} ${print(directive)}`, coordinate, pack: { ...pack, parts } };
    });
  });
}

/** What notices a mutant: the id of the first clause that no longer holds, or that the gateway refuses to start; null where nothing does. */
export async function noticedBy({ pack, coordinate }: Mutant): Promise<string | null> {
  for (const clause of nearestFirst(pack.clauses, coordinate)) {
    try {
      const [result] = await runClauses(pack, [clause]);
      if (result?.holds === false)
        return refusesToStart(result.cases.flatMap(({ problems }) => problems)) ? "start" : clause.id;
    } catch (error) {
      if (error instanceof FieldguardError && error.code === "POLICY_INVALID") return "start";
      throw error;
    }
  }
  return null;
}

function refusesToStart(problems: readonly string[]): boolean {
  return problems.some(
    (problem) => problem.startsWith("it broke off: Cannot") || problem.includes("cannot be enforced"),
  );
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
