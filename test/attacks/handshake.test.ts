import { beforeAll, describe, expect, test } from "@jest/globals";
import { WebSocket } from "ws";
import { serveGateway, tokenFor } from "../http/harness.ts";
import { CaughtLog } from "./log.ts";
import { canariesIn } from "./run.ts";
import { ATTACKED, attackedResolvers } from "./world.ts";

const log = new CaughtLog();
let url: string;
beforeAll(async () => {
  ({ url } = await serveGateway({ typeDefs: ATTACKED, resolvers: attackedResolvers([]), log: log.logger }));
});

type Frame = object | string | Buffer;
interface Heard {
  readonly code: number;
  readonly reason: string;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: what a server answers is looked at freely by tests
  readonly messages: readonly any[];
}

const INIT = { type: "connection_init", payload: {} };
const subscribe = (id: string, query: string, more: object = {}): Frame => ({
  id,
  type: "subscribe",
  payload: { query, ...more },
});
const DENIED = '{ patient(id: "ann") { email ssn } }';
const FOREVER = "subscription { changed { id } }";

/** Sends `first` at once and `then` after the acknowledgement; hears until the connection closes or `until` so many messages, or such a one, came. */
function talk(
  first: readonly Frame[],
  then: readonly Frame[],
  options: { until?: number | ((message: { id?: string; type: string }) => boolean); headers?: object } = {},
): Promise<Heard> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url.replace(/^http/, "ws"), "graphql-transport-ws", {
      headers: { ...options.headers },
    });
    const send = (frame: Frame): void =>
      socket.send(typeof frame === "string" || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame));
    const heard: string[] = [];
    const { until = Number.POSITIVE_INFINITY } = options;
    const isEnough = (text: string): boolean =>
      typeof until === "number" ? heard.length >= until : until(JSON.parse(text));
    socket.on("open", () => first.forEach(send));
    socket.on("message", (data) => {
      heard.push(String(data));
      if (heard.length === 1) then.forEach(send);
      if (isEnough(String(data))) socket.close();
    });
    socket.on("close", (code, reason) => {
      const messages = heard.map((each) => JSON.parse(each));
      resolve({ code, reason: String(reason), text: heard.join("\n"), messages });
    });
    socket.on("error", reject);
  });
}

describe("frames of a WebSocket that no client sends", () => {
  test("an operation before the connection is acknowledged", async () => {
    const { code, messages } = await talk([subscribe("1", DENIED)], []);
    expect([code, messages]).toEqual([4401, []]);
  });

  test("an operation in the same breath as the token", async () => {
    const { code, messages } = await talk([INIT, subscribe("1", DENIED)], []);
    expect([code, messages]).toEqual([4401, []]);
  });

  test("a second token on one connection", async () => {
    const other = {
      type: "connection_init",
      payload: { authorization: `Bearer ${tokenFor({ sub: "op", role: "PLATFORM_OPERATOR" })}` },
    };
    expect((await talk([INIT], [other])).code).toBe(4429);
  });

  test("an operation under the id of one that runs", async () => {
    const { code } = await talk([INIT], [subscribe("1", "subscription { silent }"), subscribe("1", DENIED)]);
    expect(code).toBe(4409);
  });

  test.each(["__proto__", "constructor", "toString"])("the id %s", async (id) => {
    const { messages } = await talk([INIT], [subscribe(id, DENIED)], { until: 3 });
    const [, next] = messages;
    expect(next).toMatchObject({ id, type: "next", payload: { data: { patient: { email: "•••", ssn: null } } } });
  });

  test.each<[string, Frame]>([
    ["no JSON", "Zq99typedXw"],
    ["a list", "[]"],
    ["null", "null"],
    ["bytes that are no text", Buffer.from([0xff, 0xfe, 0x00])],
    ["an unknown type", { type: "Zq99typedXw" }],
    ["a query that is a number", { id: "1", type: "subscribe", payload: { query: 7 } }],
    [
      "no query, but a hash",
      { id: "1", type: "subscribe", payload: { extensions: { persistedQuery: { version: 1 } } } },
    ],
    [
      "variables that are a list",
      subscribe("1", "query ($a: ID!) { patient(id: $a) { email } }", { variables: ["ann"] }),
    ],
    ["variables that are text", subscribe("1", "query ($a: ID!) { patient(id: $a) { email } }", { variables: "ann" })],
    ["an operation name that is an object", subscribe("1", DENIED, { operationName: {} })],
    ["a token that is a list", { type: "connection_init", payload: ["authorization"] }],
  ])("%s closes the connection without being repeated", async (_name, frame) => {
    const { code, reason, text } = await talk([INIT], [frame]);
    expect([4400, 4429]).toContain(code);
    expect(`${reason}${text}`).not.toContain("Zq99typedXw");
  });

  test.each<[string, string]>([
    ["of the variables", '{"w":{"__proto__":{"email":"a"}}}'],
    ["of the variables, at the top", '{"__proto__":{"w":{"email":"a"}}}'],
  ])("the prototype as a key %s reveals nothing", async (_name, variables) => {
    const query = "query ($w: Where) { patients(where: $w) { id email } }";
    const frame = `{"id":"1","type":"subscribe","payload":{"query":${JSON.stringify(query)},"variables":${variables}}}`;
    const { text } = await talk([INIT], [frame], { until: 2 });
    expect(canariesIn(text)).toEqual([]);
    expect(({} as { email?: unknown }).email).toBeUndefined();
  });

  test("the prototype as a key of the connection's payload is no token", async () => {
    const token = tokenFor({ sub: "ann", role: "CUSTOMER" });
    const init = `{"type":"connection_init","payload":{"__proto__":{"authorization":"Bearer ${token}","x-purpose":"SELF_SERVICE"}}}`;
    const { text } = await talk([init], [subscribe("1", DENIED)], { until: 2 });
    expect(text).toContain("next");
    expect(canariesIn(text)).toEqual([]);
  });

  test("a token and a purpose in the handshake's headers are not taken: a page's cookies would come the same way", async () => {
    const headers = {
      authorization: `Bearer ${tokenFor({ sub: "ann", role: "CUSTOMER" })}`,
      "x-purpose": "SELF_SERVICE",
      cookie: "token=1",
      origin: "https://evil.example",
    };
    const { messages } = await talk([INIT], [subscribe("1", DENIED)], { until: 2, headers });
    expect(messages[1].payload.data).toEqual({ patient: { email: "•••", ssn: null } });
    expect(messages[1].payload.extensions.privacy.decisions[0].reason).toBe("ROLE_NOT_ALLOWED");
  });

  test("what a client pings comes back to it and goes nowhere else", async () => {
    await talk([INIT], [{ type: "ping", payload: { word: "Zq99typedXw" } }], { until: 2 });
    expect(log.lines.join("\n")).not.toContain("Zq99typedXw");
  });

  test("stopping an operation that there is not, and completing one's own, ends nothing else", async () => {
    const stop = { id: "nobody", type: "complete" };
    // Events of the first come meanwhile, as many as they like.
    const { code, messages } = await talk([INIT], [stop, subscribe("1", FOREVER), subscribe("2", DENIED)], {
      until: ({ id, type }) => id === "2" && type === "next",
    });
    const answer = messages.find(({ id, type }) => id === "2" && type === "next");
    expect([code, answer?.payload.data]).toEqual([1005, { patient: { email: "•••", ssn: null } }]);
  });
});
