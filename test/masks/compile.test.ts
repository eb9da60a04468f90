import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  buildSchema,
  GraphQLBoolean,
  GraphQLError,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  type GraphQLNamedType,
  GraphQLScalarType,
  GraphQLString,
} from "graphql";
import { createKeyring } from "../../src/core/keys.ts";
import { compileMask } from "../../src/masks/index.ts";
import { MASKS, type Mask } from "../../src/masks/names.ts";
import { canCarry } from "../../src/policy/check/mask-fit.ts";
import { mask, scope, tools } from "./harness.ts";

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DATE = scalar("Date", (value) => typeof value === "string" && DAY.test(value));
const DATE_TIME = scalar(
  "DateTime",
  (value) => typeof value === "string" && /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(value),
);
const LOCAL_DATE_TIME = scalar(
  "LocalDateTime",
  (value) => typeof value === "string" && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/.test(value),
);
const TIMESTAMP = scalar("Timestamp", (value) => Number.isInteger(value));
const UNIX_SECONDS = scalar("UnixSeconds", (value) => Number.isInteger(value));
const BIRTH_YEAR = scalar("BirthYear", (value) => Number.isInteger(value));
const EMAIL = scalar("EmailAddress", (value) => typeof value === "string" && /^[\w.]+@[\w.]+$/.test(value));
const DECIMAL = scalar("Decimal", (value) => typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value));
const JSON_VALUE = new GraphQLScalarType({ name: "JSON" });
const SCALARS = [
  GraphQLString,
  GraphQLID,
  GraphQLInt,
  GraphQLFloat,
  GraphQLBoolean,
  DATE,
  DATE_TIME,
  LOCAL_DATE_TIME,
  TIMESTAMP,
  EMAIL,
  DECIMAL,
  JSON_VALUE,
];

/** A scalar that refuses as real ones do: by throwing. */
function scalar(name: string, accepts: (value: unknown) => boolean): GraphQLScalarType {
  return new GraphQLScalarType({
    name,
    parseValue: (value) => {
      if (accepts(value)) return value;
      throw new GraphQLError(`no ${name}`);
    },
  });
}

/** Masks a value of a field of the type. */
function maskAs(type: GraphQLNamedType, name: Mask, value: unknown): unknown {
  return mask(name, value, { leaf: type.name, type });
}

describe("the masks of the vocabulary", () => {
  test.each<[Mask, unknown, unknown]>([
    ["REDACT", "a secret", "•••"],
    ["REDACT", "", "•••"],
    ["NULLIFY", "a secret", null],
    ["PAN", "4111111111111111", "•••• •••• •••• 1111"],
    ["LAST4", "6222020200001234", "••••1234"],
    ["EMAIL", "david@example.com", "d•••@example.com"],
    ["PHONE", "13812345678", "138••••5678"],
    ["PHONE", "+4915123456756", "+49••••••56"],
    ["ID_NUMBER", "11010519491231002X", "1•••••••••••••••2X"],
    ["PERSON_NAME", "张三", "张••"],
    ["PERSON_NAME", "Jane Doe", "J••• D•••"],
    ["ADDRESS", "浙江省杭州市西湖区文三路478号", "浙江省杭州市"],
    ["POSTCODE", "518000", "518"],
    ["IP", "203.0.113.7", "203.0.113.0"],
    ["IP", "2001:db8:1:2::3", "2001:db8:1::"],
    ["YEAR", "1990-05-17", "1990"],
  ])("%s of %p is %p", (name, clear, masked) => {
    expect(mask(name, clear)).toBe(masked);
    expect(mask(name, clear, { leaf: "ID" })).toBe(masked);
  });

  test("redacts in one length", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (clear) => {
        expect(mask("REDACT", clear)).toBe("•••");
      }),
    );
  });

  test.each(MASKS)("%s leaves nothing where there is nothing", (name) => {
    expect(mask(name, null)).toBeNull();
    expect(mask(name, undefined)).toBeNull();
  });
});

describe("values that are false or empty", () => {
  test.each<[Mask, string, unknown, unknown]>([
    ["REDACT", "String", "", "•••"],
    ["REDACT", "String", 0, "•••"],
    ["REDACT", "String", false, "•••"],
    ["PAN", "String", "", "•••• •••• •••• ••••"],
    ["BUCKET", "Int", 0, 0],
    ["REDACT", "Int", 0, null],
    ["REDACT", "Boolean", false, null],
    ["HASH", "Int", 0, null],
    ["HASH", "Boolean", false, null],
  ])("%s of %s %p is %p", (name, leaf, clear, masked) => {
    expect(mask(name, clear, { leaf })).toBe(masked);
  });

  test("an empty text and the texts of 0 and false have hashes of their own", () => {
    const hashes = ["", "0", "false"].map((clear) => mask("HASH", clear));
    expect(new Set(hashes).size).toBe(3);
    expect(mask("HASH", 0)).toBe(hashes[1]);
    expect(mask("HASH", false)).toBe(hashes[2]);
  });
});

