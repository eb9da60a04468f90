import { beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { C1, C2, M1, type ServedShop, serveShop } from "./shop.ts";

let served: ServedShop;
beforeAll(async () => {
  served = await serveShop();
});
beforeEach(() => {
  served.shop.ran.length = 0;
  Object.assign(served.shop.people.get("c-1") ?? {}, { postcode: "10115", born: "1980-02-03", iban: "DE00" });
});

const QUERY = 'mutation ($changes: Profile!) { rename(customerId: "c-1", changes: $changes) { id } }';
const save = (changes: object, as: object = M1, purpose = "CUSTOMER_SUPPORT") =>
  served.ask({ query: QUERY, variables: { changes }, as: as as never, purpose });

describe("what a mask with a mark made is refused before anything runs", () => {
  test.each([
    [
      "in a variable",
      'mutation ($n: String) { open note(orderId: "o-1", text: $n) { id } }',
      { n: "p•••@example.org" },
    ],
    ["in a literal", 'mutation { open note(orderId: "o-1", text: "•••") { id } }', {}],
    ["in a default", 'mutation ($n: String = "张••") { open note(orderId: "o-1", text: $n) { id } }', {}],
    ["in an input object", QUERY, { changes: { name: "A••• C•••" } }],
    ["in a literal object", 'mutation { open rename(customerId: "c-1", changes: { iban: "••••1234" }) { id } }', {}],
    ["in a list", 'mutation { many(ids: ["o-1", "h:1:0123456789abcdef0123456789abcdef"]) }', {}],
    ["in a fragment", 'mutation { ...F } fragment F on Mutation { open profile(name: "J••• D•••") { id } }', {}],
    ["in a block string", 'mutation { open profile(name: """138••••5678""") { id } }', {}],
  ])("%s", async (_, query, variables) => {
    const { status, body } = await served.ask({ query, variables, as: C1, purpose: "SELF_SERVICE" });
    expect([status, body.errors[0].extensions.code, body.data]).toEqual([400, "MASKED_VALUE", undefined]);
    expect(served.shop.ran).toEqual([]);
    const { records } = await served.gateway.accessLog.query({}, { first: 1 });
    expect(records[0]).toMatchObject({ kind: "REFUSAL", outcome: "MASKED_VALUE" });
  });

  test("a text with dots is a text, and a query may ask for what it likes", async () => {
    const texts = ["first • second", "••• and more", "• one\n• two", "a••b", "•", "••", "h:1:2"];
    for (const text of texts) {
      const query = 'mutation ($n: String) { note(orderId: "o-1", text: $n) { id } }';
      const { body } = await served.ask({ query, variables: { n: text }, as: C1, purpose: "SELF_SERVICE" });
      expect([text, body.errors]).toEqual([text, undefined]);
    }
    const { status } = await served.ask({ query: '{ customer(id: "•••") { id } }' });
    expect(status).toBe(200);
  });
});

describe("of masks without a mark what the caller is shown is refused at the field's turn", () => {
  const OTHER = { role: "MERCHANT", sub: "s-1", tenants: ["m-1"] };
  const rows: readonly (readonly [string, object, object, string, string | null])[] = [
    ["the present value", { postcode: "10115", born: "1980-02-03" }, OTHER, "CUSTOMER_SUPPORT", null],
    ["a new value", { postcode: "20095" }, OTHER, "CUSTOMER_SUPPORT", null],
    ["what would be the mask, by one who sees it clear", { postcode: "101" }, OTHER, "CUSTOMER_SUPPORT", null],
    ["null by one who sees it clear", { postcode: null }, C1, "SELF_SERVICE", null],
    ["null by one who is shown null", { iban: null }, OTHER, "CUSTOMER_SUPPORT", "MASKED_VALUE"],
    ["null by one who is shown a mask", { name: null }, OTHER, "CUSTOMER_SUPPORT", null],
    ["left out", {}, OTHER, "CUSTOMER_SUPPORT", null],
  ];
  test.each(rows)("%s", async (_, changes, as, purpose, code) => {
    const { status, body } = await save(changes, as, purpose);
    expect(status).toBe(200);
    expect(body.errors?.[0]?.extensions.code ?? null).toBe(code);
    expect(served.shop.ran).toEqual(code === null ? ["rename"] : []);
    if (code !== null) expect(body.data).toEqual({ rename: null });
  });

  test("a masked postcode and a masked year", async () => {
    // Of c-1 the consent is withdrawn that the shop's purpose needs: it is shown masks.
    const masked = await serveShop({
      typeDefs: (await import("./shop.ts")).SDL.replace(
        "postcode: String @sensitive(category: COARSE_LOCATION)",
        "postcode: String @sensitive(category: COARSE_LOCATION) @purpose(allow: [SELF_SERVICE], to: [CUSTOMER])",
      ).replace(
        "born: String @sensitive(category: DATE_OF_BIRTH)",
        "born: String @sensitive(category: DATE_OF_BIRTH) @purpose(allow: [SELF_SERVICE], to: [CUSTOMER])",
      ),
    });
    const ask = (changes: object) =>
      masked.ask({ query: QUERY, variables: { changes }, as: M1, purpose: "CUSTOMER_SUPPORT" });
    const shown = await masked.ask({
      query: '{ customer(id: "c-1") { postcode born } }',
      as: M1,
      purpose: "CUSTOMER_SUPPORT",
    });
    expect(shown.body.data.customer).toEqual({ postcode: "101", born: "1980" });
    for (const changes of [{ postcode: "101" }, { born: "1980" }, { name: "Ada", postcode: "101" }]) {
      const { body } = await ask(changes);
      expect(body.data).toEqual({ rename: null });
      expect(body.errors).toMatchObject([
        { path: ["rename"], extensions: { code: "MASKED_VALUE", reason: "MASKED_VALUE" } },
      ]);
    }
    expect(masked.shop.ran).toEqual([]);
    // Nothing is told of what the present value is by one's own guess.
    for (const changes of [{ postcode: "10115" }, { postcode: "999" }, { born: "1979-01-01" }]) {
      expect((await ask(changes)).body.errors).toBeUndefined();
    }
  });

  test("who may not act at all is told no more than that", async () => {
    const { body } = await save({ iban: null }, C2, "SELF_SERVICE");
    expect(body.errors).toMatchObject([{ extensions: { code: "FIELD_DENIED", reason: "OUT_OF_REACH" } }]);
  });
});
