import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { systemClock } from "../../src/core/clock.ts";
import { ERROR_STATUS, FieldguardError } from "../../src/core/errors.ts";
import { event } from "../../src/stores/conformance/consent-fixtures.ts";
import { entry } from "../../src/stores/conformance/log-fixtures.ts";
import { backUpStore, migrateStore, openStores, restoreStore, type Stores } from "../../src/stores/open.ts";
import { closePlace, copyPlace, newPlace, openPlace, pathIn, urlOf } from "./places.ts";

jest.setTimeout(300_000);

let folder = "";
let count = 0;
/** A store as it was closed, an older copy of it, one as it was killed, and a backup. */
const states = { early: "", late: "", running: "", backup: "" };
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fieldguard-damage-"));
  const place = newFolder();
  await write(place, 20);
  states.early = copied(place);
  await write(place, 300);
  states.late = copied(place);
  states.backup = join(newFolder(), "backup");
  await backUpStore(urlOf(place), states.backup, "2026-01-01T00:00:00.000Z");
  const stores = await openPlace(place);
  await fill(stores, 30);
  states.running = copied(place);
  await closePlace(stores);
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true }));

const newFolder = () => newPlace(folder);
const copied = (from: string) => copyPlace(folder, from);

async function write(place: string, records: number): Promise<void> {
  const stores = await openPlace(place);
  await fill(stores, records);
  await closePlace(stores);
}

async function fill({ accessLog, consents }: Stores, records: number): Promise<void> {
  count += 1;
  await consents.append([event({ id: `event-${count}`, time: systemClock.now() })]);
  for (let done = 0; done < records; done += 1) await accessLog.append(entry({ time: systemClock.now() }));
}

/** The same numbers for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function change(file: string, by: (bytes: Buffer) => Buffer): void {
  writeFileSync(file, by(readFileSync(file)));
}

const PAGE = 4_096;
/** Some pages of a file become noise, or nothing, or another of its pages. */
function spoil(file: string, seed: number): void {
  const random = randomOf(seed);
  change(file, (bytes) => {
    const pages = Math.max(1, Math.floor(bytes.length / PAGE));
    for (let times = 1 + Math.floor(random() * 4); times > 0; times -= 1) {
      const at = Math.floor(random() * pages) * PAGE;
      const end = Math.min(bytes.length, at + PAGE);
      const how = random();
      if (how < 0.4) for (let byte = at; byte < end; byte += 1) bytes[byte] = Math.floor(random() * 256);
      else if (how < 0.6) bytes.fill(0, at, end);
      else if (how < 0.8) bytes.copyWithin(at, Math.floor(random() * pages) * PAGE, end - at);
      else bytes[at + Math.floor(random() * (end - at))] = Math.floor(random() * 256);
    }
    return bytes;
  });
}

const DAMAGE: Record<string, () => string> = {
  "an older database beside a newer WAL": () => {
    const place = copied(states.running);
    copyFileSync(pathIn(states.early), pathIn(place));
    return place;
  },
  "a database that is cut off": () => {
    const place = copied(states.late);
    change(pathIn(place), (bytes) => bytes.subarray(0, bytes.length >> 1));
    return place;
  },
  "a database that is no database": () => {
    const place = copied(states.late);
    writeFileSync(pathIn(place), "no database, but long enough to be taken for one ".repeat(100));
    return place;
  },
  "a WAL that is a folder": () => {
    const place = copied(states.late);
    mkdirSync(pathIn(place, "-wal"));
    return place;
  },
  "an index of the WAL that is a folder": () => {
    const place = copied(states.running);
    rmSync(pathIn(place, "-shm"));
    mkdirSync(pathIn(place, "-shm"));
    return place;
  },
  "a WAL that is cut off": () => {
    const place = copied(states.running);
    change(pathIn(place, "-wal"), (bytes) => bytes.subarray(0, bytes.length >> 1));
    return place;
  },
};
/** More of them were tried once; each is a store of its own to copy for everything that is done with it. */
const SEEDS = 5;
for (let seed = 1; seed <= SEEDS; seed += 1) {
  DAMAGE[`noise in the database, ${seed}`] = () => {
    const place = copied(states.late);
    spoil(pathIn(place), seed);
    return place;
  };
  DAMAGE[`noise in the database and its WAL, ${seed}`] = () => {
    const place = copied(states.running);
    spoil(pathIn(place), seed);
    if (seed % 2 === 0) spoil(pathIn(place, "-wal"), seed);
    return place;
  };
}

