import type { AccessEntry } from "./contract.ts";

/** What such a record always says, and what it may say besides. */
type Said = Pick<AccessEntry, "kind" | "time" | "caller"> & Partial<AccessEntry>;

/**
 * The entry of something that the gateway, a command or an officer did. No value was decided on, and what is not given
 * does not apply. Entries about operations of clients are built in `request/record.ts`, where everything is known.
 */
export function gatewayEntry(said: Said): AccessEntry {
  return {
    client: { app: null, ip: null },
    operation: null,
    purpose: null,
    justification: null,
    decisions: [],
    subjects: [],
    policyHash: "",
    outcome: "OK",
    details: null,
    flags: [],
    ...said,
  };
}
