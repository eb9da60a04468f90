import assert from "node:assert/strict";
import type { AccessEntry, AccessFilter, AccessLog, AccessRecord, RecordedDecision } from "../../log/contract.ts";
import { readPages } from "../../log/read-records.ts";

export const LOG_TIME = Date.UTC(2025, 0, 15, 12);

/** A keyed reference as a keyring makes them: version and 64 hex digits. */
export function reference(number: number, version = 1): string {
  return `${version}:${number.toString(16).padStart(8, "0").repeat(8)}`;
}

/** Three customers' e-mail addresses masked for a merchant, but for what `change` says. */
export function entry(change: Partial<AccessEntry> = {}): AccessEntry {
  return {
    kind: "QUERY",
    time: LOG_TIME,
    caller: {
      id: "merchant-1",
      role: "MERCHANT",
      organisation: "shop-1",
      tenants: ["shop-1"],
      region: "CN",
      onBehalfOf: null,
    },
    client: { app: "back office", ip: "192.0.2.0" },
    operation: { name: "Orders", type: "query", hash: "0a".repeat(32) },
    purpose: "ORDER_FULFILMENT",
    justification: null,
    decisions: [decision()],
    subjects: [reference(1), reference(2), reference(3)],
    policyHash: "5e".repeat(32),
    outcome: "OK",
    details: null,
    flags: [],
    ...change,
  };
}

export function decision(change: Partial<RecordedDecision> = {}): RecordedDecision {
  return {
    coordinate: "Customer.email",
    path: "orders.@.customer.email",
    category: "EMAIL_ADDRESS",
    outcome: "MASK",
    reason: "PURPOSE_NOT_ALLOWED",
    count: 3,
    consentIds: [],
    subjects: [0, 1, 2],
    ...change,
  };
}

/** Every field filled, with texts that are easily broken. */
export function fullEntry(): AccessEntry {
  return entry({
    kind: "MUTATION",
    caller: {
      id: '客服-7 \u0000\u2028"\\',
      role: "SUPPORT_AGENT",
      organisation: "",
      tenants: ["shop-1", "shop-2"],
      region: "DE",
      onBehalfOf: "customer-9",
      tokenId: "token-\u2028-1",
    },
    client: { app: null, ip: "2001:db8:1::" },
    operation: { name: null, type: "mutation", hash: "ff".repeat(32) },
    justification: "Ticket 4711: \"says 'help'\" 😀 \\ud800 \r\n\t",
    decisions: [
      decision({
        outcome: "ALLOW",
        reason: "GRANTED",
        count: 0,
        consentIds: ["consent-2", "consent-1"],
        subjects: [2, 0],
      }),
      decision({
        coordinate: "Customer.phone",
        path: "customer.phone",
        outcome: "DENY",
        consentIds: ["consent-1"],
        subjects: [],
      }),
    ],
    minors: [1],
    outcome: "FIELD_DENIED",
    details: { "10": 1, "9": "two", rate: 0.1, big: 1e21, done: false, none: null, "": "" },
    flags: ["JUSTIFIED", "DOWNLOAD"],
  });
}

/** A record without what the log adds. */
export function entryOf(record: AccessRecord): AccessEntry {
  const {
    id: _id,
    part: _part,
    parts: _parts,
    writer: _writer,
    seq: _seq,
    prevHash: _prev,
    hash: _hash,
    ...rest
  } = record;
  return rest;
}

/** Every record that a filter finds, page by page. */
export async function readAll(log: AccessLog, filter: AccessFilter = {}, first = 100): Promise<AccessRecord[]> {
  const records: AccessRecord[] = [];
  for await (const page of readPages(log, filter, { first: () => first })) {
    assert.ok(page.records.length <= first, "a page holds no more than asked for");
    records.push(...page.records);
  }
  return records;
}

/** Asserts that each writer's records are 0, 1, 2 ... and that each holds its predecessor's hash. Returns the number of records. */
export function checkChains(records: readonly AccessRecord[]): number {
  const writers = new Map<string, AccessRecord[]>();
  for (const record of records) writers.set(record.writer, [...(writers.get(record.writer) ?? []), record]);
  for (const [writer, own] of writers) {
    own.sort((one, other) => one.seq - other.seq);
    let hash = "0".repeat(64);
    for (const [seq, record] of own.entries()) {
      assert.equal(record.seq, seq, `the sequence of ${writer} has neither gap nor double`);
      assert.equal(record.prevHash, hash, `record ${seq} of ${writer} holds its predecessor's hash`);
      assert.match(record.hash, /^[0-9a-f]{64}$/);
      hash = record.hash;
    }
    assert.equal(new Set(own.map((record) => record.hash)).size, own.length, "each record has a hash of its own");
  }
  return records.length;
}
