import type { GraphQLSchema } from "graphql";
import type { Origins } from "../annotations.ts";
import type { HintCode } from "../fault-codes.ts";
import type { FaultCollector } from "../faults.ts";
import type { TypePolicy, Vocabulary, WritePolicy } from "../model.ts";
import type { Ownership } from "../read/ownership.ts";
import type { WritePlaces } from "../read/write-places.ts";

/** What hints are found in: the compiled policy, and where each piece of it was written. */
export interface CompiledParts {
  readonly schema: GraphQLSchema;
  readonly vocabulary: Vocabulary;
  /** `subject` with inheritance applied. */
  readonly types: Readonly<Record<string, TypePolicy>>;
  readonly probes: Readonly<Record<string, readonly string[]>>;
  readonly writes: Readonly<Record<string, WritePolicy>>;
  readonly written: Readonly<Record<string, readonly string[]>>;
  readonly places: WritePlaces;
  readonly owners: Ownership;
  readonly origins: Origins;
}

export interface HintContext extends CompiledParts {
  /** `wordsOf`, each name split once: the same names come back on type after type. */
  readonly wordsOf: (name: string) => readonly string[];
  readonly hints: FaultCollector<HintCode>;
}
