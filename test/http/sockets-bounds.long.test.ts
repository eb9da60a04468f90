import { connect } from "node:net";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { WebSocket } from "ws";
import { type Served, serveGateway } from "./harness.ts";

const blocked = new Set<() => void>();
const release = (): void => {
  for (const each of blocked) each();
  blocked.clear();
};
beforeEach(release);
let begun = 0;
const LONG = "x".repeat(1_000_000);
const resolvers = {
  Query: {
    open: () => "to all",
    slow: () => {
      begun += 1;
      return new Promise((resolve) => blocked.add(() => resolve("at last")));
    },
    long: () => LONG,
  },
};
const typeDefs = "type Query { open: String slow: String long: String }";
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
};

const INIT = { type: "connection_init" };
const ask = (id: string, query: string) => ({ id, type: "subscribe", payload: { query } });

interface Talk {
  readonly socket: WebSocket;
  readonly heard: string[];
  readonly end: Promise<{ readonly code: number; readonly reason: string }>;
}

/** Sends all frames at once, as soon as it is connected. */
function talk({ url }: Served, frames: readonly (object | string)[]): Talk {
  const socket = new WebSocket(url.replace(/^http/, "ws"), "graphql-transport-ws");
  const heard: string[] = [];
  socket.on("error", () => undefined);
  socket.on("open", () => {
    for (const frame of frames) socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
  });
  socket.on("message", (data) => heard.push(String(data)));
  const end = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.on("close", (code, reason) => resolve({ code, reason: String(reason) })),
  );
  return { socket, heard, end };
}

async function acknowledged(served: Served): Promise<Talk> {
  const one = talk(served, [INIT]);
  await until(() => one.heard.length === 1);
  return one;
}

describe("before `connection_init`", () => {
  test.each<[string, object | string, number]>([
    ["a ping", { type: "ping" }, 4401],
    ["a pong", { type: "pong" }, 4401],
    ["an operation", ask("1", "{ open }"), 4401],
    ["the end of an operation", { id: "1", type: "complete" }, 4401],
    ["an unknown type", { type: "hello" }, 4401],
    ["a type that is none", { type: { toString: 1 } }, 4401],
    ["no type", {}, 4400],
    ["no JSON", "ping", 4400],
    ["more than a token and a reason", { ...INIT, payload: { authorization: "x".repeat(40_000) } }, 4400],
  ])("%s ends the connection", async (_name, frame, code) => {
    const { end, heard } = talk(await serveGateway({ typeDefs, resolvers }), [frame]);
    expect([(await end).code, heard]).toEqual([code, []]);
  });

  test("silence ends the connection", async () => {
    const { end } = talk(await serveGateway({ typeDefs, resolvers, limits: { requestMsMax: 200 } }), []);
    expect((await end).code).toBe(4408);
  }, 60_000);
});

describe("operations that come in one piece", () => {
  test("each begins in a turn of the loop of its own, so that others are served in between", async () => {
    let turn = 0;
    let counting = true;
    const count = (): void => {
      turn += 1;
      if (counting) setImmediate(count);
    };
    const turns: number[] = [];
    const one = await acknowledged(
      await serveGateway({ typeDefs, resolvers: { Query: { open: () => String(turns.push(turn)) } } }),
    );
    count();
    const ids = Array.from({ length: 15 }, (_, at) => `o${at}`);
    for (const id of ids) one.socket.send(JSON.stringify(ask(id, "{ open }")));
    await until(() => one.heard.length === 1 + 2 * ids.length);
    counting = false;
    expect(new Set(turns).size).toBe(ids.length);
    expect(one.heard.slice(1).filter((text) => text.includes('"complete"'))).toHaveLength(ids.length);
    one.socket.close();
  });

  test("one that is given up before its turn is not begun twice, and its end is heard", async () => {
    const one = await acknowledged(await serveGateway({ typeDefs, resolvers }));
    one.socket.send(JSON.stringify(ask("a", "{ slow }")));
    one.socket.send(JSON.stringify(ask("b", "{ slow }")));
    one.socket.send(JSON.stringify({ id: "b", type: "complete" }));
    one.socket.send(JSON.stringify(ask("c", "{ open }")));
    await until(() => one.heard.some((text) => text.includes('"c"') && text.includes('"complete"')));
    release();
    await until(() => one.heard.some((text) => text.includes('"a"') && text.includes('"complete"')));
    expect(one.heard.filter((text) => text.includes('"b"'))).toEqual([]);
    one.socket.close();
  });
});

