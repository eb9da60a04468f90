/**
 * Consents by the number of people: how fast `fieldguard consent import` takes events and what memory it needs at most,
 * and how long a decision's look-up takes for 1 and for 1,000 people. Each person has five consents. Stores of all sizes
 * are asked in the same run, in turn, by people drawn at random, with nothing remembered between look-ups; the ratio is
 * to the first size.
 *
 *   BENCH_SUBJECTS=10000,100000,1000000   sizes
 *   BENCH_FOLDER=/somewhere               keeps the stores, and goes on with what an earlier run kept there
 *   BENCH_IMPORT_SECONDS=400              ends an import after so long; to be run again, with a folder, until all are there
 *   BENCH_MONGO=mongodb://host:port       in databases of this server instead of SQLite files
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import type { ConsentEvent, ConsentStore } from "../dist/consents/contract.js";
import { openMongoConsentStore } from "../dist/consents/mongo/store.js";
import { openConsentStore } from "../dist/consents/sqlite/store.js";
import { systemClock } from "../dist/core/clock.js";

const SIZES = (process.env["BENCH_SUBJECTS"] ?? "10000,50000").split(",").map(Number);
const KEPT = process.env["BENCH_FOLDER"];
const MONGO = process.env["BENCH_MONGO"];
const IMPORT_SECONDS = Number(process.env["BENCH_IMPORT_SECONDS"] ?? Number.POSITIVE_INFINITY);
const ROUNDS = Number(process.env["BENCH_ROUNDS"] ?? 3);
/** How many look-ups a round has, for so many people each. */
const LOOK_UPS = [
  { people: 1, count: MONGO === undefined ? 2_000 : 20 },
  { people: 1_000, count: MONGO === undefined ? 200 : 10 },
];
const PURPOSES = ["DIRECT_MARKETING", "ANALYTICS", "PERSONALIZATION", "PRODUCT_IMPROVEMENT", "THIRD_PARTY_SHARING"];
const MAIN = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
/** Tells the most memory that a process had, in KiB, on its standard error as it ends. */
const TELL_MEMORY =
  'data:text/javascript,process.on("exit",()=>process.stderr.write("maxRSS "+process.resourceUsage().maxRSS+" "))';

function digest(person: number): string {
  return createHash("sha256").update(`${person}`).digest("hex");
}

/** In no order that an index could profit from: whoever signs up next has any id. */
function subjectAt(person: number): string {
  return `c-${digest(person).slice(0, 16)}`;
}

function eventsAt(person: number): ConsentEvent[] {
  const [subject, time] = [subjectAt(person), Date.UTC(2024, 0, 1) + person * 10];
  // Made as a UUIDv7 of their time is.
  const prefix = `${time.toString(16).padStart(12, "0")}7${digest(person).slice(16, 34)}`;
  return PURPOSES.map((purpose, at) => {
    const id = `${prefix}${at}`.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
    return {
      id,
      recordId: id,
      subject,
      tenant: null,
      purposes: [purpose],
      categories: null,
      recipients: null,
      state: (person + at) % 4 === 0 ? "REFUSED" : "GIVEN",
      form: "EXPLICIT",
      time,
      expiresAt: null,
      expressedBy: { id: subject, role: "DATA_SUBJECT", verification: null },
      notice: { id: "privacy", version: "3", contentHash: null },
      language: "en",
      method: "account settings",
      jurisdiction: "DE",
      storageLocations: ["DE"],
      retention: "P3Y",
      withdrawalMethod: "account settings",
      reason: null,
      key: null,
    };
  });
}

const PEOPLE_A_WRITE = 200;

/** Pipes people's events into `fieldguard consent import -`, and tells what it took. Returns up to whom it came. */
async function importInto(store: string, from: number, to: number, folder: string): Promise<number> {
  const begin = performance.now();
  const child = spawn(process.execPath, ["--import", TELL_MEMORY, MAIN, "consent", "import", "-", "--store", store], {
    stdio: ["pipe", "pipe", "pipe"],
    env: {
      ...process.env,
      FIELDGUARD_LOG_KEY: "of no importance here, but long enough",
      FIELDGUARD_SPOOL: join(folder, "spool.db"),
    },
  });
  const exit = once(child, "exit");
  // An import that ends early is told of by its exit code.
  child.stdin.on("error", () => undefined);
  let [told, errors] = ["", ""];
  child.stdout.on("data", (chunk) => {
    told += chunk;
  });
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  let person = from;
  while (person < to && performance.now() - begin < IMPORT_SECONDS * 1_000) {
    const group = Array.from({ length: Math.min(PEOPLE_A_WRITE, to - person) }, (_, at) => eventsAt(person + at));
    person += group.length;
    const lines = group.flat().map((event) => `${JSON.stringify(event)}\n`);
    if (!child.stdin.write(lines.join(""))) await Promise.race([once(child.stdin, "drain"), exit]);
    if (child.exitCode !== null) break;
  }
  child.stdin.end();
  await finished(child.stdin).catch(() => undefined);
  const [code] = await exit;
  const seconds = (performance.now() - begin) / 1_000;
  if (code !== 0) throw new Error(`the import ended with ${code}: ${told}${errors}`);
  const rows = (person - from) * PURPOSES.length;
  const peak = Math.max(...[...errors.matchAll(/maxRSS (\d+)/g)].map(([, kib]) => Number(kib))) / 1_024;
  console.log(
    `import of ${rows} rows: ${seconds.toFixed(1)} s, ${Math.round(rows / seconds)} rows/s, at most ${Math.round(peak)} MiB resident`,
  );
  return person;
}

