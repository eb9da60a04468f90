import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { bareEnvironment, ensureStorefrontBuilt, fieldguard, MAIN, runProgram, STOREFRONT } from "./command.ts";

/** Each command is a process of its own. */
jest.setTimeout(120_000);

let folder: string;
let child: ChildProcess;
let printed = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fieldguard-start-"));
  await ensureStorefrontBuilt();
  child = spawn(process.execPath, [STOREFRONT], {
    cwd: folder,
    env: { ...bareEnvironment(), PORT: "0", FIELDGUARD_STORE: "sqlite::memory:" },
  });
  child.stdout?.on("data", (chunk) => {
    printed += chunk;
  });
  while (!/Three queries to try[\s\S]*\n\s+3\. [\s\S]*\n$/.test(printed))
    await new Promise((resolve) => setTimeout(resolve, 20));
}, 240_000);
afterAll(() => {
  child.kill("SIGKILL");
  rmSync(folder, { recursive: true });
});

const url = (): string => /http:\/\/[^\s]+\/graphql/.exec(printed)?.[0] ?? "";
const tokenOf = (name: string): string => new RegExp(`${name}=(\\S+)`).exec(printed)?.[1] ?? "";

/** The first query as it is printed, without its margin. */
function firstQuery(): string {
  const lines = printed.slice(printed.indexOf("  1. "), printed.indexOf("  2. ")).split("\n");
  const start = lines.findIndex((line) => /^\s+query /.test(line));
  const end = lines.findLastIndex((line) => line.trim() === "}");
  return lines.slice(start, end + 1).join("\n");
}

