import { type DocumentNode, execute, type GraphQLError, type GraphQLSchema, getVariableValues } from "graphql";
import { FieldguardError } from "../../src/core/errors.ts";
import type { Keyring } from "../../src/core/keys.ts";
import type { Caller, Deployment, RequestFacts } from "../../src/decision/model.ts";
import type { Annotations } from "./annotations.ts";
import { sendsMasked } from "./masked.ts";
import { type AskedOperation, askedOperation, fieldsAskedOf, reachableIn, rootTypeOf } from "./operation.ts";
import { probesUsed } from "./probes.ts";
import { type Declared, type Refusal, refusal, refusedProbe, refusedPurpose } from "./refusal.ts";
import { heedSignal } from "./signals.ts";
import type { Stored } from "./stored.ts";
import type { TellsSubject } from "./told.ts";
import { type DecidedValue, type Path, type Walked, walkValues } from "./walk.ts";
import { isPurpose, withKeys } from "./with-keys.ts";
import { type Acting, type ActOutcome, decideGroups, withActs } from "./writes.ts";

/** Everything that an answer depends on, but for the request. */
export interface ReferenceWorld {
  /** Without any protection. */
  readonly plain: GraphQLSchema;
  readonly annotations: Annotations;
  readonly stored: Stored;
  readonly deployment: Deployment;
  readonly mode: "enforce" | "report";
  readonly logDown: boolean;
  readonly keyring: Keyring;
  readonly now: number;
  /** By type: whose its objects are, by a key. */
  readonly subjectOf?: Readonly<Record<string, TellsSubject>>;
  /** Whether a text is what a mask with a mark makes, of those that are sent; none is unless this says so. */
  readonly isMasked?: (text: string) => boolean;
}

export interface ReferenceRequest {
  readonly document: DocumentNode;
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>>;
  /** null: the token is none that is accepted. */
  readonly caller: Caller | null;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly context: unknown;
  /** WS: the token is looked at before the operation, and subscriptions are served. */
  readonly over: "HTTP" | "WS";
  /** What a subscription's source brought: the reference answers one event. */
  readonly event?: unknown;
}

/** What must come of a request. */
export type ReferenceAnswer = Refused | Answered;

export interface Refused {
  readonly refused: Refusal;
  readonly caller: Caller | null;
  /** Where it was executed all the same, and only the answer held back: what was not. */
  readonly unfetched?: readonly Path[];
}

export interface Answered {
  readonly refused: null;
  readonly request: RequestFacts;
  readonly justification: string | null;
  readonly data: Walked["data"];
  /** Errors of the execution itself: what resolvers throw is told by a code of the gateway's own, or by none of theirs. */
  readonly failures: readonly { readonly path: Path; readonly code: string }[];
  /**
   * Whether a failure at a path may have come about, or not: where it is, another failure took all away, or a denial may have kept
   * anything from being fetched.
   */
  readonly mayFail: (path: Path) => boolean;
  readonly decided: readonly DecidedValue[];
  /** Where a denial was certain before any value was there: nothing at or under these is fetched, no effect there comes about. */
  readonly unfetched: readonly Path[];
  /** Coordinates of dates that were there, counted and could not be read. */
  readonly unreadable: ReadonlySet<string>;
  /** Whether anything annotated was asked for: then the answer is recorded and not cached. */
  readonly touched: boolean;
  /** Keys of the mutations that ran without a decision. */
  readonly open: readonly string[];
  /** What `enforce` would have refused: recorded, and served all the same. */
  readonly waived: readonly Refusal[];
}

