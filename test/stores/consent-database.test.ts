import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { openConsentStore } from "../../src/consents/sqlite/store.ts";
import { systemClock } from "../../src/core/clock.ts";
import { FieldguardError } from "../../src/core/errors.ts";
import { type Component, openDatabase } from "../../src/databases/sqlite/database.ts";
import { SqliteDatabase } from "../../src/databases/sqlite/driver.ts";
import { event } from "../../src/stores/conformance/consent-fixtures.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fieldguard-database-"));
});
afterEach(() => rm(folder, { recursive: true }));

const one: Component = { name: "one", migrations: ["CREATE TABLE a (x)"] };
const grown: Component = {
  name: "one",
  migrations: [...one.migrations, (database) => database.exec("INSERT INTO a VALUES (7)")],
};

function refusal(open: () => unknown): FieldguardError {
  try {
    open();
  } catch (error) {
    if (error instanceof FieldguardError) return error;
    throw error;
  }
  throw new Error("was opened");
}

describe("opening the file", () => {
  test("makes it with its folder, for its owner alone", async () => {
    const path = join(folder, "new", "deep", "store.db");
    openDatabase(path, [one]).close();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test("commits durably: WAL, FULL", () => {
    const database = openDatabase(join(folder, "store.db"), []);
    expect(database.pragma("journal_mode", { simple: true })).toBe("wal");
    expect(database.pragma("synchronous", { simple: true })).toBe(2);
    database.close();
  });

  test("applies each component's migrations once, and later ones later", () => {
    const path = join(folder, "store.db");
    const other: Component = { name: "other", migrations: ["CREATE TABLE b (x)"] };
    openDatabase(path, [one, other]).close();
    openDatabase(path, [one]).close();
    openDatabase(path, [grown]).close();
    const database = openDatabase(path, [grown, other]);
    expect(database.prepare("SELECT x FROM a").pluck().all().length).toBe(1);
    const versions = database.prepare("SELECT component || version FROM fieldguard_schema ORDER BY 1").pluck().all();
    expect([...versions]).toEqual(["one1", "one2", "other1"]);
    database.close();
  });

  test("leaves nothing of a migration that fails", () => {
    const path = join(folder, "store.db");
    const broken: Component = { name: "one", migrations: ["CREATE TABLE a (x)", "CREATE TABLE a (x)"] };
    expect(refusal(() => openDatabase(path, [broken])).code).toBe("STORE_UNREADABLE");
    const database = openDatabase(path, [one]);
    expect(database.prepare("SELECT count(*) FROM a").pluck().get()).toBe(0);
    database.close();
  });
});

interface Unusable {
  readonly name: string;
  readonly make: (path: string) => Promise<string>;
  readonly says: string;
}

const UNUSABLE: readonly Unusable[] = [
  {
    name: "a text file",
    make: async (path) => {
      await writeFile(path, "not a database, however long one looks at it. ".repeat(100));
      return path;
    },
    says: "not a SQLite database",
  },
  { name: "a folder", make: async (path) => mkdir(path).then(() => path), says: "it is a folder" },
  {
    name: "a file in a file",
    make: async (path) => {
      await writeFile(path, "");
      return join(path, "store.db");
    },
    says: "not a folder",
  },
  {
    name: "a damaged database",
    make: async (path) => {
      const database = new SqliteDatabase(path);
      database.exec("CREATE TABLE a (x); CREATE TABLE b (x)");
      const size = 4096;
      const damaged = database.serialize();
      database.close();
      damaged.fill(0xff, 108, size);
      await writeFile(path, damaged);
      return path;
    },
    says: "it is damaged",
  },
];

describe("refuses", () => {
  for (const { name, make, says } of UNUSABLE) {
    test(`${name} as STORE_UNREADABLE`, async () => {
      const path = await make(join(folder, "store"));
      const error = refusal(() => openDatabase(path, [one]));
      expect([error.code, error.message.includes(path), error.message.includes("\n")]).toEqual([
        "STORE_UNREADABLE",
        true,
        false,
      ]);
      expect(error.message).toContain(says);
    });
  }

  // Root may read and write everything.
  (process.getuid?.() === 0 ? test.skip : test)("a file that it may not read as STORE_UNREADABLE", async () => {
    const path = join(folder, "store.db");
    openDatabase(path, [one]).close();
    await chmod(path, 0o000);
    expect(refusal(() => openDatabase(path, [one])).message).toContain("not permitted");
  });

  test("a newer schema as STORE_VERSION_UNKNOWN, and leaves it alone", () => {
    const path = join(folder, "store.db");
    openDatabase(path, [grown]).close();
    const error = refusal(() => openDatabase(path, [one]));
    expect(error.code).toBe("STORE_VERSION_UNKNOWN");
    expect(error.message).toContain("version 2");
    openDatabase(path, [grown]).close();
  });

  test("to make or migrate for those who only look", () => {
    const path = join(folder, "store.db");
    expect(refusal(() => openDatabase(path, [one], { readonly: true })).code).toBe("STORE_UNREADABLE");
    openDatabase(path, [one]).close();
    expect(refusal(() => openDatabase(path, [grown], { readonly: true })).message).toContain("version 2 is needed");
    const database = openDatabase(path, [one], { readonly: true });
    expect(database.prepare("SELECT count(*) FROM a").pluck().get()).toBe(0);
    expect(() => database.exec("INSERT INTO a VALUES (1)")).toThrow();
    database.close();
  });

  test("a newer consent schema when the store is opened", async () => {
    const path = join(folder, "store.db");
    const newer = Array.from({ length: 99 }, () => "SELECT 1");
    openDatabase(path, [{ name: "consent", migrations: newer }]).close();
    await expect(openConsentStore(path, { clock: systemClock })).rejects.toMatchObject({
      code: "STORE_VERSION_UNKNOWN",
    });
  });
});

describe("while another process holds the lock", () => {
  test("reads, and waits with writes", async () => {
    const path = join(folder, "store.db");
    const store = await openConsentStore(path, { clock: systemClock });
    const other = openDatabase(path, []);
    other.exec("BEGIN IMMEDIATE");
    const waiting = store.append([event()]);
    expect(await store.records("customer-1")).toEqual([]);
    other.exec("COMMIT");
    expect((await waiting).length).toBe(1);
    other.close();
    await store.close();
  });

  test("gives up after its time as STORE_UNAVAILABLE, and stores nothing", async () => {
    const path = join(folder, "store.db");
    const store = await openConsentStore(path, { clock: systemClock, busyTimeoutMs: 20 });
    const other = openDatabase(path, []);
    other.exec("BEGIN IMMEDIATE");
    await expect(store.append([event()])).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    other.exec("ROLLBACK");
    expect([...(await store.history("customer-1"))]).toEqual([]);
    other.close();
    await store.close();
  });
});
