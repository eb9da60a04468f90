import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { systemClock } from "../../src/core/clock.ts";
import { event } from "../../src/stores/conformance/consent-fixtures.ts";
import { openStores } from "../../src/stores/open.ts";
import { findMongo, type MongoServer, ownDatabase, startMongo } from "../stores/mongo-server.ts";
import { bareEnvironment, ensureBuilt, fieldguard, MAIN } from "./command.ts";

/** Each command is a process of its own. */
jest.setTimeout(300_000);

const found = findMongo();
const LOG_KEY = "a secret of 32 characters or more.";
const SUBJECTS = 30;
const ROWS = 1_600;

/** A few people's rows, in the order in which they happened. */
const EVENTS = Array.from({ length: ROWS }, (_, row) =>
  event({
    id: `event-${row}`,
    recordId: `record-${row % SUBJECTS}`,
    subject: `customer-${row % SUBJECTS}`,
    time: Date.UTC(2025, 0, 1) + row * 1_000,
    state: row % 3 === 0 ? "GIVEN" : row % 3 === 1 ? "RENEWED" : "WITHDRAWN",
  }),
);
const LINES = EVENTS.map((one) => `${JSON.stringify(one)}\n`);

interface Place {
  readonly name: string;
  open(): Promise<string>;
}

let server: MongoServer | null = null;
let folder = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fieldguard-stores-"));
  if (found !== null) server = await startMongo(found);
  await ensureBuilt();
}, 240_000);
afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true });
});

let places = 0;
const PLACES: readonly Place[] = [
  {
    name: "SQLite",
    open: async () => {
      places += 1;
      const url = `sqlite:${join(folder, `store-${places}.db`)}`;
      expect((await fieldguard(["store", "migrate", "--store", url])).code).toBe(0);
      return url;
    },
  },
  ...(found === null ? [] : [{ name: `MongoDB (${found.kind})`, open: async () => server?.url(ownDatabase()) ?? "" }]),
];
if (found === null) test.skip("MongoDB: needs a server", () => undefined);

for (const { name, open } of PLACES) {
  describe(name, () => {
    let env: NodeJS.ProcessEnv = {};
    const run = (...args: string[]) => fieldguard(args, { env });
    const enter = async () => {
      const url = await open();
      env = {
        FIELDGUARD_STORE: url,
        FIELDGUARD_LOG_KEY: LOG_KEY,
        FIELDGUARD_SPOOL: join(folder, `spool-${places}.db`),
      };
      places += 1;
      return url;
    };

    test("an import that is killed leaves whole rows, and repeated all of them, once, in their order", async () => {
      const url = await enter();
      const file = join(folder, "rows.ndjson");
      const bad = '{"id":"broken"\n';
      writeFileSync(file, [...LINES.slice(0, 700), bad, ...LINES.slice(700)].join(""));
      expect((await run("store", "migrate")).code).toBe(0);
      const importing = spawn(process.execPath, [MAIN, "consent", "import", "-"], {
        env: { ...bareEnvironment(), ...env },
        stdio: ["pipe", "ignore", "ignore"],
      });
      // Enough for one batch to be stored, and the next to be waited for.
      importing.stdin.write(LINES.slice(0, 1_300).join(""));
      const options = {
        clock: systemClock,
        logKey: LOG_KEY,
        spool: join(folder, `looking-${places}.db`),
        anchor: null,
      };
      const looking = await openStores(url, options);
      const stored = async () => {
        const ids: string[] = [];
        for await (const { id } of looking.consents.events()) ids.push(id);
        return ids;
      };
      let seen: string[] = [];
      for (let look = 0; seen.length === 0 && look < 600; look += 1) {
        await pause(50);
        seen = await stored();
      }
      const exit = once(importing, "exit");
      importing.kill("SIGKILL");
      await exit;
      seen = await stored();
      expect(seen.length).toBeGreaterThan(0);
      expect(seen.length).toBeLessThan(ROWS);
      const known = new Map(EVENTS.map((one) => [one.id, one]));
      for await (const one of looking.consents.events()) expect(one).toEqual(known.get(one.id));

      const again = await run("consent", "import", file, "--json");
      expect(again.code).toBe(1);
      expect(JSON.parse(again.out)).toEqual({
        rows: ROWS + 1,
        accepted: ROWS,
        refused: 1,
        refusals: [{ row: 701, code: "BAD_INPUT", why: expect.any(String) }],
      });
      for (const subject of ["customer-0", "customer-17"]) {
        const own = EVENTS.filter((one) => one.subject === subject).map(({ id }) => id);
        expect((await looking.consents.history(subject)).map(({ id }) => id)).toEqual(own);
      }
      expect((await stored()).sort()).toEqual(EVENTS.map(({ id }) => id).sort());
      await Promise.all([looking.accessLog.close(), looking.consents.close()]);
      const exported = await run("consent", "export");
      expect(exported.out.split("\n").length).toBe(ROWS + 1);
    });

    test("the log is verified, proved, searched, exported, reported on, redacted and pruned", async () => {
      await enter();
      writeFileSync(join(folder, "few.ndjson"), LINES.slice(0, 10).join(""));
      expect((await run("consent", "import", join(folder, "few.ndjson"))).code).toBe(0);
      const [record] = JSON.parse((await run("log", "query", "--kind", "CONSENT_CHANGE", "--json")).out);
      expect(record).toMatchObject({ details: { command: "consent import", accepted: 10 } });
      const keys = (await run("log", "key")).out.trim().split("\n");
      const proof = join(folder, `proof-${places}.json`);
      writeFileSync(proof, (await run("log", "prove", record.id)).out);
      expect((await run("log", "check-proof", proof, "--key", ...keys)).out).toContain("The proof holds");
      expect((await run("log", "redact", "--subject", "customer-3")).code).toBe(0);
      expect(await run("log", "prune")).toMatchObject({ code: 2, err: expect.stringContaining("log export") });
      expect((await run("log", "export", "--format", "ndjson")).code).toBe(0);
      expect((await run("log", "prune")).code).toBe(0);
      const verified = await run("log", "verify", "--key", ...keys, "--json");
      expect([verified.code, JSON.parse(verified.out).findings]).toEqual([0, []]);
      const trusting = await run("log", "verify");
      expect([trusting.code, trusting.err.includes("--key")]).toEqual([0, true]);
      const report = JSON.parse((await run("log", "report", "subject", "customer-2", "--json")).out);
      expect(report).toMatchObject({ subject: "customer-2", consents: [{ purpose: "DIRECT_MARKETING" }] });
      for (const format of ["ndjson", "csv", "ocsf", "ecs"]) {
        const exported = await run("log", "export", "--format", format);
        expect([format, exported.code, exported.out.split("\n").length > 3]).toEqual([format, 0, true]);
      }
      expect((await run("log", "report", "affected", "--json")).code).toBe(0);
      expect((await run("consent", "show", "customer-2")).out).toContain("DIRECT_MARKETING");
      const key = join(folder, `receipt-${places}.pem`);
      const receipts = await run("consent", "receipt", "customer-2", "--controller", "Shop", "--key", key);
      expect(JSON.parse(receipts.out)).toHaveLength(1);
      expect(readFileSync(key, "utf8")).toContain("PRIVATE KEY");
    });
  });
}
