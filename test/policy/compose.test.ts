import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import {
  buildASTSchema,
  type DocumentNode,
  isEnumType,
  isObjectType,
  Kind,
  parse,
  print,
  Source,
  visit,
} from "graphql";
import { FieldguardError } from "../../src/core/errors.ts";
import { compilePolicy } from "../../src/policy/compile.ts";
import type { Fault } from "../../src/policy/model.ts";
import { composeTypeDefs } from "../../src/schema/compose.ts";
import type { TypeDefs } from "../../src/schema/parse-type-defs.ts";

const PRIVACY = readFileSync(new URL("../../schema/privacy.graphql", import.meta.url), "utf8");
const VOCABULARY = readFileSync(new URL("../../schema/vocabulary.graphql", import.meta.url), "utf8");
const SHOP = `type Query { customer: Customer }
type Customer { email: String @sensitive(category: EMAIL_ADDRESS) }`;
const FAULTY = `type Query { ok: Boolean }
  type Customer { email: String @sensitive(category: MAIL) }`;

function build(typeDefs: TypeDefs) {
  return buildASTSchema(composeTypeDefs(typeDefs));
}

function refusal(typeDefs: unknown): { message: string; faults: readonly Fault[] } {
  try {
    composeTypeDefs(typeDefs as TypeDefs);
  } catch (error) {
    if (error instanceof FieldguardError && error.code === "POLICY_INVALID") {
      return { message: error.message, faults: error.details["faults"] as readonly Fault[] };
    }
    throw error;
  }
  throw new Error("nothing was refused");
}

/** As graphql-tag leaves documents: a location for the whole, none for its parts. */
function withoutInnerLocations(document: DocumentNode): DocumentNode {
  const bare = visit(document, { enter: ({ loc: _, ...node }) => node as never });
  return { ...bare, loc: document.loc } as DocumentNode;
}

describe("what can be handed in", () => {
  const forms: readonly [string, TypeDefs][] = [
    ["text", SHOP],
    ["a source", new Source(SHOP, "shop.graphql")],
    ["a document", parse(SHOP)],
    ["a document without any location", parse(SHOP, { noLocation: true })],
    ["a document as graphql-tag makes it", withoutInnerLocations(parse(SHOP))],
    ["several texts", SHOP.split("\n")],
    ["a mixture", [SHOP.split("\n")[0] ?? "", parse(SHOP.split("\n")[1] ?? "")]],
    ["what was composed before", composeTypeDefs(SHOP)],
  ];

  test.each(forms)("%s", (_, typeDefs) => {
    const { policy, faults } = compilePolicy(build(typeDefs));
    expect(faults).toEqual([]);
    expect(Object.keys(policy.types["Customer"]?.fields ?? {})).toEqual(["email"]);
  });

  test("the same policy comes of every form", () => {
    const hashes = forms.map(([, typeDefs]) => compilePolicy(build(typeDefs)).policy.hash);
    expect(new Set(hashes).size).toBe(1);
  });
});

describe("places", () => {
  const cases: readonly [string, TypeDefs, string][] = [
    ["text", FAULTY, "typeDefs:2:54"],
    ["texts", ["scalar Date", FAULTY], "typeDefs[1]:2:54"],
    ["a named source", new Source(FAULTY, "schema/shop.graphql"), "schema/shop.graphql:2:54"],
    ["a source within a file", new Source(FAULTY, "shop.ts", { line: 10, column: 5 }), "shop.ts:11:54"],
    ["a document", parse(FAULTY), "typeDefs:2:54"],
    ["a document with a named source", parse(new Source(FAULTY, "shop.graphql")), "shop.graphql:2:54"],
    ["a document as graphql-tag makes it", withoutInnerLocations(parse(FAULTY)), "typeDefs:2:54"],
    ["a document without locations", parse(FAULTY, { noLocation: true }), "typeDefs (printed):6:38"],
  ];

  test.each(cases)("%s", (_, typeDefs, place) => {
    const { faults } = compilePolicy(build(typeDefs));
    expect(faults.map((fault) => fault.place)).toEqual([place]);
  });

  test("a document that was changed after parsing counts as it is now, not as its text was", () => {
    const parsed = withoutInnerLocations(parse(SHOP));
    const changed = visit(parsed, { Directive: () => null });
    const { policy } = compilePolicy(build(changed));
    expect(policy.types["Customer"]?.fields).toEqual({});
  });

  test("line ends of every kind are counted", () => {
    const sdl = "type Query { ok: Boolean }\r\n\r\n# a\rtype C {\n  email: Int @sensitive(category: EMAIL_ADDRESS) }";
    const { faults } = compilePolicy(build(new Source(sdl, "f")));
    expect(faults.map((fault) => fault.place)).toEqual(["f:5:14"]);
  });
});

