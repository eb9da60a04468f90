/**
 * Access records written per second, each durable before it counts, 1 and 16 at a time, beside plain better-sqlite3
 * inserts of the same bytes at the same synchronous=FULL, in turn in the same run; then, for a log of BENCH_RECORDS, bytes
 * per record, records verified per second and the time of a page by person and by caller (p50 and p99).
 */
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { systemClock } from "../dist/core/clock.js";
import type { AccessEntry, AccessFilter, ProvableLog } from "../dist/stores/access-log.js";
import { openAccessLog } from "../dist/stores/sqlite/access-log.js";

const ROUNDS = Number(process.env["BENCH_ROUNDS"] ?? 3);
const SECONDS = Number(process.env["BENCH_SECONDS"] ?? 2);
const RECORDS = Number(process.env["BENCH_RECORDS"] ?? 20_000);
const AT_ONCE = [1, 16];

function reference(person: number): string {
  return `1:${person.toString(16).padStart(8, "0").repeat(8)}`;
}

/** An operation of three decisions about four people, as a merchant's order list makes them. */
function entryAt(index: number): AccessEntry {
  const subject = (offset: number): string => reference((index * 7 + offset) % 50_000);
  const decision = (field: string, outcome: "ALLOW" | "MASK", subjects: number[]) =>
    ({
      coordinate: `Customer.${field}`,
      path: `orders.@.customer.${field}`,
      category: "EMAIL_ADDRESS",
      outcome,
      reason: outcome === "ALLOW" ? "GRANTED" : "PURPOSE_NOT_ALLOWED",
      count: subjects.length,
      consentIds: [],
      subjects,
    }) as const;
  return {
    kind: "QUERY",
    time: Date.now(),
    caller: {
      id: `merchant-${index % 500}`,
      role: "MERCHANT",
      organisation: `shop-${index % 100}`,
      tenants: [`shop-${index % 100}`],
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
    subjects: [subject(0), subject(1), subject(2), subject(3)],
    policyHash: "5e".repeat(32),
    outcome: "OK",
    details: null,
    flags: [],
  };
}

/** Calls `write` from `atOnce` loops for SECONDS; gives records per second. */
async function rate(atOnce: number, write: (index: number) => Promise<unknown>): Promise<number> {
  let count = 0;
  const begin = performance.now();
  const end = begin + SECONDS * 1_000;
  const loop = async (): Promise<void> => {
    while (performance.now() < end) {
      count += 1;
      await write(count);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, loop));
  return (count / (performance.now() - begin)) * 1_000;
}

/** One transaction of `atOnce` inserts at a time. */
function rawRate(path: string, atOnce: number, body: string): number {
  const database = new Sqlite(path);
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = FULL");
  database.exec("CREATE TABLE IF NOT EXISTS raw (n INTEGER PRIMARY KEY, body TEXT NOT NULL)");
  const insert = database.prepare("INSERT INTO raw (body) VALUES (?)");
  const transaction = database.transaction(() => {
    for (let index = 0; index < atOnce; index += 1) insert.run(body);
  });
  let count = 0;
  const begin = performance.now();
  const end = begin + SECONDS * 1_000;
  while (performance.now() < end) {
    transaction.immediate();
    count += atOnce;
  }
  const perSecond = (count / (performance.now() - begin)) * 1_000;
  database.close();
  return perSecond;
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

/** Milliseconds of a page of 50, p50 and p99 of 100 different ones. */
async function pageTimes(log: ProvableLog, filterAt: (index: number) => AccessFilter): Promise<string> {
  const times: number[] = [];
  for (let index = 0; index < 100; index += 1) {
    const begin = performance.now();
    await log.query(filterAt(index), { first: 50 });
    times.push(performance.now() - begin);
  }
  times.sort((one, other) => one - other);
  return `p50 ${times[50]?.toFixed(2)} ms, p99 ${times[99]?.toFixed(2)} ms`;
}

/** Builds a log and tells what it takes and how fast it is read. Returns the bytes of one record. */
async function measureLog(path: string): Promise<string> {
  const log = await openAccessLog(path, { clock: systemClock, queueWaitMsMax: 60_000 });
  let index = 0;
  const fill = async (): Promise<void> => {
    while (index < RECORDS) {
      index += 1;
      await log.append(entryAt(index));
    }
  };
  await Promise.all(Array.from({ length: 256 }, fill));
  const reader = new Sqlite(path, { readonly: true });
  const body = reader.prepare("SELECT leaf || sealed FROM log_record WHERE n = 5000").pluck().get() as string;
  reader.close();
  const begin = performance.now();
  const { holds } = await log.verify();
  const perSecond = (RECORDS / (performance.now() - begin)) * 1_000;
  console.log(`${RECORDS} records: verified ${holds ? "whole" : "WITH FINDINGS"}, ${Math.round(perSecond)} a second`);
  console.log(`page by person: ${await pageTimes(log, (at) => ({ subjects: [reference(at * 37)] }))}`);
  console.log(`page by caller: ${await pageTimes(log, (at) => ({ caller: `merchant-${at * 3}` }))}`);
  await log.close();
  const fileBytes = (await stat(path)).size / RECORDS;
  console.log(
    `record: ${Buffer.byteLength(body)} bytes of JSON, ${Math.round(fileBytes)} of the file with index and tree`,
  );
  return body;
}

const folder = await mkdtemp(join(tmpdir(), "fieldguard-bench-log-"));
try {
  const body = await measureLog(join(folder, "read.db"));
  for (const atOnce of AT_ONCE) {
    const raw: number[] = [];
    const strict: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      raw.push(rawRate(join(folder, "raw.db"), atOnce, body));
      const log = await openAccessLog(join(folder, "log.db"), { clock: systemClock });
      await log.ping();
      strict.push(await rate(atOnce, (index) => log.append(entryAt(index))));
      await log.close();
    }
    const ratio = median(strict) / median(raw);
    console.log(
      `${String(atOnce).padStart(2)} at a time: ${Math.round(median(strict))} records/s, raw inserts ${Math.round(median(raw))}/s, ratio ${ratio.toFixed(2)}`,
    );
  }
} finally {
  await rm(folder, { recursive: true });
}
