import { isIP } from "node:net";
import { isoTime } from "../core/clock.ts";
import type { AccessRecord, RecordKind } from "../log/contract.ts";
import { csvWriter } from "./csv.ts";

/** Formats in which the access log leaves; each record is one line. */
export const EXPORT_FORMATS = ["ndjson", "csv", "ocsf", "ecs"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Turns records into lines of a format; `header` comes first where the format has one. */
export interface LineWriter {
  readonly header: string | null;
  /** One line a record, or one a decision where the format was asked to. */
  lines(record: AccessRecord): readonly string[];
}

/** `eachDecision`, of CSV alone: a row a decision, with what its record says in every one. */
export function lineWriter(format: ExportFormat, version: string, eachDecision = false): LineWriter {
  switch (format) {
    case "ndjson":
      return { header: null, lines: (record) => [JSON.stringify(record)] };
    case "csv":
      return csvWriter(eachDecision);
    case "ocsf":
      return { header: null, lines: (record) => [JSON.stringify(ocsfEvent(record, version))] };
    case "ecs":
      return { header: null, lines: (record) => [JSON.stringify(ecsEvent(record))] };
  }
}

/** Parts of one record are events of their own to whoever collects them: an id that comes twice is dropped. */
function eventId({ id, part, parts }: AccessRecord): string {
  return parts === 1 ? id : `${id}.${part}`;
}

/** Whether it is one: records made before only addresses were kept may hold the mark of a masked one. */
function isAddress(ip: string | null): ip is string {
  return ip !== null && isIP(ip) !== 0;
}

const ACTIVITIES: Readonly<Record<RecordKind, readonly [id: number, name: string]>> = {
  QUERY: [2, "Read"],
  SUBSCRIPTION_EVENT: [2, "Read"],
  LOG_READ: [2, "Read"],
  EXPORT: [2, "Read"],
  MUTATION: [3, "Update"],
  CONSENT_CHANGE: [3, "Update"],
  SUBJECT_CHANGE: [3, "Update"],
  LOG_CHANGE: [3, "Update"],
  REFUSAL: [99, "Other"],
  UNUSUAL_ACCESS: [99, "Other"],
  START: [99, "Other"],
  STOP: [99, "Other"],
};

/** Version of the schema whose attributes are used. */
const OCSF_VERSION = "1.3.0";
const OTHER = 99;
/** Informational, low, high. */
const SEVERITIES = { usual: 1, refused: 2, alarm: 4 } as const;

/** OCSF, API Activity: class 6003 of category 6, Application Activity. What is not known is left out, as its objects ask. */
function ocsfEvent(record: AccessRecord, version: string) {
  const { caller, client, operation } = record;
  const [activity, name] = ACTIVITIES[record.kind];
  const refused = record.outcome !== "OK";
  return {
    class_uid: 6003,
    class_name: "API Activity",
    category_uid: 6,
    category_name: "Application Activity",
    activity_id: activity,
    activity_name: activity === OTHER ? record.kind : name,
    type_uid: 600300 + activity,
    type_name: `API Activity: ${name}`,
    time: record.time,
    severity_id: record.kind === "UNUSUAL_ACCESS" ? SEVERITIES.alarm : refused ? SEVERITIES.refused : SEVERITIES.usual,
    status_id: refused ? 2 : 1,
    status: refused ? "Failure" : "Success",
    status_code: record.outcome,
    metadata: {
      version: OCSF_VERSION,
      uid: eventId(record),
      correlation_uid: record.id,
      event_code: record.kind,
      log_name: record.writer,
      sequence: record.seq,
      product: { name: "Fieldguard", vendor_name: "Fieldguard", version },
    },
    actor: {
      // A guest has no id: the role is then the name.
      user: {
        ...(caller.id === null ? { name: caller.role } : { uid: caller.id }),
        type: caller.role,
        type_id: caller.role === "GATEWAY" ? 3 : OTHER,
        ...(caller.tokenId === undefined ? {} : { credential_uid: caller.tokenId }),
        ...(caller.organisation === null ? {} : { org: { uid: caller.organisation } }),
      },
      ...(client.app === null ? {} : { app_name: client.app }),
    },
    src_endpoint: isAddress(client.ip) ? { ip: client.ip } : { name: client.app ?? caller.role },
    api: {
      operation: operation?.name ?? operation?.type ?? record.kind,
      service: { name: "fieldguard" },
      request: { uid: record.id },
    },
    unmapped: {
      operation_type: operation?.type ?? null,
      operation_hash: operation?.hash ?? null,
      on_behalf_of: caller.onBehalfOf,
      purpose: record.purpose,
      justification: record.justification,
      decisions: record.decisions,
      subjects: record.subjects,
      minors: record.minors ?? [],
      details: record.details,
      flags: record.flags,
      part: record.part,
      parts: record.parts,
      policy_hash: record.policyHash,
      record_hash: record.hash,
    },
  };
}

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
function ecsEvent(record: AccessRecord) {
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
