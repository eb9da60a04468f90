import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { sampleCallers, sampleQueries } from "../../examples/storefront/src/tokens.ts";
import { bareEnvironment, ensureStorefrontBuilt, STOREFRONT } from "../cli/command.ts";
import { post, SECRET } from "../http/harness.ts";
import { findMongo, type MongoServer, ownDatabase, startMongo } from "../stores/mongo-server.ts";

const found = findMongo();

if (found === null) {
  test.skip("needs a MongoDB server", () => undefined);
} else {
  let server: MongoServer;
  let folder = "";
  const started: ChildProcess[] = [];
  beforeAll(async () => {
    await ensureStorefrontBuilt();
    server = await startMongo(found);
    folder = await mkdtemp(join(tmpdir(), "fieldguard-start-"));
  }, 240_000);
  afterAll(async () => {
    for (const child of started) child.kill("SIGKILL");
    await server.stop();
    await rm(folder, { recursive: true });
  });

  /** The sample storefront on the shared database, in a folder of its own; resolves with its address once it answers. */
  async function start(name: string, store: string, port = "0"): Promise<string> {
    const child = spawn(process.execPath, [STOREFRONT], {
      cwd: folder,
      stdio: ["ignore", "pipe", "inherit"],
      env: {
        ...bareEnvironment(),
        PORT: port,
        FIELDGUARD_STORE: store,
        FIELDGUARD_SPOOL: join(folder, `${name}.db`),
        FIELDGUARD_LOG_KEY: "the same for both, and long enough to be one",
        FIELDGUARD_JWT_SECRET: SECRET,
      },
    });
    started.push(child);
    const exit = once(child, "exit").then(([code]) => Promise.reject(new Error(`${name} ended with ${code}`)));
    exit.catch(() => undefined);
    const serving = (async () => {
      for await (const line of createInterface({ input: child.stdout })) {
        const url = /http:\/\/\S+\/graphql/.exec(line)?.[0];
        if (url !== undefined) return url;
      }
      return exit;
    })();
    return Promise.race([serving, exit]);
  }

  test("the sample on a new shared database: two start at once, and both serve it", async () => {
    const store = server.url(ownDatabase());
    const urls = await Promise.all([start("one", store), start("two", store)]);
    const [, customers] = sampleQueries;
    const merchant = sampleCallers.find(({ name }) => name === "merchant");
    const answers = [];
    for (const url of urls) {
      const ask = { query: customers?.query ?? "", as: { ...merchant?.claims }, purpose: "DIRECT_MARKETING" };
      answers.push((await post(url, ask)).body);
    }
    const [one, two] = answers;
    const reasons = new Set<string>(one.extensions.privacy.decisions.map(({ reason }: { reason: string }) => reason));
    // Consents, states and their reasons come from the database, and some are granted.
    expect([...reasons]).toEqual(
      expect.arrayContaining(["CONSENT_REFUSED", "CONSENT_WITHDRAWN", "SUBJECT_RESTRICTED"]),
    );
    expect(reasons.has("CONSENT_STORE_UNAVAILABLE")).toBe(false);
    expect(JSON.stringify(one.data)).toContain("@");
    expect(two.data).toEqual(one.data);
    // What cannot serve ends, though it has connections that would keep it.
    await expect(start("three", store, new URL(urls[0] ?? "").port)).rejects.toThrow("three ended with 2");
  }, 600_000);
}
