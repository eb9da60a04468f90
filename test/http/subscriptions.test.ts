import { EventEmitter, on } from "node:events";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { ExecutionResult } from "graphql";
import { type Client, type CloseCode, createClient } from "graphql-ws";
import { WebSocket } from "ws";
import { CLOCK_SKEW_SECONDS } from "../../src/request/verify-token.ts";
import { type Served, serveGateway, tokenFor } from "./harness.ts";

const SDL = /* GraphQL */ `
  type Query { customer: Customer }
  type Subscription {
    changed: Customer
    ticked: Customer
    sealed: Customer
      @sensitive(category: PURCHASE_HISTORY)
      @purpose(allow: [SELF_SERVICE], to: [CUSTOMER])
    flood: Customer
    late: Customer
    broken: Customer
  }
  type Customer
    @subject(id: "id", tenant: "shop")
    @purpose(allow: [SELF_SERVICE], to: [CUSTOMER])
    @purpose(allow: [DIRECT_MARKETING], to: [MERCHANT])
    @consent(for: [DIRECT_MARKETING]) {
    id: ID!
    shop: ID!
    name: String @sensitive(category: PERSON_NAME)
  }
`;

const MERCHANT = { sub: "m-1", role: "MERCHANT", tenants: ["s-1"] };
const customer = { id: "c-1", shop: "s-1", name: "Grace Hopper" };

let feed: EventEmitter;
let started: string[];
/** Stands still. */
let now = Date.now();
let bringLate: () => void = () => undefined;

async function* listen(field: string): AsyncGenerator<Record<string, unknown>> {
  started.push(field);
  for await (const [value] of on(feed, "event")) yield { [field]: value };
}

const resolvers = {
  Query: { customer: () => customer },
  Subscription: {
    changed: { subscribe: () => listen("changed") },
    ticked: {
      subscribe: () => {
        started.push("ticked");
        return on(feed, "event");
      },
      resolve: ([value]: readonly unknown[]) => value,
    },
    sealed: { subscribe: () => listen("sealed") },
    late: {
      subscribe: () =>
        new Promise<AsyncIterator<unknown>>((resolve) => {
          started.push("late");
          bringLate = () =>
            resolve({
              next: () => new Promise(() => undefined),
              return: async () => {
                started.push("late given up");
                return { done: true, value: undefined };
              },
              [Symbol.asyncIterator]() {
                return this;
              },
            } as AsyncIterableIterator<unknown>);
        }),
    },
    flood: {
      subscribe: async function* () {
        for (let event = 0; event < 100; event += 1) yield { flood: customer };
      },
    },
    broken: {
      subscribe: async function* () {
        yield { broken: customer };
        throw new Error("Grace Hopper fell over");
      },
    },
  },
};

let served: Served;
beforeAll(async () => {
  served = await serveGateway({
    typeDefs: SDL,
    resolvers,
    clock: { now: () => now },
    limits: { eventsMax: 5 },
  });
});
beforeEach(() => {
  feed = new EventEmitter();
  started = [];
  now = Date.now();
});

const clients: Client[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.dispose()));
});

/** Claims of the caller (or a whole token), and what is declared at connection. */
function connect(as: object | string | null, purpose?: string, onClosed?: (code: number) => void): Client {
  const token = typeof as === "string" ? as : as && tokenFor({ ...as });
  const client = createClient({
    url: served.url.replace("http", "ws"),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(purpose === undefined ? {} : { "x-purpose": purpose }),
    },
    on: { closed: (event) => onClosed?.((event as { readonly code: CloseCode }).code) },
  });
  clients.push(client);
  return client;
}

/** The stream of one operation, events asked for one by one. */
function subscribe(client: Client, query: string): AsyncIterableIterator<ExecutionResult> {
  return client.iterate({ query }) as AsyncIterableIterator<ExecutionResult>;
}

async function untilStarted(field: string): Promise<void> {
  while (!started.includes(field)) await new Promise((resolve) => setTimeout(resolve, 5));
}

async function next(events: AsyncIterator<ExecutionResult>): Promise<ExecutionResult> {
  const { value, done } = await events.next();
  if (done) throw new Error("the stream has ended");
  return value;
}

const codeOf = (result: ExecutionResult): unknown => result.errors?.[0]?.extensions?.["code"];