describe("what cannot be read", () => {
  test("every part with a syntax error is named", () => {
    const { faults, message } = refusal([
      new Source("type A {", "a.graphql"),
      SHOP,
      new Source("\n  tipe B { x: ID }", "b.graphql"),
    ]);
    expect(faults.map(({ code, place }) => [code, place])).toEqual([
      ["SDL_SYNTAX", "a.graphql:1:9"],
      ["SDL_SYNTAX", "b.graphql:2:3"],
    ]);
    expect(message).toContain("a.graphql:1:9");
    expect(message).toContain("2 faults");
  });

  test.each([null, undefined, 42, {}, { kind: "Field" }, [SHOP, null], [undefined]])("%p", (typeDefs) => {
    expect(refusal(typeDefs).faults.map(({ code }) => code)).toEqual(["SDL_SYNTAX"]);
  });

  test.each(["", "   ", "# nothing", []])("nothing at all: %p", (typeDefs) => {
    const faults = Array.isArray(typeDefs) ? compilePolicy(build(typeDefs)).faults : refusal(typeDefs).faults;
    expect(faults.map(({ code }) => code)).toEqual([Array.isArray(typeDefs) ? "SCHEMA_INVALID" : "SDL_SYNTAX"]);
  });

  test("faults of the SDL and of the policy stand in one report, by line", () => {
    const { faults } = refusal(`type Query { a: Missing }
      type Customer @subject(id: "nobody") { id: ID @senstive, mail: Int @sensitive(category: EMAIL_ADDRESS) }`);
    expect(faults.map(({ code }) => code)).toEqual([
      "TYPE_UNKNOWN",
      "SUBJECT_FIELD_UNKNOWN",
      "DIRECTIVE_UNKNOWN",
      "MASK_NOT_CARRIED",
    ]);
  });

  test("where the rest cannot be built the faults of the SDL are the report", () => {
    const { faults } = refusal("type Query { a: ID @nope }\nunion Query = Query");
    expect(faults.map(({ code }) => code)).toContain("DIRECTIVE_UNKNOWN");
  });
});

