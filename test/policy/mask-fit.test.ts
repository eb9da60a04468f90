import { describe, expect, test } from "@jest/globals";
import {
  GraphQLBoolean,
  GraphQLEnumType,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  type GraphQLLeafType,
  GraphQLScalarType,
  GraphQLString,
} from "graphql";
import { MASKS } from "../../src/masks/names.ts";
import { canCarry, masksFor } from "../../src/policy/check/mask-fit.ts";

/** A scalar of an integrator's that takes what the pattern does, and throws otherwise. */
function scalar(name: string, takes: (value: unknown) => boolean): GraphQLScalarType {
  return new GraphQLScalarType({
    name,
    parseValue(value) {
      if (!takes(value)) throw new TypeError(`${name} cannot be that`);
      return value;
    },
  });
}

const like = (pattern: RegExp) => (value: unknown) => typeof value === "string" && pattern.test(value);
const TEXT_MASKS = MASKS.filter((mask) => mask !== "BUCKET");

const ROWS: readonly (readonly [string, GraphQLLeafType, readonly string[]])[] = [
  ["String", GraphQLString, TEXT_MASKS],
  ["ID", GraphQLID, TEXT_MASKS],
  ["Int", GraphQLInt, ["NULLIFY", "BUCKET"]],
  ["Float", GraphQLFloat, ["NULLIFY", "BUCKET"]],
  ["Boolean", GraphQLBoolean, ["NULLIFY"]],
  ["an enum", new GraphQLEnumType({ name: "Kind", values: { REDACT: {}, A518: { value: "518" } } }), ["NULLIFY"]],
  ["a scalar of which only SDL is known", new GraphQLScalarType({ name: "JSON" }), MASKS],
  ["a date", scalar("Date", like(/^\d{4}-\d\d-\d\d$/)), ["NULLIFY", "YEAR"]],
  ["a time", scalar("DateTime", like(/^\d{4}-\d\d-\d\dT.*Z$/)), ["NULLIFY", "YEAR"]],
  ["an e-mail address", scalar("Mail", like(/^\S+@[a-z.]+$/)), ["NULLIFY", "EMAIL"]],
  ["an ASCII e-mail address", scalar("AsciiMail", like(/^[a-z]+@[a-z.]+$/)), ["NULLIFY"]],
  ["an IPv4 address", scalar("IPv4", like(/^(\d+\.){3}\d+$/)), ["NULLIFY", "IP"]],
  ["an IPv6 address", scalar("IPv6", like(/^[0-9a-f:]+::?$/)), ["NULLIFY", "IP"]],
  ["a decimal number in text", scalar("Decimal", like(/^\d+$/)), ["NULLIFY", "POSTCODE", "YEAR", "BUCKET"]],
  ["a big integer", scalar("BigInt", (value) => typeof value === "bigint"), ["NULLIFY", "BUCKET"]],
  ["a long digest", scalar("Sha256", like(/^h:1:[0-9a-f]{64}$/)), ["NULLIFY"]],
  ["a short digest", scalar("Digest", like(/^h:1:[0-9a-f]{32}$/)), ["NULLIFY", "HASH"]],
  ["a scalar that takes nothing", scalar("Never", () => false), ["NULLIFY"]],
];

describe("which masks a type can carry", () => {
  test.each(ROWS)("%s", (_, type, masks) => {
    expect(masksFor(type)).toEqual(MASKS.filter((mask) => masks.includes(mask)));
  });

  test("a scalar that makes nothing of the value has not taken it", () => {
    const silent = new GraphQLScalarType({ name: "Silent", parseValue: () => undefined });
    expect(canCarry(silent, "REDACT")).toBe(false);
    expect(canCarry(silent, "NULLIFY")).toBe(true);
  });
});