describe("pings", () => {
  test("bring back nothing of what was sent along", async () => {
    const one = await acknowledged(await serveGateway({ typeDefs, resolvers }));
    one.socket.send(JSON.stringify({ type: "ping", payload: { word: "Zq99typedXw" } }));
    await until(() => one.heard.length === 2);
    expect(one.heard[1]).toBe('{"type":"pong"}');
    one.socket.close();
  });

  /** Frames of a client, masked with zeros, as many as come in one piece. */
  const frames = (opcode: number, payload: string, count: number): Buffer =>
    Buffer.concat(
      Array.from({ length: count }, () =>
        Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | payload.length, 0, 0, 0, 0]), Buffer.from(payload)]),
      ),
    );

  test.each<[string, number, string]>([
    ["messages", 1, '{"type":"ping"}'],
    ["frames", 9, "x".repeat(100)],
  ])(
    "as %s, many at once: answers do not pile up, and the connection lives",
    async (_name, opcode, payload) => {
      const { url } = await serveGateway({ typeDefs, resolvers });
      let bytes = 0;
      let text = "";
      const socket = connect(Number(new URL(url).port), "127.0.0.1", () =>
        socket.write(
          "GET /graphql HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n",
        ),
      );
      socket.on("data", (data) => {
        bytes += data.length;
        text += data.toString("latin1");
      });
      await until(() => text.includes("\r\n\r\n"));
      socket.write(frames(1, JSON.stringify(INIT), 1));
      await until(() => text.includes("connection_ack"));
      bytes = 0;
      socket.write(frames(opcode, payload, 3_000));
      socket.write(frames(1, JSON.stringify(ask("1", "{ open }")), 1));
      await until(() => text.includes('"complete"'));
      const answers = bytes / (payload.length + 2);
      expect(answers).toBeLessThan(1_500);
      expect(answers).toBeGreaterThan(0);
      socket.destroy();
    },
    60_000,
  );
});

