import { describe, expect, test } from "@jest/globals";
import { compileSdl } from "../policy/harness.ts";

const hintsOf = (argument: string, more = ""): string[] =>
  compileSdl(`
    type Query { customers(${argument}): CustomerPage }
    type CustomerPage { nodes: [Customer!]!  total: Int }
    type Customer @subject(id: "id") {
      id: ID!
      city: String
      email: String @sensitive(category: EMAIL_ADDRESS)
      birthDate: String @sensitive(category: DATE_OF_BIRTH)
    }
    scalar JSON
    ${more}
  `)
    .hints.map(({ code }) => code)
    .filter((code) => code === "LOOKS_LIKE_PROBE" || code === "OPAQUE_CURSOR");

/** Arguments by which peers gave values away, unmarked: `check` must name each. */
describe("arguments that look like probes", () => {
  test.each([
    ["emailContains: String"],
    ["email_starts_with: String"],
    ["email_in: [String!]"],
    ["hasEmail: Boolean"],
    ["byEmail: String"],
    ["bornBefore: String, birthDate_lt: String"],
    ["where: JSON"],
    ["filter: String"],
    ["query: String"],
    ["q: String"],
    ["keyword: String"],
    ["term: String"],
    ["orderBy: String"],
    ["sort: [String!]"],
    ["groupBy: String"],
    ["distinctOn: String"],
    ["where: Where", "input Where { email: Text }  input Text { eq: String }"],
    ["where: Where", "input Where { and: [Where!]  not: Inner }  input Inner { email: String }"],
    ["orderBy: Order", "enum Order { ID_ASC  EMAIL_DESC }"],
    ["orderBy: [By!]", "input By { field: Sortable }  enum Sortable { EMAIL }"],
  ])("%s %s", (argument, more = "") => {
    expect(hintsOf(argument, more)).toContain("LOOKS_LIKE_PROBE");
  });

  test.each([["after: String"], ["before: String"], ["cursor: ID"], ["pageToken: String"]])("%s", (argument) => {
    expect(hintsOf(argument)).toEqual(["OPAQUE_CURSOR"]);
  });

  test.each([
    ["first: Int"],
    ["city: String"],
    ["where: Where", "input Where { city: String }"],
    ['emailContains: String @probes(field: "Customer.email")'],
    ['after: String @probes(field: "Customer.email")'],
    ["orderBy: Order", 'enum Order { ID  EMAIL @probes(field: "Customer.email") }'],
  ])("not hinted at: %s %s", (argument, more = "") => {
    expect(hintsOf(argument, more)).toEqual([]);
  });
});
