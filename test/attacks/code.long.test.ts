import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { SECRET } from "../http/harness.ts";
import type { Generated } from "./code/watch.ts";
import { fire, type Volley } from "./fire.ts";
import type { Shot } from "./model.ts";

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

interface Told {
  readonly taken: readonly Generated[];
  /** What code of the hostile texts left behind. */
  readonly ran: readonly string[];
  readonly seen: { readonly scripts: number; readonly threads: readonly string[] };
}

/** A gateway in a process that sees every script. */
class Watched {
  readonly #child: ChildProcess;
  readonly url: string;
  readonly before: readonly Generated[];

  private constructor(child: ChildProcess, { url, before }: { url: string; before: readonly Generated[] }) {
    this.#child = child;
    this.url = url;
    this.before = before;
  }

  static async start(store: string, lock: "open" | "locked"): Promise<Watched> {
    const child = fork(here("code/gateway.ts"), [store, SECRET, lock], {
      execArgv: ["--import", here("../stores/consent-child/typescript.mjs")],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const [told] = await Promise.race([
      once(child, "message"),
      once(child, "exit").then(([code]) => {
        throw new Error(`The gateway ended with ${code}.`);
      }),
    ]);
    return new Watched(child, told);
  }

  async told(): Promise<Told> {
    this.#child.send("taken");
    const [told] = await once(this.#child, "message");
    return told;
  }

  async stop(): Promise<void> {
    const exit = once(this.#child, "exit");
    this.#child.send("stop");
    await exit;
  }
}

const folder = mkdtempSync(join(tmpdir(), "fieldguard-code-"));
let open: Watched;
let locked: Watched;
beforeAll(async () => {
  // In a file, so that a thread commits the records.
  open = await Watched.start(`sqlite:${join(folder, "open.db")}`, "open");
  locked = await Watched.start(`sqlite:${join(folder, "locked.db")}`, "locked");
}, 240_000);
afterAll(async () => {
  await Promise.all([open?.stop(), locked?.stop()]);
  rmSync(folder, { recursive: true });
}, 60_000);

/** Leaves a trace where it runs. */
const CODE = "globalThis.cNrYran=1";
const MARK = "cNrY";
const TEXTS = [
  CODE,
  `__MAGIC_DATE__33a9e76d_02e0_4128_8e92_3530ad3da74d${CODE}`,
  `__MAGIC_NAN__33a9e76d_02e0_4128_8e92_3530ad3da74d${CODE}`,
  `");${CODE};("`,
  `'+(${CODE})+'`,
  `\`\${${CODE}}\``,
  `\\");${CODE}//`,
  `*/${CODE}/*`,
  `\n${CODE}\u2028${CODE}`,
  `data:text/javascript,${CODE}`,
  `{{constructor.constructor('${CODE}')()}}`,
  `]});${CODE};({a:[`,
  `(?<${MARK}>${CODE})`,
] as const;
/** What may stand where GraphQL takes a name only. */
const NAMES = [`${MARK}_name`, "constructor", "toString", "__proto__", "a_b", "then"] as const;

const BOSS = { as: { sub: "op", role: "PLATFORM_OPERATOR" }, purpose: "ACCOUNT_MANAGEMENT" };
const ANN = { as: { sub: "ann", role: "CUSTOMER" }, purpose: "SELF_SERVICE" };
const header = (text: string): string => encodeURI(text);

const PLACES: Readonly<Record<string, (text: string) => Shot>> = {
  "a type's name asked for": (text) => ({ query: `{ __type(name: ${JSON.stringify(text)}) { name } }` }),
  "a literal": (text) => ({ query: `{ echo(text: ${JSON.stringify(text)}) }` }),
  "a literal in JSON": (text) => ({ query: `{ echo(json: { a: [${JSON.stringify(text)}, { b: 1 }] }) }` }),
  "a literal in an input": (text) => ({
    query: `{ echo(where: { city: ${JSON.stringify(text)}, deep: { city: "x" } }) }`,
  }),
  "a literal of a custom scalar": (text) => ({ query: `{ echo(day: ${JSON.stringify(text)}) }` }),
  "a block string": (text) => ({ query: `{ echo(text: """${text.replaceAll('"""', "")}""") }` }),
  "a default value": (text) => ({ query: `query ($t: String = ${JSON.stringify(text)}) { echo(text: $t) }` }),
  "a variable": (text) => ({ query: "query ($t: String) { echo(text: $t) }", variables: { t: text } }),
  "a variable in JSON": (text) => ({
    query: "query ($t: JSON) { echo(json: { a: [$t] }) }",
    variables: { t: { [text]: [text] } },
  }),
  "a variable in an input": (text) => ({
    query: "query ($t: String, $w: Where) { echo(where: { city: $t, and: [$w] }) }",
    variables: { t: text, w: { city: text, deep: { city: text } } },
  }),
  "a variable's name": (text) => ({ query: "query ($t: String) { echo(text: $t) }", variables: { [text]: text } }),
  "an enum's value": (text) => ({ query: "query ($s: Sort) { echo(sort: $s) }", variables: { s: text } }),
  "a comment": (text) => ({ query: `{ open } # ${text.replaceAll("\n", " ")}` }),
  "what does not parse": (text) => ({ query: `{ ${text} }` }),
  "a body that is no JSON": (text) => ({ body: `{"query": ${text}` }),
  "an operation's name": (text) => ({ query: "query A { open }", operationName: text }),
  extensions: (text) => ({
    query: "{ open }",
    extensions: { [text]: text, persistedQuery: { version: 1, sha256Hash: text } },
  }),
  "an address": (text) => ({
    over: "GET",
    path: `/graphql?query=${encodeURIComponent(`{ echo(text: ${JSON.stringify(text)}) }`)}&x=${encodeURIComponent(text)}`,
  }),
  "a path": (text) => ({ over: "GET", path: `/${encodeURIComponent(text)}/:${encodeURIComponent(text)}` }),
  "a token that is none": (text) => ({ query: "{ open }", headers: { authorization: `Bearer ${header(text)}` } }),
  claims: (text) => ({
    ...BOSS,
    as: { ...BOSS.as, sub: text, org: text, tenants: [text], region: text, jti: text, act: { sub: text } },
    query: "{ patients { name } }",
  }),
  "a role": (text) => ({ query: "{ open }", as: { sub: "x", role: text } }),
  "a purpose": (text) => ({ ...ANN, query: '{ patient(id: "ann") { name } }', purpose: header(text) }),
  "a justification": (text) => ({
    ...BOSS,
    query: `query @declare(purpose: ACCOUNT_MANAGEMENT, justification: ${JSON.stringify(text)}) { patients { name } }`,
    headers: { "x-justification": header(text), "user-agent": header(text), "x-forwarded-for": header(text) },
  }),
  "a directive's argument": (text) => ({ query: `{ open @arranged(where: { city: ${JSON.stringify(text)} }) }` }),
  "the own API's filter": (text) => ({
    as: { sub: "aud", role: "SECURITY_AUDITOR" },
    purpose: "SECURITY_OPERATIONS",
    headers: { "x-justification": "case" },
    query: `{ privacy { accessLog(first: 1, filter: { caller: ${JSON.stringify(text)}, coordinate: ${JSON.stringify(text)} }) { next } } }`,
  }),
  "the own API's arguments": (text) => ({
    ...ANN,
    query:
      "mutation ($t: String!) { privacy { withdrawConsent(purposes: [DIRECT_MARKETING], reason: $t, tenant: $t, key: $t) { state } } }",
    variables: { t: text },
  }),
  "a mutation": (text) => ({
    ...BOSS,
    query: "mutation ($t: String!) { rename(id: $t, name: $t) { patient { id } } }",
    variables: { t: text },
  }),
  "a message over WebSocket": (text) => ({
    over: "WS",
    query: "query ($t: String) { echo(text: $t) }",
    variables: { t: text },
    headers: { [text]: text, "x-purpose": text },
  }),
  "a subscription": (text) => ({
    ...BOSS,
    over: "WS",
    query: "subscription ($t: String) { changed(where: { city: $t }) { id name } }",
    variables: { t: text },
  }),
};

const NAMED: Readonly<Record<string, (name: string) => Shot>> = {
  "an alias": (name) => ({ ...BOSS, query: `{ ${name}: patients { ${name}: name a: buddy { b: name } a_b: city } }` }),
  "an operation's name": (name) => ({ query: `query ${name} { open }`, operationName: name }),
  "a fragment's name": (name) => ({ query: `{ ...${name} } fragment ${name} on Query { open }` }),
  "a variable's name": (name) => ({
    query: `query ($${name}: String) { echo(text: $${name}) }`,
    variables: { [name]: "x" },
  }),
  "a field that there is not": (name) => ({ query: `{ ${name} }` }),
  "a key in JSON": (name) => ({ query: `{ echo(json: { ${name}: 1 }) }` }),
};

const SHOTS = [
  ...Object.entries(PLACES).map(([place, shot]) => [place, TEXTS.map(shot)] as const),
  ...Object.entries(NAMED).map(([place, shot]) => [`${place} (a name)`, NAMES.map(shot)] as const),
];

describe("nothing that a client sends becomes code", () => {
  test("before it serves, only routes' patterns do", () => {
    const by = open.before.map((each) => each.by.join(" < "));
    expect([...new Set(by.map((line) => /^(@[\w-]+\/)?[\w.-]+/.exec(line)?.[0]))].sort()).toEqual(["find-my-way"]);
  });

  test.each(SHOTS)("%s, four times", async (_place, shots) => {
    for (const shot of shots) {
      for (let time = 0; time < 4; time += 1) {
        const answers = await Promise.all([open, locked].map(({ url }) => fire(url, shot)));
        expect(toldBy(answers[0])).toEqual(toldBy(answers[1]));
      }
    }
    const { taken, ran } = await open.told();
    expect(taken).toEqual([]);
    expect(ran).toEqual([]);
  });

  test("the thread that commits was looked into as well", async () => {
    const { seen } = await open.told();
    expect(seen.threads.join()).toContain("commit-worker");
    expect(seen.scripts).toBeGreaterThan(100);
  });
});

/** What an answer says, without what is new in each. */
function toldBy(volley: Volley | undefined): unknown {
  return JSON.parse(JSON.stringify(volley?.answers ?? []).replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "ID"));
}

const PLANTS = [
  "Function",
  "AsyncFunction",
  "GeneratorFunction",
  "AsyncGeneratorFunction",
  "eval",
  "a method's constructor",
  "vm",
  "data:",
  "worker",
  "a named script",
];

describe("a resolver that makes code of a text", () => {
  const planting = (how: string): Shot => ({
    query: "query ($how: String!, $text: String!) { plant(how: $how, text: $text) }",
    variables: { how, text: `/* ${MARK}_planted */ 1` },
  });

  test.each(PLANTS)("is seen: %s", async (how) => {
    const { answers } = await fire(open.url, planting(how));
    expect(answers[0].data).toEqual({ plant: "made" });
    const { taken } = await open.told();
    expect(taken.map(({ source }) => source.includes(`${MARK}_planted`))).toContain(true);
  });

  test.each(PLANTS)("is refused after start by `lockCode`: %s", async (how) => {
    const { answers } = await fire(locked.url, planting(how));
    const open = ["vm", "data:", "worker"].includes(how);
    expect(answers[0].data).toEqual({ plant: open ? "made" : "refused" });
  });
});

describe("with `lockCode`", () => {
  test.each([
    ["/healthz", 200, ""],
    ["/readyz", 200, ""],
    ["/metrics", 200, "fieldguard_operations_total"],
    ["/.well-known/gpc.json", 200, "gpc"],
    ["/nothing", 404, ""],
  ])("%s is served", async (path, status, text) => {
    const volley = await fire(locked.url, { over: "GET", path });
    expect(volley.status).toBe(status);
    expect(volley.text).toContain(text);
  });

  test("a page in a browser is served", async () => {
    const volley = await fire(locked.url, { over: "GET", path: "/graphql", headers: { accept: "text/html" } });
    expect([volley.status, volley.text.includes("<html")]).toEqual([200, true]);
  });
});

test("zod is imported in one place, which keeps it from writing code", () => {
  const src = here("../../src");
  const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  const importing = files.filter((file) => /from "zod[/"]/.test(readFileSync(join(src, file), "utf8")));
  expect(importing).toEqual([join("core", "zod.ts")]);
});
