import { beforeAll, describe, expect, test } from "@jest/globals";
import { type Served, serveGateway } from "./harness.ts";

/** People come to by paths, one or several of an object. Born: c-1 of age, c-2 a child. */
const SDL = /* GraphQL */ `
  type Query { talks: [Talk!]! }
  type Person { id: ID!, born: String }
  type Deal { buyer: Person, shop: ID }
  type Talk @subject(id: ["owner", "deal.buyer.id", "guest.person.id"], tenant: "deal.shop", birthDate: "deal.buyer.born")
    @purpose(allow: [SELF_SERVICE], to: [CUSTOMER])
    @purpose(allow: [DIRECT_MARKETING], to: [MERCHANT])
    @purpose(allow: [RIGHTS_FULFILMENT], to: [PRIVACY_OFFICER])
    @consent(for: [DIRECT_MARKETING]) {
    label: String!
    owner: ID
    deal: Deal
    guest: Guest
    text: String @sensitive(category: COMMUNICATION_CONTENT)
    part: Part
  }
  type Guest { person: Person }
  "Belongs to the people of the talk around it."
  type Part @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) { line: String @sensitive(category: COMMUNICATION_CONTENT) }
`;

const deal = (id: string, born: string | null = null) => ({ buyer: { id, born }, shop: "m-1" });
const talk = (label: string, parts: object) => ({ label, text: `text of ${label}`, part: { line: label }, ...parts });
const TALKS = [
  talk("owner alone", { owner: "c-1" }),
  talk("buyer alone", { deal: deal("c-1", "1980-01-01") }),
  talk("guest alone", { guest: { person: { id: "c-1" } } }),
  talk("both the same", { owner: "c-1", deal: deal("c-1", "1980-01-01") }),
  talk("another beside", { owner: "c-1", deal: deal("c-2", "2020-01-01") }),
  talk("of age beside", { owner: "c-2", deal: deal("c-1", "1980-01-01") }),
  talk("another before", { owner: "c-2", guest: { person: { id: "c-1" } } }),
  talk("broken off", { owner: "c-1", guest: { person: null }, deal: null }),
  talk("nobody", { deal: { shop: "m-1" } }),
];

let served: Served;
beforeAll(async () => {
  served = await serveGateway({ typeDefs: SDL, resolvers: { Query: { talks: () => TALKS } } });
});

const QUERY = "{ talks { label text part { line } } }";

async function clear(as: object, purpose: string, headers: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const { body } = await served.ask({ query: QUERY, as: { sub: "x", ...as }, purpose, headers });
  const talks = body.data.talks as { label: string; text: string }[];
  return talks.filter(({ label, text }) => text === `text of ${label}`).map(({ label }) => label);
}

describe("whoever an object concerns must pass", () => {
  test("oneself by any of the paths, and nobody else beside", async () => {
    const own = ["owner alone", "buyer alone", "guest alone", "both the same", "broken off"];
    expect(await clear({ sub: "c-1", role: "CUSTOMER" }, "SELF_SERVICE")).toEqual(own);
    const { body } = await served.ask({ query: QUERY, as: { sub: "c-1", role: "CUSTOMER" }, purpose: "SELF_SERVICE" });
    const lines = (body.data.talks as { label: string; part: { line: string } }[]).filter(
      ({ label, part }) => part.line === label,
    );
    expect(lines.map(({ label }) => label)).toEqual(own);
  });

  test("a tenant or birth date come to by way of one person is that person's, and unknown of the others", async () => {
    const shop = { role: "MERCHANT", tenants: ["m-1"] };
    for (const subject of ["c-1", "c-2"]) await give(subject);
    // The owner's shop is not told, nor the guest's; of c-2 it is told that only a guardian consents.
    expect(await clear(shop, "DIRECT_MARKETING")).toEqual(["buyer alone", "both the same"]);
  });

  test("one that is erased denies the object, and everybody concerned is on record", async () => {
    const erased = {
      subject: "c-2",
      status: "ERASED",
      legalHold: false,
      time: 1,
      by: "officer",
      reason: null,
    } as const;
    await served.gateway.consents.setSubjectState(erased);
    const officer = { role: "PRIVACY_OFFICER" };
    const headers = { "x-justification": "request 1" };
    const { body } = await served.ask({
      query: QUERY,
      as: { sub: "x", ...officer },
      purpose: "RIGHTS_FULFILMENT",
      headers,
    });
    const byLabel = new Map(
      (body.data.talks as { label: string; text: unknown }[]).map((one) => [one.label, one.text]),
    );
    expect(byLabel.get("another beside")).toBeNull();
    expect(byLabel.get("another before")).toBeNull();
    expect(byLabel.get("both the same")).toBe("text of both the same");
    const { records } = await served.gateway.accessLog.query({ id: body.extensions.privacy.receipt }, { first: 1 });
    expect(records[0]?.subjects).toHaveLength(2);
  });
});

async function give(subject: string): Promise<void> {
  const { body } = await served.ask({
    query: "mutation { privacy { giveConsent(purposes: [DIRECT_MARKETING]) { state } } }",
    as: { sub: subject, role: "CUSTOMER" },
    purpose: "SELF_SERVICE",
  });
  expect(body.errors).toBeUndefined();
}
