import { afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { FieldguardError } from "../../src/core/errors.ts";
import { createKeyring } from "../../src/core/keys.ts";
import { affectedSubjects } from "../../src/evidence/affected-subjects.ts";
import type { AccessRecord } from "../../src/log/contract.ts";
import { C1, FAST, M1, OPERATOR, type ServedShop, serveShop } from "./shop.ts";

let served: ServedShop;
beforeAll(async () => {
  served = await serveShop();
});
beforeEach(() => {
  served.shop.ran.length = 0;
});
afterEach(() => {
  served.shop.onRun = () => undefined;
  jest.restoreAllMocks();
});

const SELF = "SELF_SERVICE";
const latest = async (first: number): Promise<readonly AccessRecord[]> =>
  (await served.gateway.accessLog.query({}, { first })).records;
const act = (query: string, as: object | null = C1, purpose: string | null = SELF) =>
  served.ask({ query: `mutation { ${query} }`, as: as as never, ...(purpose === null ? {} : { purpose }) });

describe("on record", () => {
  test("before it happens, whom it concerns and what is written; afterwards, what became of it", async () => {
    const before: (readonly AccessRecord[])[] = [];
    const looked: Promise<unknown>[] = [];
    served.shop.onRun = () => {
      looked.push(latest(1).then((records) => before.push(records)));
    };
    const { body, text } = await act(
      'rename(customerId: "c-1", changes: { name: "Ada", email: "ada@example.com" }) { id }',
    );
    await Promise.all(looked);
    const [answer, intent] = await latest(2);
    expect(before[0]?.[0]?.id).toBe(intent?.id);
    const written = (outcome: string) =>
      ["Mutation.rename", "Customer.name", "Customer.email"].map((coordinate) => ({
        ...{
          coordinate,
          path: "rename",
          outcome,
          reason: "GRANTED",
          count: 1,
          consentIds: [],
          subjects: [0],
          write: true,
        },
      }));
    expect(intent).toMatchObject({
      kind: "MUTATION",
      outcome: "INTENT",
      details: { writes: "rename: Customer LOOKED_UP, INTENT" },
      decisions: written("ALLOW"),
    });
    expect(answer).toMatchObject({
      id: body.extensions.privacy.receipt,
      outcome: "OK",
      details: { writes: "rename: Customer LOOKED_UP, DONE", intents: intent?.id },
      decisions: written("ALLOW"),
    });
    expect(answer?.subjects).toHaveLength(1);
    expect(JSON.stringify([answer, intent])).not.toMatch(/Ada|ada@/);
    expect(text).not.toContain("_fg_");
  });

  test.each([
    ["one's own id", 'note(orderId: "o-1") { id }', C1, SELF, "note: Order LOOKED_UP, DONE"],
    [
      "one's own id given",
      'lines(input: { lines: [{ customerId: "c-1" }] })',
      C1,
      SELF,
      "lines: Customer OWN_ID, DONE",
    ],
    ["on trust", "profile { id }", C1, SELF, "profile: Customer TRUSTED, DONE"],
    ["told", 'tell(key: "k-1")', C1, SELF, "tell: Token TOLD, DONE"],
    ["by role", "rotate", OPERATOR, "ACCOUNT_MANAGEMENT", "rotate: Mutation ROLE_ALONE, DONE"],
    ["assigned", 'ship(orderId: "o-1")', FAST, "DELIVERY", "ship: Order LOOKED_UP, DONE"],
    ["refused", 'note(orderId: "o-2") { id }', C1, SELF, "note: Order LOOKED_UP, NONE"],
    ["refused by role", 'note(orderId: "o-2") { id }', OPERATOR, "ACCOUNT_MANAGEMENT", "note: NONE"],
    ["two types", 'both(customerId: "c-1") { id }', C1, SELF, "both: Customer OWN_ID, Order LOOKED_UP, DONE"],
    ["in a group", 'shop { note(orderId: "o-1") { id } }', C1, SELF, "shop.note: Order LOOKED_UP, DONE; shop: DONE"],
  ] as const)("how it was known: %s", async (_, query, as, purpose, writes) => {
    await act(query, as, purpose);
    const [record] = await latest(1);
    expect(record?.details).toMatchObject({ writes });
  });

  test.each(["open", "shop { __typename }"])("every mutation, whatever it selects: %s", async (query) => {
    const { body } = await act(query, null, null);
    expect(body.errors).toBeUndefined();
    const [record] = await latest(1);
    expect(record).toMatchObject({ kind: "MUTATION", outcome: "OK", caller: { role: "GUEST" } });
  });

  test("a resolver that fails", async () => {
    served.shop.onRun = () => {
      throw new Error("the disk is full");
    };
    const { body } = await act('rename(customerId: "c-1") { id }');
    expect(body.data).toEqual({ rename: null });
    expect(body.errors).toMatchObject([{ extensions: { code: "INTERNAL_SERVER_ERROR" } }]);
    expect((await latest(1))[0]?.details).toMatchObject({ writes: "rename: Customer OWN_ID, FAILED" });
  });

  test("where the intent cannot be recorded nothing happens", async () => {
    jest.spyOn(served.gateway.accessLog, "append").mockRejectedValue(new FieldguardError("AUDIT_UNAVAILABLE", "down"));
    const { body, status } = await act('rename(customerId: "c-1", changes: { name: "Eve" }) { id }');
    expect(served.shop.ran).toEqual([]);
    expect([status, body.errors[0].extensions.code]).toEqual([503, "AUDIT_UNAVAILABLE"]);
  });

  test("where it can be recorded of one alone the other has no effect", async () => {
    const { append } = served.gateway.accessLog;
    // The first is that of what nobody decides on.
    let calls = 0;
    jest.spyOn(served.gateway.accessLog, "append").mockImplementation((entry) => {
      calls += 1;
      return calls === 3
        ? Promise.reject(new FieldguardError("AUDIT_UNAVAILABLE", "down"))
        : append.call(served.gateway.accessLog, entry);
    });
    const { body } = await act('note(orderId: "o-1") { id } rename(customerId: "c-1") { id } open');
    expect(served.shop.ran).toEqual(["note", "open"]);
    expect(body.data).toEqual({ note: { id: "o-1" }, rename: null, open: true });
    expect(body.errors).toMatchObject([
      { path: ["rename"], extensions: { code: "FIELD_DENIED", reason: "AUDIT_UNAVAILABLE" } },
    ]);
  });

  test("nor is a mutation without @acts told as done of which nothing is on record", async () => {
    jest.spyOn(served.gateway.accessLog, "append").mockRejectedValue(new FieldguardError("AUDIT_UNAVAILABLE", "down"));
    const { body, status } = await act("open");
    expect([status, body.errors[0].extensions.code, body.data]).toEqual([503, "AUDIT_UNAVAILABLE", undefined]);
  });

  test("where only the outcome cannot be recorded the act has happened, and nothing annotated is shown", async () => {
    const { append } = served.gateway.accessLog;
    let calls = 0;
    jest.spyOn(served.gateway.accessLog, "append").mockImplementation((entry) => {
      calls += 1;
      return calls === 1
        ? append.call(served.gateway.accessLog, entry)
        : Promise.reject(new FieldguardError("AUDIT_UNAVAILABLE", "down"));
    });
    const { body } = await act('note(orderId: "o-1") { id note }');
    expect(served.shop.ran).toEqual(["note"]);
    expect(body.data).toEqual({ note: { id: "o-1", note: null } });
    expect(body.errors).toMatchObject([{ extensions: { coordinate: "Order.note", reason: "AUDIT_UNAVAILABLE" } }]);
  });

  test("an act that takes longer than an operation may is recorded as not known", async () => {
    const slow = await serveShop({ limits: { operationMsMax: 300 } });
    slow.shop.onRun = () => new Promise(() => undefined);
    const { status } = await slow.ask({ query: "mutation { profile { id } }", as: C1, purpose: SELF });
    expect(status).toBe(504);
    const { records } = await slow.gateway.accessLog.query({}, { first: 2 });
    expect(records[0]).toMatchObject({
      kind: "REFUSAL",
      outcome: "REQUEST_TIMEOUT",
      details: { writes: "profile: Customer TRUSTED, UNKNOWN", intents: records[1]?.id },
      decisions: [{ coordinate: "Mutation.profile", write: true }],
    });
  });
});

describe("what has not begun when the client is told that time is over does not begin", () => {
  const act = 'note(orderId: "o-1") { id }';
  const rows = [
    ["acts", `profile { id } b: ${act}`, "profile", "profile: Customer TRUSTED, UNKNOWN"],
    ["groups", `profile { id } shop { ${act} }`, "profile", "shop: NONE"],
    ["what nobody decides on", "profile { id } a: open b: open", "profile", "a: NONE; b: NONE"],
    ["behind what nobody decides on", `a: open b: open ${act}`, "open", "a: UNKNOWN; b: NONE"],
    ["in a group", `shop { register } ${act} open`, "register", "shop: DONE; open: NONE"],
  ] as const;
  test.each(rows)("%s", async (_, query, ran, writes) => {
    const slow = await serveShop({ limits: { operationMsMax: 1_500 } });
    let release: () => void = () => undefined;
    slow.shop.onRun = () => new Promise<void>((resolve) => (release = resolve));
    const { status } = await slow.ask({ query: `mutation { ${query} }`, as: C1, purpose: SELF });
    expect(status).toBe(504);
    const { records } = await slow.gateway.accessLog.query({}, { first: 10 });
    const intents = records.filter(({ outcome }) => outcome === "INTENT").map(({ id }) => id);
    expect(records[0]).toMatchObject({ kind: "REFUSAL", outcome: "REQUEST_TIMEOUT" });
    expect(records[0]?.details?.["writes"]).toContain(writes);
    expect(String(records[0]?.details?.["intents"]).split(", ").sort()).toEqual(intents.sort());
    release();
    await slow.ask({ query: "{ __typename }", as: C1 });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(slow.shop.ran).toEqual([ran]);
    const later = await slow.gateway.accessLog.query({}, { first: 10 });
    expect(later.records.filter(({ outcome }) => outcome === "INTENT")).toHaveLength(intents.length);
  });
});

describe("an incident among writes", () => {
  test("concerns whoever was acted on, and reveals no value of theirs", async () => {
    const own = await serveShop();
    const { gateway } = own;
    const ask = (query: string) => own.ask({ query, as: M1, purpose: "CUSTOMER_SUPPORT" });
    await ask('mutation { rename(customerId: "c-2", changes: { name: "Ada" }) { id } }');
    await ask('mutation { rename(customerId: "c-3", changes: { name: "Ada" }) { id } }');
    await ask('{ customer(id: "c-1") { email } }');
    const about = async (filter: object) =>
      affectedSubjects(gateway.accessLog, filter, {
        known: Date.now(),
        asked: null,
        consents: gateway.consents,
        keyring: createKeyring([{ version: 1, secret: Buffer.alloc(32, 1) }]),
        people: [],
        guardianAge: 14,
      } as never);
    const written = await about({ coordinate: "Customer.name" });
    expect(written.subjects).toHaveLength(1);
    expect(written.totals).toMatchObject({ valuesRevealed: 0 });
    expect(written.subjects[0]).toMatchObject({ revealed: [], callers: ["MERCHANT s-1"] });
    const attempted = await about({ coordinate: "Mutation.rename" });
    expect(attempted.subjects).toHaveLength(2);
    const all = await about({});
    expect(all.totals).toMatchObject({ valuesRevealed: 1 });
    expect(all.subjects).toHaveLength(3);
  });

  test("the gateway's own API tells what acted, and what was written", async () => {
    await act('rename(customerId: "c-1", changes: { email: "a@b.example" }) { email }');
    const { body } = await served.ask({
      query: `{ privacy { accessLog(first: 2) { records { id outcome writes intents decisions { coordinate write } } } } }`,
      as: { sub: "a-1", role: "SECURITY_AUDITOR" },
      purpose: "SECURITY_OPERATIONS",
      headers: { "x-justification": "case 7" },
    });
    const [answer, intent] = body.data.privacy.accessLog.records;
    expect(intent).toMatchObject({ outcome: "INTENT", writes: "rename: Customer LOOKED_UP, INTENT", intents: [] });
    expect(answer).toMatchObject({
      outcome: "OK",
      writes: "rename: Customer LOOKED_UP, DONE",
      intents: [intent.id],
      decisions: [
        { coordinate: "Mutation.rename", write: true },
        { coordinate: "Customer.email", write: true },
        { coordinate: "Customer.email", write: false },
      ],
    });
  });
});

describe("what changed hands in between", () => {
  const change = (owner: string) => {
    served.shop.onRun = () => {
      Object.assign(served.shop.orders.get("o-1") ?? {}, { owner });
    };
  };
  afterEach(() => {
    Object.assign(served.shop.orders.get("o-1") ?? {}, { owner: "c-1" });
  });

  test("is withheld, and on record as what it is", async () => {
    change("c-2");
    const { body } = await act('note(orderId: "o-1") { id note owner { id } } open');
    expect(served.shop.ran).toEqual(["note", "open"]);
    expect(body.data).toEqual({ note: null, open: true });
    expect(body.errors).toMatchObject([
      { path: ["note"], extensions: { code: "FIELD_DENIED", reason: "SUBJECT_CHANGED" } },
    ]);
    const [record] = await latest(1);
    expect(record?.decisions).toMatchObject([
      { coordinate: "Mutation.note", outcome: "DENY", reason: "SUBJECT_CHANGED", write: true },
    ]);
    expect(record?.details).toMatchObject({ writes: "note: Order LOOKED_UP, DONE; open: DONE" });
  });

  test("also where the client asks for nothing that tells", async () => {
    change("c-2");
    const { body } = await act('x: note(orderId: "o-1") { __typename }');
    expect(body.data).toEqual({ x: null });
  });

  test("in a group as well", async () => {
    change("c-2");
    const { body } = await act('shop { note(orderId: "o-1") { note } }');
    expect(body.data).toEqual({ shop: { note: null } });
  });

  test("not where the new owner was decided on", async () => {
    change("c-1");
    const { body } = await act('note(orderId: "o-1") { id }');
    expect(body.data).toEqual({ note: { id: "o-1" } });
  });

  test("other people in the payload are decided as in any read", async () => {
    Object.assign(served.shop.orders.get("o-1") ?? {}, { owner: "c-1" });
    const { body } = await act('note(orderId: "o-1") { owner { name } }');
    expect(body.data.note.owner.name).toMatch(/^Ada$|^Ann c-1$/);
    const other = await act(
      'byNode(id: "o-1") open shop { note(orderId: "o-1") { owner { email } } }',
      M1,
      "CUSTOMER_SUPPORT",
    );
    expect(other.body.errors).toBeDefined();
  });
});
