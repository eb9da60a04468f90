import { type GraphQLSchema, validateSchema } from "graphql";
import { compositeTypes } from "./annotations.ts";
import { checkInterfaces } from "./check/interfaces.ts";
import { checkNamedFields } from "./check/named-fields.ts";
import { checkReservedNames } from "./check/reserved-names.ts";
import { dictionary } from "./dictionary.ts";
import type { FaultCode } from "./fault-codes.ts";
import { FaultCollector } from "./faults.ts";
import type { CompiledParts } from "./hints/context.ts";
import { findHints } from "./hints/find-hints.ts";
import type { Fault, Policy, TypePolicy } from "./model.ts";
import { policyHash } from "./policy-hash.ts";
import type { AnnotationContext } from "./read/grants.ts";
import { inheritSubjects } from "./read/inherit-subjects.ts";
import { ownership } from "./read/ownership.ts";
import { readProbes } from "./read/probes.ts";
import { readType } from "./read/type.ts";
import { readVocabulary } from "./read/vocabulary.ts";
import { findWritePlaces } from "./read/write-places.ts";
import { readWrites, USUAL_WRITES, type WriteSettings } from "./read/writes.ts";
import { readWritten } from "./read/written.ts";
import { spacesIn } from "./spaces.ts";

/** A schema's policy, with everything in it that cannot be enforced and everything that looks forgotten. */
export interface Compiled {
  readonly policy: Policy;
  /** Not empty: the policy must not be served. `policyError(faults)` makes the error. */
  readonly faults: Fault[];
  /** Looked for when first read: who only serves the policy need not wait for them. */
  readonly hints: Fault[];
}

/**
 * Compiles the annotations of a schema into plain data. The schema is built from what `composeTypeDefs` returns, so that
 * its parts know their SDL; extensions count like definitions. Never throws for a fault: all of them are collected.
 */
export function compilePolicy(schema: GraphQLSchema, settings: Partial<WriteSettings> = {}): Compiled {
  const collector = new FaultCollector<FaultCode>();
  const { policy, found } = compileInto(schema, collector, { ...USUAL_WRITES, ...settings });
  let hints: Fault[] | undefined;
  return {
    policy,
    faults: collector.list(),
    get hints() {
      hints ??= findHints(found);
      return hints;
    },
  };
}

/** As `compilePolicy`, adding to a collection that may hold others' faults already. `found` is what hints are looked for in. */
export function compileInto(
  schema: GraphQLSchema,
  faults: FaultCollector<FaultCode>,
  settings: WriteSettings,
): { readonly policy: Policy; readonly found: CompiledParts } {
  for (const error of validateSchema(schema)) {
    faults.add("SCHEMA_INVALID", "", error.nodes?.at(-1), error.message, "Correct the definition.");
  }
  const base = { schema, faults };
  const vocabulary = readVocabulary(base);
  const context: AnnotationContext = { ...base, vocabulary, origins: { of: new WeakMap() } };
  const places = findWritePlaces(schema);
  const read = dictionary<TypePolicy>(
    compositeTypes(schema).map((type) => [type.name, readType(context, type, places)] as const),
  );
  const subjects = inheritSubjects(context, read);
  checkReservedNames(context);
  const owners = ownership(schema, subjects);
  checkNamedFields(context, read, owners);
  checkInterfaces(context, read);
  const types = dictionary<TypePolicy>(
    Object.values(read).map((type) => [type.name, { ...type, subject: subjects[type.name] ?? null }] as const),
  );
  keepApart(context, types);
  const writes = readWrites({ ...context, types, subjects, places, settings });
  const unhashed = {
    vocabulary,
    types,
    probes: readProbes(context, read),
    writes,
    written: readWritten(context, types),
  };
  return {
    policy: { ...unhashed, hash: policyHash(unhashed) },
    found: { ...unhashed, schema, places, owners, origins: context.origins },
  };
}

/** Where some people are of a space of their own, the others' keys say so: their ids must not look like those. */
function keepApart({ origins }: AnnotationContext, types: Record<string, TypePolicy>): void {
  const otherSpaces = spacesIn(types);
  if (otherSpaces.length === 0) return;
  for (const type of Object.values(types)) {
    if (type.subject === null || type.subject.space !== undefined) continue;
    const subject = { ...type.subject, otherSpaces };
    const origin = origins.of.get(type.subject);
    if (origin !== undefined) origins.of.set(subject, origin);
    types[type.name] = { ...type, subject };
  }
}