async function ask(name: string, purpose: string, query: string, justification = "a first look") {
  const response = await fetch(url(), {
    method: "POST",
    headers: {
      "content-type": "application/json",
      authorization: `Bearer ${tokenOf(name)}`,
      "x-purpose": purpose,
      "x-justification": justification,
    },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as {
    data: Record<string, never>;
    errors?: { extensions: { code: string; coordinate: string } }[];
  };
}

describe("npm start", () => {
  test("prints where to look, tokens and queries; no secret", () => {
    for (const path of ["/graphql", "/healthz", "/readyz", "/metrics"]) expect(printed).toContain(path);
    for (const name of ["MERCHANT", "CARRIER", "CUSTOMER", "AUDITOR"])
      expect(tokenOf(name)).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(firstQuery()).toMatch(/^\s+query Order \{/);
  });

  test("the first query, with two printed tokens: clear, masked and denied, and the log of both", async () => {
    const merchant = await ask("MERCHANT", "ORDER_FULFILMENT", firstQuery());
    const carrier = await ask("CARRIER", "DELIVERY", firstQuery());
    const text = JSON.stringify([merchant.data, carrier.data]);
    expect(text).toContain("•");
    const denied = [merchant, carrier].flatMap(({ errors }) => errors?.map(({ extensions }) => extensions.code) ?? []);
    expect(new Set(denied)).toEqual(new Set(["FIELD_DENIED"]));
    expect(merchant.data).toMatchObject({
      order: { customer: { nationalId: null }, shipments: [{ recipientName: expect.not.stringContaining("•") }] },
    });
    expect(carrier.data).toMatchObject({
      order: {
        customer: null,
        shipments: [{ recipientName: expect.not.stringContaining("•"), recipientEmail: expect.stringContaining("•") }],
      },
    });
    const log = await ask(
      "AUDITOR",
      "SECURITY_OPERATIONS",
      "{ privacy { accessLog(first: 2) { records { kind caller { role } purpose } } } }",
    );
    expect(log.data).toEqual({
      privacy: {
        accessLog: {
          records: [
            { kind: "QUERY", caller: { role: "LOGISTICS_PARTNER" }, purpose: "DELIVERY" },
            { kind: "QUERY", caller: { role: "MERCHANT" }, purpose: "ORDER_FULFILMENT" },
          ],
        },
      },
    });
  });

  test("a signal stops it, and it says so: 0; who is silent on a WebSocket does not keep it", async () => {
    const silent = connect(Number(new URL(url()).port), "127.0.0.1", () =>
      silent.write(
        "GET /graphql HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n",
      ),
    );
    silent.on("error", () => undefined);
    await new Promise((resolve) => silent.once("data", resolve));
    const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
    silent.destroy();
  });

  test.each<[string, NodeJS.ProcessEnv, string]>([
    ["a port that is none", { PORT: "70000" }, "PORT"],
    ["a mode that is none", { FIELDGUARD_MODE: "off" }, "FIELDGUARD_MODE"],
    ["a short key", { FIELDGUARD_LOG_KEY: "short" }, "FIELDGUARD_LOG_KEY"],
    ["a secret that can be guessed", { FIELDGUARD_JWT_SECRET: "x".repeat(31) }, "FIELDGUARD_JWT_SECRET"],
    ["a key set without issuer", { FIELDGUARD_JWKS_URI: "http://127.0.0.1:9/keys" }, "FIELDGUARD_JWT_ISSUER"],
    ["a store that is none", { FIELDGUARD_STORE: "redis://x" }, "FIELDGUARD_STORE"],
    ["a level that is none", { LOG_LEVEL: "loud" }, "LOG_LEVEL: expected one of"],
  ])("%s is named: 2, no stack, no value", async (_name, env, says) => {
    const { code, err } = await runProgram([STOREFRONT], { cwd: folder, env: { PORT: "0", ...env } });
    expect([code, err.includes(says)]).toEqual([2, true]);
    expect(err).not.toMatch(/^\s+at /m);
  });

  test.each<[string, string[], string]>([
    ["a port that is none", ["--port", "70000"], "expected a port from 0 to 65535"],
    ["an option that is none", ["--frobnicate"], "unknown option"],
    ["a host of no characters", ["--host", ""], "`host` is an empty text"],
    ["a mode that is none", ["--mode", "off"], "FIELDGUARD_MODE"],
    ["a store that is none", ["--store", "redis://x"], "FIELDGUARD_STORE"],
  ])("%s on its command line is named: 2, no stack", async (_name, args, says) => {
    const { code, err } = await runProgram([STOREFRONT, ...args], { cwd: folder });
    expect([code, err.includes(says)]).toEqual([2, true]);
    expect(err).not.toMatch(/^\s+at /m);
  });

  test.each([
    ["in memory", [STOREFRONT], "sqlite::memory:"],
    ["in a file", [STOREFRONT], "sqlite:taken.db"],
    ["of a pack", [MAIN, "start", "--platform", "shoplive", "--store", "sqlite:taken-pack.db"], "sqlite:taken-pack.db"],
  ])("a port that is taken ends it, whatever is open: a store %s", async (_name, args, store) => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const env = { PORT: String(port), FIELDGUARD_STORE: store };
    const { code, err } = await runProgram(args, { cwd: folder, env });
    other.close();
    expect([code, err]).toEqual([
      2,
      expect.stringContaining(`CONFIGURATION_INVALID\nCannot listen on port ${port} of 127.0.0.1`),
    ]);
  });
});

describe("fieldguard start", () => {
  test("alone has nothing to serve, and says what to do: 2", async () => {
    const { code, out, err } = await fieldguard(["start"], { cwd: folder, env: { PORT: "0" } });
    expect([code, out]).toEqual([2, ""]);
    expect(err).toMatch(/^fieldguard: CONFIGURATION_INVALID\nCannot start: .*--platform.*`createGateway`.*npm start/);
  });

  test("its options are those of every program that serves", async () => {
    const own = await runProgram([STOREFRONT, "--help"], { cwd: folder });
    const pack = await fieldguard(["start", "--help"], { cwd: folder });
    const optionsIn = (help: string) => [...new Set(help.match(/--[a-z]+/g))].filter((name) => name !== "--platform");
    expect(own.code).toBe(0);
    expect(optionsIn(own.out)).toEqual(expect.arrayContaining(["--port", "--host", "--store", "--mode"]));
    expect(optionsIn(own.out)).toEqual(optionsIn(pack.out));
  });
});
