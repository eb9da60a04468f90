/** What the log benchmarks record: entries as a merchant's order lists make them, the same for the same index. */
import type { AccessEntry, AccessFilter, RecordedDecision } from "../dist/log/contract.js";

const PEOPLE = 50_000;
const CALLERS = 500;
/** Somebody in every hundredth record, and somebody in three records of the oldest; likewise a caller. */
const WELL_KNOWN = reference(1_000_000);
const HARDLY_KNOWN = reference(1_000_001);
const BUSY = "merchant-busy";
const SELDOM = "merchant-seldom";
const SELDOM_AT = [1, 1_000, 50_000];

function reference(person: number): string {
  const hex = Math.imul(person + 1, 0x9e3779b1) >>> 0;
  return `1:${hex.toString(16).padStart(8, "0").repeat(8)}`;
}

function people(index: number): string[] {
  const first = SELDOM_AT.includes(index) ? HARDLY_KNOWN : index % 100 === 0 ? WELL_KNOWN : reference(index % PEOPLE);
  return [first, ...[1, 2, 3].map((each) => reference((index * 7 + each * 12_007) % PEOPLE))];
}

function callerOf(index: number): string {
  if (SELDOM_AT.includes(index)) return SELDOM;
  return index % 5 === 0 ? BUSY : `merchant-${index % CALLERS}`;
}

function decision(field: string, outcome: "ALLOW" | "MASK", subjects: readonly number[]): RecordedDecision {
  return {
    coordinate: `Customer.${field}`,
    path: `orders.@.customer.${field}`,
    category: "EMAIL_ADDRESS",
    outcome,
    reason: outcome === "ALLOW" ? "GRANTED" : "PURPOSE_NOT_ALLOWED",
    count: subjects.length,
    consentIds: [],
    subjects,
  };
}

/** An operation of three decisions about four people. */
export function entryAt(index: number): AccessEntry {
  const shop = `shop-${index % 100}`;
  return {
    kind: "QUERY",
    time: Date.now(),
    caller: {
      id: callerOf(index),
      role: "MERCHANT",
      organisation: shop,
      tenants: [shop],
      region: "CN",
      onBehalfOf: null,
    },
    client: { app: "back-office", ip: "192.0.2.0" },
    operation: { name: `Orders${index % 20}`, type: "query", hash: (index % 20).toString(16).padStart(64, "0") },
    purpose: "ORDER_FULFILMENT",
    justification: null,
    decisions: [
      decision("name", "ALLOW", [0, 1, 2, 3]),
      decision("email", "MASK", [0, 1, 2, 3]),
      decision("phone", "MASK", [0, 1]),
    ],
    subjects: people(index),
    policyHash: "5e".repeat(32),
    outcome: "OK",
    details: null,
    flags: [],
  };
}

/** Questions to a log of such entries, each as many different ones as there are: `at` counts up. */
export const QUESTIONS: readonly { readonly name: string; readonly filterAt: (at: number) => AccessFilter }[] = [
  { name: "a person", filterAt: (at) => ({ subjects: [reference((at * 37) % PEOPLE)] }) },
  { name: "a person in every 100th record", filterAt: () => ({ subjects: [WELL_KNOWN] }) },
  { name: "a person in 3 old records", filterAt: () => ({ subjects: [HARDLY_KNOWN] }) },
  { name: "a person nobody saw", filterAt: (at) => ({ subjects: [reference(2_000_000 + at)] }) },
  { name: "a caller", filterAt: (at) => ({ caller: `merchant-${1 + ((at * 3) % 4) + 5 * (at % 100)}` }) },
  { name: "a caller of every 5th record", filterAt: () => ({ caller: BUSY }) },
  { name: "a caller of 3 old records", filterAt: () => ({ caller: SELDOM }) },
  {
    name: "a person and a caller",
    filterAt: (at) => ({ subjects: [reference((at * 37) % PEOPLE)], caller: `merchant-${(at * 37) % CALLERS}` }),
  },
];

/** The value that so much of a sorted list is no greater than. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