describe("who subscribes", () => {
  test("a query over WebSocket is decided and recorded like one over HTTP", async () => {
    const events = subscribe(connect({ sub: "c-1", role: "CUSTOMER" }, "SELF_SERVICE"), "{ customer { name } }");
    const result = await next(events);
    expect(result.data).toEqual({ customer: { name: "Grace Hopper" } });
    const { records } = await served.gateway.accessLog.query({}, { first: 1 });
    expect(records[0]).toMatchObject({ kind: "QUERY", caller: { id: "c-1" }, purpose: "SELF_SERVICE" });
    expect((await events.next()).done).toBe(true);
  });

  test("nobody's token is refused at connection, and recorded", async () => {
    const closed = new Promise<number>((resolve) => {
      const events = subscribe(
        connect("nobody.knows.it", "SELF_SERVICE", resolve),
        "subscription { changed { name } }",
      );
      events.next().catch(() => undefined);
    });
    expect(await closed).toBe(4403);
    expect(started).toEqual([]);
    const { records } = await served.gateway.accessLog.query({}, { first: 1 });
    expect(records[0]).toMatchObject({ kind: "REFUSAL", outcome: "UNAUTHENTICATED" });
  });

  test.each([
    [
      "an unknown purpose",
      { sub: "c-1", role: "CUSTOMER" },
      "CURIOSITY",
      "subscription { changed { name } }",
      "PURPOSE_UNKNOWN",
    ],
    [
      "a purpose of another role",
      { sub: "c-1", role: "CUSTOMER" },
      "DELIVERY",
      "subscription { changed { name } }",
      "PURPOSE_NOT_PERMITTED",
    ],
    ["a root that is statically denied", MERCHANT, "DIRECT_MARKETING", "subscription { sealed { name } }", "FORBIDDEN"],
    ["a guest at a root that is denied", null, undefined, "subscription { sealed { name } }", "FORBIDDEN"],
    ["a reserved alias", null, undefined, "subscription { changed { _fg_subject: name } }", "RESERVED_ALIAS"],
  ])("%s: refused before anything is subscribed to", async (_name, as, purpose, query, code) => {
    const result = await next(subscribe(connect(as, purpose), query));
    expect([result.data ?? null, codeOf(result)]).toEqual([null, code]);
    expect(started).toEqual([]);
  });

  test("a document that is not valid ends in an error, not in a subscription", async () => {
    await expect(next(subscribe(connect(null), "subscription { nothing }"))).rejects.toBeTruthy();
    expect(started).toEqual([]);
  });
});

