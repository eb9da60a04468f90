import type { GraphQLSchema } from "graphql";
import type { ConsentStore } from "../../consents/contract.ts";
import type { Decider, RequestFacts } from "../../decision/model.ts";
import type { Policy } from "../../policy/model.ts";
import type { People } from "../../rights/speaker.ts";
import type { MaskFunction } from "../enforce/model.ts";
import type { Executor } from "../execute.ts";
import type { SubjectOf } from "./subject-of.ts";
import type { ActDeciders } from "./trust.ts";

/** What acts are decided with. */
export interface ActContext {
  readonly schema: GraphQLSchema;
  readonly policy: Policy;
  readonly executor: Executor;
  readonly consents: ConsentStore;
  readonly deciders: ActDeciders;
  /** Those of the coordinates that are read, for what is written back. */
  readonly fields: ReadonlyMap<string, Decider>;
  readonly masks: ReadonlyMap<string, MaskFunction>;
  readonly subjectOf: SubjectOf;
  /** What only the deployment knows of people; null where it tells nothing. */
  readonly people: Pick<People, "birthDate"> | null;
  readonly request: RequestFacts;
  /** What resolvers get as context. */
  readonly resolverContext: unknown;
}
