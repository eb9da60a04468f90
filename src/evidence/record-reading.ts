import type { AccessEntry, AccessLog, RecordedCaller, RecordKind } from "../log/contract.ts";
import { gatewayEntry } from "../log/entry.ts";

/** Something that was read, exported or changed beside the operations of clients: by a command, a report, a survey. */
export interface Reading {
  readonly kind: Extract<RecordKind, "LOG_READ" | "EXPORT" | "CONSENT_CHANGE" | "SUBJECT_CHANGE" | "LOG_CHANGE">;
  readonly by: RecordedCaller;
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** What it was, as the command line names it. */
  readonly command: string;
  readonly details?: NonNullable<AccessEntry["details"]>;
  /** Keyed references of those whom it is about, where it is about somebody in particular. */
  readonly subjects?: readonly string[];
}

/** Records a reading. To be called before anything of it leaves: what cannot be recorded is not shown. Returns the record's id. */
export function recordReading(
  log: AccessLog,
  { kind, by, time, command, details, subjects = [] }: Reading,
): Promise<string> {
  const client = { app: "fieldguard", ip: null };
  return log.append(gatewayEntry({ kind, time, caller: by, client, subjects, details: { command, ...details } }));
}