describe("each event anew", () => {
  test("a consent withdrawn between two events counts at the second", async () => {
    const own = { as: { sub: "c-1", role: "CUSTOMER" }, purpose: "SELF_SERVICE" };
    const change = (name: string) =>
      served.ask({ query: `mutation { privacy { ${name}(purposes: [DIRECT_MARKETING]) { state } } }`, ...own });
    await change("giveConsent");
    const events = subscribe(connect(MERCHANT, "DIRECT_MARKETING"), "subscription { changed { name } }");
    const first = next(events);
    await untilStarted("changed");
    feed.emit("event", customer);
    expect((await first).data).toEqual({ changed: { name: "Grace Hopper" } });
    now += 1_000;
    expect((await change("withdrawConsent")).body.data.privacy.withdrawConsent).toEqual([{ state: "WITHDRAWN" }]);
    feed.emit("event", customer);
    const second = await next(events);
    expect(second.data).toEqual({ changed: { name: "G••• H•••" } });
    expect(second.extensions?.["privacy"]).toMatchObject({ decisions: [{ reason: "CONSENT_WITHDRAWN" }] });
    const { records } = await served.gateway.accessLog.query({ kind: "SUBSCRIPTION_EVENT" }, { first: 2 });
    expect(records.map(({ time, decisions }) => [time, decisions[0]?.outcome])).toEqual([
      [now, "MASK"],
      [now - 1_000, "ALLOW"],
    ]);
  });

  test("a token that expires ends the stream", async () => {
    const exp = Math.floor(now / 1_000) + 60;
    const events = subscribe(connect({ ...MERCHANT, exp }, "DIRECT_MARKETING"), "subscription { changed { id } }");
    const first = next(events);
    await untilStarted("changed");
    feed.emit("event", customer);
    expect((await first).data).toEqual({ changed: { id: "c-1" } });
    now += 120_000;
    feed.emit("event", customer);
    const last = await next(events);
    expect([last.data ?? null, codeOf(last)]).toEqual([null, "UNAUTHENTICATED"]);
    expect((await events.next()).done).toBe(true);
  });

  describe("a token that expires while nothing happens", () => {
    /** With little time left on a clock that stands still: looked at again and again, and found good until the clock goes on. */
    const brief = (): { readonly exp: number } => {
      const exp = Math.floor(now / 1_000);
      now = (exp + CLOCK_SKEW_SECONDS) * 1_000 - 50;
      return { exp };
    };
    const lastRecord = async () => (await served.gateway.accessLog.query({}, { first: 1 })).records[0];

    test("ends the stream by itself, without any event, and is recorded", async () => {
      const events = subscribe(
        connect({ ...MERCHANT, ...brief() }, "DIRECT_MARKETING"),
        "subscription { ticked { id } }",
      );
      const end = next(events);
      await untilStarted("ticked");
      now += 50;
      const last = await end;
      expect([last.data ?? null, codeOf(last)]).toEqual([null, "UNAUTHENTICATED"]);
      expect((await events.next()).done).toBe(true);
      expect(started).toEqual(["ticked"]);
      expect(feed.listenerCount("event")).toBe(0);
      expect(await lastRecord()).toMatchObject({
        kind: "REFUSAL",
        outcome: "UNAUTHENTICATED",
        caller: { id: "m-1" },
        purpose: "DIRECT_MARKETING",
        operation: { type: "subscription" },
      });
    });

    test("after events, too, and not before its time", async () => {
      const events = subscribe(
        connect({ ...MERCHANT, ...brief() }, "DIRECT_MARKETING"),
        "subscription { ticked { id } }",
      );
      const first = next(events);
      await untilStarted("ticked");
      feed.emit("event", customer);
      expect((await first).data).toEqual({ ticked: { id: "c-1" } });
      const end = next(events);
      // The timer goes off several times over.
      await new Promise((resolve) => setTimeout(resolve, 200));
      feed.emit("event", customer);
      expect((await end).data).toEqual({ ticked: { id: "c-1" } });
      now += 50;
      expect(codeOf(await next(events))).toBe("UNAUTHENTICATED");
    });

    test("ends also the wait for a source, which is given up when it comes", async () => {
      const events = subscribe(
        connect({ ...MERCHANT, ...brief() }, "DIRECT_MARKETING"),
        "subscription { late { id } }",
      );
      const end = next(events);
      await untilStarted("late");
      now += 50;
      const last = await end;
      expect([last.data ?? null, codeOf(last)]).toEqual([null, "UNAUTHENTICATED"]);
      expect(await lastRecord()).toMatchObject({ kind: "REFUSAL", outcome: "UNAUTHENTICATED", caller: { id: "m-1" } });
      bringLate();
      while (!started.includes("late given up")) await new Promise((resolve) => setTimeout(resolve, 5));
    });
  });

  test("who goes leaves nothing behind", async () => {
    const events = subscribe(connect(MERCHANT, "DIRECT_MARKETING"), "subscription { ticked { id } }");
    const first = next(events);
    await untilStarted("ticked");
    feed.emit("event", customer);
    await first;
    await events.return?.();
    while (feed.listenerCount("event") > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  test("a source that outruns its client ends", async () => {
    const events = subscribe(connect(MERCHANT, "DIRECT_MARKETING"), "subscription { flood { name } }");
    let last: ExecutionResult = {};
    for await (const event of events) last = event;
    expect(codeOf(last)).toBe("SLOW_CLIENT");
    const { records } = await served.gateway.accessLog.query({ kind: "REFUSAL" }, { first: 1 });
    expect(records[0]).toMatchObject({ outcome: "SLOW_CLIENT", caller: { id: "m-1" } });
  });

  test("what a source throws ends the stream without its words", async () => {
    const events = subscribe(connect(MERCHANT, "DIRECT_MARKETING"), "subscription { broken { id } }");
    expect((await next(events)).data).toEqual({ broken: { id: "c-1" } });
    const last = await next(events);
    expect(last.errors).toHaveLength(1);
    expect(JSON.stringify(last)).not.toContain("Hopper");
  });
});
