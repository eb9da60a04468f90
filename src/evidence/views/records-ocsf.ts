import type { AccessRecord, RecordKind } from "../../log/contract.ts";
import { eventId, isAddress } from "./event.ts";

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
export function ocsfEvent(record: AccessRecord, version: string) {
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
    metadata: metadataOf(record, version),
    actor: actorOf(record),
    src_endpoint: isAddress(client.ip) ? { ip: client.ip } : { name: client.app ?? caller.role },
    api: {
      operation: operation?.name ?? operation?.type ?? record.kind,
      service: { name: "fieldguard" },
      request: { uid: record.id },
    },
    unmapped: unmappedOf(record),
  };
}

function metadataOf(record: AccessRecord, version: string) {
  return {
    version: OCSF_VERSION,
    uid: eventId(record),
    correlation_uid: record.id,
    event_code: record.kind,
    log_name: record.writer,
    sequence: record.seq,
    product: { name: "Fieldguard", vendor_name: "Fieldguard", version },
  };
}

function actorOf({ caller, client }: AccessRecord) {
  return {
    // A guest has no id: the role is then the name.
    user: {
      ...(caller.id === null ? { name: caller.role } : { uid: caller.id }),
      type: caller.role,
      type_id: caller.role === "GATEWAY" ? 3 : OTHER,
      ...(caller.tokenId === undefined ? {} : { credential_uid: caller.tokenId }),
      ...(caller.organisation === null ? {} : { org: { uid: caller.organisation } }),
    },
    ...(client.app === null ? {} : { app_name: client.app }),
  };
}

/** What the schema has no attribute for. */
function unmappedOf(record: AccessRecord) {
  const { caller, operation } = record;
  return {
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
  };
}
