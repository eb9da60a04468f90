import type { Attack, Shot } from "../model.ts";
import { ANN, SHOP } from "./askers.ts";

const RESET: readonly Shot[] = [{ query: "mutation { reset }" }];

interface Extra {
  readonly as?: typeof ANN | typeof SHOP | Record<string, never>;
  readonly variables?: Attack["variables"];
  readonly head?: string;
}

/** Nothing of it happens: `decided` are the acts and why not. */
function no(
  tries: string,
  query: string,
  decided: readonly string[],
  { as = ANN, variables, head = "" }: Extra = {},
): Attack {
  const written = { query: `mutation ${head} { ${query} }`, ...(variables === undefined ? {} : { variables }) };
  return {
    tries,
    ...as,
    before: RESET,
    ...written,
    errors: ["FIELD_DENIED"],
    decided: decided.map((each) => `DENY ${each}`),
  };
}

/** Refused whole, before anything is looked at. */
function refused(
  tries: string,
  query: string,
  code: string,
  status = 400,
  { variables, head = "" }: Extra = {},
): Attack {
  const written = { query: `mutation ${head} { ${query} }`, ...(variables === undefined ? {} : { variables }) };
  return { tries, ...ANN, before: RESET, ...written, refused: code, status };
}

const THEIRS = (field: string): string => `Mutation.${field} OUT_OF_REACH`;
const NOTHING = (field: string): string => `Mutation.${field} SUBJECT_UNKNOWN`;

