import { connect, type Socket } from "node:net";
import { expect, test } from "@jest/globals";
import { type Served, serveGateway } from "./harness.ts";

const LONG = "x".repeat(1_000_000);
const typeDefs = "type Query { long: String open: String }";
const resolvers = { Query: { long: () => LONG, open: () => "to all" } };
const BODY = JSON.stringify({ query: "{ long }" });
const REQUEST = `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`;

interface Deaf {
  readonly socket: Socket;
  readonly closed: Promise<void>;
}

/** Asks so many times on one connection, and reads nothing. */
function deaf({ url }: Served, times: number): Deaf {
  const socket = connect(Number(new URL(url).port), "127.0.0.1", () => socket.write(REQUEST.repeat(times)));
  socket.pause();
  socket.on("error", () => undefined);
  return { socket, closed: new Promise((resolve) => socket.on("close", () => resolve())) };
}

test("who reads no answers over HTTP is cut off where too much waits; others are served", async () => {
  const served = await serveGateway({
    typeDefs,
    resolvers,
    limits: { waitingBytesMax: 4_000_000, requestMsMax: 3_600_000 },
  });
  const all: Deaf[] = [];
  let cut = 0;
  // The kernel takes some megabytes of each before anything waits in the gateway.
  while (cut === 0) {
    const one = deaf(served, 15);
    one.closed.then(() => {
      cut += 1;
    });
    all.push(one);
    expect((await served.ask({ query: "{ open }" })).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 20));
    // A connection that was cut off is noticed where it is read on.
    if (all.length % 10 === 0) for (const { socket } of all) socket.resume();
    await new Promise((resolve) => setTimeout(resolve, 20));
    for (const { socket } of all) socket.pause();
    expect(all.length).toBeLessThan(100);
  }
  expect((await served.ask({ query: "{ long }" })).body.data.long).toHaveLength(LONG.length);
  for (const { socket } of all) socket.destroy();
}, 120_000);
