import { describe, expect, test } from "@jest/globals";
import { allow, and, chain, deny, inputRule, not, or, race, rule } from "../../src/decision/shield.ts";
import { createSoundRules, type ShieldRule } from "../../src/schema/sound-rules.ts";

/** Asks rules in the order given, in one request: true where one says yes. */
async function answers(...asked: readonly (readonly [unknown, unknown?, object?])[]): Promise<boolean[]> {
  const sound = createSoundRules();
  const context = {};
  const found: boolean[] = [];
  for (const [each, parent = {}, args = {}] of asked) {
    found.push((await sound(each as ShieldRule)(parent, args, context, {})) === true);
  }
  return found;
}

const boom = rule()(() => {
  throw new Error("boom");
});
const FAILING = {
  "throws on the spot": boom,
  "throws later": rule()(async () => {
    throw new Error("boom");
  }),
  "throws what is no error": rule()(() => {
    throw undefined;
  }),
  "throws and is remembered": rule({ cache: "strict" })(async () => {
    throw new Error("boom");
  }),
  "cannot be remembered": rule({
    cache: () => {
      throw new Error("boom");
    },
  })(() => true),
  "is remembered in no known way": rule({ cache: 7 as never })(() => true),
};

describe.each(Object.entries(FAILING))("a rule that %s", (_name, failing) => {
  test.each([
    ["alone", failing, false],
    ["negated", not(failing), false],
    ["negated with a reason", not(failing, "no"), false],
    ["negated twice", not(not(failing)), false],
    ["negated thrice", not(not(not(failing))), false],
    ["negated, and a yes", and(not(failing), allow), false],
    ["a yes, and negated", chain(allow, not(failing)), false],
    ["negated, or a no", or(not(failing), deny), false],
    ["a no, or negated", race(deny, not(failing)), false],
    ["negated in `and`", not(and(failing, allow)), false],
    ["negated in `or`", not(or(deny, failing)), false],
    ["negated in `chain`", not(chain(allow, failing)), false],
    ["negated in `race`", not(race(deny, failing)), false],
    ["negated deep down", not(or(deny, and(allow, not(chain(allow, or(failing, deny)))))), false],
    // What fails counts as no: another way to a yes stays open, as in graphql-shield.
    ["or a yes", or(failing, allow), true],
    ["negated, or a yes", or(not(failing), allow), true],
    ["first, then a yes", race(failing, allow), true],
    ["in nothing that is negated", or(not(allow), failing, not(deny)), true],
  ])("%s", async (_how, composed, expected) => {
    expect(await answers([composed], [composed])).toEqual([expected, expected]);
  });
});

test.each([
  ["what says no", not(deny), true],
  ["what answers with an error", not(rule()(() => new Error("no"))), true],
  ["what answers with text", not(rule()(() => "no")), true],
  ["what says yes", not(allow), false],
  ["what says yes, with a reason", not(allow, new Error("banned")), false],
  ["what is neither", not(rule()(() => 1 as never)), true],
])("`not` of %s is as ever", async (_name, composed, expected) => {
  expect(await answers([composed])).toEqual([expected]);
});

test("an object of somebody else's that resolves like a rule and throws says no", async () => {
  expect(await answers([{ resolve: async () => Promise.reject(new Error("boom")) }])).toEqual([false]);
});

class Row {
  readonly #open: boolean;
  constructor(open: boolean) {
    this.#open = open;
  }
  isOpen(): boolean {
    return this.#open;
  }
}
const circular = (open: boolean) => {
  const made: Record<string, unknown> = { isOpen: () => open };
  made["self"] = made;
  return made;
};
/** Two of each print alike, or not at all: the first is open and the second is not. */
const ALIKE: Readonly<Record<string, (open: boolean) => { isOpen?(): boolean }>> = {
  "private fields": (open) => new Row(open),
  functions: (open) => ({ isOpen: () => open }),
  maps: (open) => Object.assign(new Map([["open", open]]), { isOpen: () => open }),
  "hidden properties": (open) => Object.defineProperty({}, "isOpen", { value: () => open, enumerable: false }),
  "a form for printing": (open) => ({ isOpen: () => open, toJSON: () => "row" }),
  "big numbers": (open) => ({ isOpen: () => open, id: 7n }),
  circles: circular,
  "nothing of their own": (open) => Object.create({ isOpen: () => open }),
};
const openRow = (parent: unknown): boolean => (parent as { isOpen(): boolean }).isOpen();