async function used(place: string, despite: boolean, work: (stores: Stores) => Promise<unknown>): Promise<void> {
  const stores = await openPlace(place, despite);
  try {
    await work(stores);
  } finally {
    await closePlace(stores);
  }
}

const WORK: Readonly<Record<string, (place: string) => Promise<unknown>>> = {
  "a start": (place) => used(place, false, async ({ accessLog }) => accessLog.append(entry())),
  "a verification": (place) => used(place, true, ({ accessLog }) => accessLog.verify()),
  "a search": (place) => used(place, true, ({ accessLog }) => accessLog.query({ kind: "QUERY" }, { first: 1_000 })),
  "an export of consents": (place) =>
    used(place, true, async ({ consents }) => {
      for await (const one of consents.events()) expect(one.id).toEqual(expect.any(String));
    }),
  "a look-up": (place) =>
    used(place, true, ({ consents }) =>
      consents.lookUp({ subjects: ["c-1"], purpose: "MARKETING", tenants: [], partner: null }),
    ),
  readiness: (place) =>
    used(place, true, ({ accessLog, consents }) => Promise.all([accessLog.ping(), consents.ping()])),
  "a pruning": (place) => used(place, true, ({ accessLog }) => accessLog.prune(systemClock.now(), entry().caller)),
  "a redaction": (place) =>
    used(place, true, ({ accessLog }) => accessLog.redact({ subjects: ["1:00"] }, entry().caller)),
  "a migration": (place) => migrateStore(urlOf(place)),
  "a backup": (place) => backUpStore(urlOf(place), join(place, "backup"), "2026-01-01T00:00:00.000Z"),
  "an acceptance": async (place) => {
    const accept = { because: "b", by: entry().caller, newKey: true, backup: null };
    const options = { clock: systemClock, logKey: null, spool: "", anchor: null, accept };
    await closePlace(await openStores(urlOf(place), options));
  },
  "a restore": (place) => restoreStore(urlOf(place), states.backup, null, "now"),
};

describe("whatever is wrong with the files, everything that uses them works or says so in a coded error:", () => {
  test.each(Object.keys(DAMAGE))("%s", async (what) => {
    const damaged = DAMAGE[what]?.() ?? "";
    for (const [act, work] of Object.entries(WORK)) {
      const place = copiedWithFolders(damaged);
      const fault = await work(place).then(
        () => null,
        (error: unknown) => error,
      );
      if (fault === null) continue;
      const isCoded = fault instanceof FieldguardError && fault.code in ERROR_STATUS && fault.code !== "INTERNAL";
      expect([act, isCoded ? null : fault]).toEqual([act, null]);
      rmSync(place, { recursive: true });
    }
  });

  test("and what has no use for the damaged part is not held up by it", async () => {
    // The strikes above strike: most of what they do is noticed by somebody.
    const place = DAMAGE["a database that is no database"]?.() ?? "";
    await expect(openPlace(place)).rejects.toMatchObject({ code: "STORE_UNREADABLE" });
    const older = DAMAGE["an older database beside a newer WAL"]?.() ?? "";
    const refusal = await openPlace(older).then(closePlace, (error: unknown) => error);
    expect(["STORE_BEHIND", "STORE_UNREADABLE"]).toContain((refusal as FieldguardError).code);
  });
});

function copiedWithFolders(from: string): string {
  const to = newFolder();
  for (const name of readdirSync(from, { withFileTypes: true })) {
    if (name.isDirectory()) mkdirSync(join(to, name.name));
    else copyFileSync(join(from, name.name), join(to, name.name));
  }
  return to;
}