describe("lists", () => {
  test("are masked element by element at any depth, null staying null", () => {
    expect(mask("EMAIL", ["david@example.com", null, "nobody"])).toEqual(["d•••@example.com", null, "•••"]);
    expect(mask("LAST4", [[["123456789012"], []], null])).toEqual([[["••••9012"], []], null]);
    expect(mask("BUCKET", [7, 34, null], { leaf: "Int" })).toEqual([0, 20, null]);
  });

  test("are withheld whole by NULLIFY, so that their length does not show", () => {
    expect(mask("NULLIFY", ["a", "b"])).toBeNull();
  });

  test.each([
    ["BUCKET", [7, "7", 34], { leaf: "Int" }],
    ["BUCKET", [[7], [34, Number.NaN]], { leaf: "Int" }],
    ["EMAIL", ["david@example.com", { local: "david" }], {}],
    ["YEAR", ["1990-05-17", "tomorrow"], { leaf: "Date" }],
  ] as const)(
    "of %s are withheld whole where one of %j cannot be masked: they may not hold null",
    (name, clear, field) => {
      expect(mask(name, clear, field)).toBeNull();
    },
  );

  test("that hold themselves come to an end", () => {
    const cyclic: unknown[] = ["123456789012"];
    cyclic.push(cyclic);
    expect(mask("LAST4", cyclic)).toBeNull();
  });
});

describe("scalars", () => {
  test.each<[GraphQLScalarType, unknown, unknown]>([
    [DATE, "1990-05-17", "1990-01-01"],
    [JSON_VALUE, "1990-05-17", "1990-01-01"],
    [JSON_VALUE, "1990-05-17T10:00:00Z", "1990-01-01T00:00:00.000Z"],
    [JSON_VALUE, "1990-05-17T10:00:00", "1990-01-01T00:00:00"],
    [DATE, "1990-05-17T00:00:00.000Z", "1990-01-01"],
    [DATE_TIME, "1990-05-17T23:30:00Z", "1990-01-01T00:00:00.000Z"],
    [DATE_TIME, "1990-05-17", "1990-01-01T00:00:00.000Z"],
    [DATE_TIME, new Date("1990-05-17T23:30:00Z"), "1990-01-01T00:00:00.000Z"],
    [LOCAL_DATE_TIME, "1990-05-17T23:30:00", "1990-01-01T00:00:00"],
    [TIMESTAMP, Date.UTC(1990, 4, 17), Date.UTC(1990, 0, 1)],
    [TIMESTAMP, -1, Date.UTC(1969, 0, 1)],
    [UNIX_SECONDS, Date.UTC(1990, 4, 17) / 1000, Date.UTC(1990, 0, 1) / 1000],
    [BIRTH_YEAR, 1990, 1990],
    [BIRTH_YEAR, 34, null],
    [DATE, "tomorrow", null],
    [DATE, new Date(Number.NaN), null],
    [GraphQLInt, 1990, null],
    [GraphQLFloat, 1990, null],
  ])("YEAR of %s %p is %p", (type, clear, masked) => {
    expect(maskAs(type, "YEAR", clear)).toEqual(masked);
  });

  test.each(["LocalDate", "Date", "ISODate"])("YEAR knows %s of which no more than SDL is known", (leaf) => {
    expect(mask("YEAR", "1990-05-17", { leaf })).toBe("1990-01-01");
  });

  test.each<[GraphQLScalarType, Mask, unknown, unknown]>([
    [EMAIL, "EMAIL", "david@example.com", null],
    [EMAIL, "REDACT", "david@example.com", null],
    [DATE, "REDACT", "1990-05-17", null],
    [DECIMAL, "BUCKET", "12345.67", "10000"],
    [DECIMAL, "HASH", "12345.67", null],
    [JSON_VALUE, "BUCKET", 12_345.67, 10_000],
    [JSON_VALUE, "REDACT", "text", "•••"],
    [JSON_VALUE, "REDACT", 5, null],
    [JSON_VALUE, "REDACT", { name: "Jane" }, null],
    [GraphQLInt, "HASH", 5, null],
    [GraphQLString, "BUCKET", "12345", null],
    [GraphQLFloat, "BUCKET", 12.5, 10],
  ])("what %s cannot carry of %s is withheld: %p becomes %p", (type, name, clear, masked) => {
    expect(maskAs(type, name, clear)).toBe(masked);
  });

  test("that read a value as nothing do not carry it", () => {
    const nothing = new GraphQLScalarType({ name: "Nothing", parseValue: () => undefined });
    expect(maskAs(nothing, "REDACT", "text")).toBeNull();
  });

  test("are asked once where the result never varies", () => {
    let asked = 0;
    const counted = scalar("Counted", () => {
      asked += 1;
      return true;
    });
    const redact = compileMask("REDACT", { category: "EMAIL_ADDRESS", leaf: "Counted", type: counted }, tools);
    expect(redact("a", scope)).toBe("•••");
    const once = asked;
    expect(once).toBeGreaterThan(0);
    expect(redact(["a", "b", "c"], scope)).toEqual(["•••", "•••", "•••"]);
    expect(asked).toBe(once);
  });

  const schema = buildSchema(`
    enum Gender { FEMALE MALE }
    type Address { city: String }
    union Party = Address
    type Query { gender: Gender address: Address party: Party }`);

  test.each(["Gender", "Address", "Party"])("%s is none and carries no mask but NULLIFY", (leaf) => {
    const type = schema.getType(leaf);
    for (const name of MASKS) {
      expect(mask(name, "FEMALE", { leaf, ...(type ? { type } : {}) })).toBeNull();
      expect(mask(name, { city: "Berlin" }, { leaf, ...(type ? { type } : {}) })).toBeNull();
    }
  });

  test("are those of which the policy says that they carry the mask", () => {
    for (const type of SCALARS) {
      for (const name of MASKS) {
        const clear = CLEAR.map((value) => maskAs(type, name, value));
        const carried = name === "NULLIFY" || clear.some((masked) => masked !== null);
        expect(`${type.name} ${name} ${carried}`).toBe(`${type.name} ${name} ${canCarry(type, name)}`);
      }
    }
  });
});

