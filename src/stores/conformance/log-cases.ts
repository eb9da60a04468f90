import type { AccessEntry, AccessFilter } from "../../log/contract.ts";
import { decision, entry, LOG_TIME, reference } from "./log-fixtures.ts";

const allowed = { outcome: "ALLOW", reason: "GRANTED" } as const;
const denied = { outcome: "DENY", reason: "ROLE_NOT_ALLOWED" } as const;

/** What `FILTER_CASES` are asked of, in the order in which they are appended. */
export const FILTERED_ENTRIES: readonly AccessEntry[] = [
  entry({ time: LOG_TIME }),
  entry({
    time: LOG_TIME + 10,
    caller: { ...entry().caller, id: "agent-1", role: "SUPPORT_AGENT", tokenId: "token-1" },
    purpose: "CUSTOMER_SUPPORT",
    decisions: [
      decision({ ...allowed, subjects: [0] }),
      decision({ ...denied, coordinate: "Customer.phone", subjects: [1] }),
    ],
    subjects: [reference(1), reference(4)],
  }),
  entry({
    time: LOG_TIME + 20,
    caller: { id: null, role: "GUEST", organisation: null, tenants: [], region: null, onBehalfOf: null },
    kind: "REFUSAL",
    purpose: null,
    operation: null,
    decisions: [],
    subjects: [],
    outcome: "PURPOSE_UNKNOWN",
  }),
  entry({
    time: LOG_TIME + 20,
    operation: { name: "Phones", type: "query", hash: "0b".repeat(32) },
    decisions: [decision({ ...denied, coordinate: "Customer.email", subjects: [0] })],
    subjects: [reference(1, 2)],
  }),
  entry({ time: LOG_TIME + 30, kind: "CONSENT_CHANGE", decisions: [], subjects: [reference(4)] }),
];

export interface FilterCase {
  readonly name: string;
  readonly filter: AccessFilter;
  /** Positions in `FILTERED_ENTRIES`, newest first. */
  readonly found: readonly number[];
}

/** A filter and what it finds. */
export const FILTER_CASES: readonly FilterCase[] = [
  { name: "nothing asked", filter: {}, found: [4, 3, 2, 1, 0] },
  { name: "from, which is included", filter: { from: LOG_TIME + 20 }, found: [4, 3, 2] },
  { name: "to, which is not", filter: { to: LOG_TIME + 20 }, found: [1, 0] },
  { name: "from and to", filter: { from: LOG_TIME + 1, to: LOG_TIME + 21 }, found: [3, 2, 1] },
  { name: "an empty span", filter: { from: LOG_TIME + 20, to: LOG_TIME + 20 }, found: [] },
  { name: "a time after all", filter: { from: LOG_TIME + 31 }, found: [] },
  { name: "a time before all", filter: { to: LOG_TIME }, found: [] },
  { name: "caller", filter: { caller: "agent-1" }, found: [1] },
  { name: "an unknown caller", filter: { caller: "agent-2" }, found: [] },
  { name: "token", filter: { token: "token-1" }, found: [1] },
  { name: "an unknown token", filter: { token: "token-2" }, found: [] },
  { name: "role", filter: { role: "MERCHANT" }, found: [4, 3, 0] },
  { name: "role of guests", filter: { role: "GUEST" }, found: [2] },
  { name: "purpose", filter: { purpose: "CUSTOMER_SUPPORT" }, found: [1] },
  { name: "kind", filter: { kind: "REFUSAL" }, found: [2] },
  { name: "operation's name", filter: { operation: "Orders" }, found: [4, 1, 0] },
  { name: "operation's hash", filter: { operation: "0b".repeat(32) }, found: [3] },
  { name: "coordinate", filter: { coordinate: "Customer.email" }, found: [3, 1, 0] },
  { name: "part of a coordinate, which is none", filter: { coordinate: "Customer" }, found: [] },
  { name: "outcome", filter: { outcome: "DENY" }, found: [3, 1] },
  { name: "reason", filter: { reason: "GRANTED" }, found: [1] },
  {
    name: "coordinate and outcome of one decision",
    filter: { coordinate: "Customer.email", outcome: "DENY" },
    found: [3],
  },
  {
    name: "coordinate and reason of one decision",
    filter: { coordinate: "Customer.phone", reason: "ROLE_NOT_ALLOWED" },
    found: [1],
  },
  {
    name: "coordinate and reason of two decisions",
    filter: { coordinate: "Customer.phone", reason: "GRANTED" },
    found: [],
  },
  { name: "outcome and reason of two decisions", filter: { outcome: "ALLOW", reason: "ROLE_NOT_ALLOWED" }, found: [] },
  { name: "a person", filter: { subjects: [reference(1)] }, found: [1, 0] },
  { name: "a person under two key versions", filter: { subjects: [reference(1), reference(1, 2)] }, found: [3, 1, 0] },
  { name: "a person whom no decision concerns", filter: { subjects: [reference(4)] }, found: [4, 1] },
  { name: "nobody", filter: { subjects: [] }, found: [] },
  {
    name: "a person and a coordinate of one decision",
    filter: { subjects: [reference(4)], coordinate: "Customer.phone" },
    found: [1],
  },
  {
    name: "a person and a coordinate of two decisions",
    filter: { subjects: [reference(4)], coordinate: "Customer.email" },
    found: [],
  },
  { name: "a person and an outcome", filter: { subjects: [reference(1)], outcome: "MASK" }, found: [0] },
  { name: "role and purpose", filter: { role: "MERCHANT", purpose: "ORDER_FULFILMENT" }, found: [4, 3, 0] },
  { name: "role and a purpose of others", filter: { role: "MERCHANT", purpose: "CUSTOMER_SUPPORT" }, found: [] },
  {
    name: "everything at once",
    filter: {
      from: LOG_TIME,
      to: LOG_TIME + 11,
      caller: "agent-1",
      role: "SUPPORT_AGENT",
      purpose: "CUSTOMER_SUPPORT",
      operation: "Orders",
      kind: "QUERY",
      coordinate: "Customer.email",
      outcome: "ALLOW",
      reason: "GRANTED",
      subjects: [reference(1)],
    },
    found: [1],
  },
];
