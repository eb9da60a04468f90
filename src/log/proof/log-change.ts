import type { AccessEntry, RecordedCaller } from "../contract.ts";

/** What a log records of a change of itself. */
export function logChange(time: number, caller: RecordedCaller, details: AccessEntry["details"]): AccessEntry {
  return {
    kind: "LOG_CHANGE",
    time,
    caller,
    client: { app: null, ip: null },
    operation: null,
    purpose: null,
    justification: null,
    decisions: [],
    subjects: [],
    policyHash: "",
    outcome: "OK",
    details,
    flags: [],
  };
}
