import { mkdtemp, rm } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createGateway, type Gateway, type GatewayOptions } from "../../src/index.ts";
import { post, SECRET } from "./harness.ts";

const blocked = new Set<() => void>();
const release = (): void => {
  for (const each of blocked) each();
  blocked.clear();
};
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fieldguard-stop-"));
});
afterAll(() => rm(folder, { recursive: true }));

const optionsFor = (name: string): GatewayOptions => ({
  typeDefs: "type Query { open: String slow: String }",
  resolvers: {
    Query: {
      open: () => "to all",
      slow: () => new Promise((resolve) => blocked.add(() => resolve("at last"))),
    },
  },
  store: `sqlite:${join(folder, `${name}.db`)}`,
  auth: { secret: SECRET },
});
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
};

interface Raw {
  readonly socket: Socket;
  readonly text: () => string;
  readonly closed: Promise<void>;
}

function raw(url: string, first: string): Raw {
  const socket = connect(Number(new URL(url).port), "127.0.0.1", () => socket.write(first));
  let heard = "";
  socket.on("data", (data) => {
    heard += data.toString("latin1");
  });
  socket.on("error", () => undefined);
  return { socket, text: () => heard, closed: new Promise((resolve) => socket.on("close", () => resolve())) };
}

const bodyOf = (query: string): string => JSON.stringify({ query });
const requestOf = (query: string): string =>
  `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${bodyOf(query).length}\r\n\r\n${bodyOf(query)}`;
const HANDSHAKE =
  "GET /graphql HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n";
const frame = (message: object): Buffer => {
  const text = Buffer.from(JSON.stringify(message));
  return Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), text]);
};

async function kindsIn(name: string): Promise<string[]> {
  const again = await createGateway(optionsFor(name));
  const { records } = await again.accessLog.query({}, { first: 10 });
  await again.stop();
  return records.map(({ kind }) => kind);
}

/** What a client holds open, none of which ever ends by itself. */
const HELD: readonly (readonly [string, (url: string) => Promise<Raw>])[] = [
  ["a connection that sends nothing", async (url) => raw(url, "")],
  [
    "a connection that was used and is kept",
    async (url) => {
      const one = raw(url, requestOf("{ open }"));
      await until(() => one.text().includes("to all"));
      return one;
    },
  ],
  ["half a head", async (url) => raw(url, "POST /graphql HT")],
  ["half a body", async (url) => raw(url, requestOf("{ open }").slice(0, -3))],
  [
    "a WebSocket that is silent",
    async (url) => {
      const one = raw(url, HANDSHAKE);
      await until(() => one.text().includes("101 Switching"));
      return one;
    },
  ],
  [
    "a WebSocket that was acknowledged and answers no more",
    async (url) => {
      const one = raw(url, HANDSHAKE);
      await until(() => one.text().includes("101 Switching"));
      one.socket.write(frame({ type: "connection_init" }));
      await until(() => one.text().includes("connection_ack"));
      return one;
    },
  ],
  [
    "an upgrade to elsewhere",
    async (url) => {
      const one = raw(url, HANDSHAKE.replace("/graphql", "/elsewhere"));
      await until(() => one.text().includes("404"));
      return one;
    },
  ],
];

test.each(HELD)(
  "%s does not keep a gateway from stopping, nor from recording it",
  async (what, hold) => {
    const name = what.replaceAll(" ", "-");
    const gateway = await createGateway(optionsFor(name));
    const { url } = await gateway.listen();
    const { closed, socket } = await hold(url);
    await gateway.stop();
    await closed;
    socket.destroy();
    expect(await kindsIn(name)).toEqual(["START", "STOP", "START"]);
    // A handshake that is not answered waits for half a minute otherwise.
  },
  25_000,
);

test("what is under way is answered, over HTTP and WebSocket; nothing new is taken meanwhile", async () => {
  const gateway: Gateway = await createGateway(optionsFor("answers"));
  const { url } = await gateway.listen();
  const kept = raw(url, requestOf("{ open }"));
  await until(() => kept.text().includes("to all"));
  const socket = raw(url, HANDSHAKE);
  await until(() => socket.text().includes("101 Switching"));
  socket.socket.write(frame({ type: "connection_init" }));
  await until(() => socket.text().includes("connection_ack"));
  socket.socket.write(frame({ id: "1", type: "subscribe", payload: { query: "{ slow }" } }));
  const underWay = post(url, { query: "{ slow }" });
  const pipelined = raw(url, requestOf("{ slow }"));
  await until(() => blocked.size === 3);
  const stopped = gateway.stop();
  socket.socket.write(frame({ id: "2", type: "subscribe", payload: { query: "{ open }" } }));
  pipelined.socket.write(requestOf("{ open }"));
  await until(() => socket.text().includes("SERVICE_UNAVAILABLE"));
  await expect(post(url, { query: "{ open }" })).rejects.toThrow();
  expect(blocked.size).toBe(3);
  release();
  expect((await underWay).body.data).toEqual({ slow: "at last" });
  await stopped;
  await Promise.all([kept.closed, socket.closed, pipelined.closed]);
  expect(socket.text()).toContain('{"slow":"at last"}');
  expect(socket.text()).not.toContain("to all");
  expect(pipelined.text()).toContain('{"slow":"at last"}');
  expect(pipelined.text()).not.toContain("to all");
  expect(await kindsIn("answers")).toEqual(["START", "STOP", "START"]);
}, 60_000);
