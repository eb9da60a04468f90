import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { systemClock } from "../../src/core/clock.ts";
import { openDatabase } from "../../src/databases/sqlite/database.ts";
import { rotateSigningKey } from "../../src/log/proof/evidence-beside.ts";
import { event } from "../../src/stores/conformance/consent-fixtures.ts";
import { entry } from "../../src/stores/conformance/log-fixtures.ts";
import type { Stores } from "../../src/stores/open.ts";
import { closePlace, copyPlace, newPlace, openPlace, pathIn } from "./places.ts";

jest.setTimeout(300_000);

let folder = "";
let early = "";
let late = "";
let count = 0;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fieldguard-taken-"));
  const place = newFolder();
  await write(place, 20);
  early = copied(place);
  await write(place, 300);
  late = copied(place);
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true }));

const newFolder = () => newPlace(folder);
const copied = (from: string) => copyPlace(folder, from);

async function write(place: string, records: number): Promise<void> {
  const stores = await openPlace(place);
  await stores.consents.append([consent()]);
  for (let done = 0; done < records; done += 1) await stores.accessLog.append(record());
  await closePlace(stores);
}

const record = () => entry({ time: systemClock.now() });
const consent = () => {
  count += 1;
  return event({ id: `event-${count}`, time: systemClock.now() });
};

/** As `cp` does: what is there is cut off and written anew. */
const writeOver = (file: string, from: string) => writeFileSync(file, readFileSync(from));
const replace = (file: string, from: string) => {
  copyFileSync(from, `${file}.incoming`);
  renameSync(`${file}.incoming`, file);
};
const move = (file: string) => {
  mkdirSync(`${file}.aside`);
  renameSync(file, join(`${file}.aside`, "moved"));
};

interface Strike {
  readonly strike: (place: string) => void;
  readonly code: "STORE_BEHIND" | "KEY_MISMATCH";
}

const DATABASE: Readonly<Record<string, Strike>> = Object.fromEntries(
  ["", "-wal", "-shm"]
    .flatMap((ending) => [
      [`${ending || "the database"} is removed`, { strike: (place: string) => rmSync(pathIn(place, ending)) }],
      [`${ending || "the database"} is moved`, { strike: (place: string) => move(pathIn(place, ending)) }],
      [
        `${ending || "the database"} is replaced by a copy of itself`,
        { strike: (place: string) => replace(pathIn(place, ending), pathIn(place, ending)) },
      ],
    ])
    .map(([what, strike]) => [what, { ...(strike as object), code: "STORE_BEHIND" }]),
);
const ALSO: Readonly<Record<string, Strike>> = {
  "all of it is removed": {
    strike: (place) => {
      for (const name of readdirSync(place)) rmSync(join(place, name));
    },
    code: "STORE_BEHIND",
  },
  "the database is moved, and a link to it is in its place": {
    strike: (place) => {
      renameSync(pathIn(place), join(place, "elsewhere.db"));
      symlinkSync("elsewhere.db", pathIn(place));
    },
    code: "STORE_BEHIND",
  },
  "the database is written over by an older copy": {
    strike: (place) => writeOver(pathIn(place), pathIn(early)),
    code: "STORE_BEHIND",
  },
};
const BESIDE: Readonly<Record<string, Strike>> = {
  "the log key is removed": { strike: (place) => rmSync(pathIn(place, ".key")), code: "KEY_MISMATCH" },
  "the log key is another": {
    strike: (place) => writeFileSync(pathIn(place, ".key"), "another secret of 32 characters or more"),
    code: "KEY_MISMATCH",
  },
  "the log key's file holds none": {
    strike: (place) => writeFileSync(pathIn(place, ".key"), ""),
    code: "KEY_MISMATCH",
  },
  "the signing key is removed": { strike: (place) => rmSync(pathIn(place, ".sign.pem")), code: "KEY_MISMATCH" },
  "the signing key is another": {
    strike: (place) => {
      rmSync(pathIn(place, ".sign.pem"));
      rotateSigningKey(pathIn(place)).finish();
    },
    code: "KEY_MISMATCH",
  },
  "the mark is removed": { strike: (place) => rmSync(pathIn(place, ".marks")), code: "STORE_BEHIND" },
  "the mark is an older one of another store": {
    strike: (place) => writeFileSync(pathIn(place, ".marks"), "nothing"),
    code: "STORE_BEHIND",
  },
};

/** What writes, or tells that it could be written. */
const WRITES: Readonly<Record<string, (stores: Stores) => Promise<unknown>>> = {
  // First, as a key that is written over in its place is looked at by it.
  "log's readiness": ({ accessLog }) => accessLog.ping(),
  "append to the log": ({ accessLog }) => accessLog.append(record()),
  checkpoint: ({ accessLog }) => accessLog.checkpoint(),
  redaction: ({ accessLog }) => accessLog.redact({ subjects: ["1:00"] }, entry().caller),
  "append to the consents": ({ consents }) => consents.append([consent()]),
  "subject's state": ({ consents }) =>
    consents.setSubjectState({
      subject: "c-9",
      status: "RESTRICTED",
      legalHold: false,
      time: systemClock.now(),
      by: "x",
      reason: null,
    }),
  "consents' readiness": ({ consents }) => consents.ping(),
};
const READS: Readonly<Record<string, (stores: Stores) => Promise<unknown>>> = {
  "look-up of consents": ({ consents }) =>
    consents.lookUp({ subjects: ["c-1"], purpose: "MARKETING", tenants: [], partner: null }),
  "look-up of the erased": ({ consents }) => consents.erasures(["c-1"]),
  history: ({ consents }) => consents.history("c-1"),
};

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: { code: string }) => error.code,
  );

