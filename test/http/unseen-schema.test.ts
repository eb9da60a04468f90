import { makeExecutableSchema } from "@graphql-tools/schema";
import { beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { type ExecutionResult, graphql } from "graphql";
import { composeTypeDefs } from "../../src/schema/compose.ts";
import type { Ask, Served } from "./harness.ts";
import { openSchool, schoolResolvers } from "./unseen/resolvers.ts";
import { SCHOOL } from "./unseen/schema.ts";
import { askOften, REGISTRAR, serveSchool } from "./unseen/school.ts";

const plain = makeExecutableSchema({ typeDefs: composeTypeDefs(SCHOOL), resolvers: schoolResolvers() });

/** What graphql-js alone answers: the annotations mean nothing to it. */
async function unprotected({ query = "", variables = {} }: Ask): Promise<ExecutionResult> {
  const result = await graphql({ schema: plain, source: query, variableValues: { ...variables } });
  return JSON.parse(JSON.stringify(result));
}

let served: Served;
beforeAll(async () => {
  served = await serveSchool();
});
beforeEach(openSchool);

describe("to whom everything is granted, the answer is graphql-js's", () => {
  const cases: readonly [name: string, query: string, variables?: Record<string, unknown>][] = [
    ["values that are nothing to JavaScript", "{ nothing zero empty no moods }"],
    [
      "every kind of property",
      "{ pupil(key: 0) { key house born clinic fullName mail nick joined seen debt siblings } }",
    ],
    ["lists of lists of numbers", "{ pupil(key: 1) { marks resident mood diet plain odd } }"],
    ["enums by inner values 0 and text", "{ everyone { ... on Pupil { mood } } }"],
    ["nobody", "{ pupil(key: 5) { fullName } entity(key: 5) { key } }"],
    [
      "one aliased several times",
      "{ a: pupil(key: 0) { n: fullName fullName } b: pupil(key: 1) { n: nick fullName } }",
    ],
    ["through an interface", "{ everyone { key house fullName mail best { key fullName best { key } } } }"],
    [
      "through an interface of the interface",
      "{ entity(key: 7) { key ... on Human { fullName } ... on Room { size } } }",
    ],
    [
      "fragments on types, interfaces and unions",
      /* GraphQL */ `
      query { found { ...any } everyone { ...human ... on Teacher { desk { ...room } } ... { key } } }
      fragment any on Found { __typename ... on Entity { key } ...human ...room ... on Pupil { tutor { ...human } } }
      fragment human on Human { fullName best { fullName } ... on Teacher { mail } }
      fragment room on Room { size seats { label taken by { fullName __typename } } }
    `,
    ],
    [
      "one key merged from several places",
      /* GraphQL */ `
      query {
        pupil(key: 1) { tutor { key } }
        ...more
        ... on RootQuery { pupil(key: 1) { tutor { desk { size } } best { key } } }
      }
      fragment more on RootQuery { pupil(key: 1) { tutor { fullName ...desk } best { fullName lessons { note } } } }
      fragment desk on Teacher { desk { seats { label } key } }
    `,
    ],
    [
      "fields of one key that differ by type",
      /* GraphQL */ `{
      found(keys: [0, 1, 7]) { ... on Pupil { it: mood } ... on Teacher { it: fullName } ... on Room { it: size } }
    }`,
    ],
    [
      "a field that returns a narrower type",
      "{ everyone { best { __typename fullName ... on Pupil { lessons { title } } } } }",
    ],
    ["lists of lists of objects", "{ rooms { key seats { label taken by { __typename key fullName } } } }"],
    [
      "nested objects without a subject",
      "{ pupil(key: 0) { lessons { at title note room { key } } report { term loud grades { subject points } } } }",
    ],
    ["an object that may be denied", "{ pupil(key: 0) { locker { code } } }"],
    [
      "arguments and their defaults",
      "{ pupil(key: 0) { report(term: 0, in: { }) { term loud } b: report { term loud } } }",
    ],
    [
      "arguments by variables",
      "query ($k: Int!, $s: Style = { loud: true }, $t: Int) { pupil(key: $k) { report(term: $t, in: $s) { term loud } } }",
      { k: 0, t: null },
    ],
    [
      "defaults inside an input object",
      "query ($s: Style!, $t: Style! = { loud: false }) { pupil(key: 0) { report(in: $s) { loud } t: report(in: $t) { loud } } }",
      { s: {} },
    ],
    [
      "a list of one",
      "query ($keys: [Int!]!, $l: [[Int]]) { found(keys: $keys) { __typename } echo(list: $l) }",
      { keys: 7, l: [1, null] },
    ],
    ["enums by functions and text", "query ($m: Mood!) { echo(mood: $m) moods }", { m: "ZERO" }],
    ["variables left out", "query ($d: Date, $j: JSON, $m: Mood = SAD) { echo(date: $d, json: $j, mood: $m) }"],
    [
      "values through scalars",
      'query ($j: JSON) { echo(date: "2020-02-29", json: $j, mood: ZERO, list: [[0], []]) }',
      { j: { a: [0, false, ""] } },
    ],
    ["literals of JSON", '{ echo(json: { a: [1, "x", null, true] }, list: 1) }'],
    ["null for what has a default", "{ echo(mood: null, json: null) found(keys: []) { __typename } }"],
    ["@skip and @include, constant", "{ zero @skip(if: true) empty @include(if: true) no @include(if: false) }"],
    ["introspection beside data", '{ __typename zero __type(name: "Mood") { enumValues { name } } }'],
    ["a null that takes all with it", "{ zero strict { beside a { list { value } } } }"],
    [
      "several nulls that take all",
      "{ x: strict { a { list { value } } } y: strict { beside } z: strict { a { list { value } } } }",
    ],
    ["a null in a list", "{ pupil(key: 0) { report { grades { points } } } }"],
  ];
  test.each(cases.map(([name, query, variables = {}]) => ({ name, ask: { query, variables } })))(
    "$name",
    async ({ ask }) => {
      const expected = await unprotected(ask);
      const reply = await askOften(served, { ...ask, ...REGISTRAR });
      expect(reply.body.data).toEqual(expected.data);
      const paths = (errors: readonly { path?: unknown }[] = []): unknown[] => errors.map(({ path }) => path);
      expect(paths(reply.body.errors?.filter(isNoDenial))).toEqual(paths(expected.errors));
      expect(reply.text).not.toContain("_fg");
    },
  );

  test.each([
    [{ named: true, lessons: true, no: false }],
    [{ named: false, lessons: true, no: true }],
    [{ named: true, lessons: false, no: false }],
    [{ named: false, lessons: false, no: true }],
    [{ no: true }],
  ])("@skip and @include by variables %j", async (variables) => {
    const query = /* GraphQL */ `
      query ($named: Boolean = true, $lessons: Boolean! = false, $no: Boolean!) {
        pupil(key: 0) { key fullName @include(if: $named) nick @skip(if: $no) ...l @include(if: $lessons) }
        everyone @skip(if: $no) { fullName @skip(if: $named) ... @include(if: $named) { mail } key }
        pupil(key: 0) @include(if: $no) { mood }
      }
      fragment l on Pupil { lessons { note @include(if: $named) title } }
    `;
    const expected = await unprotected({ query, variables });
    expect((await askOften(served, { query, variables, ...REGISTRAR })).body.data).toEqual(expected.data);
  });
});

function isNoDenial({ extensions }: { readonly extensions?: { readonly code?: string } }): boolean {
  return extensions?.code !== "FIELD_DENIED";
}
