import { afterEach, describe, expect, jest, test } from "@jest/globals";
import { createClient } from "graphql-ws";
import { WebSocket } from "ws";
import { FieldguardError } from "../../src/core/errors.ts";
import { tokenFor } from "../http/harness.ts";
import { C1, OPERATOR, type ServedShop, serveShop } from "./shop.ts";

afterEach(() => {
  jest.restoreAllMocks();
});

const PURPOSES = { CUSTOMER: "SELF_SERVICE", PLATFORM_OPERATOR: "ACCOUNT_MANAGEMENT" } as const;

function breakLog({ gateway }: ServedShop): void {
  jest.spyOn(gateway.accessLog, "append").mockRejectedValue(new FieldguardError("AUDIT_UNAVAILABLE", "down"));
}

function ask(served: ServedShop, query: string, as: { readonly sub: string; readonly role: string } | null) {
  const purpose = as === null ? undefined : PURPOSES[as.role as keyof typeof PURPOSES];
  return served.ask({ query, as: as as never, ...(purpose === undefined ? {} : { purpose }) });
}

/** Whatever a mutation is, and whatever it selects. */
const MUTATIONS = [
  ["one that says nothing of what it acts on", "mutation { open }", null],
  ["by somebody", "mutation { open }", C1],
  ["twice", "mutation { a: open b: open }", null],
  ["beside an act that is refused", 'mutation { note(orderId: "o-2") { id } open }', C1],
  ["beside an act that is decided", 'mutation { open rename(customerId: "c-1") { id } }', C1],
  ["in a fragment", "mutation { ... F } fragment F on Mutation { ... { open } }", null],
  ["in a group", 'mutation { shop { register(name: "Ada") } }', null],
  ["in a group, decided", 'mutation { shop { note(orderId: "o-1") { id } } }', C1],
  ["an act", 'mutation { note(orderId: "o-1") { id } }', C1],
  ["one's own id", 'mutation { rename(customerId: "c-1") { id } }', C1],
  ["on trust", "mutation { profile { id } }", C1],
  ["open to everybody", 'mutation { fill(token: "t-guest") }', null],
  ["by role alone", "mutation { rotate }", OPERATOR],
  ["a read that acts", '{ inbox(customerId: "c-1") }', C1],
] as const;

describe("where nothing can be put on record nothing happens", () => {
  describe.each(["enforce", "report"] as const)("in mode %s", (mode) => {
    test.each(MUTATIONS)("%s", async (_, query, as) => {
      const served = await serveShop({ mode });
      breakLog(served);
      const { text } = await ask(served, query, as);
      expect(served.shop.ran).toEqual([]);
      if (mode === "enforce") expect(text).toContain("AUDIT_UNAVAILABLE");
    });
  });

  test("refused whole is what nobody decides on, so that nothing is told as done", async () => {
    const served = await serveShop();
    breakLog(served);
    const { status, body } = await ask(served, 'mutation { open rename(customerId: "c-1") { id } }', C1);
    expect([status, body.errors[0].extensions.code, body.data]).toEqual([503, "AUDIT_UNAVAILABLE", undefined]);
  });

  test("over WebSocket", async () => {
    const served = await serveShop();
    breakLog(served);
    const connectionParams = { authorization: `Bearer ${tokenFor({ ...C1 } as never)}` };
    const url = served.url.replace("http", "ws");
    const client = createClient({ url, webSocketImpl: WebSocket, connectionParams, retryAttempts: 0 });
    const told = await new Promise((resolve) => {
      client.subscribe({ query: "mutation { open }" }, { next: resolve, error: resolve, complete: () => undefined });
    });
    await client.dispose();
    expect(JSON.stringify(told)).toContain("AUDIT_UNAVAILABLE");
    expect(served.shop.ran).toEqual([]);
  });
});

describe("on record before it runs", () => {
  const rows = [
    ["one", "mutation { open }", null, ["open: INTENT"]],
    ["several", "mutation { a: open b: open }", null, ["a: INTENT; b: INTENT"]],
    ["a group", "mutation { shop { __typename } }", null, ["shop: INTENT"]],
    ["beside an act", "mutation { open profile { id } }", C1, ["open: INTENT", "profile: Customer TRUSTED, INTENT"]],
    ["an act alone", "mutation { profile { id } }", C1, ["profile: Customer TRUSTED, INTENT"]],
    ["an act that is refused", 'mutation { note(orderId: "o-2") { id } }', C1, []],
    ["nothing", "mutation { __typename }", null, []],
    ["nothing included", "mutation { open @skip(if: true) __typename }", null, []],
    ["a change that the gateway keeps itself", "mutation { privacy { __typename } }", C1, []],
  ] as const;

  test.each(rows)("%s", async (_, query, as, intents) => {
    const served = await serveShop();
    const before: number[] = [];
    const { append } = served.gateway.accessLog;
    jest.spyOn(served.gateway.accessLog, "append").mockImplementation(async (entry) => {
      const id = await append.call(served.gateway.accessLog, entry);
      before.push(served.shop.ran.length);
      return id;
    });
    await ask(served, query, as);
    const { records } = await served.gateway.accessLog.query({}, { first: 10 });
    const [answer, ...others] = records;
    const intended = others.filter(({ operation }) => operation !== null);
    expect(intended.map(({ details }) => details?.["writes"]).reverse()).toEqual(intents);
    expect(intended.every(({ kind, outcome }) => kind === "MUTATION" && outcome === "INTENT")).toBe(true);
    const ids = intended.map(({ id }) => id).reverse();
    expect(answer?.details?.["intents"]).toBe(ids.length === 0 ? undefined : ids.join(", "));
    if (intents.length > 0) expect(before[0]).toBe(0);
  });
});
