import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { systemClock } from "../../src/core/clock.ts";
import type { ProvableLog } from "../../src/log/contract.ts";
import { type Anchor, anchorAt, fileAnchor, splitNotes, urlAnchor } from "../../src/log/proof/anchor.ts";
import { openCheckpoint, parseCheckpoint } from "../../src/log/proof/checkpoint.ts";
import { signingKeyFromSeed } from "../../src/log/proof/note.ts";
import { openAccessLog } from "../../src/log/sqlite/access-log.ts";
import { entry } from "../../src/stores/conformance/log-fixtures.ts";

const key = signingKeyFromSeed(Buffer.alloc(32, 1));
type Behaviour = (request: IncomingMessage, response: ServerResponse, body: string) => void;

const takes: Behaviour = (_request, response) => response.writeHead(201).end("kept");
const answers =
  (status: number): Behaviour =>
  (_request, response) =>
    response.writeHead(status).end("no");
const hangs: Behaviour = () => undefined;
const dies: Behaviour = (request) => request.socket.destroy();

/** Somebody who keeps notes, for as long as he behaves. */
class Keeper {
  readonly kept: string[] = [];
  readonly asked: IncomingMessage[] = [];
  behaviour: Behaviour = takes;
  #server: Server | null = null;
  #port = 0;

  async start(): Promise<void> {
    this.#server = createServer(async (request, response) => {
      this.asked.push(request);
      let body = "";
      for await (const chunk of request) body += String(chunk);
      this.behaviour(request, response, body);
      if (this.behaviour === takes) this.kept.push(body);
    });
    this.#server.listen(this.#port, "127.0.0.1");
    await once(this.#server, "listening");
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    this.#server?.close();
    this.#server = null;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/notes`;
  }

  get sizes(): number[] {
    return this.kept.map((note) => parseCheckpoint(note)?.size ?? -1);
  }
}

let folder: string;
let keeper: Keeper;
let log: ProvableLog | null;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fieldguard-anchor-"));
  keeper = new Keeper();
  await keeper.start();
  log = null;
});
afterEach(async () => {
  await log?.close();
  await keeper.stop();
  await rm(folder, { recursive: true });
});

const failures: string[] = [];
async function open(anchor: Anchor): Promise<ProvableLog> {
  failures.length = 0;
  log = await openAccessLog(join(folder, "store.db"), {
    clock: systemClock,
    evidence: {
      keys: [key],
      anchor,
      everyRecords: 10,
      retryMsMin: 20,
      retryMsMax: 80,
      onAnchorFailure: (why) => void failures.push(why),
    },
  });
  return log;
}

