import {
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { openConsentStore } from "../../src/consents/sqlite/store.ts";
import { systemClock } from "../../src/core/clock.ts";
import { openDatabase } from "../../src/databases/sqlite/database.ts";
import { openMongoAccessLog } from "../../src/log/mongo/access-log.ts";
import { Spool } from "../../src/log/mongo/spool.ts";
import { openAccessLog } from "../../src/log/sqlite/access-log.ts";
import { LOG_COMPONENT } from "../../src/log/sqlite/schema.ts";
import { verifyLogFile } from "../../src/log/sqlite/verify-file.ts";
import { textsInFiles } from "../../src/packs/reports.ts";
import { entry } from "../../src/stores/conformance/log-fixtures.ts";
import { migrateStore, openStores, type Stores } from "../../src/stores/open.ts";
import { missingLocks } from "./beside/locks.ts";

/** Nobody answers there: what is recorded waits in the spool. */
const NOWHERE = "mongodb://127.0.0.1:9/locks?serverSelectionTimeoutMS=50";
const clock = systemClock;

let folder = "";
let path = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fieldguard-locks-"));
  path = join(folder, "store.db");
});
afterEach(() => rm(folder, { recursive: true }));

/** What else may open the file, or one beside it, in a process that has it open. */
const LATER: Readonly<Record<string, (stores: Stores) => Promise<unknown>>> = {
  "nothing else": async () => undefined,
  "another log": async () => (await openAccessLog(path, { clock })).close(),
  "another consent store": async () => (await openConsentStore(path, { clock })).close(),
  "all stores once more": async () => {
    const again = await open();
    await Promise.all([again.accessLog.close(), again.consents.close()]);
  },
  "a migration": () => migrateStore(`sqlite:${path}`),
  "a spool over the same file": async () => new Spool(path).close(),
  "somebody who only looks": async () => openDatabase(path, [LOG_COMPONENT], { readonly: true }).close(),
  "a verification of the file": () => verifyLogFile(path, { publicKeys: [], anchored: [] }),
  "a record, a checkpoint and its anchor": async ({ accessLog }) => {
    await accessLog.append(entry({ time: Date.now() }));
    await accessLog.checkpoint();
  },
  "a verification, a search and a proof": async ({ accessLog }) => {
    const id = await accessLog.append(entry({ time: Date.now() }));
    await accessLog.verify();
    await accessLog.query({ id }, { first: 10 });
    await accessLog.prove(id);
  },
  "a redaction and a pruning": async ({ accessLog }) => {
    await accessLog.redact({ subjects: ["1:00"] }, entry().caller);
    await accessLog.prune(Date.now(), entry().caller);
  },
};

const open = () => openStores(`sqlite:${path}`, { clock, logKey: null, spool: "", anchor: null });

// Skipped elsewhere: only Linux lists who holds which lock, and no call asks for a process's own.
const describeOnLinux = existsSync("/proc/locks") ? describe : describe.skip;

describeOnLinux("the locks that keep other programs from deleting the WAL", () => {
  for (const [what, later] of Object.entries(LATER)) {
    test(`of a store are held after ${what}`, async () => {
      const stores = await open();
      expect(missingLocks(path)).toEqual([]);
      await later(stores);
      expect(missingLocks(path)).toEqual([]);
      await Promise.all([stores.accessLog.close(), stores.consents.close()]);
    });
  }

  test("of a store are held while its files are searched for texts by the packs' reports", async () => {
    const stores = await open();
    expect(textsInFiles(folder, ["log_record", "no such text"])).toEqual({
      count: expect.any(Number),
      found: ["log_record"],
    });
    expect(missingLocks(path)).toEqual([]);
    await Promise.all([stores.accessLog.close(), stores.consents.close()]);
  });

  test("of a spool are held from the first record on, and after it was looked into", async () => {
    const log = await openMongoAccessLog(NOWHERE, { clock, spool: path, drainMsMax: 1 });
    await log.append(entry({ time: Date.now() }));
    expect(missingLocks(path)).toEqual([]);
    new Spool(path).close();
    await (await openAccessLog(path, { clock })).close();
    await log.query({}, { first: 1 }).catch(() => undefined);
    expect(missingLocks(path)).toEqual([]);
    await log.close();
  });

  test("are seen to be missing where they are", async () => {
    const stores = await open();
    copyFileSync(path, join(folder, "copy.db"));
    expect(missingLocks(path)).toEqual(["the file"]);
    await Promise.all([stores.accessLog.close(), stores.consents.close()]);
  });
});

describe("a file that is to be written beside a store", () => {
  const settings: Readonly<Record<string, () => string>> = {
    "the database": () => path,
    "the database by another path": () => join(folder, "..", basename(folder), "store.db"),
    "its WAL": () => `${path}-wal`,
    "its key": () => `${path}.key`,
    "a symbolic link to it": () => linked(symlinkSync),
    "a hard link to it": () => linked(linkSync),
  };
  const linked = (link: (from: string, to: string) => void) => {
    const name = join(folder, "linked");
    link(path, name);
    return name;
  };
  for (const [what, anchor] of Object.entries(settings)) {
    test(`is not ${what}`, async () => {
      openDatabase(path, []).close();
      const before = readFileSync(path);
      for (const open of [
        (at: string) => openStores(`sqlite:${path}`, { clock, logKey: null, spool: "", anchor: at }),
        (at: string) => openStores(NOWHERE, { clock, logKey: "k".repeat(32), spool: path, anchor: at }),
      ]) {
        rmSync(join(folder, "linked"), { force: true });
        await expect(open(anchor())).rejects.toMatchObject({ code: "CONFIGURATION_INVALID" });
      }
      expect(readFileSync(path).equals(before)).toBe(true);
    });
  }
});

describe("the file of a store", () => {
  const modeOf = (file: string) => statSync(file).mode & 0o777;

  test("is made for its owner alone, also where its name is a link to one that is not there", async () => {
    const elsewhere = join(folder, "elsewhere");
    mkdirSync(elsewhere);
    symlinkSync("elsewhere/real.db", path);
    openDatabase(path, []).close();
    expect([lstatSync(path).isSymbolicLink(), modeOf(join(elsewhere, "real.db"))]).toEqual([true, 0o600]);
    const plain = join(folder, "plain.db");
    openDatabase(plain, []).close();
    expect([existsSync(plain), modeOf(plain)]).toEqual([true, 0o600]);
  });
});
