import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { MASKS, type Mask } from "../../src/masks/names.ts";
import { Client } from "../fuzz/client.ts";
import { type Served, serveGateway, tokenFor } from "../http/harness.ts";

interface Row {
  readonly mask: Mask;
  readonly category: string;
  readonly type: string;
  /** What is told by the text alone; of the others by a comparison. */
  readonly marked: boolean;
  readonly present: unknown;
  readonly shown: unknown;
}

const row = (
  mask: Mask,
  category: string,
  marked: boolean,
  present: unknown,
  shown: unknown,
  type = "String",
): Row => ({
  ...{ mask, category, type, marked, present, shown },
});

/** Every mask, in each form that it has, and what it makes of what is there. */
const ROWS: readonly Row[] = [
  row("REDACT", "COMMUNICATION_CONTENT", true, "see you at eight", "•••"),
  row("PAN", "PAYMENT_CARD", true, "4111111111111111", "•••• •••• •••• 1111"),
  row("LAST4", "BANK_ACCOUNT", true, "DE02120300000000202051", "••••2051"),
  row("EMAIL", "EMAIL_ADDRESS", true, "di.lu@example.com", "d•••@example.com"),
  row("PHONE", "PHONE_NUMBER", true, "13812345678", "138••••5678"),
  row("PHONE", "PHONE_NUMBER", true, "+4915112345678", "+49••••••78"),
  row("ID_NUMBER", "GOVERNMENT_ID", true, "11010519491231002X", "1•••••••••••••••2X"),
  row("PERSON_NAME", "PERSON_NAME", true, "张三丰", "张••"),
  row("PERSON_NAME", "PERSON_NAME", true, "Jane Doe", "J••• D•••"),
  row("HASH", "ACCOUNT_IDENTIFIER", true, "jane-77", expect.stringMatching(/^h:1:[0-9a-f]{32}$/)),
  row(
    "ADDRESS",
    "POSTAL_ADDRESS",
    false,
    "广东省深圳市南山区科技路1号",
    expect.stringMatching(/^[^科路]*深圳市[^科路]*$/),
  ),
  row("POSTCODE", "COARSE_LOCATION", false, "10115", "101"),
  row("IP", "IP_ADDRESS", false, "203.0.113.77", "203.0.113.0"),
  row("IP", "IP_ADDRESS", false, "2001:db8:1:2::3", "2001:db8:1::"),
  row("YEAR", "DATE_OF_BIRTH", false, "1987-06-05", "1987"),
  row("YEAR", "DATE_OF_BIRTH", false, "1987-06-05", "1987-01-01", "Day"),
  row("BUCKET", "FINANCIAL_PROFILE", false, 12_345, 10_000, "Int"),
  row("NULLIFY", "HEALTH", false, "an allergy", null),
];

const nameOf = (at: number): string => `f${at}`;
const each = (text: (row: Row, name: string) => string): string =>
  ROWS.map((one, at) => text(one, nameOf(at))).join("\n");
const FIELDS = each(
  ({ mask, category, type }, name) =>
    `${name}: ${type} @sensitive(category: ${category}, mask: ${mask}, otherwise: MASK)`,
);
const INPUTS = each(({ type }, name) => `${name}: ${type}`);

const SDL = `
  scalar Day
  scalar Json
  type Person @subject(id: "id", tenant: "shop") @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) {
    id: ID!, shop: ID!, inner: Inner, others: [Inner!]
    ${FIELDS}
  }
  type Inner @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) { ${FIELDS} }
  input InnerInput @writes(type: "Inner") { ${INPUTS} }
  input Changes @writes(type: "Person") { inner: InnerInput, others: [InnerInput!]
    ${INPUTS} }
  input Free { text: String, list: [[String]], more: Free, json: Json }
  type Query { person: Person, byId(id: ID!): Person }
  type Mutation {
    update(id: ID!, changes: Changes!): Boolean @acts(on: "Person", id: "id", by: "byId")
      @purpose(allow: [CUSTOMER_SUPPORT], to: [SUPPORT_AGENT]) @purpose(allow: [SELF_SERVICE], to: [CUSTOMER])
    keep(free: Free, text: String): Boolean
  }
`;

const VALUES = Object.fromEntries(ROWS.map(({ present }, at) => [nameOf(at), present]));
const PERSON = { id: "c-1", shop: "m-1", ...VALUES, inner: VALUES, others: [{}, VALUES] };
const AGENT = { sub: "a-1", role: "SUPPORT_AGENT", tenants: ["m-1"] };
const SELF = { sub: "c-1", role: "CUSTOMER" };

let ran = 0;
let served: Served;
let client: Client;
beforeAll(async () => {
  const act = (): boolean => {
    ran += 1;
    return true;
  };
  served = await serveGateway({
    typeDefs: SDL,
    resolvers: { Query: { person: () => PERSON, byId: () => PERSON }, Mutation: { update: act, keep: act } },
    logKey: "a secret of the log that is long enough",
  });
  client = new Client(served.url);
});
afterAll(() => client.close());

