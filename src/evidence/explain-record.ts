import { FieldguardError } from "../core/errors.ts";
import { type Explanation, retell } from "../decision/explain.ts";
import type { Caller, Deployment, RequestFacts } from "../decision/model.ts";
import { REASON_SENTENCES } from "../decision/reasons.ts";
import type { AccessLog, AccessRecord, RecordedCaller, RecordedDecision } from "../log/contract.ts";
import { readRecords } from "../log/read-records.ts";
import type { Policy } from "../policy/model.ts";

export interface ExplainedDecision
  extends Pick<RecordedDecision, "coordinate" | "path" | "outcome" | "reason" | "count"> {
  /** What the reason means. */
  readonly words: string;
  /** Every test of the decision's table; null where the policy has no such field now, or the reason is no test of the table. */
  readonly tests: Explanation["tests"] | null;
}

/** A recorded operation with each of its decisions told test by test: what somebody gets who asks why (PIPL 24, GDPR 22). */
export interface ExplainedRecord {
  readonly record: Pick<AccessRecord, "id" | "time" | "kind" | "caller" | "purpose" | "justification" | "outcome">;
  /** Whether the policy is the one that decided; otherwise its fields are explained as they are now. */
  readonly samePolicy: boolean;
  readonly decisions: readonly ExplainedDecision[];
}

/** Explains the decisions of a record, or those of one coordinate. Throws NOT_FOUND where the log has none such. */
export async function explainRecord(
  log: AccessLog,
  id: string,
  coordinate: string | null,
  { policy, deployment }: { readonly policy: Policy; readonly deployment: Deployment },
): Promise<ExplainedRecord> {
  const parts: AccessRecord[] = [];
  for await (const part of readRecords(log, { id })) parts.push(part);
  const [record] = parts;
  if (record === undefined) throw new FieldguardError("NOT_FOUND", `The log holds no record ${id}.`);
  const request = requestOf(record, deployment);
  const decisions = parts
    .flatMap((part) => part.decisions)
    .filter((decision) => coordinate === null || decision.coordinate === coordinate)
    .map((decision) => explainedDecision(policy, request, decision));
  if (decisions.length === 0 && coordinate !== null)
    throw new FieldguardError("NOT_FOUND", `The record ${id} holds no decision of ${coordinate}.`);
  const { time, kind, caller, purpose, justification, outcome } = record;
  return {
    record: { id, time, kind, caller, purpose, justification, outcome },
    samePolicy: record.policyHash === policy.hash,
    decisions,
  };
}

function explainedDecision(
  { types, writes, vocabulary }: Policy,
  request: RequestFacts,
  { coordinate, path, outcome, reason, count }: RecordedDecision,
): ExplainedDecision {
  const [type = "", name = ""] = coordinate.split(".");
  const field = writes[coordinate]?.policy ?? types[type]?.fields[name];
  const told = field === undefined ? null : retell(field, vocabulary, request, { outcome, reason }).tests;
  const isOfTable = reason === "GRANTED" || told?.some((test) => test.reason === reason);
  return { coordinate, path, outcome, reason, count, words: REASON_SENTENCES[reason], tests: isOfTable ? told : null };
}

function requestOf({ caller, purpose, time }: AccessRecord, deployment: Deployment): RequestFacts {
  return { caller: callerOf(caller), purpose, optedOut: false, now: time, deployment };
}

function callerOf({ id, role, organisation, tenants, region, onBehalfOf }: RecordedCaller): Caller {
  const unrecorded = { purposes: null, actingAs: null, tokenId: null, expiresAt: null, app: null };
  return { id, role, organisation, tenants, region, onBehalfOf, ...unrecorded };
}
