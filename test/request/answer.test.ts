import { makeExecutableSchema } from "@graphql-tools/schema";
import { describe, expect, test } from "@jest/globals";
import { parse } from "graphql";
import { compileDecider } from "../../src/decision/compile.ts";
import type { RequestFacts } from "../../src/decision/model.ts";
import { compilePolicy } from "../../src/policy/compile.ts";
import { enforce } from "../../src/request/enforce/enforce.ts";
import { gather } from "../../src/request/enforce/gather.ts";
import { PathNode, type Tally } from "../../src/request/enforce/model.ts";
import { parseOperation } from "../../src/request/parse-operation.ts";
import { HIDDEN } from "../../src/request/plan/model.ts";
import { createPlanner } from "../../src/request/plan/plan.ts";
import { nothingToRecord, type Receipt } from "../../src/request/record.ts";
import { respond } from "../../src/request/respond.ts";
import { composeTypeDefs } from "../../src/schema/compose.ts";
import { servedSchema } from "../../src/schema/served-schema.ts";

const SDL = /* GraphQL */ `
  interface Being { id: ID! }
  type Person implements Being @subject(id: "id", tenant: "shop") @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) {
    id: ID!
    shop: ID
    email: String @sensitive(category: EMAIL_ADDRESS)
    group: Group @sensitive(category: HEALTH)
  }
  type Robot implements Being { id: ID! }
  type Group @aggregate(count: "size", atLeast: 5) { size: Int  label: String }
  type Query { being: Being  person: Person  groups: [Group] }
`;

/** The shape of what an operation asks for, as a customer. */
async function shapeOf(query: string) {
  const executable = makeExecutableSchema({ typeDefs: composeTypeDefs(SDL) });
  const { policy } = compilePolicy(executable);
  const fields = Object.values(policy.types).flatMap((type) => Object.values(type.fields));
  const deciders = new Map(fields.map((field) => [field.coordinate, compileDecider(field, policy.vocabulary)]));
  const planner = createPlanner({ schema: servedSchema(executable, policy), policy, deciders, mode: "enforce" });
  const request = {
    caller: { id: "c-1", role: "CUSTOMER", organisation: null, tenants: [], onBehalfOf: null },
    purpose: "SELF_SERVICE",
    optedOut: false,
    now: 0,
    deployment: { notices: [], transfers: {} },
  } as unknown as RequestFacts;
  return (await planner.plan(parseOperation(parse(query), null), {}, request)).root;
}

describe("what is gathered", () => {
  test("an object of a type that was not asked for does not pass", async () => {
    const root = await shapeOf("{ being { id ... on Person { email } } }");
    const object = { id: "c-1", email: "a@example.com", [HIDDEN.type]: "Alien" };
    expect(() => gather({ being: object }, root, 100, "enforce")).toThrow("unknown type");
    expect(() => gather({ being: { ...object, [HIDDEN.type]: undefined } }, root, 100, "enforce")).toThrow(
      "unknown type",
    );
  });

  test.each([[undefined], [null], ["9"], [Number.NaN], [4]])(
    "a group whose count is %s is too small",
    async (count) => {
      const root = await shapeOf("{ groups { label } }");
      const group = { label: "few", [HIDDEN.count]: count };
      const large = { label: "many", [HIDDEN.count]: 5 };
      expect(gather({ groups: [group, large] }, root, 100, "enforce").data).toEqual({ groups: [{ label: "many" }] });
    },
  );

  test("nothing annotated is shown before it is decided, and what nobody decided is denied", async () => {
    const root = await shapeOf("{ person { id email } }");
    const person = { id: "c-1", email: "a@example.com", [HIDDEN.subject(0)]: "c-1" };
    const gathered = gather({ person }, root, 100, "enforce");
    expect(gathered.data).toEqual({ person: { id: "c-1", email: null } });
    const { data, tallies } = enforce(gathered, new Map(), "SELF_SERVICE", "enforce");
    expect(data).toEqual({ person: { id: "c-1", email: null } });
    expect(tallies).toMatchObject([{ coordinate: "Person.email", outcome: "DENY" }]);
  });
});