/** Resolves everything, decides value by value; no plan, no cache. */
export async function answerByReference(world: ReferenceWorld, asked: ReferenceRequest): Promise<ReferenceAnswer> {
  const { caller, headers } = asked;
  const { annotations, deployment, now } = world;
  const refusedAtOnce = refusalAtOnce(world, asked);
  if (refusedAtOnce !== null) return { refused: refusal(refusedAtOnce), caller: null };
  if (caller === null) throw new Error("Nobody asks.");
  const operation = askedOperation(world.plain, asked.document, asked.operationName, coerced(world, asked));
  const optedOut = headers["sec-gpc"] === "1" || (deployment.doNotTrack && headers["dnt"] === "1");
  // It is kept whatever becomes of the request.
  heedSignal(world, { caller, purpose: null, optedOut, now, deployment });
  const { isMasked = () => false } = world;
  const masked = sendsMasked(operation, asked.variables, isMasked) ? refusal("MASKED_VALUE") : null;
  if (masked !== null && world.mode === "enforce") return { refused: masked, caller };
  const inOperation = declaredIn(operation, asked.variables);
  const inHeaders = { purpose: trimmed(headers["x-purpose"]), justification: trimmed(headers["x-justification"]) };
  const refused = refusedPurpose(annotations, caller, inOperation, inHeaders, deployment.region);
  if (refused !== null && world.mode === "enforce") return { refused, caller };
  const declared: Declared =
    refused === null
      ? {
          purpose: inOperation.purpose ?? inHeaders.purpose,
          justification: inOperation.justification ?? inHeaders.justification,
        }
      : { purpose: null, justification: null };
  const facts: RequestFacts = { caller, purpose: declared.purpose, optedOut, now, deployment };
  const request = { ...facts, optedOut: heedSignal(world, facts) };
  const probe = refusedProbe(operation, annotations, request);
  if (probe !== null && world.mode === "enforce") return { refused: probe, caller };
  const waived = [masked, refused, probe].filter((each) => each !== null);
  const answer = await resolved(world, asked, operation, request);
  if (operation.definition.operation === "subscription" && answer.unfetched.some((path) => path.length === 1)) {
    return { refused: refusal("FORBIDDEN"), caller };
  }
  // every mutation is on record, whatever it selects: without, nothing of it happens and nothing is told
  if (world.logDown && operation.definition.operation === "mutation") {
    return { refused: refusal("AUDIT_UNAVAILABLE"), caller };
  }
  const open = openIn(operation, annotations, answer.unfetched);
  // which rows match is told by the answer, so without a record there is none
  if (world.logDown && probesUsed(operation, annotations).length > 0) {
    return { refused: refusal("AUDIT_UNAVAILABLE"), caller, unfetched: answer.unfetched };
  }
  return { refused: null, request, waived, open, ...answer, ...declared };
}

/** Mutations that run and say nothing of what they act on: on record before, or not at all. */
function openIn(operation: AskedOperation, { acting }: Annotations, unfetched: readonly Path[]): readonly string[] {
  if (operation.definition.operation !== "mutation") return [];
  const denied = new Set(unfetched.filter((path) => path.length === 1).map(([key]) => key));
  return fieldsAskedOf(operation, rootTypeOf(operation), [operation.definition.selectionSet])
    .filter(({ key, name }) => name !== "__typename" && !acting.has(`Mutation.${name}`) && !denied.has(key))
    .map(({ key }) => key);
}

/** What is refused before it is known what is asked of whom. */
function refusalAtOnce(world: ReferenceWorld, { document, operationName, caller, over }: ReferenceRequest) {
  if (over === "WS" && caller === null) return "UNAUTHENTICATED";
  if (asksForReservedKey(document)) return "RESERVED_ALIAS";
  const { definition } = askedOperation(world.plain, document, operationName, {});
  if (over !== "WS" && definition.operation === "subscription") return "BAD_INPUT";
  return caller === null ? "UNAUTHENTICATED" : null;
}