/** The first of so many people who is not stored, where they were stored one after the other. */
async function firstMissing(store: ConsentStore, people: number): Promise<number> {
  let [stored, missing] = [0, people];
  while (stored < missing) {
    const middle = (stored + missing) >> 1;
    const records = await store.records(subjectAt(middle));
    if (records.length === PURPOSES.length) stored = middle + 1;
    else missing = middle;
  }
  return stored;
}

/** Brings a store to so many people, or as far as the time allows. */
async function fill(url: string, store: ConsentStore, people: number, folder: string): Promise<void> {
  const from = await firstMissing(store, people);
  if (from === people) return;
  const reached = await importInto(url, from, people, folder);
  if (reached < people) throw new Error(`${reached} of ${people} people are stored: run it again to go on`);
}

interface Sized {
  readonly people: number;
  readonly store: ConsentStore;
}

async function openSize(people: number, folder: string): Promise<Sized> {
  if (MONGO !== undefined) {
    const url = `${MONGO.replace(/\/$/, "")}/consents_${people}`;
    const store = await openMongoConsentStore(url, { clock: systemClock, answerMsMax: 60_000 });
    await fill(url, store, people, folder);
    return { people, store };
  }
  const path = join(folder, `consents-${people}.db`);
  if (!existsSync(path)) {
    const making = join(folder, `making-${people}.db`);
    const store = await openConsentStore(making, { clock: systemClock });
    await fill(`sqlite:${making}`, store, people, folder).finally(() => store.close());
    await rename(making, path);
  }
  console.log(`${people} people: ${Math.round((await stat(path)).size / people)} bytes of the file a person`);
  return { people, store: await openConsentStore(path, { clock: systemClock, cachedSubjectsMax: 0 }) };
}

let drawn = 1;
/** Numbers below `limit`, the same in every run. */
function draw(limit: number): number {
  drawn = (drawn * 48_271) % 2_147_483_647;
  return drawn % limit;
}

/** Milliseconds of each look-up. */
async function timesOf({ people, store }: Sized, asked: number, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let at = 0; at < count; at += 1) {
    const subjects = Array.from({ length: asked }, () => subjectAt(draw(people)));
    const question = { subjects, purpose: PURPOSES[at % PURPOSES.length] ?? "", tenants: [], partner: null };
    const begin = performance.now();
    const answer = await store.lookUp(question);
    times.push(performance.now() - begin);
    if (answer.subjects.get(subjects[0] ?? "")?.consents.length !== 1) throw new Error("a consent was not found");
  }
  return times;
}

function quantile(times: readonly number[], share: number): number {
  return [...times].sort((one, other) => one - other)[Math.floor(times.length * share)] ?? 0;
}

const folder = KEPT ?? (await mkdtemp(join(tmpdir(), "fieldguard-bench-consents-")));
await mkdir(folder, { recursive: true });
try {
  const sized: Sized[] = [];
  for (const people of SIZES) sized.push(await openSize(people, folder));
  for (const { people: asked, count } of LOOK_UPS) {
    const times = new Map<Sized, number[]>(sized.map((each) => [each, []]));
    for (const each of sized) await timesOf(each, asked, count);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [each, so] of times) so.push(...(await timesOf(each, asked, count)));
    }
    const [first = []] = times.values();
    console.log(`look-up for ${asked} ${asked === 1 ? "person" : "people"}`);
    console.table(
      [...times].map(([{ people }, own]) => ({
        "people stored": people,
        "p50 ms": Number(quantile(own, 0.5).toFixed(3)),
        "p99 ms": Number(quantile(own, 0.99).toFixed(3)),
        "p50 ratio": Number((quantile(own, 0.5) / quantile(first, 0.5)).toFixed(2)),
        "p99 ratio": Number((quantile(own, 0.99) / quantile(first, 0.99)).toFixed(2)),
      })),
    );
  }
  for (const { store } of sized) await store.close();
} finally {
  if (KEPT === undefined) await rm(folder, { recursive: true });
}
