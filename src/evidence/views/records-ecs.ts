import { isoTime } from "../../core/clock.ts";
import type { AccessRecord, RecordKind } from "../../log/contract.ts";
import { eventId, isAddress } from "./event.ts";

/** `event.type` beside whether it was allowed, of those that ECS expects of the category `api`. */
const ECS_TYPES: Readonly<Record<RecordKind, "access" | "change" | "start" | "end" | "info">> = {
  QUERY: "access",
  SUBSCRIPTION_EVENT: "access",
  LOG_READ: "access",
  EXPORT: "access",
  REFUSAL: "access",
  MUTATION: "change",
  CONSENT_CHANGE: "change",
  SUBJECT_CHANGE: "change",
  LOG_CHANGE: "change",
  UNUSUAL_ACCESS: "info",
  START: "start",
  STOP: "end",
};

/** Elastic Common Schema; what it has no field for stands under `fieldguard`. */
export function ecsEvent(record: AccessRecord) {
  const { caller, client, operation } = record;
  const isOk = record.outcome === "OK";
  return {
    "@timestamp": isoTime(record.time),
    ecs: { version: "8.11.0" },
    event: {
      id: eventId(record),
      kind: record.kind === "UNUSUAL_ACCESS" ? "alert" : "event",
      category: ["api"],
      type: [ECS_TYPES[record.kind], isOk ? "allowed" : "denied"],
      action: record.kind.toLowerCase().replaceAll("_", "-"),
      outcome: isOk ? "success" : "failure",
      ...(isOk ? {} : { reason: record.outcome }),
      provider: "fieldguard",
      dataset: "fieldguard.access",
      sequence: record.seq,
      hash: record.hash,
    },
    user: { ...(caller.id === null ? {} : { id: caller.id }), roles: [caller.role] },
    ...(caller.organisation === null ? {} : { organization: { id: caller.organisation } }),
    ...(isAddress(client.ip) ? { source: { ip: client.ip } } : {}),
    service: { name: "fieldguard", type: "fieldguard", node: { name: record.writer } },
    fieldguard: {
      record: record.id,
      outcome: record.outcome,
      client_app: client.app,
      token_id: caller.tokenId ?? null,
      operation,
      purpose: record.purpose,
      justification: record.justification,
      on_behalf_of: caller.onBehalfOf,
      decisions: record.decisions,
      subjects: record.subjects,
      minors: record.minors ?? [],
      details: record.details,
      flags: record.flags,
      part: record.part,
      parts: record.parts,
      policy_hash: record.policyHash,
    },
  };
}