/** Values of every kind that some mask makes something of. */
const CLEAR = [
  "4111111111111111",
  "david@example.com",
  "203.0.113.7",
  "1990-05-17",
  "1990-05-17T10:00:00Z",
  "Jane Doe",
  "12345.67",
  1_234,
  Date.UTC(1990, 4, 17),
  true,
];

describe("any value at all", () => {
  const anything = fc.oneof(
    fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withNullPrototype: true,
      withObjectString: true,
      withSparseArray: true,
      withTypedArray: true,
    }),
    fc.jsonValue(),
    fc.string({ unit: "binary" }),
    fc.string({ unit: "grapheme" }),
    fc.constantFrom<unknown>(
      "\ud83d",
      "\udc00\ud83d",
      "👩‍👩‍👧‍👦",
      "\u202eabc@example.com",
      "\u200b\u200b\u200b",
      "\0",
      "e".padEnd(500, "\u0301"),
    ),
  );

  test.each(MASKS)("%s never throws, always gives the same, and gives what the scalar takes", (name) => {
    fc.assert(
      fc.property(anything, fc.constantFrom(...SCALARS), (value, type) => {
        const masked = maskAs(type, name, value);
        expect(maskAs(type, name, value)).toEqual(masked);
        for (const leaf of leavesOf(masked)) {
          expect(() => type.parseValue(leaf)).not.toThrow();
          expect(["string", "number", "bigint", "boolean"]).toContain(typeof leaf);
        }
      }),
      { numRuns: 300 },
    );
  });

  test.each(MASKS)("%s withholds what cannot be looked at", (name) => {
    const unreadable = { toString: () => fail(), valueOf: () => fail(), toJSON: () => fail() };
    for (const value of [revoked(), throwing(), unreadable, Symbol("s"), () => "f", new Date(Number.NaN)]) {
      for (const type of SCALARS) {
        expect(maskAs(type, name, value)).toBeNull();
      }
    }
  });

  test.each(MASKS)("%s keeps a JavaScript type in a scalar of its own", (name) => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.constantFrom(...CLEAR)), (value) => {
        const masked = maskAs(JSON_VALUE, name, value);
        expect(masked === null || typeof masked === typeof value).toBe(true);
      }),
    );
  });
});

function leavesOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value.flatMap(leavesOf) : value === null ? [] : [value];
}

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable([], {});
  revoke();
  return proxy;
}

function throwing(): unknown[] {
  return Object.defineProperty(["x"], 0, { get: fail });
}

function fail(): never {
  throw new Error("looked at");
}

describe("HASH", () => {
  const within = (tenant: string | null, purpose: string | null, category = "PERSON_NAME") =>
    mask("HASH", "cust-1", { category }, { tenant, purpose });

  test("is keyed, versioned and of one length", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (clear) => {
        expect(mask("HASH", clear)).toMatch(/^h:1:[0-9a-f]{32}$/);
      }),
    );
    const other = createKeyring([{ version: 1, secret: Buffer.alloc(32, 8) }]);
    expect(
      compileMask("HASH", { category: "PERSON_NAME", leaf: "String" }, { ...tools, keyring: other })("cust-1", scope),
    ).not.toBe(mask("HASH", "cust-1"));
  });

  test("joins rows of one tenant, category and purpose, and nothing else", () => {
    expect(within("m-1", "DELIVERY")).toBe(within("m-1", "DELIVERY"));
    const hashes = [
      within("m-1", "DELIVERY"),
      within("m-2", "DELIVERY"),
      within("m-1", "ANALYTICS"),
      within("m-1", "DELIVERY", "DEVICE_IDENTIFIER"),
      within(null, "DELIVERY"),
      within("null", "DELIVERY"),
      within("m-1", null),
      within(null, null),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});
