import { beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { C1, C2, FAST, M1, OPERATOR, type ServedShop, serveShop } from "./shop.ts";

let served: ServedShop;
beforeAll(async () => {
  served = await serveShop();
});
beforeEach(() => {
  served.shop.ran.length = 0;
  served.shop.asked.length = 0;
});

interface Row {
  readonly as: object | null;
  readonly purpose?: string;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** What ran. */
  readonly ran: readonly string[];
  /** Reasons that the caller is told, by path. */
  readonly told?: Readonly<Record<string, string>>;
}

const SELF = "SELF_SERVICE";
const own = (query: string, ran: readonly string[], told?: Row["told"]): Row => ({
  ...{ as: C1, purpose: SELF, query: `mutation { ${query} }`, ran },
  ...(told === undefined ? {} : { told }),
});
const no = (query: string, reason = "OUT_OF_REACH", path = query.split(/[\s({:]/)[0] ?? ""): Row =>
  own(query, [], { [path]: reason });

/** Everything is decided before it runs: what is denied has no effect. */
const ROWS: Readonly<Record<string, Row>> = {
  "one's own": own('rename(customerId: "c-1") { id }', ["rename"]),
  "another's": no('rename(customerId: "c-2") { id }'),
  "nobody's: told alike": no('rename(customerId: "c-9") { id }'),
  "an id that is a text like one's own": no('rename(customerId: "C-1") { id }'),
  "an object of one's own": own('note(orderId: "o-1") { id }', ["note"]),
  "an object of another's": no('note(orderId: "o-2") { id }'),
  "an object of one's own and of another's": no('note(orderId: "o-12") { id }'),
  "a look-up that fails": no('note(orderId: "o-broken") { id }'),
  "no key at all": no("note { id }", "SUBJECT_UNKNOWN"),
  "null for a key": no("note(orderId: null) { id }", "SUBJECT_UNKNOWN"),
  "through an interface": own('byNode(id: "o-1")', ["byNode"]),
  "through an interface, of another type": no('byNode(id: "c-1")'),
  "a list": own('many(ids: ["o-1"])', ["many"]),
  "a list with a stranger": no('many(ids: ["o-1", "o-2"])'),
  "a list with one that is not there": no('many(ids: ["o-1", "o-9"])'),
  "an empty list": no("many(ids: [])", "SUBJECT_UNKNOWN"),
  "by every path, both types": own('lines(input: { lines: [{ orderId: "o-1", customerId: "c-1" }], also: "o-1" })', [
    "lines",
  ]),
  "a stranger by one path": no('lines(input: { lines: [{ orderId: "o-1" }], also: "o-2" })'),
  "a stranger by another type": no('lines(input: { lines: [{ orderId: "o-1", customerId: "c-2" }] })'),
  "a stranger in a later item": no(
    'lines(input: { lines: [{ orderId: "o-1" }, { orderId: null }, { orderId: "o-2" }] })',
  ),
  "mine and theirs": no('both(orderId: "o-1", customerId: "c-2") { id }'),
  "theirs and mine": no('both(orderId: "o-2", customerId: "c-1") { id }'),
  "a default value is a key": own('both(customerId: "c-1") { id }', ["both"]),
  "a default value is a key: alone": own("both { id }", ["both"]),
  "a default value that is overridden by null": no('both(orderId: null, customerId: "c-2") { id }'),
  "on trust, one's own": own("profile { id }", ["profile"]),
  "looked up without a key": own("seen", ["seen"]),
  "told by the option": own('tell(key: "k-1")', ["tell"]),
  "told by the option: several": no('tell(key: "k-12")'),
  "told by the option: no such thing": no('tell(key: "k-9")'),
  "told by the option: nobody": no('tell(key: "k-nobody")'),
  "told by the option: it fails": no('tell(key: "k-throws")'),
  aliases: own('a: rename(customerId: "c-1") { id } b: rename(customerId: "c-2") { id }', ["rename"], {
    b: "OUT_OF_REACH",
  }),
  "in a fragment": {
    ...no("x"),
    query: 'mutation { ...F } fragment F on Mutation { rename(customerId: "c-2") { id } }',
    told: { rename: "OUT_OF_REACH" },
  },
  "by a variable": {
    ...no("x"),
    query: "mutation ($id: ID!) { rename(customerId: $id) { id } }",
    variables: { id: "c-2" },
    told: { rename: "OUT_OF_REACH" },
  },
  "by a variable's default": {
    ...no("x"),
    query: 'mutation ($id: ID = "o-2") { note(orderId: $id) { id } }',
    told: { note: "OUT_OF_REACH" },
  },
  "by a number": {
    ...no("x"),
    query: "mutation ($id: ID!) { rename(customerId: $id) { id } }",
    variables: { id: 1 },
    told: { rename: "OUT_OF_REACH" },
  },
  "by a variable inside of an input": {
    ...no("x"),
    query: "mutation ($l: [Line!]) { lines(input: { lines: $l }) }",
    variables: { l: [{ orderId: "o-1" }, { orderId: "o-2" }] },
    told: { lines: "OUT_OF_REACH" },
  },
  "in a group": own('shop { note(orderId: "o-1") { id } }', ["shop.note"]),
  "another's in a group": no('shop { note(orderId: "o-2") { id } }', "OUT_OF_REACH", "shop.note"),
  "other fields run": own('note(orderId: "o-2") { id } open', ["open"], { note: "OUT_OF_REACH" }),
  "without a purpose": {
    as: C1,
    query: 'mutation { rename(customerId: "c-1") { id } }',
    ran: [],
    told: { rename: "PURPOSE_MISSING" },
  },
  "a guest": {
    as: null,
    query: 'mutation { rename(customerId: "c-1") { id } }',
    ran: [],
    told: { rename: "ROLE_NOT_ALLOWED" },
  },
  "a guest on trust": {
    as: null,
    query: "mutation { profile { id } }",
    ran: [],
    told: { profile: "ROLE_NOT_ALLOWED" },
  },
  "a merchant, its customer": {
    as: M1,
    purpose: "CUSTOMER_SUPPORT",
    query: 'mutation { rename(customerId: "c-2") { id } }',
    ran: ["rename"],
  },
  "a merchant, another's customer": {
    as: M1,
    purpose: "CUSTOMER_SUPPORT",
    query: 'mutation { rename(customerId: "c-3") { id } }',
    ran: [],
    told: { rename: "OUT_OF_REACH" },
  },
  "a merchant, nobody": {
    as: M1,
    purpose: "CUSTOMER_SUPPORT",
    query: 'mutation { rename(customerId: "c-9") { id } }',
    ran: [],
    told: { rename: "OUT_OF_REACH" },
  },
  "a merchant on trust acts on itself": {
    as: M1,
    purpose: "CUSTOMER_SUPPORT",
    query: "mutation { profile { id } }",
    ran: ["profile"],
  },
  assigned: {
    as: FAST,
    purpose: "DELIVERY",
    query: 'mutation { ship(orderId: "o-2") }',
    ran: [],
    told: { ship: "OUT_OF_REACH" },
  },
  "assigned to the caller": {
    as: FAST,
    purpose: "DELIVERY",
    query: 'mutation { ship(orderId: "o-1") }',
    ran: ["ship"],
  },
  "assigned and ended": {
    as: FAST,
    purpose: "DELIVERY",
    query: 'mutation { ship(orderId: "o-3") }',
    ran: [],
    told: { ship: "GRANT_ENDED" },
  },
  "without consent": {
    as: M1,
    purpose: "DIRECT_MARKETING",
    query: 'mutation { sell(orderId: "o-1") }',
    ran: [],
    told: { sell: "CONSENT_MISSING" },
  },
  "a filter, by who reaches all": {
    as: OPERATOR,
    purpose: "ACCOUNT_MANAGEMENT",
    query: 'mutation { sweep(mail: "x@y.z") }',
    ran: ["sweep"],
  },
  "a filter, by who reaches a tenant": {
    as: M1,
    purpose: "CUSTOMER_SUPPORT",
    query: 'mutation { sweep(mail: "x@y.z") }',
    ran: [],
    told: { sweep: "OUT_OF_REACH" },
  },
  "of a tenant on trust": { as: M1, purpose: "CUSTOMER_SUPPORT", query: "mutation { close }", ran: ["close"] },
  "of a tenant on trust, a customer": {
    as: C1,
    purpose: SELF,
    query: "mutation { close }",
    ran: [],
    told: { close: "OUT_OF_REACH" },
  },
  open: { as: null, query: "mutation { shop { register } }", ran: ["register"] },
  "open to whom its own grants name": {
    as: null,
    query: "mutation { signUp }",
    ran: [],
    told: { signUp: "ROLE_NOT_ALLOWED" },
  },
  "a guest's cart": { as: null, query: 'mutation { fill(token: "t-guest") }', ran: ["fill"] },
  "a person's cart by a guest": {
    as: null,
    query: 'mutation { fill(token: "t-1") }',
    ran: [],
    told: { fill: "ROLE_NOT_ALLOWED" },
  },
  "a person's cart by the person": { as: C1, purpose: SELF, query: 'mutation { fill(token: "t-1") }', ran: ["fill"] },
  "a cart whose token is one's own id, and another's": no('fill(token: "c-1")'),
  "a cart that is not there": {
    as: null,
    query: 'mutation { fill(token: "t-9") }',
    ran: [],
    told: { fill: "ROLE_NOT_ALLOWED" },
  },
  "by role and purpose alone": {
    as: OPERATOR,
    purpose: "ACCOUNT_MANAGEMENT",
    query: "mutation { rotate }",
    ran: ["rotate"],
  },
  "by role and purpose alone, another": {
    as: C1,
    purpose: SELF,
    query: "mutation { rotate }",
    ran: [],
    told: { rotate: "ROLE_NOT_ALLOWED" },
  },
  "a read that acts": { as: C1, purpose: SELF, query: '{ inbox(customerId: "c-1") }', ran: ["inbox"] },
  "a read that acts on another": {
    as: C1,
    purpose: SELF,
    query: '{ inbox(customerId: "c-2") }',
    ran: [],
    told: { inbox: "OUT_OF_REACH" },
  },
  "a ward's, by the guardian": {
    as: { ...C2, act: { sub: "c-1", as: "GUARDIAN" } },
    purpose: SELF,
    query: 'mutation { note(orderId: "o-1") { id } }',
    ran: ["note"],
  },
};

describe("decided before it runs", () => {
  test.each(Object.entries(ROWS))("%s", async (_, { as, purpose, query, variables, ran, told = {} }) => {
    const ask = {
      query,
      as: as as never,
      ...(purpose === undefined ? {} : { purpose }),
      ...(variables ? { variables } : {}),
    };
    const { body, status } = await served.ask(ask);
    expect(status).toBe(200);
    expect(served.shop.ran).toEqual(ran);
    const errors = (body.errors ?? []) as { path: string[]; extensions: { code: string; reason: string } }[];
    expect(Object.fromEntries(errors.map(({ path, extensions }) => [path.join("."), extensions.reason]))).toEqual(told);
    expect(errors.every(({ extensions }) => extensions.code === "FIELD_DENIED")).toBe(true);
    for (const path of Object.keys(told)) {
      expect(path.split(".").reduce((at, key) => at?.[key], body.data)).toBeNull();
    }
  });

  test("what is not there and what is not allowed answer alike, byte for byte, and are recorded as they are", async () => {
    const answers: string[] = [];
    for (const id of ["o-2", "o-9"]) {
      const { body } = await served.ask({ query: `mutation { note(orderId: "${id}") { id } }`, as: C1, purpose: SELF });
      const { receipt, ...privacy } = body.extensions.privacy;
      answers.push(JSON.stringify({ ...body, extensions: { privacy } }));
    }
    expect(answers[0]).toBe(answers[1]);
    const { records } = await served.gateway.accessLog.query({ kind: "MUTATION" }, { first: 2 });
    expect(records.map(({ decisions }) => decisions[0]?.reason)).toEqual(["SUBJECT_UNKNOWN", "OUT_OF_REACH"]);
    expect(records.map(({ subjects }) => subjects.length)).toEqual([0, 1]);
  });

  test("one's own id needs no look-up, and a role that reaches itself alone has it so", async () => {
    await served.ask({ query: 'mutation { rename(customerId: "c-1") { id } }', as: C1, purpose: SELF });
    expect(served.shop.asked).toEqual([]);
    await served.ask({ query: 'mutation { rename(customerId: "c-1") { id } }', as: M1, purpose: "CUSTOMER_SUPPORT" });
    expect(served.shop.asked).toEqual(["customer c-1"]);
  });

  test("what role and purpose settle is not looked up", async () => {
    await served.ask({ query: 'mutation { note(orderId: "o-1") { id } }', as: C1 });
    await served.ask({ query: 'mutation { note(orderId: "o-1") { id } }', as: null });
    expect(served.shop.asked).toEqual([]);
  });

  test("each is decided after the one before has run", async () => {
    served.shop.onRun = (name) => {
      const order = served.shop.orders.get("o-1");
      if (name === "open" && order !== undefined) order.owner = "c-2";
    };
    const query = 'mutation { a: note(orderId: "o-1") { id } open b: note(orderId: "o-1") { id } }';
    const { body } = await served.ask({ query, as: C1, purpose: SELF });
    served.shop.onRun = () => undefined;
    Object.assign(served.shop.orders.get("o-1") ?? {}, { owner: "c-1" });
    expect(served.shop.ran).toEqual(["note", "open"]);
    expect(body.data).toEqual({ a: { id: "o-1" }, open: true, b: null });
  });

  test.each([
    // It ran, and what is another's by then is not shown.
    ["from the caller", "c-1", "c-2", ["open", "shop.note"]],
    ["to the caller", "c-2", "c-1", ["open"]],
  ])("in a group by whose it was before anything ran: it goes %s", async (_, before, after, ran) => {
    const order = served.shop.orders.get("o-1");
    Object.assign(order ?? {}, { owner: before });
    served.shop.onRun = (name) => {
      if (name === "open") Object.assign(order ?? {}, { owner: after });
    };
    const { body } = await served.ask({
      query: 'mutation { open shop { note(orderId: "o-1") { id } } }',
      as: C1,
      purpose: SELF,
    });
    served.shop.onRun = () => undefined;
    Object.assign(order ?? {}, { owner: "c-1" });
    expect(served.shop.ran).toEqual(ran);
    expect(body.data).toEqual({ open: true, shop: { note: null } });
  });

  test("a person's state and consents are asked, also of the caller's own id", async () => {
    const restricted = {
      subject: "c-2",
      status: "RESTRICTED",
      legalHold: false,
      time: 1,
      by: "officer",
      reason: null,
    } as const;
    await served.gateway.consents.setSubjectState(restricted);
    const query = 'mutation { rename(customerId: "c-2") { id } }';
    const { body } = await served.ask({ query, as: M1, purpose: "CUSTOMER_SUPPORT" });
    expect(body.errors).toMatchObject([{ extensions: { reason: "SUBJECT_RESTRICTED" } }]);
    // Nobody is restricted against themselves; who is erased acts no more.
    const { gateway, ask, shop } = await serveShop();
    await gateway.consents.setSubjectState({ ...restricted, status: "ERASED" });
    const own = await ask({ query, as: C2, purpose: SELF });
    expect(own.body.errors).toMatchObject([{ extensions: { reason: "OUT_OF_REACH" } }]);
    expect(shop.ran).toEqual([]);
    expect(served.shop.ran).toEqual([]);
  });

  test("with consent", async () => {
    await served.ask({
      query: "mutation { privacy { giveConsent(purposes: [DIRECT_MARKETING]) { state } } }",
      as: C1,
      purpose: SELF,
    });
    const ask = { query: 'mutation { sell(orderId: "o-1") }', as: M1, purpose: "DIRECT_MARKETING" };
    expect((await served.ask(ask)).body.data).toEqual({ sell: true });
  });

  test("more objects than an operation may act on are refused, and none is asked for", async () => {
    const ids = Array.from({ length: 101 }, (_, index) => `o-${index}`);
    const { status, body } = await served.ask({
      query: "mutation ($ids: [ID!]) { open many(ids: $ids) }",
      variables: { ids },
      as: C1,
      purpose: SELF,
    });
    expect([status, body.errors[0].extensions.code]).toEqual([400, "OPERATION_TOO_LARGE"]);
    expect([...served.shop.ran, ...served.shop.asked]).toEqual([]);
  });

  test("however few keys find them; of another's it is not told how many there are", async () => {
    const few = await serveShop({ limits: { actsMax: 2 } });
    for (const [owner, code] of [
      ["c-1", "OPERATION_TOO_LARGE"],
      ["c-2", "FIELD_DENIED"],
    ] as const) {
      few.shop.found = Array.from({ length: 3 }, () => ({ id: "o-1", owner, shop: "m-1" }));
      const { body } = await few.ask({ query: `mutation { all(owner: "${owner}") }`, as: C1, purpose: SELF });
      expect([owner, body.errors?.[0]?.extensions.code, few.shop.ran]).toEqual([owner, code, []]);
    }
    few.shop.found = [{ id: "o-1", owner: "c-1", shop: "m-1" }];
    const { body } = await few.ask({ query: 'mutation { all(owner: "c-1") }', as: C1, purpose: SELF });
    expect(body.data).toEqual({ all: true });
  });

  test("fields that can be denied are served as nullable", () => {
    expect(served.gateway.sdl).toMatch(/rename\([^)]*\): Customer\n/);
  });
});

test("closed: fields of Mutation that say nothing are denied, what groups others and the gateway's own API is not", async () => {
  const closed = await serveShop({ writes: "closed" });
  const { body } = await closed.ask({
    query:
      "mutation { open rotate profile { id } shop { register } privacy { giveConsent(purposes: [PERSONALIZATION]) { state } } }",
    as: C1,
    purpose: SELF,
  });
  expect(closed.shop.ran).toEqual(["profile", "register"]);
  expect(body.data).toMatchObject({ open: null, rotate: null, profile: { id: "c-1" }, shop: { register: true } });
  expect(body.data.privacy.giveConsent).toEqual([{ state: "GIVEN" }]);
});

test("report mode decides and records, and lets everything happen", async () => {
  const reporting = await serveShop({ mode: "report" });
  const { body } = await reporting.ask({
    query: 'mutation { note(orderId: "o-2") { id note } }',
    as: C1,
    purpose: SELF,
  });
  expect(reporting.shop.ran).toEqual(["note"]);
  expect(body.data).toEqual({ note: { id: "o-2", note: "two" } });
  expect(body.extensions.privacy.decisions[0]).toMatchObject({ coordinate: "Mutation.note", outcome: "DENY" });
});
