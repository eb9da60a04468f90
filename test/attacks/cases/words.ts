import type { Attack } from "../model.ts";
import { ANN, OPERATOR } from "./askers.ts";

const BROKEN = { errors: ["INTERNAL_SERVER_ERROR"] } as const;
const WAYS = [
  "message",
  "name",
  "constructor",
  "code",
  "plain code",
  "path",
  "null",
  "own words",
  "string",
  "object",
  "nothing",
  "rejection",
  "error as value",
  "cause",
  "aggregate",
] as const;
const TYPED = "Zq99typedXw";
const WRONG = { status: 400, always: true, hides: [TYPED] } as const;
const literal = (tries: string, query: string): Attack => ({
  tries: `a literal that is refused: ${tries}`,
  query,
  refused: "GRAPHQL_VALIDATION_FAILED",
  ...WRONG,
});
const variable = (tries: string, type: string, argument: string, value: unknown): Attack => ({
  tries: `a variable that is refused: ${tries}`,
  query: `query ($x: ${type}) { echo(${argument}: $x) }`,
  variables: { x: value },
  refused: "BAD_INPUT",
  ...WRONG,
});

/** What is thrown, and what is typed, comes back as a code and nothing more. */
export const WORDS: readonly Attack[] = [
  ...WAYS.map(
    (how): Attack => ({ tries: `a resolver throws its secret: ${how}`, query: `{ broken(how: "${how}") }`, ...BROKEN }),
  ),
  { tries: "a resolver throws its secret: extensions", query: '{ broken(how: "extensions") }', errors: ["NOT_FOUND"] },
  ...WAYS.slice(0, 4).map(
    (how): Attack => ({
      tries: `a resolver throws beside shown values: ${how}`,
      shows: ["ann.email"],
      decided: ["ALLOW Patient.email GRANTED"],
      ...ANN,
      query: `{ patient(id: "ann") { email broken(how: "${how}") } }`,
      ...BROKEN,
    }),
  ),
  { tries: "a null that takes its parents with it", query: '{ open strict(how: "nobody") { value } }', ...BROKEN },
  {
    tries: "a throw that takes its parents with it",
    query: '{ open strict(how: "message") { value list } }',
    ...BROKEN,
  },
  { tries: "a list item that its scalar cannot be", query: '{ open strict(how: "list") { list } }', ...BROKEN },
  {
    tries: "a mutation that throws",
    query: 'mutation { fail(how: "message") { patient { id } } }',
    decided: [],
    ...BROKEN,
  },
  { tries: "an alias that would write to the log", query: `{ ${TYPED}: broken(how: "message") }`, ...BROKEN },
  literal("text for a number", `{ echo(number: "${TYPED}") }`),
  literal("text with escapes", `{ echo(number: "\\"\\u005a${TYPED.slice(1)}\\"") }`),
  literal("a block text", `{ echo(number: """\n  ${TYPED}\n   \\""" ${TYPED}\n""") }`),
  literal("a name for a number", `{ echo(number: ${TYPED}) }`),
  literal("an enum value that there is not", `{ echo(sort: ${TYPED}) }`),
  literal("an object for text", `{ echo(text: { a: "${TYPED}" }) }`),
  literal("a list for text", `{ echo(text: ["${TYPED}"]) }`),
  literal("what a scalar says in other words", `{ echo(day: "${TYPED}") }`),
  literal("inside of an input", `{ echo(where: { city: { x: "${TYPED}" } }) }`),
  literal("a variable's default", `query ($n: Int = "${TYPED}") { echo(number: $n) }`),
  variable("text for a number", "Int", "number", TYPED),
  variable("an enum value that there is not", "Sort", "sort", TYPED),
  variable("what a scalar says", "Day", "day", TYPED),
  variable("an unknown input field", "Where", "where", { [TYPED]: TYPED }),
  variable("deep inside", "Where", "where", { and: [{ deep: { email: { x: TYPED } } }] }),
  variable("a list for text", "String", "text", [TYPED]),
  {
    tries: "a document that ends inside of a text",
    query: `{ echo(text: "${TYPED}) }`,
    refused: "GRAPHQL_PARSE_FAILED",
    ...WRONG,
  },
  {
    tries: "a document with a text where none is due",
    query: `{ echo(text "${TYPED}") }`,
    refused: "GRAPHQL_PARSE_FAILED",
    ...WRONG,
  },
  {
    tries: "a document with a stray word",
    query: `{ echo(text: "${TYPED}" }`,
    refused: "GRAPHQL_PARSE_FAILED",
    ...WRONG,
  },
  {
    tries: "a suggestion from a name that is nearly right",
    query: "{ patien { id } }",
    refused: "GRAPHQL_VALIDATION_FAILED",
    status: 400,
    always: true,
    hides: ["_fg"],
  },
  {
    tries: "a cursor in the answer of who may see it stays out of the record",
    shows: ["cursor"],
    decided: ["ALLOW Page.endCursor GRANTED"],
    ...OPERATOR,
    query: "{ page { endCursor } }",
    ran: ["page"],
  },
  {
    tries: "a resolver throws its secret inside of a list",
    query: '{ people { ... on Patient { broken(how: "path") } } }',
    ...BROKEN,
  },
  {
    tries: "a resolver throws its secret inside of a list of lists",
    query: '{ grid { ... on Patient { broken(how: "code") } } }',
    ...BROKEN,
  },
  {
    tries: "a variable that is refused: an object for an id",
    query: "query ($x: ID!) { patient(id: $x) { email } }",
    variables: { x: { a: TYPED } },
    refused: "BAD_INPUT",
    ...WRONG,
  },
  literal("a number that is too large", "{ echo(number: 99999999999999999999) }"),
  literal("a list inside of a list of inputs", `{ echo(where: { and: [[{ city: "${TYPED}" }]] }) }`),
  variable("a list inside of a list of inputs", "Where", "where", { and: [[TYPED]] }),
  {
    tries: "a variable that nobody declared goes nowhere",
    query: "{ open }",
    variables: { x: TYPED },
    hides: [TYPED],
  },
];
