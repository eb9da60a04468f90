import { type GraphQLSchema, validateSchema } from "graphql";
import { compositeTypes } from "./annotations.ts";
import { checkInterfaces } from "./check-interfaces.ts";
import { checkNamedFields } from "./check-named-fields.ts";
import { checkReservedNames } from "./check-reserved-names.ts";
import { dictionary } from "./dictionary.ts";
import { type FaultCode, FaultCollector, type HintCode } from "./faults.ts";
import { findHints } from "./hints/find-hints.ts";
import { inheritSubjects } from "./inherit-subjects.ts";
import type { Fault, Policy, TypePolicy } from "./model.ts";
import { ownership } from "./ownership.ts";
import { policyHash } from "./policy-hash.ts";
import type { AnnotationContext } from "./read-grants.ts";
import { readProbes } from "./read-probes.ts";
import { readType } from "./read-type.ts";
import { readVocabulary } from "./read-vocabulary.ts";

/** A schema's policy, with everything in it that cannot be enforced and everything that looks forgotten. */
export interface Compiled {
  readonly policy: Policy;
  /** Not empty: the policy must not be served. `policyError(faults)` makes the error. */
  readonly faults: Fault[];
  readonly hints: Fault[];
}

/**
 * Compiles the annotations of a schema into plain data. The schema is built from what `composeTypeDefs` returns, so that
 * its parts know their SDL; extensions count like definitions. Never throws for a fault: all of them are collected.
 */
export function compilePolicy(schema: GraphQLSchema): Compiled {
  const faults = new FaultCollector<FaultCode>();
  const hints = new FaultCollector<HintCode>();
  const policy = compileInto(schema, faults, hints);
  return { policy, faults: faults.list(), hints: hints.list() };
}

/** As `compilePolicy`, adding to collections that may hold others' faults already. */
export function compileInto(
  schema: GraphQLSchema,
  faults: FaultCollector<FaultCode>,
  hints: FaultCollector<HintCode>,
): Policy {
  for (const error of validateSchema(schema)) {
    faults.add("SCHEMA_INVALID", "", error.nodes?.at(-1), error.message, "Correct the definition.");
  }
  const base = { schema, faults };
  const vocabulary = readVocabulary(base);
  const context: AnnotationContext = { ...base, vocabulary, origins: { of: new WeakMap() } };
  const read = dictionary<TypePolicy>(
    compositeTypes(schema).map((type) => [type.name, readType(context, type)] as const),
  );
  const subjects = inheritSubjects(context, read);
  checkReservedNames(context);
  const owners = ownership(schema, subjects);
  checkNamedFields(context, read, owners);
  checkInterfaces(context, read);
  const types = dictionary<TypePolicy>(
    Object.values(read).map((type) => [type.name, { ...type, subject: subjects[type.name] ?? null }] as const),
  );
  const unhashed = { vocabulary, types, probes: readProbes(context, read) };
  findHints({ ...unhashed, schema, owners, origins: context.origins, hints });
  return { ...unhashed, hash: policyHash(unhashed) };
}
