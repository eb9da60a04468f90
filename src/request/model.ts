import type { DocumentNode, GraphQLSchema } from "graphql";
import type { ConsentStore } from "../consents/contract.ts";
import type { Clock } from "../core/clock.ts";
import type { Caller, Decider, Deployment, RequestFacts } from "../decision/model.ts";
import type { Policy } from "../policy/model.ts";
import type { HeedSignal } from "../rights/opt-out-signal.ts";
import type { People } from "../rights/speaker.ts";
import type { ActRuns } from "./act/guard-acts.ts";
import type { ActRun } from "./act/run.ts";
import type { SubjectOf } from "./act/subject-of.ts";
import type { ActDeciders } from "./act/trust.ts";
import type { Authenticate } from "./authenticate.ts";
import type { DeclaredPurpose } from "./declare-purpose.ts";
import type { MaskFunction } from "./enforce/model.ts";
import type { Execution, Executor } from "./execute.ts";
import type { Operation } from "./parse-operation.ts";
import type { Plan } from "./plan/model.ts";
import type { Planner } from "./plan/plan.ts";
import type { Recorder } from "./record.ts";
import type { ErrorPolicy } from "./sanitise-errors.ts";
import type { Watch } from "./watch.ts";

/** Everything a request meets on its way; made once at start. */
export interface Engine extends ErrorPolicy {
  readonly schema: GraphQLSchema;
  readonly policy: Policy;
  readonly deployment: Deployment;
  /** What only the deployment knows of people; null where it tells nothing. */
  readonly people: People | null;
  readonly mode: "enforce" | "report";
  readonly deciders: ReadonlyMap<string, Decider>;
  readonly masks: ReadonlyMap<string, MaskFunction>;
  readonly authenticate: Authenticate;
  readonly planner: Planner;
  readonly executor: Executor;
  readonly consents: ConsentStore;
  /** Keeps a person's opt-out signal; says whether it speaks against the request. */
  readonly heedSignal: HeedSignal;
  readonly recorder: Recorder;
  readonly watch: Watch;
  readonly acts: ActStep;
  readonly clock: Clock;
  readonly bounds: RequestBounds;
  readonly truncateIp: (ip: string) => string | null;
}

/** What one request may take once it is under way. */
export interface RequestBounds {
  /** Items of any list in the variables, and of any list in the response that holds annotated fields. */
  readonly listItemsMax: number;
  /** Levels of lists and objects in the variables. */
  readonly inputDepthMax: number;
  /** Items of lists and fields of objects in the variables, all together. */
  readonly inputMax: number;
  /** Milliseconds that execution may take. */
  readonly operationMsMax: number;
  /** Objects that one operation may act on. */
  readonly actsMax: number;
  /** Bytes that the record of one answer may have, roughly. */
  readonly recordBytesMax: number;
}

/** What fields that act are decided with. */
export interface ActStep {
  readonly runs: ActRuns;
  readonly deciders: ActDeciders;
  readonly subjectOf: SubjectOf;
}

/** One operation as it reached the gateway, parsed and validated against the served schema. */
export interface Incoming {
  readonly document: DocumentNode;
  readonly operationName: string | null | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly header: (name: string) => string | undefined;
  readonly ip: string | null;
  /** Makes what the resolvers get as context, once it is known who asks and why. */
  readonly context: (about: RequestContext) => unknown;
}

/** What resolvers may know of the request: `context.fieldguard`. */
export interface RequestContext {
  readonly caller: Caller;
  readonly purpose: string | null;
  readonly justification: string | null;
  /** The one time of the request, in milliseconds since the epoch. */
  readonly now: number;
}

/** A request that was found fit to be executed. */
export interface Admitted {
  readonly operation: Operation;
  readonly request: RequestFacts;
  readonly declared: DeclaredPurpose;
  readonly plan: Plan;
  readonly execution: Execution;
  /** null where nothing acts. */
  readonly acts: ActRun | null;
}
