import { beforeAll, describe, expect, jest, test } from "@jest/globals";
import { parseKeyring } from "../../src/core/keys.ts";
import { dueForDeletion } from "../../src/evidence/due-for-deletion.ts";
import { type Served, serveGateway } from "./harness.ts";

const KEY = "a log key that only this test knows, long enough";
const NOW = Date.UTC(2026, 5, 15, 12);
const AT = { iat: NOW / 1_000, exp: NOW / 1_000 + 60 };

const SDL = /* GraphQL */ `
  type Query { people: [Person!]!, person(id: ID!): Person }
  type Mutation { touch: Boolean }
  type Person @subject(id: "id", birthDate: "born") @retain(for: "P1Y", after: "seen")
    @purpose(allow: [CUSTOMER_SUPPORT], to: [SUPPORT_AGENT]) {
    id: ID!
    born: String
    seen: String
    name: String @sensitive(category: PERSON_NAME, otherwise: MASK)
    city: String @sensitive(category: COARSE_LOCATION)
    secret: String @sensitive(category: CREDENTIAL)
    folder: Folder @sensitive(category: HEALTH)
  }
  type Folder { note: String @sensitive(category: HEALTH) @retain(for: "P10Y", after: "since", duty: true), since: String }
`;

const person = (id: string, more: object = {}) => ({
  id,
  born: "1990-01-01",
  seen: "2026-06-01",
  name: "Di Lu",
  city: "200001",
  secret: "s",
  folder: { note: "n", since: "2026-01-01" },
  ...more,
});
const PEOPLE = [
  person("active"),
  person("erased"),
  person("held"),
  person("old", { seen: "2020-01-01" }),
  person("child", { born: "2015-01-01" }),
  person("unreadable", { seen: "15.06.2026" }),
];

let served: Served;
let fetched: string[] = [];
beforeAll(async () => {
  const told = (field: string) => (parent: Record<string, unknown>) => {
    fetched.push(`${parent["id"]}.${field}`);
    return parent[field];
  };
  served = await serveGateway({
    typeDefs: SDL,
    resolvers: {
      Query: {
        people: () => PEOPLE,
        person: (_: unknown, { id }: { id: string }) => PEOPLE.find((one) => one.id === id),
      },
      Person: { name: told("name"), city: told("city"), secret: told("secret") },
    },
    minimumAge: 14,
    clock: { now: () => NOW },
    logKey: KEY,
  });
  const state = { time: 1, by: "officer", reason: null };
  await served.gateway.consents.setSubjectState({ ...state, subject: "erased", status: "ERASED", legalHold: false });
  await served.gateway.consents.setSubjectState({ ...state, subject: "held", status: "ERASED", legalHold: true });
});

async function names(as: object | null, purpose?: string): Promise<Record<string, unknown>> {
  const ask = { query: "{ people { id name } }", ...(as === null ? {} : { as: { sub: "x", ...AT, ...as } }) };
  const { body } = await served.ask({ ...ask, ...(purpose === undefined ? {} : { purpose }) });
  return Object.fromEntries((body.data.people as { id: string; name: unknown }[]).map(({ id, name }) => [id, name]));
}

describe("the erased and what is over its time", () => {
  const GONE = { erased: null, held: null, old: null, unreadable: null };

  test.each([
    ["a guest", null, undefined],
    ["a role without a grant", { role: "MERCHANT", tenants: ["t"] }, "ORDER_FULFILMENT"],
    ["a role with a grant that declares nothing", { role: "SUPPORT_AGENT", tenants: ["t"] }, undefined],
    ["somebody of reach SELF", { role: "CUSTOMER" }, "SELF_SERVICE"],
  ])("leave not even masked to %s", async (_who, as, purpose) => {
    const shown = await names(as, purpose);
    expect(shown).toMatchObject(GONE);
    expect(shown["active"]).toBe("D• L•".replace(/•/g, "•••"));
  });

  test("cost one question of the store, which is about nobody's consents", async () => {
    const [erasures, lookUps] = [
      jest.spyOn(served.gateway.consents, "erasures"),
      jest.spyOn(served.gateway.consents, "lookUp"),
    ];
    try {
      await names(null);
      expect([erasures.mock.calls.length, lookUps.mock.calls.length]).toEqual([1, 0]);
      expect(erasures.mock.calls[0]?.[0]).toHaveLength(PEOPLE.length);
    } finally {
      erasures.mockRestore();
      lookUps.mockRestore();
    }
  });

  test("are not known while the store is away: then nothing leaves, masked or clear", async () => {
    const away = jest.spyOn(served.gateway.consents, "erasures").mockRejectedValue(new Error("away"));
    try {
      const { body } = await served.ask({ query: "{ people { id name } }" });
      expect(body.data.people.map((one: { name: unknown }) => one.name)).toEqual(PEOPLE.map(() => null));
      const reasons = body.extensions.privacy.decisions.map(({ reason }: { reason: string }) => reason);
      expect(reasons.sort()).toEqual(["CONSENT_STORE_UNAVAILABLE", "RETENTION_EXPIRED"]);
    } finally {
      away.mockRestore();
    }
  });

  test("a field that strangers are denied whatever the object is not fetched, and keeps its reason", async () => {
    fetched = [];
    const { body } = await served.ask({ query: "{ people { id city secret } }" });
    expect(fetched).toEqual([]);
    const told = body.extensions.privacy.decisions.map(({ coordinate, reason, count }: Record<string, unknown>) => [
      coordinate,
      reason,
      count,
    ]);
    expect(told).toEqual([
      ["Person.city", "ROLE_NOT_ALLOWED", PEOPLE.length],
      ["Person.secret", "ROLE_NOT_ALLOWED", PEOPLE.length],
    ]);
  });
});

