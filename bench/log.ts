/**
 * The access log, written and read.
 *
 * Written: records per second, each durable before it counts, 1 and 16 at a time, beside plain better-sqlite3 inserts of
 * the same bytes with the same PRAGMAs. Both in turn, in short slices; the ratio is the median of the pairs, so that what
 * else the machine does meanwhile strikes both. Beside it CPU time a record (all threads), for machines that do much else.
 *
 * Read: bytes per record, records verified and exported per second with the peak of memory, and the time of a page by
 * person and by caller (p50 and p99). Of a log of BENCH_RECORDS that is made for it, or of the one that BENCH_LOG names
 * (made once by bench/make-log.ts).
 */
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../dist/core/clock.js";
import { lineWriter } from "../dist/evidence/formats.js";
import type { ProvableLog } from "../dist/log/contract.js";
import { readRecords } from "../dist/log/read-records.js";
import { openAccessLog } from "../dist/log/sqlite/access-log.js";
import { openStores } from "../dist/stores/open.js";
import { type Sqlite, SqliteDatabase } from "../src/databases/sqlite/driver.ts";
import { entryAt, QUESTIONS, quantile } from "./log-entries.ts";

const ROUNDS = Number(process.env["BENCH_ROUNDS"] ?? 12);
const SLICE_MS = Number(process.env["BENCH_SLICE_MS"] ?? 500);
const RECORDS = Number(process.env["BENCH_RECORDS"] ?? 100_000);
/** A log to read instead of one that is made; writing is not measured then. */
const LOG = process.env["BENCH_LOG"];
const AT_ONCE = [1, 16];
const PAGE = 50;
const ASKED = 200;
const EXPORTED_MAX = 1_000_000;
/** The record that stands for all where bytes are told. */
const SAMPLE = 500;
/** Those of the log's own connection. */
const PRAGMAS = [
  "journal_mode = WAL",
  "busy_timeout = 5000",
  "synchronous = FULL",
  "secure_delete = ON",
  "cache_size = -65536",
];

interface Slice {
  readonly perSecond: number;
  /** Microseconds of CPU time a record, of all threads. */
  readonly cpu: number;
}

async function slice(work: (until: number) => Promise<number> | number): Promise<Slice> {
  const cpuBefore = process.cpuUsage();
  const begin = performance.now();
  const count = await work(begin + SLICE_MS);
  const took = performance.now() - begin;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { perSecond: (count / took) * 1_000, cpu: (user + system) / count };
}

let index = 0;

/** `atOnce` callers, each of whom waits until its record is durable. */
function strictly(log: ProvableLog, atOnce: number): Promise<Slice> {
  return slice(async (until) => {
    const before = index;
    const caller = async (): Promise<void> => {
      while (performance.now() < until) {
        index += 1;
        await log.append(entryAt(index));
      }
    };
    await Promise.all(Array.from({ length: atOnce }, caller));
    return index - before;
  });
}

/** One transaction of `atOnce` inserts at a time. */
function plainly(raw: Sqlite.Database, body: string, atOnce: number): Promise<Slice> {
  const insert = raw.prepare("INSERT INTO raw (body) VALUES (?)");
  const transaction = raw.transaction(() => {
    for (let count = 0; count < atOnce; count += 1) insert.run(body);
  });
  return slice((until) => {
    let count = 0;
    for (; performance.now() < until; count += atOnce) transaction.immediate();
    return count;
  });
}

function median(values: readonly number[]): number {
  return quantile(
    [...values].sort((one, other) => one - other),
    0.5,
  );
}

async function measureWriting(folder: string): Promise<void> {
  const path = join(folder, "written.db");
  const log = await openAccessLog(path, { clock: systemClock });
  const raw = new SqliteDatabase(join(folder, "raw.db"));
  for (const pragma of PRAGMAS) raw.pragma(pragma);
  raw.exec("CREATE TABLE raw (n INTEGER PRIMARY KEY, body TEXT NOT NULL)");
  while (index <= SAMPLE) await strictly(log, 16);
  const body = bodyOf(path);
  for (const atOnce of AT_ONCE) {
    const pairs: { readonly strict: Slice; readonly plain: Slice }[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      pairs.push({ plain: await plainly(raw, body, atOnce), strict: await strictly(log, atOnce) });
    }
    const of = (value: (pair: (typeof pairs)[number]) => number): number => median(pairs.map(value));
    const cpu = `CPU ${of(({ strict }) => strict.cpu).toFixed(0)} and ${of(({ plain }) => plain.cpu).toFixed(0)} us a record`;
    const ratios = pairs.map(({ strict, plain }) => strict.perSecond / plain.perSecond).sort((one, two) => one - two);
    console.log(
      `${String(atOnce).padStart(2)} at a time: ${of(({ strict }) => strict.perSecond).toFixed(0)} records/s, raw inserts ${of(({ plain }) => plain.perSecond).toFixed(0)}/s, ` +
        `ratio ${median(ratios).toFixed(2)} (${ROUNDS} pairs from ${ratios[0]?.toFixed(2)} to ${ratios.at(-1)?.toFixed(2)}), ${cpu}`,
    );
  }
  raw.close();
  await log.close();
}