describe("nothing is acknowledged any more once, under a running store,", () => {
  for (const [what, { strike, code }] of Object.entries({ ...DATABASE, ...ALSO, ...BESIDE })) {
    test(what, async () => {
      const place = copied(late);
      const stores = await openPlace(place);
      await stores.accessLog.append(record());
      await stores.consents.append([consent()]);
      strike(place);
      if (!(what in BESIDE)) expect(await codeOf(stores.accessLog.append(record()))).toBe(code);
      const asked = { ...WRITES, ...(what in BESIDE ? {} : READS) };
      for (let time = 0; time < 2; time += 1) {
        for (const [act, ask] of Object.entries(asked)) {
          expect([act, await codeOf(ask(stores))]).toEqual([act, code]);
        }
      }
      const told = await stores.accessLog.append(record()).catch((error: Error) => error.message);
      expect(told).toMatch(/[Pp]ut|Give/);
      expect(told).toMatch(/fieldguard store accept/);
      await closePlace(stores);
    });
  }
});

describe("work goes on over", () => {
  const HARMLESS: Readonly<Record<string, (place: string) => void>> = {
    "a log key in rotation": (place) => {
      const old = readFileSync(pathIn(place, ".key"), "utf8").trim();
      writeFileSync(pathIn(place, ".key"), `2:another secret of 32 characters or more,1:${old}`);
    },
    "a signing key in rotation": (place) => rotateSigningKey(pathIn(place)),
    "a signing key that was rotated": (place) => rotateSigningKey(pathIn(place)).finish(),
    "keys that were touched, or put back whole": (place) => {
      utimesSync(pathIn(place, ".key"), 1, 1);
      replace(pathIn(place, ".sign.pem"), pathIn(place, ".sign.pem"));
    },
    "a checkpoint of the WAL, and a file made shorter by SQLite itself": (place) => {
      const other = openDatabase(pathIn(place), []);
      other.exec("CREATE TABLE much (room BLOB); INSERT INTO much VALUES (zeroblob(4000000))");
      other.pragma("wal_checkpoint(TRUNCATE)");
      other.exec("DROP TABLE much; VACUUM");
      other.pragma("wal_checkpoint(TRUNCATE)");
      other.close();
    },
    "a move there and back": (place) => {
      renameSync(pathIn(place), pathIn(place, ".moved"));
      renameSync(pathIn(place, ".moved"), pathIn(place));
    },
  };
  for (const [what, act] of Object.entries(HARMLESS)) {
    test(what, async () => {
      const place = copied(late);
      const stores = await openPlace(place);
      for (let time = 0; time < 2; time += 1) {
        for (const [asked, ask] of Object.entries({ ...WRITES, ...READS })) {
          expect([asked, await codeOf(ask(stores))]).toEqual([asked, null]);
        }
        if (time === 0) act(place);
      }
      await closePlace(stores);
    });
  }
});

describe("what a process that was killed has left beside a store is cleared up at the next start", () => {
  const secret = "0123abcd-0123-4567-89ab-0123456789ab";
  const LEFT: Readonly<Record<string, string>> = {
    "a half restored copy": ".restoring",
    "its WAL": ".restoring-wal",
    "its index": ".restoring-shm",
    "its journal": ".restoring-journal",
    "a signing key that had not taken its place": ".sign.pem.new",
    "a log key without its name": `.key.${secret}`,
    "a signing key without its name": `.sign.pem.${secret}`,
  };
  for (const [what, ending] of Object.entries(LEFT)) {
    test(what, async () => {
      const place = copied(late);
      writeFileSync(pathIn(place, ending), "people's data");
      await closePlace(await openPlace(place));
      expect(existsSync(pathIn(place, ending))).toBe(false);
    });
  }

  test("another name of the database, made before a restore took its place; not what a restore has kept", async () => {
    const place = copied(late);
    linkSync(pathIn(place), pathIn(place, ".before-1"));
    copyFileSync(pathIn(place), pathIn(place, ".before-2"));
    await closePlace(await openPlace(place));
    expect(readdirSync(place).filter((name) => name.includes("before"))).toEqual(["store.db.before-2"]);
  });

  test("and nothing else is", async () => {
    const place = copied(late);
    const others = ["store.db.keys", "store.db.key.old", "store.db2.restoring", "other.sign.pem.new"];
    for (const name of others) writeFileSync(join(place, name), "somebody else's");
    await closePlace(await openPlace(place));
    expect(readdirSync(place)).toEqual(expect.arrayContaining(others));
  });
});