describe("a survey", () => {
  const keyring = parseKeyring(KEY);
  const survey = (
    as: object,
    purpose: string | undefined,
    query = "{ people { id name city secret folder { note } } }",
  ) =>
    served.ask({
      query,
      as: { sub: "x", ...AT, ...as },
      headers: { "x-privacy-survey": "1", "x-justification": "yearly" },
      ...(purpose === undefined ? {} : { purpose }),
    });

  test.each([
    ["an officer with no grant", { role: "PRIVACY_OFFICER" }, "RIGHTS_FULFILMENT"],
    ["an officer who declares nothing", { role: "PRIVACY_OFFICER" }, undefined],
    ["whoever runs the platform", { role: "PLATFORM_OPERATOR" }, "EMERGENCY"],
  ])("of %s finds whatever is due, and shows nothing", async (_who, as, purpose) => {
    const { body, text } = await survey(as, purpose);
    expect(text).not.toMatch(/Di Lu|D•|200001|"s"|"n"/);
    expect(body.data.people.map(({ id }: { id: string }) => id)).toEqual(PEOPLE.map(({ id }) => id));
    const known = {
      keyring,
      consents: served.gateway.consents,
      people: PEOPLE.map(({ id }) => ({ id, bornOn: null, guardian: null })),
    };
    const due = await dueForDeletion(served.gateway.accessLog, { id: body.extensions.privacy.receipt }, known as never);
    const fields = ["Person.city", "Person.folder", "Person.name", "Person.secret"];
    const found = Object.fromEntries(
      due.map(({ reference, because, coordinates }) => [reference, { because, coordinates }]),
    );
    const reference = (id: string) => keyring.reference(id);
    expect(found).toEqual({
      [reference("erased")]: { because: ["SUBJECT_ERASED"], coordinates: fields },
      [reference("old")]: { because: ["RETENTION_EXPIRED"], coordinates: fields },
      [reference("unreadable")]: { because: ["RETENTION_EXPIRED"], coordinates: fields },
      [reference("child")]: { because: ["MINOR_NOT_SERVED"], coordinates: ["Folder.note", ...fields] },
    });
    const { records } = await served.gateway.accessLog.query({ id: body.extensions.privacy.receipt }, { first: 1 });
    expect(records[0]?.flags).toContain("SURVEY");
    expect(records[0]?.decisions.every(({ outcome }) => outcome === "DENY")).toBe(true);
  });

  test.each([
    ["FORBIDDEN", { role: "MERCHANT", tenants: ["t"] }, "{ people { id name } }", "1"],
    ["FORBIDDEN", { role: "CUSTOMER" }, "{ people { id name } }", "1"],
    ["BAD_INPUT", { role: "PRIVACY_OFFICER" }, "mutation { touch }", "1"],
    ["BAD_INPUT", { role: "PRIVACY_OFFICER" }, "{ people { id name } }", "yes"],
  ])("is refused with %s to %p for %s", async (code, as, query, value) => {
    const { body } = await served.ask({
      query,
      as: { sub: "x", ...AT, ...as },
      headers: { "x-privacy-survey": value },
    });
    expect(body.errors[0].extensions.code).toBe(code);
    expect(body.data).toBeUndefined();
  });
});