test("of a group under a denied value nothing is told, not even that it is small", async () => {
  const root = await shapeOf("{ person { group { label } } }");
  const person = { group: { label: "few", [HIDDEN.count]: 1 }, [HIDDEN.subject(0)]: "c-2" };
  const gathered = gather({ person }, root, 100, "enforce");
  for (const slots of gathered.slots.values()) {
    for (const slot of slots) slot.decision = { outcome: "DENY", reason: "OUT_OF_REACH", consentIds: [] };
  }
  const { data, tallies } = enforce(gathered, new Map(), "SELF_SERVICE", "enforce");
  expect(data).toEqual({ person: { group: null } });
  expect(tallies.map(({ coordinate }) => coordinate)).toEqual(["Person.group"]);
});

test.each<[string, (value: unknown) => unknown]>([
  ["brings nothing", () => null],
  ["brings what is not there", () => undefined],
])("where a mask %s the value is denied, and it is told why", async (_name, mask) => {
  const root = await shapeOf("{ person { email } }");
  const gathered = gather({ person: { email: "a@example.com", [HIDDEN.subject(0)]: "c-2" } }, root, 100, "enforce");
  for (const slots of gathered.slots.values()) {
    for (const slot of slots) slot.decision = { outcome: "MASK", reason: "OUT_OF_REACH", consentIds: [] };
  }
  for (const masks of [new Map([["Person.email", mask]]), new Map<string, typeof mask>()]) {
    const { data, tallies } = enforce(gathered, masks, "SELF_SERVICE", "enforce");
    expect(data).toEqual({ person: { email: null } });
    expect(tallies).toMatchObject([{ coordinate: "Person.email", outcome: "DENY", reason: "MASK_FAILED" }]);
  }
});

test("a mask is told whose value it is and for what, so that hashes cannot be joined", async () => {
  const root = await shapeOf("{ person { email } }");
  const person = { email: "a@example.com", [HIDDEN.subject(0)]: "c-2", [HIDDEN.tenant]: "s-9" };
  const gathered = gather({ person }, root, 100, "enforce");
  for (const slots of gathered.slots.values()) {
    for (const slot of slots) slot.decision = { outcome: "MASK", reason: "OUT_OF_REACH", consentIds: [] };
  }
  const masks = new Map([["Person.email", (value: unknown, scope: object) => JSON.stringify([value, scope])]]);
  const { data } = enforce(gathered, masks, "SELF_SERVICE", "enforce");
  expect(data).toEqual({ person: { email: '["a@example.com",{"tenant":"s-9","purpose":"SELF_SERVICE"}]' } });
});

describe("the only way out", () => {
  const answer = {
    data: {},
    errors: [],
    tallies: [],
    purpose: null,
    mode: "enforce",
    touched: false,
    noStore: false,
  } as const;

  test("takes what record makes", () => {
    expect(respond(nothingToRecord(), answer)).toMatchObject({ data: {} });
  });

  test("tells a denied place once, however many reasons and rows", () => {
    const path = new PathNode(null, "").child("people").child("@").child("email");
    const tally = { coordinate: "Person.email", category: "", path, outcome: "DENY", count: 9 } as const;
    const tallies = (["OUT_OF_REACH", "SUBJECT_ERASED"] as const).map(
      (reason): Tally => ({ ...tally, reason, consentIds: new Set(), subjects: new Set() }),
    );
    const { errors } = respond(nothingToRecord(), { ...answer, tallies });
    expect(errors?.map(({ path: at }) => at)).toEqual([["people", "@", "email"]]);
  });

  test.each<[string, unknown]>([
    ["nothing", undefined],
    ["an object", {}],
    ["one with an id", { id: "01a2" }],
    ["one that inherits from a receipt", Object.create(nothingToRecord() as object)],
    ["one of the receipts' class that was not constructed", Object.create(Object.getPrototypeOf(nothingToRecord()))],
    ["a copy", { ...nothingToRecord() }],
  ])("takes nothing else: %s", (_name, forged) => {
    expect(() => respond(forged as Receipt, answer)).toThrow();
  });
});
