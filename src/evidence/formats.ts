import { isoTime } from "../core/clock.ts";
import type { AccessRecord, RecordKind } from "../stores/access-log.ts";

/** Formats in which the access log leaves; each record is one line. */
export const EXPORT_FORMATS = ["ndjson", "csv", "ocsf", "ecs"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Turns records into lines of a format; `header` comes first where the format has one. */
export interface LineWriter {
  readonly header: string | null;
  line(record: AccessRecord): string;
}

export function lineWriter(format: ExportFormat, version: string): LineWriter {
  switch (format) {
    case "ndjson":
      return { header: null, line: (record) => JSON.stringify(record) };
    case "csv":
      return { header: CSV_COLUMNS.map(([name]) => name).join(","), line: csvLine };
    case "ocsf":
      return { header: null, line: (record) => JSON.stringify(ocsfEvent(record, version)) };
    case "ecs":
      return { header: null, line: (record) => JSON.stringify(ecsEvent(record)) };
  }
}

const CSV_COLUMNS: readonly (readonly [string, (record: AccessRecord) => unknown])[] = [
  ["id", (record) => record.id],
  ["writer", (record) => record.writer],
  ["seq", (record) => record.seq],
  ["part", (record) => record.part],
  ["time", (record) => isoTime(record.time)],
  ["kind", (record) => record.kind],
  ["outcome", (record) => record.outcome],
  ["caller", (record) => record.caller.id],
  ["role", (record) => record.caller.role],
  ["organisation", (record) => record.caller.organisation],
  ["onBehalfOf", (record) => record.caller.onBehalfOf],
  ["app", (record) => record.client.app],
  ["ip", (record) => record.client.ip],
  ["operation", (record) => record.operation?.name],
  ["operationType", (record) => record.operation?.type],
  ["operationHash", (record) => record.operation?.hash],
  ["purpose", (record) => record.purpose],
  ["justification", (record) => record.justification],
  ["allowed", (record) => counted(record, "ALLOW")],
  ["masked", (record) => counted(record, "MASK")],
  ["denied", (record) => counted(record, "DENY")],
  ["subjects", (record) => record.subjects.length],
  ["flags", (record) => record.flags.join(" ")],
  ["decisions", (record) => JSON.stringify(record.decisions)],
  ["policyHash", (record) => record.policyHash],
  ["hash", (record) => record.hash],
];

function csvLine(record: AccessRecord): string {
  return CSV_COLUMNS.map(([, read]) => csvCell(read(record))).join(",");
}

/** RFC 4180; a leading sign of a formula is quoted away, so that a spreadsheet does not run what somebody wrote into a justification. */
export function csvCell(value: unknown): string {
  if (value === null || value === undefined) return "";
  const text = String(value);
  const safe = /^[=+\-@\t\r]/.test(text) && typeof value === "string" ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function counted(record: AccessRecord, outcome: "ALLOW" | "MASK" | "DENY"): number {
  return record.decisions.filter((decision) => decision.outcome === outcome).reduce((sum, { count }) => sum + count, 0);
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

/** OCSF 1.x, API Activity: class 6003 of category 6, Application Activity. */
function ocsfEvent(record: AccessRecord, version: string) {
  const [activity, name] = ACTIVITIES[record.kind];
  const refused = record.outcome !== "OK";
  return {
    class_uid: 6003,
    class_name: "API Activity",
    category_uid: 6,
    category_name: "Application Activity",
    activity_id: activity,
    activity_name: name,
    type_uid: 600300 + activity,
    time: record.time,
    severity_id: record.kind === "UNUSUAL_ACCESS" ? 4 : refused ? 2 : 1,
    status_id: refused ? 2 : 1,
    status_code: record.outcome,
    metadata: {
      version: "1.3.0",
      uid: record.id,
      sequence: record.seq,
      product: { name: "Fieldguard", vendor_name: "Fieldguard", version },
    },
    actor: {
      user: { uid: record.caller.id ?? "", type: record.caller.role, org: { uid: record.caller.organisation ?? "" } },
      app_name: record.client.app ?? "",
    },
    src_endpoint: { ip: record.client.ip ?? "" },
    api: { operation: record.operation?.name ?? record.kind, request: { uid: record.operation?.hash ?? "" } },
    unmapped: {
      purpose: record.purpose,
      justification: record.justification,
      decisions: record.decisions,
      subjects: record.subjects,
      flags: record.flags,
      policy_hash: record.policyHash,
      record_hash: record.hash,
    },
  };
}

/** Elastic Common Schema; what it has no field for stands under `fieldguard`. */
function ecsEvent(record: AccessRecord) {
  return {
    "@timestamp": isoTime(record.time),
    ecs: { version: "8.11.0" },
    event: {
      id: record.id,
      kind: record.kind === "UNUSUAL_ACCESS" ? "alert" : "event",
      category: ["api"],
      type: record.outcome === "OK" ? ["access", "allowed"] : ["access", "denied"],
      action: record.kind.toLowerCase().replaceAll("_", "-"),
      outcome: record.outcome === "OK" ? "success" : "failure",
      sequence: record.seq,
      hash: record.hash,
    },
    user: { id: record.caller.id, roles: [record.caller.role] },
    organization: { id: record.caller.organisation },
    source: { ip: record.client.ip },
    service: { name: "fieldguard", node: { name: record.writer } },
    fieldguard: {
      outcome: record.outcome,
      operation: record.operation,
      purpose: record.purpose,
      justification: record.justification,
      on_behalf_of: record.caller.onBehalfOf,
      decisions: record.decisions,
      subjects: record.subjects,
      flags: record.flags,
      policy_hash: record.policyHash,
    },
  };
}
