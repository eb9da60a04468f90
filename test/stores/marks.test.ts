import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { systemClock } from "../../src/core/clock.ts";
import { event } from "../../src/stores/conformance/consent-fixtures.ts";
import { entry } from "../../src/stores/conformance/log-fixtures.ts";
import { openStores, type Stores } from "../../src/stores/open.ts";

const NOBODY = 65_534;
const isRoot = process.geteuid?.() === 0;
let folder = "";
let path = "";
beforeEach(() => {
  // Root may write whatever its mode is.
  if (isRoot) process.seteuid?.(NOBODY);
  folder = mkdtempSync(join(tmpdir(), "fieldguard-marks-"));
  path = join(folder, "x.db");
});
afterEach(() => {
  if (isRoot) process.seteuid?.(0);
  rmSync(folder, { recursive: true });
});

const accept = { because: "a test", by: { ...entry().caller, role: "COMMAND_LINE" }, newKey: false, backup: null };
const open = (options = {}): Promise<Stores> =>
  openStores(`sqlite:${path}`, { clock: systemClock, logKey: null, spool: "", anchor: null, ...options });
const close = async ({ accessLog, consents }: Stores) => {
  await accessLog.close();
  await consents.close();
};
const change = ({ consents }: Stores, id: string) => consents.append([event({ id, subject: id })]);

describe("a mark that cannot be written is told before anything is acknowledged", () => {
  for (const mode of [0o444, 0o000]) {
    test(`while the store is open, and at start: mode ${mode.toString(8)}`, async () => {
      const stores = await open();
      await stores.accessLog.append(entry());
      await change(stores, "before");
      chmodSync(`${path}.marks`, mode);
      const told = { code: "STORE_BEHIND", message: expect.stringContaining("x.db.marks") };
      await expect(stores.accessLog.append(entry())).rejects.toMatchObject(told);
      await expect(change(stores, "during")).rejects.toMatchObject(told);
      await expect(stores.consents.ping()).rejects.toMatchObject(told);
      await expect(open()).rejects.toMatchObject(told);
      chmodSync(`${path}.marks`, 0o600);
      await stores.consents.ping();
      await stores.accessLog.append(entry());
      await change(stores, "after");
      await close(stores);
      await close(await open());
    });
  }
});

/** What is done to a file beside a store, what its name ends in, the code, and what helps as it is told. */
const WRONG: Readonly<
  Record<string, readonly [ending: string, strike: (file: string) => void, code: string, newKey: boolean]>
> = {
  "a mark that is a folder": [".marks", (file) => mkdirSync(file), "STORE_BEHIND", false],
  "a log key that is empty": [".key", (file) => writeFileSync(file, ""), "KEY_MISMATCH", true],
  "a log key that is none": [".key", (file) => writeFileSync(file, "short"), "KEY_MISMATCH", true],
  "a signing key that is empty": [".sign.pem", (file) => writeFileSync(file, ""), "KEY_MISMATCH", true],
  "a signing key that is none": [".sign.pem", (file) => writeFileSync(file, "PEM"), "KEY_MISMATCH", true],
};

describe("an error names the file that is wrong, and the way out that it tells is one:", () => {
  for (const [what, [ending, strike, code, newKey]] of Object.entries(WRONG)) {
    test(what, async () => {
      const stores = await open();
      await stores.accessLog.append(entry());
      await change(stores, "before");
      await close(stores);
      rmSync(path + ending);
      strike(path + ending);
      const told = { code, message: expect.stringMatching(new RegExp(`x\\.db${ending}.*move .*away.*store accept`)) };
      await expect(open()).rejects.toMatchObject(told);
      await expect(open({ accept: { ...accept, newKey } })).rejects.toMatchObject(told);
      rmSync(path + ending, { recursive: true });
      await close(await open({ accept: { ...accept, newKey } }));
      await close(await open());
    });
  }
});

describe("what a restore that was killed left beside a store", () => {
  for (const [isKept, what] of [
    [false, "an index of a log that is not there goes"],
    [true, "what stands beside a store that was kept stays"],
  ] as const) {
    test(`${what}, at the next start`, async () => {
      await close(await open());
      const aside = `${path}.before-2026-11-28T00-26-32-143Z`;
      if (isKept) writeFileSync(aside, "another");
      writeFileSync(`${aside}-shm`, "index");
      writeFileSync(`${aside}-wal`, "what it held");
      await close(await open());
      expect([existsSync(`${aside}-shm`), existsSync(`${aside}-wal`)]).toEqual([isKept, true]);
    });
  }
});
