import type { AccessRecord } from "../log/contract.ts";
import { csvWriter } from "./views/records-csv.ts";
import { ecsEvent } from "./views/records-ecs.ts";
import { ocsfEvent } from "./views/records-ocsf.ts";

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