const CACHES = {
  strict: { cache: "strict" },
  "true, which is strict": { cache: true },
  "by a function that answers with the object": { cache: (parent: unknown) => parent },
  "by a function that answers with objects of it": { cache: (parent: unknown) => ({ parent }) },
  "not at all": { cache: "no_cache" },
} as const;

describe.each(Object.entries(CACHES))("remembered %s", (_cache, options) => {
  const open = rule(options as never)(openRow);
  const COMPOSED = { alone: open, "in `and`": and(allow, open), "in `chain`": chain(open), "in `or`": or(deny, open) };

  test.each(Object.entries(ALIKE))("the first row's yes is not the second's: %s", async (_name, row) => {
    for (const composed of Object.values(COMPOSED)) {
      expect(await answers([composed, row(true)], [composed, row(false)], [composed, row(true)])).toEqual([
        true,
        false,
        true,
      ]);
      expect(await answers([not(composed), row(false)], [not(composed), row(true)])).toEqual([true, false]);
    }
  });
});

test.each([
  ["objects", { a: 1 }, { a: 2 }],
  ["text and number", { a: 1 }, { a: "1" }],
  ["null and nothing", { a: null }, {}],
  ["null and text", { a: null }, { a: "null" }],
  ["lists and their items", { a: [1, [2]] }, { a: [[1], 2] }],
  ["one text and two", { a: ['1","b'] }, { a: ["1", "b"] }],
  ["names that look like values", { a: 1, b: 2 }, { 'a":1,"b': 2 }],
  ["zeros", { a: 0 }, { a: -0 }],
  ["what is no number", { a: Number.NaN }, { a: null }],
  ["big numbers", { a: 1n }, { a: 2n }],
  ["dates", { a: new Date(0) }, { a: new Date(1) }],
  ["maps", { a: new Map([[1, 2]]) }, { a: new Map() }],
  ["what lies deep", deep(150, 1), deep(150, 2)],
])("one argument's answer is not another's: %s", async (_name, first, second) => {
  const is = rule({ cache: "strict" })((_parent, args) => args === first);
  const parent = {};
  expect(await answers([is, parent, first], [is, parent, second])).toEqual([true, false]);
});

test("a parent that is a text is told from another", async () => {
  const is = rule({ cache: "strict" })((parent) => parent === "a");
  expect(await answers([is, "a"], [is, "b"])).toEqual([true, false]);
});

function deep(levels: number, value: unknown): object {
  let made: object = { value };
  for (let level = 0; level < levels; level += 1) made = { made };
  return made;
}

test("of one name, each rule remembers its own answers", async () => {
  const yes = rule("same", { cache: "contextual" })(() => true);
  const no = rule("same", { cache: "contextual" })(() => false);
  const strictYes = rule("__proto__", { cache: "strict" })(() => true);
  const strictNo = rule("__proto__", { cache: "strict" })(() => false);
  const parent = {};
  expect(await answers([yes], [no], [not(yes)], [strictYes, parent], [strictNo, parent])).toEqual([
    true,
    false,
    false,
    true,
    false,
  ]);
});

test("arguments are validated each by themselves", async () => {
  const short = inputRule("short")((yup) => yup.object({ text: yup.string().max(3) }) as never);
  const parent = {};
  expect(await answers([short, parent, { text: "abc" }], [short, parent, { text: "abcd" }])).toEqual([true, false]);
});

test.each([
  ["strict", 2],
  ["contextual", 1],
  ["no_cache", 4],
] as const)("what is remembered %s is asked %d times of two rows twice over", async (cache, times) => {
  let asked = 0;
  const counting = rule({ cache })(() => {
    asked += 1;
    return true;
  });
  const [one, two] = [{}, {}];
  const args = () => ({ first: 5, filter: { by: ["name"] } });
  await answers(
    [counting, one, args()],
    [or(deny, counting), one, args()],
    [counting, two, args()],
    [counting, two, args()],
  );
  expect(asked).toBe(times);
});

test("what is remembered for one request is not for the next", async () => {
  let allowed = true;
  const once = rule({ cache: "contextual" })(() => allowed);
  const ask = createSoundRules()(once as unknown as ShieldRule);
  const shared = { _shield: { cache: {} } };
  expect(await ask({}, {}, { ...shared }, {})).toBe(true);
  allowed = false;
  expect(await ask({}, {}, { ...shared }, {})).toBe(false);
});

test("an integrator's rules stay as they are", async () => {
  const base = rule("named", { cache: "strict" })(() => true);
  const composed = not(and(base, allow));
  const before = JSON.stringify([base, composed]);
  await answers([composed], [base]);
  expect(JSON.stringify([base, composed])).toBe(before);
  expect(base.name).toBe("named");
});
