import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, expect, jest, test } from "@jest/globals";
import { unfinishedActs } from "../../src/evidence/unfinished-acts.ts";
import { openStores } from "../../src/stores/open.ts";
import { ensureBuilt, fieldguard } from "../cli/command.ts";
import { post, SECRET } from "../http/harness.ts";

jest.setTimeout(240_000);

const LOG_KEY = "a secret of the log that is long enough";
const folder = mkdtempSync(join(tmpdir(), "fieldguard-killed-"));
afterAll(() => rmSync(folder, { recursive: true }));
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

interface Row {
  readonly point: string;
  /** HTTP status; null where there is no answer. */
  readonly status: number | null;
  readonly reasons: readonly string[];
  readonly effects: number;
  readonly intents: number;
  readonly unfinished: number;
}

/** No effect without an intent on record; an intent without an outcome is told as such. */
const ROWS: readonly Row[] = [
  { point: "LOOK_UP", status: null, reasons: [], effects: 0, intents: 0, unfinished: 0 },
  { point: "BEFORE_EFFECT", status: null, reasons: [], effects: 0, intents: 1, unfinished: 1 },
  { point: "AFTER_EFFECT", status: null, reasons: [], effects: 1, intents: 1, unfinished: 1 },
  { point: "AFTER_ANSWER", status: 200, reasons: [], effects: 1, intents: 1, unfinished: 0 },
  { point: "INTENT_UNWRITABLE", status: 200, reasons: ["AUDIT_UNAVAILABLE"], effects: 0, intents: 0, unfinished: 0 },
  { point: "OUTCOME_UNWRITABLE", status: 200, reasons: [], effects: 1, intents: 1, unfinished: 1 },
];

test.each(ROWS)("killed: $point", async ({ point, status, reasons, effects, intents, unfinished }) => {
  const store = `sqlite:${join(folder, `${point}.db`)}`;
  const noted = join(folder, `${point}.txt`);
  const child = spawn(
    process.execPath,
    [
      "--import",
      here("../stores/consent-child/typescript.mjs"),
      here("killed-gateway.ts"),
      store,
      noted,
      SECRET,
      point,
    ],
    { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, NODE_OPTIONS: "" } },
  );
  const exit = once(child, "exit");
  const [url] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const ask = {
    query: 'mutation { cancel(id: "o-1") { id } }',
    as: { sub: "c-1", role: "CUSTOMER" },
    purpose: "SELF_SERVICE",
  };
  const reply = await post(url, ask).catch(() => null);
  expect(reply?.status ?? null).toBe(status);
  expect(
    (reply?.body.errors ?? []).map((error: { extensions: { reason: string } }) => error.extensions.reason),
  ).toEqual(reasons);
  child.kill("SIGKILL");
  await exit;

  const stores = await openStores(store, {
    clock: { now: () => Date.now() },
    logKey: LOG_KEY,
    spool: "",
    anchor: null,
  });
  const { records } = await stores.accessLog.query({}, { first: 50 });
  const known = records.filter(({ outcome }) => outcome === "INTENT");
  const lines = existsSync(noted) ? readFileSync(noted, "utf8").trim().split("\n") : [];
  expect({ effects: lines.length, intents: known.length }).toEqual({ effects, intents });
  const open = await unfinishedActs(stores.accessLog);
  expect(open.map(({ writes, caller }) => [caller, writes])).toEqual(
    Array.from({ length: unfinished }, () => ["CUSTOMER c-1", "cancel: Order LOOKED_UP, INTENT"]),
  );
  await stores.accessLog.close();
  await stores.consents.close();
});

test("the command tells them, and the log holds", async () => {
  await ensureBuilt();
  const of = (point: string, ...args: string[]) =>
    fieldguard([...args, "--store", `sqlite:${join(folder, `${point}.db`)}`], {
      cwd: folder,
      env: { FIELDGUARD_LOG_KEY: LOG_KEY },
    });
  const told = await of("AFTER_EFFECT", "log", "report", "unfinished");
  expect(told).toMatchObject({
    code: 0,
    out: expect.stringMatching(/CUSTOMER c-1 +cancel: Order LOOKED_UP, INTENT/),
  });
  const none = await of("AFTER_ANSWER", "log", "report", "unfinished");
  expect(none.out).toContain("Of every act whose intent is on record");
  expect((await of("AFTER_EFFECT", "log", "verify")).code).toBe(0);
});
