import { describe, expect, test } from "@jest/globals";
import { buildSchema, getVariableValues, graphql, Kind, parse, validate } from "graphql";
import jwt from "jsonwebtoken";
import {
  inputFieldDue,
  isValidationAborted,
  nullInNonNull,
  tokenReason,
  typeDue,
  unknownIncremental,
  variableAtFault,
  withoutQuoted,
  withoutSuggestions,
} from "../../src/core/foreign-messages.ts";

const schema = buildSchema(/* GraphQL */ `
  enum Size { SMALL LARGE }
  input Box { size: Size!, note: String }
  type Query { box(box: Box, count: Int, size: Size): String, must: String! }
`);

const messagesOf = (source: string, maxErrors?: number): readonly string[] =>
  validate(schema, parse(source), undefined, maxErrors === undefined ? {} : { maxErrors }).map(
    ({ message }) => message,
  );

describe("what graphql-js says", () => {
  test("when it gives up, but not when it has found enough", () => {
    expect(messagesOf(`{ ${"must ".repeat(3_000)} }`).map(isValidationAborted)).toEqual([true]);
    expect(messagesOf(`{ ${"nothing ".repeat(5)} }`, 2).map(isValidationAborted)).toEqual([false, false, false]);
  });

  test.each(["defer", "stream"])("of @%s, which it does not know", (directive) => {
    expect(messagesOf(`{ must @${directive} }`).map(unknownIncremental)).toEqual([directive]);
    expect(messagesOf("{ must @other }").map(unknownIncremental)).toEqual([null]);
  });

  test("which type is due", () => {
    const [message = ""] = messagesOf("{ box(box: SECRET) }");
    expect(message).toContain("SECRET");
    expect([typeDue(message), inputFieldDue(message)]).toEqual(["Box", null]);
    expect(withoutQuoted(message)).not.toContain("SECRET");
  });

  test("which input field is due", () => {
    expect(messagesOf('{ box(box: { note: "SECRET" }) }').map(inputFieldDue)).toEqual(["size"]);
  });

  test("with suggestions at its end", () => {
    const [message = ""] = messagesOf("{ mast }");
    expect(message).toContain("must");
    expect(withoutSuggestions(message)).toBe('Cannot query field "mast" on type "Query".');
  });

  test("of a null where none may be", async () => {
    const { errors = [] } = await graphql({ schema, source: "{ must }", rootValue: { must: null } });
    expect(errors.map(({ message }) => nullInNonNull(message))).toEqual([["Query", "must"]]);
  });

  test("of a variable that does not fit", () => {
    const document = parse("query ($count: Int, $box: Box) { box(count: $count, box: $box) }");
    const [operation] = document.definitions;
    if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error("no operation");
    const { errors = [] } = getVariableValues(schema, operation.variableDefinitions ?? [], {
      count: "SECRET",
      box: { size: "SECRET" },
    });
    expect(errors.map(({ message }) => variableAtFault(message))).toEqual(["count", "box"]);
    expect(errors.map(({ message }) => message.includes("SECRET"))).toEqual([true, true]);
    expect(errors.filter(({ message }) => withoutQuoted(message).includes("SECRET"))).toEqual([]);
  });
});

describe("what jsonwebtoken says", () => {
  const SECRET = "0123456789abcdef0123456789abcdef";
  const other = { algorithm: "HS512" } as const;
  const token = (claims: object, options = {}) => jwt.sign(claims, SECRET, options);

  test.each([
    ["jwt expired", token({ exp: 1 }), {}],
    ["jwt not active", token({ nbf: 99_999_999_999 }), {}],
    ["jwt malformed", "abc", {}],
    ["jwt signature is required", `${token({}).split(".").slice(0, 2).join(".")}.`, {}],
    ["invalid signature", `${token({}).slice(0, -4)}AAAA`, {}],
    ["invalid algorithm", token({}, other), {}],
    ["invalid token", "a.b.c", {}],
    ["jwt issuer invalid", token({ iss: "one" }), { issuer: "two" }],
    ["jwt audience invalid", token({ aud: "one" }), { audience: "two" }],
  ])("%s", (reason, sent, options) => {
    let message = "";
    try {
      jwt.verify(sent, SECRET, { algorithms: ["HS256"], ...options });
    } catch (error) {
      message = error instanceof Error ? error.message : "";
    }
    expect(tokenReason(message)).toBe(reason);
  });

  test("anything else is not told", () => {
    expect(tokenReason("Unexpected token SECRET in JSON")).toBeNull();
  });
});