/** Every way to have something done to what is somebody else's. */
export const WRITES: readonly Attack[] = [
  // by every path and key
  no("another's object by its key", 'drop(scriptId: "s-bob")', [THEIRS("drop")]),
  no("another's object by a number", "dropNumber(number: 2)", [THEIRS("dropNumber")]),
  no("another's object through an interface", 'dropNode(id: "s-bob")', [THEIRS("dropNode")]),
  no("an object of another type through an interface", 'dropNode(id: "ann")', [NOTHING("dropNode")]),
  no("another person", 'rename(id: "bob", changes: { name: "x" })  { name }', [THEIRS("rename")]),
  no("mine and theirs, by two keys", 'pair(id: "ann", key: "s-bob")', [THEIRS("pair")]),
  no("theirs and mine, by two keys", 'pair(id: "bob", key: "s-ann")', [THEIRS("pair")]),
  no("a list with one stranger, last", 'dropMany(ids: ["s-ann", "s-ann", "s-bob"])', [THEIRS("dropMany")]),
  no("a list with one stranger, first", 'dropMany(ids: ["s-bob", "s-ann"])', [THEIRS("dropMany")]),
  no("a list with one that is not there", 'dropMany(ids: ["s-ann", "s-none"])', [NOTHING("dropMany")]),
  no("one value where a list is taken", 'dropMany(ids: "s-bob")', [THEIRS("dropMany")]),
  no("deep in an input", 'dropDeep(input: { more: [{ more: [{ scriptId: "s-bob" }] }] })', [THEIRS("dropDeep")]),
  no(
    "deep in an input, beside what is mine",
    'dropDeep(input: { scriptId: "s-ann", more: [{ scriptId: "s-ann" }, { scriptId: "s-bob" }] })',
    [THEIRS("dropDeep")],
  ),
  no("another person beside an object of mine", 'dropDeep(input: { scriptId: "s-ann", patientId: "bob" })', [
    THEIRS("dropDeep"),
  ]),
  // aliases, fragments, groups
  no("theirs under an alias", 'rename: drop(scriptId: "s-bob")', [THEIRS("drop")]),
  no("theirs in a fragment", '...F } fragment F on Mutation { drop(scriptId: "s-bob")', [THEIRS("drop")]),
  no("theirs in a group", 'ward { drop(scriptId: "s-bob") }', ["Ward.drop OUT_OF_REACH"]),
  no("theirs in a group of a group", 'ward { inner { inner { drop(scriptId: "s-bob") } } }', [
    "Ward.drop OUT_OF_REACH",
  ]),
  no("theirs in two fragments that are one field", 'drop(scriptId: "s-bob") ... { drop(scriptId: "s-bob") }', [
    THEIRS("drop"),
  ]),
  {
    ...no("mine, and theirs under another alias", 'a: drop(scriptId: "s-ann") b: drop(scriptId: "s-bob")', []),
    decided: ["ALLOW Mutation.drop GRANTED", "DENY Mutation.drop OUT_OF_REACH"],
    ran: ["drop"],
  },
  {
    ...no(
      "mine in a group, and theirs beside it",
      'ward { a: drop(scriptId: "s-ann") b: drop(scriptId: "s-bob") }',
      [],
    ),
    decided: ["ALLOW Ward.drop GRANTED", "DENY Ward.drop OUT_OF_REACH"],
    ran: ["ward.drop"],
  },
  {
    ...no("what an earlier one has given away", 'give(scriptId: "s-ann", to: "bob") drop(scriptId: "s-ann")', []),
    decided: ["ALLOW Mutation.give GRANTED", "DENY Mutation.drop OUT_OF_REACH"],
    ran: ["give"],
  },
  {
    ...no(
      "back what an earlier one has given away",
      'a: give(scriptId: "s-ann", to: "bob") b: give(scriptId: "s-ann", to: "ann")',
      [],
    ),
    decided: ["ALLOW Mutation.give GRANTED", "DENY Mutation.give OUT_OF_REACH"],
    ran: ["give"],
  },
  {
    ...no("what comes back as another's", 'swap(scriptId: "s-ann") { id owner text patient { name } }', []),
    decided: ["ALLOW Mutation.swap GRANTED", "DENY Mutation.swap SUBJECT_CHANGED"],
    ran: ["swap"],
  },
  {
    ...no("what comes back as another's, asking for nothing of it", 'swap(scriptId: "s-ann") { __typename }', []),
    decided: ["ALLOW Mutation.swap GRANTED", "DENY Mutation.swap SUBJECT_CHANGED"],
    ran: ["swap"],
  },
  {
    ...no("an answer that holds somebody else", "own { id name ssn }", []),
    decided: ["ALLOW Mutation.own GRANTED", "DENY Patient.name OUT_OF_REACH", "DENY Patient.ssn OUT_OF_REACH"],
    ran: ["own"],
  },
  // null, left out, variables, defaults
  no("no key", "drop", [NOTHING("drop")]),
  no("null for a key", "drop(scriptId: null)", [NOTHING("drop")]),
  no("an empty list", "dropMany(ids: [])", [NOTHING("dropMany")]),
  no("a variable that is left out", "drop(scriptId: $id)", [NOTHING("drop")], { head: "($id: ID)" }),
  no("a variable that is null", "drop(scriptId: $id)", [NOTHING("drop")], {
    head: "($id: ID)",
    variables: { id: null },
  }),
  no("theirs in a variable", "drop(scriptId: $id)", [THEIRS("drop")], {
    head: "($id: ID)",
    variables: { id: "s-bob" },
  }),
  no("theirs in a variable's default", "drop(scriptId: $id)", [THEIRS("drop")], { head: '($id: ID = "s-bob")' }),
  no("theirs in an input's variable", "dropDeep(input: $input)", [THEIRS("dropDeep")], {
    head: "($input: Deep)",
    variables: { input: { more: [{ scriptId: "s-ann" }, { scriptId: "s-bob" }] } },
  }),
  no("theirs by the schema's default", "dropDefault", [THEIRS("dropDefault")]),
  no(
    "theirs by the schema's default, under a variable that is left out",
    "dropDefault(scriptId: $id)",
    [THEIRS("dropDefault")],
    {
      head: "($id: ID)",
    },
  ),
  no("theirs by an input's default", "dropInputDefault(input: {})", [THEIRS("dropInputDefault")]),
  no("theirs by an input's default, in a variable", "dropInputDefault(input: $input)", [THEIRS("dropInputDefault")], {
    head: "($input: Default)",
    variables: { input: {} },
  }),
  // ids that look alike
  ...[
    "S-BOB",
    " s-bob",
    "s-bob ",
    "s-bob\u0000",
    "s\u200b-bob",
    "ｓ-bob",
    "s-b\u006fb",
    "constructor",
    "__proto__",
    "",
  ].map((id) =>
    no(
      `an id that looks like another: ${JSON.stringify(id)}`,
      "drop(scriptId: $id)",
      [(id === "s-bob" ? THEIRS : NOTHING)("drop")],
      {
        head: "($id: ID)",
        variables: { id },
      },
    ),
  ),
  no("a number for an id", "rename(id: 1) { name }", [NOTHING("rename")]),
  no("a person's id as a number with noughts", "rename(id: 0) { name }", [NOTHING("rename")]),
  // other callers
  no("a guest", 'drop(scriptId: "s-ann")', ["Mutation.drop ROLE_NOT_ALLOWED"], { as: {} }),
  no("a guest, on trust", "own { id }", ["Mutation.own ROLE_NOT_ALLOWED"], { as: {} }),
  no("a shop, another shop's patient", 'rename(id: "cyd", changes: { name: "x" }) { id }', [THEIRS("rename")], {
    as: SHOP,
  }),
  no("a customer, by a filter", 'sweep(mail: "x")', [THEIRS("sweep")]),
  no("a shop, by a filter", 'sweep(mail: "x")', [THEIRS("sweep")], { as: SHOP }),
  { ...no("a read that acts", "", ["Query.read OUT_OF_REACH"]), query: '{ read(scriptId: "s-bob") }' },
  // masks
  refused("a mask in a literal", 'rename(id: "ann", changes: { name: "A••• B•••" }) { id }', "MASKED_VALUE"),
  refused("a mask in a variable", "rename(id: $id, changes: $changes) { id }", "MASKED_VALUE", 400, {
    head: "($id: ID!, $changes: Changes)",
    variables: { id: "ann", changes: { ssn: "11••••••99" } },
  }),
  refused("a mask in JSON", "rename(id: $id, changes: $changes) { id }", "MASKED_VALUE", 400, {
    head: "($id: ID!, $changes: Changes)",
    variables: { id: "ann", changes: { file: { deep: [{ text: "•••" }] } } },
  }),
  refused(
    "a mask with something unseen before it",
    'rename(id: "ann", changes: { name: "\u200bA•••" }) { id }',
    "MASKED_VALUE",
  ),
  ...(
    [
      ["a mask that is edited in part", { name: "A••• Smith" }],
      ["null over what the shop is not shown", { ssn: null }],
      ["null over what the shop is not shown, in an input of the input", { other: { ssn: null } }],
    ] as const
  ).map(
    ([tries, changes]): Attack => ({
      ...no(tries, 'rename(id: "ann", changes: $changes) { id }', ["Mutation.rename MASKED_VALUE"], {
        as: SHOP,
        head: "($changes: Changes)",
        variables: { changes },
      }),
      errors: ["MASKED_VALUE"],
    }),
  ),
  // what must go on working
  {
    ...no(
      "MINE: by every key",
      'pair(id: "ann", key: "s-ann") dropMany(ids: ["s-ann"]) dropNumber(number: 1) dropNode(id: "s-ann")',
      [],
    ),
    errors: [],
    decided: ["dropMany", "dropNode", "dropNumber", "pair"].map((name) => `ALLOW Mutation.${name} GRANTED`),
    ran: ["pair", "dropMany", "dropNumber", "dropNode"],
  },
  {
    ...no("MINE: in a group", 'ward { inner { drop(scriptId: "s-ann") } }', []),
    errors: [],
    decided: ["ALLOW Ward.drop GRANTED"],
    ran: ["ward.drop"],
  },
];