describe("the vocabulary", () => {
  const values = (typeDefs: TypeDefs, name: string): string[] => {
    const type = build(typeDefs).getType(name);
    return isEnumType(type) ? type.getValues().map((value) => value.name) : [];
  };

  test("comes with every schema", () => {
    expect(values(SHOP, "Role")).toContain("PRIVACY_OFFICER");
    expect(values(SHOP, "Mask")).toContain("BUCKET");
  });

  test("is extended", () => {
    const roles = values([SHOP, "extend enum Role { COURIER @reach(of: ASSIGNED, declares: [DELIVERY]) }"], "Role");
    expect(roles).toContain("COURIER");
    expect(roles).toContain("CUSTOMER");
  });

  test("is replaced, each enum by itself, and what replaces can be extended", () => {
    const sdl = `${SHOP}
      enum Role { STAFF @reach(of: ALL, declares: []) }
      extend enum Role { GUEST @reach(of: NONE, declares: []) }`;
    expect(values(sdl, "Role")).toEqual(["STAFF", "GUEST"]);
    expect(values(sdl, "Purpose")).toContain("DELIVERY");
  });

  test("may be copied into the integrator's files, as may the directives", () => {
    const { policy, faults } = compilePolicy(build([PRIVACY, VOCABULARY, SHOP]));
    expect(faults).toEqual([]);
    expect(policy.hash).toBe(compilePolicy(build(SHOP)).policy.hash);
  });

  test("a copy of the directives in which something was changed is refused", () => {
    const changed = PRIVACY.replace("atLeast: Int!", "atLeast: Int");
    expect(changed).not.toBe(PRIVACY);
    expect(refusal([changed, SHOP]).faults.map(({ code, coordinate }) => [code, coordinate])).toContainEqual([
      "DEFINITION_RESERVED",
      "@aggregate",
    ]);
  });

  test("default roles declare what is left of replaced purposes", () => {
    const sdl = `${SHOP} enum Purpose { DELIVERY @basis(of: CONTRACT) }`;
    const { policy, faults } = compilePolicy(build(sdl));
    expect(faults).toEqual([]);
    expect(policy.vocabulary.roles["LOGISTICS_PARTNER"]?.declares).toEqual(["DELIVERY"]);
    expect(policy.vocabulary.roles["MERCHANT"]?.declares).toEqual([]);
  });
});

describe("modules", () => {
  test("a type that several parts define is joined, with its annotations", () => {
    const schema = build([
      'type Query { a: Customer } type Customer @subject(id: "id") { id: ID }',
      "type Query { b: Customer } type Customer { email: String @sensitive(category: EMAIL_ADDRESS) }",
      "interface Node { id: ID } scalar Date",
      "interface Node { id: ID } scalar Date enum Size { S } union U = Query input In { a: ID }",
      "enum Size { L } union U = Customer input In { b: ID } interface Node { at: Date }",
    ]);
    const { policy, faults } = compilePolicy(schema);
    expect(faults).toEqual([]);
    expect(policy.types["Customer"]?.subject?.id).toEqual(["id"]);
    expect(Object.keys(policy.types["Customer"]?.fields ?? {})).toEqual(["email"]);
    const query = schema.getType("Query");
    expect(isObjectType(query) ? Object.keys(query.getFields()) : []).toEqual(["a", "b"]);
    expect(policy.types["Node"]?.fieldNames).toEqual(["id", "at"]);
  });

  test("a field that two parts define differently is refused", () => {
    const { faults } = refusal([
      new Source("type Query { email: String @sensitive(category: EMAIL_ADDRESS) }", "a"),
      new Source("type Query { email: String }", "b"),
    ]);
    expect(faults.map(({ code, place }) => [code, place])).toEqual([["NAME_DUPLICATE", "b:1:14"]]);
  });

  test("of two kinds is refused", () => {
    expect(refusal([SHOP, "scalar Customer"]).faults.map(({ code }) => code)).toEqual(["NAME_DUPLICATE"]);
  });
});

test("composing again changes nothing", () => {
  const once = composeTypeDefs(new Source(SHOP, "shop.graphql"));
  expect(print(composeTypeDefs([once]))).toBe(print(once));
  const places = composeTypeDefs([once, "extend type Query { more: ID }"]).definitions.map(
    (each) => each.loc?.source.name,
  );
  expect(places).toContain("shop.graphql");
  expect(places).toContain("typeDefs[1]");
});

test("the documents handed in are left as they are", () => {
  const document = parse(SHOP);
  const before = JSON.stringify(document);
  composeTypeDefs([document, "extend enum Role { X @reach(of: ALL, declares: []) }"]);
  expect(JSON.stringify(document)).toBe(before);
  expect(document.definitions.every((each) => each.kind !== Kind.ENUM_TYPE_DEFINITION)).toBe(true);
});