/** Ten records, and so a checkpoint. */
async function append(to: ProvableLog): Promise<void> {
  await Promise.all(Array.from({ length: 10 }, () => to.append(entry())));
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe("an anchor by URL", () => {
  test("is sent every checkpoint, signed, in order, as text", async () => {
    const opened = await open(urlAnchor(keeper.url));
    for (let round = 0; round < 5; round += 1) await append(opened);
    await until(() => keeper.sizes.length === 5);
    expect(keeper.sizes).toEqual([10, 20, 30, 40, 50]);
    for (const note of keeper.kept)
      expect(openCheckpoint(note, [key.publicKey])).toMatchObject({ size: expect.any(Number) });
    expect(keeper.asked[0]?.method).toBe("POST");
    expect(keeper.asked[0]?.headers["content-type"]).toBe("text/plain; charset=utf-8");
    // What was kept, one after another with an empty line between, is what `verify` is given.
    const anchored = splitNotes(keeper.kept.join("\n"));
    expect(await opened.verify({ anchored })).toMatchObject({ holds: true, anchored: 5 });
    expect((await opened.verify({ anchored: [...anchored, ...anchored] })).holds).toBe(true);
    expect(await opened.verify()).toMatchObject({ holds: true, anchored: 0 });
  });

  test.each<[string, Behaviour | "away"]>([
    ["answers 500", answers(500)],
    ["answers 404", answers(404)],
    ["sends elsewhere", (_request, response) => response.writeHead(307, { location: "http://127.0.0.1:9/" }).end()],
    ["hangs", hangs],
    ["breaks off", dies],
    ["is away", "away"],
  ])("that %s holds nothing up, is tried again, and gets all in order", async (_name, behaviour) => {
    if (behaviour === "away") await keeper.stop();
    else keeper.behaviour = behaviour;
    const opened = await open(urlAnchor(keeper.url, { timeoutMs: 60 }));
    for (let round = 0; round < 3; round += 1) await append(opened);
    expect((await opened.head()).size).toBe(30);
    await until(() => failures.length >= 2);
    expect(keeper.kept).toEqual([]);
    keeper.behaviour = takes;
    if (behaviour === "away") await keeper.start();
    // A note whose answer came too late is given again: the keeper has it twice, and the same.
    await until(() => keeper.sizes.at(-1) === 30);
    expect([...new Set(keeper.sizes)]).toEqual([10, 20, 30]);
  });

  test("gets after a restart what it could not take before, and nothing twice", async () => {
    const first = await open(urlAnchor(keeper.url, { timeoutMs: 60 }));
    await append(first);
    await until(() => keeper.sizes.length === 1);
    keeper.behaviour = answers(503);
    for (let round = 0; round < 2; round += 1) await append(first);
    await first.append(entry());
    await first.close();
    expect(keeper.sizes).toEqual([10]);
    keeper.behaviour = takes;
    await open(urlAnchor(keeper.url));
    await until(() => keeper.sizes.length === 4);
    expect(keeper.sizes).toEqual([10, 20, 30, 31]);
    await log?.close();
    await open(urlAnchor(keeper.url));
    await log?.close();
    expect(keeper.sizes).toEqual([10, 20, 30, 31]);
  });

  test("may get a note twice where nothing says that it was kept, and the log holds", async () => {
    keeper.behaviour = (request, _response, body) => {
      keeper.kept.push(body);
      request.socket.destroy();
    };
    const opened = await open(urlAnchor(keeper.url));
    await append(opened);
    await until(() => keeper.kept.length === 2);
    keeper.behaviour = takes;
    await until(() => keeper.kept.length >= 3);
    expect(new Set(keeper.sizes)).toEqual(new Set([10]));
    expect((await opened.verify({ anchored: keeper.kept })).holds).toBe(true);
  });

  test("that hangs does not hold up closing for long", async () => {
    keeper.behaviour = hangs;
    const opened = await open(urlAnchor(keeper.url));
    await append(opened);
    await opened.close();
    expect(keeper.kept).toEqual([]);
  });

  test("is told the name and password that its URL has, by header, and the database is told neither", async () => {
    const opened = await open(urlAnchor(keeper.url.replace("//", "//ann:p%40ss@")));
    await append(opened);
    await until(() => keeper.sizes.length === 1);
    expect(keeper.asked[0]?.headers.authorization).toBe(`Basic ${Buffer.from("ann:p@ss").toString("base64")}`);
    expect(keeper.asked[0]?.url).toBe("/notes");
    await opened.close();
    const bytes = (await readFile(join(folder, "store.db"))).toString("latin1");
    expect(bytes).not.toContain("p%40ss");
    expect(bytes).not.toContain("/notes");
  });

  test("new to a log, is given the last checkpoint and those that follow", async () => {
    const first = await open(fileAnchor(join(folder, "anchor")));
    for (let round = 0; round < 3; round += 1) await append(first);
    await first.close();
    const second = await open(urlAnchor(keeper.url));
    await append(second);
    await until(() => keeper.sizes.length === 2);
    expect(keeper.sizes).toEqual([30, 40]);
  });
});

describe("an anchor in a file", () => {
  test("that could not be written gets all that it missed, once it can", async () => {
    const file = fileAnchor(join(folder, "anchor"));
    let isFull = true;
    const anchor: Anchor = {
      ...file,
      append: (note) => (isFull ? Promise.reject(new Error("ENOSPC")) : file.append(note)),
    };
    const opened = await open(anchor);
    for (let round = 0; round < 3; round += 1) await append(opened);
    isFull = false;
    await opened.close();
    const sizes = (await file.read())?.map((note) => parseCheckpoint(note)?.size);
    expect(sizes).toEqual([10, 20, 30]);
  });
});

test("a URL that is none is refused, without being shown", () => {
  expect(() => anchorAt("http://user:secret@:99999/")).toThrow(/expected a file or an http\(s\) URL/);
  expect(() => anchorAt("http://user:secret@:99999/")).not.toThrow(/secret/);
});
