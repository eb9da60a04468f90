import { isoTime } from "../../core/clock.ts";
import type { AccessRecord, RecordedDecision } from "../../log/contract.ts";
import { type Column, csvHeader, csvRow } from "./csv.ts";

const RECORD: readonly Column<AccessRecord>[] = [
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
  ["token", (record) => record.caller.tokenId],
  ["app", (record) => record.client.app],
  ["ip", (record) => record.client.ip],
  ["operation", (record) => record.operation?.name],
  ["operationType", (record) => record.operation?.type],
  ["operationHash", (record) => record.operation?.hash],
  ["purpose", (record) => record.purpose],
  ["justification", (record) => record.justification],
];

/** Of all decisions of a record together. */
const DECISIONS: readonly Column<AccessRecord>[] = [
  ["allowed", (record) => counted(record, "ALLOW")],
  ["masked", (record) => counted(record, "MASK")],
  ["denied", (record) => counted(record, "DENY")],
  ["subjects", (record) => record.subjects.length],
  ["flags", (record) => record.flags.join(" ")],
  ["decisions", (record) => JSON.stringify(record.decisions)],
];

interface Decided {
  readonly record: AccessRecord;
  /** null of a record without any. */
  readonly decision: RecordedDecision | null;
}

const DECISION: readonly Column<Decided>[] = [
  ["coordinate", ({ decision }) => decision?.coordinate],
  ["path", ({ decision }) => decision?.path],
  ["category", ({ decision }) => decision?.category],
  ["decided", ({ decision }) => decision?.outcome],
  ["reason", ({ decision }) => decision?.reason],
  ["count", ({ decision }) => decision?.count],
  ["subjects", ({ record, decision }) => decision?.subjects.map((position) => record.subjects[position]).join(" ")],
  ["consentIds", ({ decision }) => decision?.consentIds.join(" ")],
  ["flags", ({ record }) => record.flags.join(" ")],
];

const PROOF: readonly Column<AccessRecord>[] = [
  ["policyHash", (record) => record.policyHash],
  ["hash", (record) => record.hash],
];

/** A row a record, or a row a decision. */
export function csvWriter(eachDecision: boolean) {
  if (!eachDecision) {
    const columns = [...RECORD, ...DECISIONS, ...PROOF];
    return { header: csvHeader(columns), lines: (record: AccessRecord) => [csvRow(columns, record)] };
  }
  const ofRecord = ([name, read]: Column<AccessRecord>): Column<Decided> => [name, ({ record }) => read(record)];
  const columns = [...RECORD.map(ofRecord), ...DECISION, ...PROOF.map(ofRecord)];
  const decided = ({ decisions }: AccessRecord) => (decisions.length === 0 ? [null] : decisions);
  return {
    header: csvHeader(columns),
    lines: (record: AccessRecord) => decided(record).map((decision) => csvRow(columns, { record, decision })),
  };
}

function counted(record: AccessRecord, outcome: "ALLOW" | "MASK" | "DENY"): number {
  return record.decisions.filter((decision) => decision.outcome === outcome).reduce((sum, { count }) => sum + count, 0);
}
