import { describe, expect, test } from "@jest/globals";
import type { GraphQLScalarType } from "graphql";
import { resolvers } from "graphql-scalars";
import { MASKS } from "../../src/masks/names.ts";
import { mask } from "./harness.ts";

const scalars = resolvers as unknown as Readonly<Record<string, GraphQLScalarType>>;

/** A value of each scalar as its `serialize` takes it; what people keep in them, made for the test. */
const VALUES: Readonly<Record<string, unknown>> = {
  AccountNumber: "12345678901234567",
  BigInt: 98_765_432_109_876_543n,
  Byte: Buffer.from("a secret"),
  CountryCode: "DE",
  CountryName: "Germany",
  Cuid2: "tz4a98xxat96iws9zmbrgj3a",
  GeoJSON: { type: "Point", coordinates: [13.4, 52.52] },
  Hexadecimal: "0123abcdef",
  Cuid: "cjld2cyuq0000t3rmniod1foy",
  Currency: "EUR",
  Date: "1990-05-17",
  DateTime: "1990-05-17T10:00:00.000Z",
  DateTimeISO: "1990-05-17T10:00:00.000Z",
  DeweyDecimal: "813.54",
  DID: "did:example:123456789abcdefghi",
  Duration: "P1Y2M",
  EmailAddress: "jane.doe@example.com",
  GUID: "123e4567-e89b-42d3-a456-426614174000",
  HexColorCode: "#aabbcc",
  HSL: "hsl(120, 60%, 70%)",
  HSLA: "hsla(120, 60%, 70%, 0.3)",
  IBAN: "DE89370400440532013000",
  IP: "203.0.113.77",
  IPCPatent: "A01B 1/02",
  IPv4: "203.0.113.77",
  IPv6: "2001:db8:1:2:3:4:5:6",
  ISBN: "978-3-16-148410-0",
  ISO8601Duration: "P1Y2M",
  JSON: "free text of somebody",
  JSONObject: { name: "Jane Doe" },
  JWT: "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlLW9mLW5vYm9keQ",
  Latitude: 52.52,
  LCCSubclass: "QA",
  LocalDate: "1990-05-17",
  LocalDateTime: "1990-05-17T10:00:00",
  LocalEndTime: "24:00",
  LocalTime: "10:00",
  Locale: "de-DE",
  Long: 9_876_543_210,
  Longitude: 13.4,
  MAC: "01:23:45:67:89:ab",
  NegativeFloat: -34.5,
  NegativeInt: -34,
  NonEmptyString: "Jane Doe",
  NonNegativeFloat: 34.5,
  NonNegativeInt: 34,
  NonPositiveFloat: -34.5,
  NonPositiveInt: -34,
  ObjectID: "5e5677d71bdc2ae76344968c",
  PhoneNumber: "+4915123456789",
  Port: 8_080,
  PositiveFloat: 34.5,
  PositiveInt: 34,
  PostalCode: "10115",
  RGB: "rgb(1, 2, 3)",
  RGBA: "rgba(1, 2, 3, 0.4)",
  RoutingNumber: "111000025",
  SafeInt: 34,
  SemVer: "1.2.3",
  SESSN: "19811228-9874",
  Time: "10:00:00Z",
  TimeZone: "Europe/Berlin",
  Timestamp: new Date("1990-05-17T10:00:00Z"),
  ULID: "01ARZ3NDEKTSV4RRFFQ69G5FAV",
  UnsignedFloat: 34.5,
  UnsignedInt: 34,
  URL: new URL("https://example.com/jane?id=1"),
  USCurrency: 1_234,
  UtcOffset: "+03:00",
  UUID: "123e4567-e89b-42d3-a456-426614174000",
  Void: null,
};

/** What a client is sent. */
const sent = (value: unknown): unknown => {
  const plain = value instanceof Date || value instanceof URL ? value.toJSON() : value;
  return typeof plain === "bigint" ? plain : JSON.parse(JSON.stringify(plain ?? null));
};

describe("the scalars of a library", () => {
  test("are all tried", () => {
    expect(Object.keys(scalars).filter((name) => !(name in VALUES))).toEqual([]);
  });

  test.each(Object.keys(scalars))("%s gets a value of its own from every mask, or none", (name) => {
    const type = scalars[name];
    if (type === undefined) throw new Error(`no scalar ${name}`);
    const clear = type.serialize(VALUES[name]);
    for (const each of MASKS) {
      const masked = mask(each, clear, { leaf: name, type });
      if (masked === null) continue;
      // The lower bound of a range is in it, and a country is what an address or a coarse location may show.
      const hides = each !== "BUCKET" && each !== "ADDRESS" && each !== "POSTCODE";
      expect([each, hides && sent(masked) === sent(clear)]).toEqual([each, false]);
      expect(() => type.parseValue(sent(masked))).not.toThrow();
    }
  });

  test.each([
    ["EmailAddress", "EMAIL", null],
    ["PhoneNumber", "PHONE", null],
    ["PostalCode", "POSTCODE", null],
    ["UUID", "HASH", null],
    ["UUID", "REDACT", null],
    ["Currency", "REDACT", null],
    ["USCurrency", "REDACT", null],
    ["USCurrency", "LAST4", null],
    ["IBAN", "LAST4", null],
    ["IP", "IP", "203.0.113.0"],
    ["IPv4", "IP", "203.0.113.0"],
    ["IPv6", "IP", "2001:db8:1::"],
    ["LocalDate", "YEAR", "1990-01-01"],
    ["DateTime", "YEAR", "1990-01-01T00:00:00.000Z"],
    ["JSON", "REDACT", "•••"],
    ["JSONObject", "REDACT", null],
    ["NonEmptyString", "PERSON_NAME", "J••• D•••"],
    ["PositiveInt", "BUCKET", 20],
    ["Long", "BUCKET", 5_000_000_000],
    ["BigInt", "BUCKET", "50000000000000000"],
  ] as const)("%s masked by %s is %p", (name, each, masked) => {
    const type = scalars[name];
    if (type === undefined) throw new Error(`no scalar ${name}`);
    expect(mask(each, type.serialize(VALUES[name]), { leaf: name, type })).toEqual(masked);
  });
});