interface Answer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
}

type Send = (
  query: string,
  variables?: Readonly<Record<string, unknown>>,
  as?: typeof AGENT | typeof SELF,
) => Promise<Answer>;

const headersOf = (as: object): Record<string, string> => ({
  authorization: `Bearer ${tokenFor({ ...as })}`,
  "x-purpose": as === SELF ? "SELF_SERVICE" : "CUSTOMER_SUPPORT",
});
const body = (query: string, variables: Readonly<Record<string, unknown>>) => ({
  query: query.replace(/^(query|mutation)/, "$1 Sent"),
  ...{ operationName: "Sent", variables },
});
const TRANSPORTS: readonly (readonly [string, Send])[] = [
  [
    "HTTP",
    async (query, variables = {}, as = AGENT) =>
      JSON.parse((await client.post(body(query, variables), headersOf(as))).text) as Answer,
  ],
  [
    "WebSocket",
    async (query, variables = {}, as = AGENT) => {
      const { results } = await client.socket(body(query, variables), headersOf(as));
      return JSON.parse(results[0]?.text ?? "") as Answer;
    },
  ],
];

/** As a form would have it: read by whoever is shown masks. */
async function shownTo(send: Send, name: string): Promise<unknown> {
  const { data } = await send(`query { person { ${name} } }`);
  return (data?.["person"] as Readonly<Record<string, unknown>> | undefined)?.[name];
}

async function outcome(answer: Promise<Answer>) {
  ran = 0;
  const { data, errors = [] } = await answer;
  return { data, codes: errors.map(({ extensions }) => extensions.code), ran };
}

const UPDATE = 'mutation ($changes: Changes!) { update(id: "c-1", changes: $changes) }';
const KEEP = "mutation ($free: Free) { keep(free: $free) }";
const WHOLE = { data: undefined, codes: ["MASKED_VALUE"], ran: 0 };
const ALONE = { data: { update: null }, codes: ["MASKED_VALUE"], ran: 0 };
const KEPT = { data: { keep: true }, codes: [], ran: 1 };
const WRITTEN = { data: { update: true }, codes: [], ran: 1 };

test("the table knows every mask", () => {
  expect([...new Set(ROWS.map(({ mask }) => mask))].sort()).toEqual([...MASKS].sort());
});

const NUMBERED = ROWS.map((one, at) => ({ ...one, name: nameOf(at) }));

describe.each(TRANSPORTS)("over %s", (_, send) => {
  test.each(NUMBERED)("$mask is shown of $type $present", async ({ name, shown }) => {
    expect(await shownTo(send, name)).toEqual(shown);
  });

  test.each(NUMBERED.filter(({ marked }) => marked))(
    "$mask of $present: refused wherever a string holds it",
    async ({ name }) => {
      const value = await shownTo(send, name);
      const ways: readonly (readonly [string, string, Readonly<Record<string, unknown>>])[] = [
        ["the field itself", UPDATE, { changes: { [name]: value } }],
        ["below it", UPDATE, { changes: { inner: { [name]: value } } }],
        ["an argument that writes nothing known", "mutation ($text: String) { keep(text: $text) }", { text: value }],
        [
          "a list",
          KEEP,
          {
            free: {
              list: [
                ["a", null],
                ["b", value],
              ],
            },
          },
        ],
        ["nested", KEEP, { free: { more: { more: { text: value } } } }],
        ["a scalar of the schema's own", KEEP, { free: { json: { a: [{ b: value }] } } }],
        ["with space around", KEEP, { free: { text: ` ${value}\n` } }],
        ["a literal", `mutation { keep(free: { list: [[${JSON.stringify(value)}]] }) }`, {}],
        ["a default", `mutation ($text: String = ${JSON.stringify(value)}) { keep(text: $text) }`, {}],
        ["beside one that would run first", `mutation { keep update(id: ${JSON.stringify(value)}, changes: {}) }`, {}],
      ];
      for (const [way, query, variables] of ways) {
        expect([way, await outcome(send(query, variables))]).toEqual([way, WHOLE]);
      }
    },
  );

  test.each(NUMBERED.filter(({ marked }) => !marked))(
    "$mask of $type $present: refused where it is the field that is written",
    async ({ name, present, type }) => {
      const value = await shownTo(send, name);
      for (const changes of [
        { [name]: value },
        { inner: { [name]: value } },
        { others: [{ [name]: present }, { [name]: value }] },
      ]) {
        expect([changes, await outcome(send(UPDATE, { changes }))]).toEqual([changes, ALONE]);
        expect([changes, await outcome(send(UPDATE, { changes }, SELF))]).toEqual([changes, WRITTEN]);
      }
      expect(await outcome(send(UPDATE, { changes: { [name]: present } }))).toEqual(WRITTEN);
      const free = { free: type === "String" ? { text: value } : { json: value } };
      expect(await outcome(send(KEEP, free))).toEqual(KEPT);
    },
  );
});