describe("operations of one connection", () => {
  test("begun and given up in pairs count as long as they run", async () => {
    const served = await serveGateway({ typeDefs, resolvers, limits: { connectionOperationsMax: 5 } });
    const one = await acknowledged(served);
    begun = 0;
    for (let at = 0; at < 100; at += 1) {
      one.socket.send(JSON.stringify(ask(String(at), "{ slow }")));
      one.socket.send(JSON.stringify({ id: String(at), type: "complete" }));
    }
    const { code, reason } = await one.end;
    expect([code, reason]).toEqual([4429, "too many operations (option `limits.connectionOperationsMax`)"]);
    expect(begun).toBeLessThanOrEqual(5);
  });

  test("given up and done make room for others", async () => {
    const served = await serveGateway({ typeDefs, resolvers, limits: { connectionOperationsMax: 1 } });
    const one = await acknowledged(served);
    for (let at = 0; at < 5; at += 1) {
      one.socket.send(JSON.stringify(ask(String(at), "{ open }")));
      await until(() => one.heard.some((text) => text.includes(`"${at}","type":"complete"`)));
    }
    one.socket.close();
  });

  test("one too many is told so by its id, and the others go on", async () => {
    const served = await serveGateway({ typeDefs, resolvers });
    const one = await acknowledged(served);
    for (let at = 0; at < 22; at += 1) one.socket.send(JSON.stringify(ask(String(at), "{ slow }")));
    await until(() => one.heard.length === 3 && blocked.size === 20);
    const refused = one.heard.slice(1).map((text) => JSON.parse(text));
    expect(refused.map(({ id, type }) => [id, type])).toEqual([
      ["20", "error"],
      ["21", "error"],
    ]);
    expect(refused[0].payload).toEqual([
      {
        message: expect.stringContaining("`limits.connectionOperationsMax`"),
        extensions: { code: "TOO_MANY_OPERATIONS", limit: "connectionOperationsMax" },
      },
    ]);
    release();
    await until(() => one.heard.filter((text) => text.includes('"complete"')).length === 20);
    one.heard.splice(0);
    // A refused id is free for another.
    one.socket.send(JSON.stringify(ask("20", "{ open }")));
    await until(() => one.heard.length === 2);
    expect(one.heard[0]).toContain("to all");
    one.socket.close();
  });

  test.each<[string, (id: string) => object, number]>([
    ["without an id", () => ({ type: "subscribe", payload: { query: "{ open }" } }), 4429],
    ["by an id that is none", () => ({ ...ask("", "{ open }"), id: { a: 1 } }), 4429],
    ["by an id in use", (id) => ask(id, "{ open }"), 4409],
  ])("one too many %s ends the connection", async (_name, frame, code) => {
    const one = await acknowledged(await serveGateway({ typeDefs, resolvers, limits: { connectionOperationsMax: 1 } }));
    one.socket.send(JSON.stringify(ask("1", "{ slow }")));
    one.socket.send(JSON.stringify(frame("1")));
    expect((await one.end).code).toBe(code);
  });

  test("count beyond the connection's end, with all others", async () => {
    const served = await serveGateway({ typeDefs, resolvers, limits: { requestsMax: 3 } });
    for (let at = 0; at < 3; at += 1) {
      const one = await acknowledged(served);
      one.socket.send(JSON.stringify(ask("1", "{ slow }")));
      await until(() => blocked.size === at + 1);
      one.socket.terminate();
      await one.end;
    }
    expect((await served.ask({ query: "{ open }" })).status).toBe(503);
    const one = await acknowledged(served);
    one.socket.send(JSON.stringify(ask("1", "{ open }")));
    await until(() => one.heard.length > 1);
    expect(one.heard[1]).toContain("SERVICE_UNAVAILABLE");
    expect(blocked.size).toBe(3);
    one.socket.close();
  });
});

test("connections are bounded, and leave room for HTTP", async () => {
  const served = await serveGateway({ typeDefs, resolvers, limits: { connectionsMax: 6 } });
  const taken = await Promise.all([1, 2, 3].map(() => acknowledged(served)));
  const status = await new Promise<number | undefined>((resolve) => {
    const one = new WebSocket(served.url.replace(/^http/, "ws"), "graphql-transport-ws");
    one.on("unexpected-response", (_request, response) => {
      resolve(response.statusCode);
      response.resume();
    });
    one.on("error", () => undefined);
  });
  expect(status).toBe(503);
  expect((await served.ask({ query: "{ open }" })).status).toBe(200);
  for (const { socket } of taken) socket.close();
});

test("who does not read is cut off where too much waits; others go on", async () => {
  const served = await serveGateway({ typeDefs, resolvers, limits: { waitingBytesMax: 4_000_000 } });
  const deaf = await acknowledged(served);
  deaf.socket.pause();
  for (let at = 0; at < 20; at += 1) deaf.socket.send(JSON.stringify(ask(String(at), "{ long }")));
  const one = await acknowledged(served);
  let id = 0;
  let ended = false;
  const readyState = () => deaf.socket.readyState as number;
  // The kernel takes some megabytes before anything waits in the gateway.
  while (!ended) {
    id += 1;
    one.socket.send(JSON.stringify(ask(`${id}`, "{ long }")));
    await until(() => one.heard.some((text) => text.includes(`"${id}","type":"complete"`)));
    one.heard.splice(1);
    deaf.socket.resume();
    await new Promise((resolve) => setTimeout(resolve, 10));
    if (readyState() !== WebSocket.OPEN) ended = true;
    else deaf.socket.pause();
  }
  expect((await deaf.end).code).toBe(1006);
  expect(one.socket.readyState).toBe(WebSocket.OPEN);
  one.socket.close();
}, 60_000);
