import { connect, type Socket } from "node:net";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { createAdmission, GRACE_MS } from "../../src/server/admission.ts";
import { post, type Served, serveGateway } from "./harness.ts";

const blocked = new Set<() => void>();
const release = (): void => {
  for (const each of blocked) each();
  blocked.clear();
};
const resolvers = {
  Query: {
    open: () => "to all",
    slow: () => new Promise((resolve) => blocked.add(() => resolve("at last"))),
  },
};
const typeDefs = "type Query { open: String slow: String }";
const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
};
beforeEach(release);

const requestOf = (query: string, method = "POST"): string => {
  const body = JSON.stringify({ query });
  return `${method} /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
};

interface Client {
  readonly socket: Socket;
  /** The status of each answer, in order. */
  statuses(): number[];
  readonly text: () => string;
  readonly closed: Promise<void>;
}

function client({ url }: Served, first: string): Client {
  const socket = connect(Number(new URL(url).port), "127.0.0.1", () => socket.write(first));
  let heard = "";
  socket.on("data", (data) => {
    heard += data;
  });
  socket.on("error", () => undefined);
  const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()));
  return {
    socket,
    closed,
    text: () => heard,
    statuses: () => [...heard.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status)),
  };
}

describe("requests under way", () => {
  test("are bounded in all: more are told when to come again, and are taken once there is room", async () => {
    const served = await serveGateway({ typeDefs, resolvers, limits: { requestsMax: 5 } });
    const clients = Array.from({ length: 8 }, () => client(served, requestOf("{ slow }")));
    await until(() => blocked.size === 5);
    const refused = await served.ask({ query: "{ open }" });
    expect([refused.status, refused.headers.get("retry-after"), refused.body.errors[0].extensions.code]).toEqual([
      503,
      "1",
      "SERVICE_UNAVAILABLE",
    ]);
    expect((await fetch(new URL("/healthz", served.url))).status).toBe(200);
    expect((await fetch(new URL("/readyz", served.url))).status).toBe(200);
    expect((await fetch(new URL("/metrics", served.url))).status).toBe(200);
    expect(blocked.size).toBe(5);
    release();
    const statuses = () => clients.flatMap((each) => each.statuses());
    await until(() => statuses().length === 8);
    expect(statuses().filter((status) => status === 200)).toHaveLength(5);
    for (const { socket } of clients) socket.destroy();
    expect((await served.ask({ query: "{ open }" })).status).toBe(200);
  });

  test("are bounded on one connection: what is sent ahead of its answers is answered in order, then the end", async () => {
    const served = await serveGateway({ typeDefs, resolvers, limits: { connectionOperationsMax: 3 } });
    const { closed, statuses, text } = client(served, requestOf("{ slow }").repeat(200));
    for (let answered = 0; answered < 3; answered += 1) {
      await until(() => blocked.size === 1);
      // Somebody else is served meanwhile.
      expect((await served.ask({ query: "{ open }" })).status).toBe(200);
      expect([blocked.size, statuses().length]).toEqual([1, answered]);
      release();
    }
    await closed;
    expect(statuses().slice(0, 4)).toEqual([200, 200, 200, 503]);
    expect(text()).toContain("limits.connectionOperationsMax");
  });

  test("of one connection run one after another: whoever else comes waits for one of them at most", async () => {
    let ran = 0;
    const served = await serveGateway({
      typeDefs: "type Query { heavy: Int light: Int }",
      resolvers: { Query: { heavy: () => ++ran, light: () => ran } },
      limits: { connectionOperationsMax: 1_000 },
    });
    const flood = client(served, "");
    await until(() => flood.socket.readyState === "open");
    for (let at = 0; at < 5; at += 1) {
      const before = ran;
      flood.socket.write(requestOf("{ heavy }").repeat(100));
      await until(() => ran > before);
      const seen = (await served.ask({ query: "{ light }" })).body.data.light;
      expect(seen).toBeLessThan(before + 100);
      await until(() => ran === before + 100);
    }
    flood.socket.destroy();
  });

  test("count on where the client is gone, until they are done", async () => {
    const served = await serveGateway({ typeDefs, resolvers, limits: { requestsMax: 2 } });
    const gone = [client(served, requestOf("{ slow }").repeat(2)), client(served, requestOf("{ slow }").repeat(2))];
    await until(() => blocked.size === 2);
    for (const { socket } of gone) socket.destroy();
    await Promise.all(gone.map(({ closed }) => closed));
    for (let at = 0; at < 5; at += 1) expect((await served.ask({ query: "{ slow }" })).status).toBe(503);
    expect(blocked.size).toBe(2);
    release();
    await until(async () => (await served.ask({ query: "{ open }" })).status === 200);
  });

  test("whoever keeps the gateway waiting gives way", async () => {
    const served = await serveGateway({ typeDefs, resolvers, limits: { requestsMax: 2 } });
    const half = requestOf("{ open }").slice(0, -3);
    const slow = [client(served, half), client(served, half)];
    await until(async () => (await served.ask({ query: "{ open }" })).status === 503);
    await until(async () => (await served.ask({ query: "{ open }" })).status === 200);
    await Promise.race(slow.map(({ closed }) => closed));
    expect(slow.map((each) => each.statuses()).sort()).toContainEqual([503]);
    for (const { socket } of slow) socket.destroy();
  }, 60_000);
});

test("a body that comes slowly is refused when its time is over", async () => {
  const served = await serveGateway({ typeDefs, resolvers, limits: { requestMsMax: 300 } });
  const slow = client(served, requestOf("{ open }").slice(0, -3));
  await slow.closed;
  expect(slow.statuses()).toEqual([408]);
  expect(slow.text()).toContain("REQUEST_TIMEOUT");
}, 40_000);

test("connections are bounded; those that are not used give way", async () => {
  const served = await serveGateway({ typeDefs, resolvers, limits: { connectionsMax: 3 } });
  const idle = Array.from({ length: 3 }, () => client(served, requestOf("{ open }")));
  await until(() => idle.every((each) => each.statuses().length === 1));
  await until(async () => {
    const reply = await post(served.url, { query: "{ open }" }).catch(() => null);
    return reply?.status === 200;
  });
  await Promise.all(idle.map(({ closed }) => closed));
}, 60_000);

describe("admission", () => {
  let now = 0;
  const cut: string[] = [];
  beforeEach(() => void cut.splice(0));
  const take = (admission: ReturnType<typeof createAdmission>, name: string) =>
    admission.take("ARRIVING", () => cut.push(name));

  test("what runs gives way to nothing; what waits for its client does after its grace, the longest first", () => {
    const admission = createAdmission(3, () => now);
    take(admission, "runs")?.move("RUNNING");
    take(admission, "arrives");
    take(admission, "leaves")?.move("LEAVING");
    expect(take(admission, "one more")).toBeNull();
    now += GRACE_MS;
    expect([take(admission, "a"), take(admission, "b"), take(admission, "c")].map((slot) => slot !== null)).toEqual([
      true,
      true,
      false,
    ]);
    expect([cut, admission.size]).toEqual([["arrives", "leaves"], 3]);
  });

  test("a slot that was given up, or ended, counts no more, whatever becomes of it", () => {
    const admission = createAdmission(2, () => now);
    const slot = take(admission, "a");
    slot?.move("RUNNING");
    slot?.abandon();
    expect(admission.size).toBe(1);
    slot?.move("LEAVING");
    slot?.end();
    slot?.abandon();
    expect(admission.size).toBe(0);
    take(admission, "b")?.abandon();
    expect(admission.size).toBe(0);
  });

  test("once closed it takes nothing, cuts what arrives, and tells when all is done", async () => {
    const admission = createAdmission(5, () => now);
    const runs = take(admission, "runs");
    runs?.move("RUNNING");
    take(admission, "arrives");
    admission.close();
    expect([take(admission, "late"), cut]).toEqual([null, ["arrives"]]);
    const told: string[] = [];
    const drained = admission.drained().then(() => told.push("drained"));
    const emptied = admission.emptied().then(() => told.push("emptied"));
    runs?.move("LEAVING");
    await drained;
    expect(told).toEqual(["drained"]);
    runs?.end();
    await emptied;
    expect(told).toEqual(["drained", "emptied"]);
  });
});