/** What a record holds, as it is stored. */
function bodyOf(path: string): string {
  const reader = new SqliteDatabase(path, { readonly: true });
  const body = reader.prepare("SELECT leaf || sealed FROM log_record WHERE n = ?").pluck().get(SAMPLE) as string;
  reader.close();
  return body;
}

/** Runs `work`, which calls `look` now and then; tells records per second and how far memory went up. */
async function watched(name: string, work: (look: () => void) => Promise<number>): Promise<void> {
  const before = process.memoryUsage().rss;
  let peak = before;
  const cpuBefore = process.cpuUsage();
  const begin = performance.now();
  const count = await work(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  });
  const perSecond = (count / (performance.now() - begin)) * 1_000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const cpu = ((user + system) / count).toFixed(0);
  const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);
  console.log(
    `${name}: ${count} records, ${perSecond.toFixed(0)} a second, CPU ${cpu} us a record; memory ${megabytes(before)} MB before, ${megabytes(peak)} MB at most`,
  );
}

async function measurePages(log: ProvableLog): Promise<void> {
  for (const { name, filterAt } of QUESTIONS) {
    await log.query(filterAt(ASKED), { first: PAGE });
    const times: number[] = [];
    let found = 0;
    for (let at = 0; at < ASKED; at += 1) {
      const begin = performance.now();
      const page = await log.query(filterAt(at), { first: PAGE });
      times.push(performance.now() - begin);
      found += page.records.length;
    }
    times.sort((one, other) => one - other);
    const [p50, p99] = [0.5, 0.99].map((share) => quantile(times, share).toFixed(2));
    console.log(
      `page of ${PAGE}, ${name}: p50 ${p50} ms, p99 ${p99} ms (${(found / ASKED).toFixed(1)} records found on average)`,
    );
  }
}

async function measureReading(path: string): Promise<void> {
  const options = { clock: systemClock, logKey: null, spool: "", anchor: null };
  const stores = await openStores(`sqlite:${path}`, options);
  const log = stores.accessLog;
  const { size } = await log.head();
  if (size < RECORDS && LOG === undefined) {
    const fill = async (): Promise<void> => {
      for (; index < RECORDS; ) {
        index += 1;
        await log.append(entryAt(index - 1));
      }
    };
    index = 0;
    await Promise.all(Array.from({ length: 256 }, fill));
  }
  const { size: records } = await log.head();
  const bytes = (await stat(path)).size;
  console.log(
    `${records} records: ${Buffer.byteLength(bodyOf(path))} bytes of JSON each, ${(bytes / records).toFixed(0)} of the file with index and tree`,
  );
  await measurePages(log);
  await watched("exported", async (look) => {
    const writer = lineWriter("ndjson", "");
    let count = 0;
    for await (const record of readRecords(log, {})) {
      count += writer.lines(record).join("\n").length > 0 ? 1 : 0;
      if (count % 1_000 === 0) look();
      if (count === EXPORTED_MAX) break;
    }
    return count;
  });
  await watched("verified", async (look) => {
    const { holds, writers } = await log.verify({ progress: look });
    if (!holds) throw new Error("The log does not verify.");
    return writers.reduce((sum, writer) => sum + writer.size, 0);
  });
  await Promise.all([log.close(), stores.consents.close()]);
}

if (LOG !== undefined) await measureReading(LOG);
else {
  const folder = await mkdtemp(join(tmpdir(), "fieldguard-bench-log-"));
  try {
    await measureWriting(folder);
    await measureReading(join(folder, "read.db"));
  } finally {
    await rm(folder, { recursive: true });
  }
}
