import { beforeAll, describe, expect, test } from "@jest/globals";
import type { ConsentEvent } from "../../src/index.ts";
import { event } from "../../src/stores/conformance/consent-fixtures.ts";
import { type Served, serveGateway } from "./harness.ts";

const NOW = Date.UTC(2026, 5, 15, 12);
const SDL = /* GraphQL */ `
  scalar Any
  type Query { pupils: [Pupil!]! }
  type Pupil @subject(id: "id", tenant: "shop", birthDate: "born")
    @purpose(allow: [DIRECT_MARKETING], to: [MERCHANT], until: "done") @consent(for: [DIRECT_MARKETING]) {
    id: ID!
    shop: ID
    born: String
    done: String
    email: String @sensitive(category: EMAIL_ADDRESS)
    wish: Wish
  }
  type Wish { list: String @sensitive(category: PURCHASE_HISTORY, otherwise: MASK) @retain(for: "P1Y", after: "since")
    @purpose(allow: [DIRECT_MARKETING], to: [MERCHANT]), since: Any }
`;

const CHILD = new Date("2016-11-27T00:00:00+08:00");
/** How an upstream may tell of a child of nine, and of an adult. */
const FORMS: readonly (readonly [form: string, born: unknown, reason: string, unreadable: boolean])[] = [
  ["ISO", "2016-11-27", "GUARDIAN_CONSENT_REQUIRED", false],
  ["a Date in a String field", CHILD, "GUARDIAN_CONSENT_REQUIRED", false],
  ["a Date's JSON", CHILD.toISOString(), "GUARDIAN_CONSENT_REQUIRED", false],
  ["midnight in Shanghai", "2016-11-27T00:00:00+08:00", "GUARDIAN_CONSENT_REQUIRED", false],
  ["a country's own order", "27.11.2016", "GUARDIAN_CONSENT_REQUIRED", true],
  ["seconds", String(CHILD.getTime() / 1_000), "GUARDIAN_CONSENT_REQUIRED", true],
  ["an empty text", "", "GUARDIAN_CONSENT_REQUIRED", true],
  ["an adult, as a country writes it", "27.11.1980", "GUARDIAN_CONSENT_REQUIRED", true],
  ["an adult", "1980-11-27", "GRANTED", false],
  ["an adult as a Date", new Date("1980-11-27T00:00:00+08:00"), "GRANTED", false],
  ["nothing", null, "GRANTED", false],
];

let served: Served;
let row: Record<string, unknown> = {};
const warned: unknown[] = [];
beforeAll(async () => {
  served = await serveGateway({
    typeDefs: SDL,
    resolvers: { Query: { pupils: () => [row] } },
    clock: { now: () => NOW },
    log: { info: () => undefined, error: () => undefined, warn: (fields: object) => warned.push(fields) },
  });
  const consent: ConsentEvent = { ...event({ subject: "p-1", purposes: ["DIRECT_MARKETING"] }), time: NOW - 1_000 };
  await served.gateway.consents.append([consent]);
});

async function ask(of: Record<string, unknown>) {
  row = {
    id: "p-1",
    shop: "m-1",
    born: null,
    email: "pupil@example.org",
    wish: { list: "a kite", since: "2026-06-01" },
    ...of,
  };
  const as = { sub: "st-1", role: "MERCHANT", tenants: ["m-1"], iat: NOW / 1_000, exp: NOW / 1_000 + 60 };
  const { body } = await served.ask({ query: "{ pupils { email wish { list } } }", as, purpose: "DIRECT_MARKETING" });
  const { records } = await served.gateway.accessLog.query({ id: body.extensions.privacy.receipt }, { first: 1 });
  const reasons = records[0]?.decisions.map(({ coordinate, reason }) => `${coordinate} ${reason}`) ?? [];
  const unreadable = records[0]?.details?.["unreadable"] ?? null;
  return { shown: body.data.pupils[0], reasons, unreadable, record: records[0] };
}

async function counted(): Promise<number> {
  const metrics = await (await fetch(served.url.replace("/graphql", "/metrics"))).text();
  return Number(/^fieldguard_unreadable_facts_total (\d+)/m.exec(metrics)?.[1] ?? 0);
}

describe("a birth date", () => {
  test.each(FORMS)("told as %s", async (_form, born, reason, isUnreadable) => {
    const before = await counted();
    const { shown, reasons, unreadable, record } = await ask({ born });
    expect(shown.email).toBe(reason === "GRANTED" ? "pupil@example.org" : "p•••@example.org");
    expect(reasons).toContain(`Pupil.email ${reason}`);
    expect(unreadable).toBe(isUnreadable ? "Pupil.born" : null);
    expect(record?.flags.includes("FACT_UNREADABLE")).toBe(isUnreadable);
    // whoever may be a child is one for whom a guardian must be told
    expect(record?.minors ?? []).toEqual(reason === "GRANTED" ? [] : [0]);
    expect((await counted()) - before).toBe(isUnreadable ? 1 : 0);
  });
});

describe("other dates", () => {
  test("of @retain that cannot be read are over, and named by where they stand", async () => {
    const { reasons, unreadable } = await ask({ wish: { list: "a kite", since: "01.06.2026" } });
    expect(reasons).toEqual(["Pupil.email GRANTED", "Wish.list RETENTION_EXPIRED"]);
    expect(unreadable).toBe("Wish.since");
  });

  test("of `until` that cannot be read have ended", async () => {
    const { reasons, unreadable } = await ask({ done: "soon", born: "27.11.2016" });
    expect(reasons[0]).toBe("Pupil.email GRANT_ENDED");
    expect(unreadable).toBe("Pupil.born, Pupil.done");
  });

  test("that are missing are told of by their reason alone", async () => {
    const { reasons, unreadable } = await ask({ wish: { list: "a kite", since: null } });
    expect(reasons).toEqual(["Pupil.email GRANTED", "Wish.list RETENTION_EXPIRED"]);
    expect(unreadable).toBeNull();
  });

  test("are told of by name to whoever runs the gateway, never by value", () => {
    expect(JSON.stringify(warned)).toContain("Pupil.born");
    expect(JSON.stringify(warned)).not.toMatch(/27\.11|soon|01\.06/);
  });
});