function asksForReservedKey(document: DocumentNode): boolean {
  return /(^|[\s{(])(_fg\w*|__proto__)\s*:/.test(document.loc?.source.body ?? "");
}

function coerced({ plain }: ReferenceWorld, { document, operationName, variables }: ReferenceRequest) {
  const { definition } = askedOperation(plain, document, operationName, {});
  // the purpose's own type is no part of the plain schema; such a variable says nothing but the purpose
  const definitions = (definition.variableDefinitions ?? []).filter((each) => !isPurpose(each));
  const { coerced: values, errors } = getVariableValues(plain, definitions, { ...variables });
  if (values === undefined) throw new AggregateError(errors ?? [], "The variables do not fit.");
  return values;
}

function declaredIn({ definition }: AskedOperation, variables: Readonly<Record<string, unknown>>): Declared {
  const directive = definition.directives?.find((each) => each.name.value === "declare");
  const read = (name: string): string | null => {
    const node = directive?.arguments?.find((argument) => argument.name.value === name)?.value;
    if (node === undefined) return null;
    if (node.kind === "Variable") return trimmed(variables[node.name.value]);
    return "value" in node ? trimmed(node.value) : null;
  };
  return { purpose: read("purpose"), justification: read("justification") };
}

function trimmed(value: unknown): string | null {
  return typeof value === "string" ? value.trim() : null;
}

async function resolved(
  world: ReferenceWorld,
  asked: ReferenceRequest,
  operation: AskedOperation,
  request: RequestFacts,
): Promise<Pick<Answered, "data" | "failures" | "mayFail" | "decided" | "unfetched" | "unreadable" | "touched">> {
  const { plain, annotations, stored, mode, logDown, keyring, subjectOf = {} } = world;
  const acts = new Map<string, ActOutcome>();
  const acting: Acting = { annotations, stored, request, mode, logDown, keyring, subjectOf, outcomes: acts };
  const schema = withActs(plain, asked.context, acting);
  if (typeof asked.context === "object" && asked.context !== null) {
    await decideGroups(plain, acting, operation, asked.context);
  }
  const result = await forgivingly(() =>
    execute({
      schema,
      document: withKeys(plain, asked.document, annotations.keys),
      operationName: asked.operationName,
      rootValue: asked.event,
      variableValues: { ...asked.variables },
      contextValue: asked.context,
    }),
  );
  // a filter on a value is an access to it
  const seen = touches(operation, annotations) || probesUsed(operation, annotations).length > 0;
  // every mutation is on record, whatever it selects
  const touched = seen || operation.definition.operation === "mutation";
  const failures = (result.errors ?? []).map((error) => ({ path: pathOf(error), code: codeOf(error) }));
  const context = { operation, annotations, request, stored, mode, logDown: logDown && touched, keyring, acts };
  const { data, decided, unfetched, visited, sent, unreadable } = walkValues(context, result.data ?? null);
  const fetched = failures.filter(({ path }) => !unfetched.some((above) => isAt(path, above)));
  const inResult = (path: Path): boolean => result.data !== null && isIn(visited, path);
  const sentVisited = new Set(Array.from(visited, (path) => JSON.stringify(asSent(JSON.parse(path) as Path, sent))));
  const inside = failures.map(({ path }) => asSent(path, sent));
  // What failed in an object that may be one of a group is told at the null in its place, if at all.
  const isLostItem = (path: Path): boolean =>
    typeof path.at(-1) === "number" &&
    !sentVisited.has(JSON.stringify(path)) &&
    inside.some((each) => isAt(each, path) && each.slice(path.length).some((key) => typeof key === "string"));
  const mayFail = (path: Path): boolean => result.data === null || !isIn(sentVisited, path) || isLostItem(path);
  const isShown = (outcome: string): boolean => !context.logDown && (mode === "report" || outcome === "ALLOW");
  const hidden = decided.filter(({ outcome }) => !isShown(outcome)).map(({ path }) => path);
  return {
    data,
    failures: fetched
      .filter(({ path }) => inResult(path) && !hidden.some((above) => isAt(path, above)))
      .map(({ path, code }) => ({ path: asSent(path, sent), code })),
    mayFail,
    decided,
    unfetched,
    unreadable,
    touched,
  };
}

function asSent(path: Path, sent: ReadonlyMap<string, number>): Path {
  return path.map((key, at) => sent.get(JSON.stringify(path.slice(0, at + 1))) ?? key);
}

/** graphql-js forgets what is under way in a list once an item of it has failed: here nobody need hear how that ends. */
async function forgivingly<T>(run: () => T | Promise<T>): Promise<T> {
  const ignore = (): void => undefined;
  process.on("unhandledRejection", ignore);
  try {
    return await run();
  } finally {
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", ignore);
  }
}

function pathOf(error: GraphQLError): Path {
  if (error.path === undefined) throw error;
  return error.path;
}

function codeOf({ originalError }: GraphQLError): string {
  return originalError instanceof FieldguardError ? originalError.code : "INTERNAL_SERVER_ERROR";
}

/** Whether the object that the field stands on was gone through. */
function isIn(visited: ReadonlySet<string>, path: Path): boolean {
  const field = path.findLastIndex((key) => typeof key === "string");
  return visited.has(JSON.stringify(path.slice(0, field)));
}

function isAt(path: Path, above: Path): boolean {
  return above.every((key, at) => path[at] === key);
}

function touches(operation: AskedOperation, { types }: Annotations): boolean {
  const reachable = reachableIn(operation);
  const annotated = [...reachable.coordinates].some((coordinate) => {
    const [type = "", field = ""] = coordinate.split(".");
    return types.get(type)?.fields.has(field) ?? false;
  });
  return annotated || [...reachable.types].some((type) => types.get(type)?.aggregate != null);
}
