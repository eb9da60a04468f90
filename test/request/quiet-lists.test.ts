import { makeExecutableSchema } from "@graphql-tools/schema";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { parse } from "graphql";
import { createLocalExecutor } from "../../src/request/execute.ts";

const late = async () => {
  await new Promise((resolve) => setImmediate(resolve));
  throw new Error("late");
};
const atOnce = () => {
  throw new Error("at once");
};

const schema = makeExecutableSchema({
  typeDefs: `
    type Query { plain: [Item!]  nested: [[Item!]!]  promised: [Item!]  named: [Item]  set: [Item!]  numbers: [Int!]  json: [JSON!] }
    scalar JSON
    type Item { value: Int! }
    type Subscription { plain: [Item!] }
  `,
  resolvers: {
    Query: {
      plain: () => [{ value: late }, { value: atOnce }],
      nested: () => [[{ value: late }, { value: atOnce }]],
      promised: async () => [Promise.resolve({ value: late }), { value: late }, { value: atOnce }],
      named: () => [{ value: late }, { value: atOnce }, { value: 7 }],
      set: () => new Set([{ value: late }, { value: atOnce }]),
      numbers: () => [late(), "none"],
      json: () => [["a", ["b"]], { list: [1] }, "text"],
    },
    Subscription: {
      plain: {
        subscribe: async function* () {
          yield { plain: [{ value: late }, { value: atOnce }] };
        },
      },
    },
  },
});

const unheard: unknown[] = [];
const hear = (reason: unknown): void => {
  unheard.push(reason);
};
beforeEach(() => {
  unheard.length = 0;
  process.on("unhandledRejection", hear);
});
afterEach(() => {
  process.off("unhandledRejection", hear);
});

/** Until whatever is under way has ended. */
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

function execution(query: string) {
  const operationType = query.startsWith("subscription") ? ("subscription" as const) : ("query" as const);
  return { document: parse(query), operationName: undefined, operationType, variables: {}, context: {} };
}

test.each([
  ["plain { value }", null],
  ["nested { value }", null],
  ["promised { value }", null],
  ["named { value }", [null, null, { value: 7 }]],
  ["set { value }", null],
  ["numbers", null],
])("an item that fails at once leaves none behind that nobody hears: %s", async (query, expected) => {
  const { data, errors } = await createLocalExecutor(schema).execute(execution(`{ ${query} }`));
  await settled();
  expect(unheard).toEqual([]);
  expect(Object.values(data ?? {})).toEqual([expected]);
  expect(errors?.length).toBeGreaterThan(0);
});

test("values that are lists themselves stay as they are", async () => {
  const { data } = await createLocalExecutor(schema).execute(execution("{ json }"));
  expect(data).toEqual({ json: [["a", ["b"]], { list: [1] }, "text"] });
});

test("nor in an event", async () => {
  const events = await createLocalExecutor(schema).subscribe(execution("subscription { plain { value } }"));
  if (!(Symbol.asyncIterator in events)) throw new Error("no events");
  for await (const { data } of events) expect(data).toEqual({ plain: null });
  await settled();
  expect(unheard).toEqual([]);
});
