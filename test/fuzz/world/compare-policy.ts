import type { Policy, RoleTerm, SubjectKeys } from "../../../src/policy/model.ts";
import { type Differences, differ, inOrder } from "./differences.ts";
import type { World } from "./world.ts";

/** The compiled policy says of vocabulary and types what their SDL says, word for word. The gateway's own are not looked at. */
export function comparePolicy({ annotations }: Pick<World, "annotations">, { vocabulary, types }: Policy): Differences {
  const { roles, purposes, categories } = annotations.vocabulary;
  const ofRoots = ["Query", "Mutation", ...annotations.groups];
  // of its purposes a default role keeps those that there are
  const declarable = (role: RoleTerm) => ({ ...role, declares: role.declares.filter((one) => one in purposes) });
  const differences = [
    ...compareTerms("roles", mapped(roles, declarable), vocabulary.roles),
    ...compareTerms("purposes", purposes, vocabulary.purposes),
    ...compareTerms("categories", categories, vocabulary.categories),
  ];
  for (const [name, { subject, aggregate, fields }] of annotations.types) {
    if (ofRoots.includes(name)) continue;
    const type = types[name];
    differences.push(
      ...differ(`${name}: subject`, subject, withoutOthers(type?.subject)),
      ...differ(`${name}: aggregate`, aggregate, type?.aggregate),
      ...differ(`${name}: annotated`, [...fields.keys()].sort(), Object.keys(type?.fields ?? {}).sort()),
      ...compareTerms(name, Object.fromEntries(fields), type?.fields ?? {}),
    );
  }
  return differences;
}

/** Which spaces there are besides is no part of what the type says. */
function withoutOthers(subject: SubjectKeys | null | undefined) {
  if (subject == null) return subject;
  const { otherSpaces: _, ...said } = subject;
  return said;
}

function mapped<T, U>(all: Readonly<Record<string, T>>, make: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, make(value)]));
}

function compareTerms(
  what: string,
  expected: Readonly<Record<string, object>>,
  actual: Readonly<Record<string, object>>,
): Differences {
  return Object.entries(expected).flatMap(([name, term]) =>
    differ(`${what}: ${name}`, inOrder(term), inOrder(actual[name] ?? {})),
  );
}
