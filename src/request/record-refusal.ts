import { FieldguardError } from "../core/errors.ts";
import type { Caller, RequestFacts } from "../decision/model.ts";
import { isSignal } from "../rights/opt-out-signal.ts";
import { detailsOfActs, talliesOfActs, unreadableInActs } from "./act/begin-acts.ts";
import type { ActRun } from "./act/run.ts";
import type { DeclaredPurpose } from "./declare-purpose.ts";
import type { Admitted, Engine, Incoming } from "./model.ts";
import type { Operation } from "./parse-operation.ts";
import { record } from "./record.ts";

/** Records what is refused after it was admitted. */
export async function recordingRefusal<T>(
  engine: Engine,
  incoming: Incoming,
  { operation, request, declared, acts }: Admitted,
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof FieldguardError) {
      const progress = { operation, caller: request.caller, declared, acts };
      await recordRefusal(engine, incoming, progress, error, request.now);
    }
    throw error;
  }
}

/** What is known of a request before anything is decided. */
export function requestFacts(
  engine: Engine,
  incoming: Pick<Incoming, "header">,
  caller: Caller,
  purpose: string | null,
  now: number,
): RequestFacts {
  const { deployment } = engine;
  const optedOut = isSignal(incoming.header("sec-gpc")) || (deployment.doNotTrack && isSignal(incoming.header("dnt")));
  return { caller, purpose, optedOut, now, deployment };
}

/** A log that cannot be written changes nothing about a refusal: it reveals nothing. */
export async function recordRefusal(
  engine: Engine,
  incoming: Pick<Incoming, "header" | "ip">,
  progress: Progress,
  error: FieldguardError,
  now: number,
): Promise<void> {
  const { purpose, justification } = progress.declared;
  const request = requestFacts(engine, incoming, progress.caller ?? UNKNOWN_CALLER, purpose, now);
  const ip = incoming.ip === null ? null : engine.truncateIp(incoming.ip);
  await record(engine.recorder, {
    kind: "REFUSAL",
    request,
    operation: progress.operation,
    justification,
    ip,
    tallies: talliesOfActs(progress.acts ?? null),
    outcome: error.code,
    details: detailsOfActs(progress.acts ?? null),
    unreadable: unreadableInActs(progress.acts ?? null),
  }).catch(() => undefined);
}

/** How far a request came before it was refused. */
export interface Progress {
  readonly operation: Operation | null;
  readonly caller: Caller | null;
  readonly declared: DeclaredPurpose;
  readonly acts?: ActRun | null;
}

export const NOTHING_YET: Progress = {
  operation: null,
  caller: null,
  declared: { purpose: null, justification: null },
};

const UNKNOWN_CALLER: Caller = {
  id: null,
  role: "UNKNOWN",
  organisation: null,
  tenants: [],
  region: null,
  purposes: null,
  onBehalfOf: null,
  actingAs: null,
  tokenId: null,
  expiresAt: null,
  app: null,
};
