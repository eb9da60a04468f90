/**
 * Access records written per second, each durable before it counts, 1 and 16 at a time, beside plain better-sqlite3
 * inserts of the same bytes at the same synchronous=FULL, in turn in the same run.
 */
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { systemClock } from "../dist/core/clock.js";
import type { AccessEntry } from "../dist/stores/access-log.js";
import { openAccessLog } from "../dist/stores/sqlite/access-log.js";

const ROUNDS = Number(process.env["BENCH_ROUNDS"] ?? 3);
const SECONDS = Number(process.env["BENCH_SECONDS"] ?? 2);
const AT_ONCE = [1, 16];

/** An operation of three decisions about four people, as a merchant's order list makes them. */
function entryAt(index: number): AccessEntry {
  const subject = (offset: number): string =>
    `1:${((index * 7 + offset) % 50_000).toString(16).padStart(8, "0").repeat(8)}`;
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

/** What one record takes: the JSON of its row, and its share of the file with index, tree and all. */
async function sizes(folder: string): Promise<{ body: string; jsonBytes: number; fileBytes: number }> {
  const path = join(folder, "sizes.db");
  const records = 10_240;
  const log = await openAccessLog(path, { clock: systemClock });
  for (let from = 0; from < records; from += 1_024) {
    await Promise.all(Array.from({ length: 1_024 }, (_, index) => log.append(entryAt(from + index))));
  }
  await log.close();
  const database = new Sqlite(path);
  const body = database.prepare("SELECT leaf || sealed FROM log_record WHERE n = 5000").pluck().get() as string;
  database.pragma("wal_checkpoint(TRUNCATE)");
  database.close();
  return { body, jsonBytes: Buffer.byteLength(body), fileBytes: (await stat(path)).size / records };
}

const folder = await mkdtemp(join(tmpdir(), "fieldguard-bench-log-"));
try {
  const { body, jsonBytes, fileBytes } = await sizes(folder);
  console.log(`record: ${jsonBytes} bytes of JSON, ${Math.round(fileBytes)} bytes of the file with index and tree`);
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
