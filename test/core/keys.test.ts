import { createHmac, hkdfSync, randomBytes } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { FieldguardError } from "../../src/core/errors.ts";
import { createKeyring, type HashScope, parseKeyring, type VersionedSecret } from "../../src/core/keys.ts";

const OLD = Buffer.alloc(32, 1);
const NEW = Buffer.alloc(32, 2);
const SCOPE: HashScope = { tenant: "m-1", category: "EMAIL_ADDRESS", purpose: "DELIVERY" };

/** The code and message of what is thrown. */
function faultOf(run: () => unknown): { code: string; message: string } {
  try {
    run();
  } catch (error) {
    if (error instanceof FieldguardError) {
      return {
        code: error.code,
        message: `${error.message} ${JSON.stringify(error.details)} ${String(error.cause ?? "")}`,
      };
    }
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("references", () => {
  test("are HMAC-SHA-256 under a key derived for them, as stored logs hold them", () => {
    const key = Buffer.from(hkdfSync("sha256", OLD, "", "fieldguard subject reference", 32));
    const expected = `1:${createHmac("sha256", key).update("cust-1").digest("hex")}`;
    expect(createKeyring([{ version: 1, secret: OLD }]).reference("cust-1")).toBe(expected);
  });

  test("carry the highest version, whatever the order of the keys", () => {
    const keys = [
      { version: 2, secret: NEW },
      { version: 10, secret: OLD },
    ];
    for (const given of [keys, [...keys].reverse()]) {
      expect(createKeyring(given).reference("cust-1")).toMatch(/^10:[0-9a-f]{64}$/);
    }
  });

  test("are known under every version, the current one first", () => {
    const before = createKeyring([{ version: 1, secret: OLD }]);
    const after = createKeyring([
      { version: 1, secret: OLD },
      { version: 2, secret: NEW },
    ]);
    expect(after.references("cust-1")).toEqual([after.reference("cust-1"), before.reference("cust-1")]);
    expect(after.references("cust-1").map((reference) => reference.split(":")[0])).toEqual(["2", "1"]);
    expect(before.references("cust-1")).toEqual([before.reference("cust-1")]);
  });

  test("stay the same, remembered or not, and tell people apart", () => {
    const keyring = createKeyring([{ version: 1, secret: OLD }]);
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ minLength: 120, maxLength: 300 })), fc.string(), (one, other) => {
        const reference = keyring.reference(one);
        expect(keyring.reference(one)).toBe(reference);
        expect(createKeyring([{ version: 1, secret: OLD }]).reference(one)).toBe(reference);
        expect(keyring.reference(other) === reference).toBe(one === other);
      }),
    );
  });

  test("do not depend on the dictionary of another gateway", () => {
    expect(createKeyring([{ version: 1, secret: NEW }]).reference("cust-1")).not.toBe(
      createKeyring([{ version: 1, secret: OLD }]).reference("cust-1"),
    );
  });
});

describe("hashes", () => {
  const keyring = createKeyring([{ version: 3, secret: OLD }]);

  test("are scoped HMACs of 128 bits under a key of their own", () => {
    const key = Buffer.from(hkdfSync("sha256", OLD, "", "fieldguard value hash", 32));
    const scoped = createHmac("sha256", key).update('["m-1","EMAIL_ADDRESS","DELIVERY"]').digest();
    const digest = createHmac("sha256", scoped).update("cust-1").digest("hex");
    expect(keyring.hash("cust-1", SCOPE)).toBe(`h:3:${digest.slice(0, 32)}`);
  });

  test("differ from references", () => {
    const hash = keyring.hash("cust-1", { tenant: null, category: "", purpose: null }).split(":")[2] ?? "";
    expect(hash).toHaveLength(32);
    expect(keyring.reference("cust-1")).not.toContain(hash);
  });

  test("differ wherever the scope does", () => {
    const part = fc.option(fc.string(), { nil: null });
    const scope = fc.record({ tenant: part, category: fc.string(), purpose: part });
    fc.assert(
      fc.property(scope, scope, (one, other) => {
        const same = one.tenant === other.tenant && one.category === other.category && one.purpose === other.purpose;
        expect(keyring.hash("cust-1", one) === keyring.hash("cust-1", other)).toBe(same);
      }),
    );
    const shifted = [
      { tenant: "a", category: "b", purpose: "c" },
      { tenant: "a,b", category: "", purpose: "c" },
      { tenant: 'a","b', category: "c", purpose: null },
      { tenant: null, category: "b", purpose: "c" },
      { tenant: "null", category: "b", purpose: "c" },
    ].map((within) => keyring.hash("cust-1", within));
    expect(new Set(shifted).size).toBe(shifted.length);
  });

  test("stay the same when more scopes were seen than are remembered", () => {
    const first = keyring.hash("cust-1", SCOPE);
    for (let count = 0; count < 1_100; count += 1) {
      keyring.hash("cust-1", { ...SCOPE, tenant: `m-${count + 2}` });
    }
    expect(keyring.hash("cust-1", SCOPE)).toBe(first);
  });
});

describe("createKeyring", () => {
  test.each<[string, VersionedSecret[], RegExp]>([
    ["no key", [], /no key/],
    ["a short secret", [{ version: 1, secret: Buffer.alloc(31, 1) }], /version 1 has 31 bytes/],
    [
      "a version twice",
      [
        { version: 1, secret: OLD },
        { version: 1, secret: NEW },
      ],
      /version 1 is given twice/,
    ],
    ["version 0", [{ version: 0, secret: OLD }], /whole number/],
    ["a broken version", [{ version: 1.5, secret: OLD }], /whole number/],
    ["no number", [{ version: Number.NaN, secret: OLD }], /whole number/],
  ])("refuses %s", (_what, keys, message) => {
    const fault = faultOf(() => createKeyring(keys));
    expect(fault.code).toBe("CONFIGURATION_INVALID");
    expect(fault.message).toMatch(message);
  });
});

describe("parseKeyring", () => {
  const hex = "0f".repeat(32);
  const bytes = Buffer.from(hex, "hex");
  const long = randomBytes(48);
  const passphrase = "correct horse, battery: staple and more";

  test.each<[string, string, VersionedSecret[]]>([
    ["hex", hex, [{ version: 1, secret: bytes }]],
    ["hex in capitals", hex.toUpperCase(), [{ version: 1, secret: bytes }]],
    ["base64", bytes.toString("base64"), [{ version: 1, secret: bytes }]],
    ["base64 of more bytes", long.toString("base64"), [{ version: 1, secret: long }]],
    ["base64url", long.toString("base64url"), [{ version: 1, secret: long }]],
    ["a passphrase", passphrase, [{ version: 1, secret: Buffer.from(passphrase) }]],
    ["a passphrase of another script", "密".repeat(32), [{ version: 1, secret: Buffer.from("密".repeat(32)) }]],
    [
      "32 hex digits, which are too few bytes, as a passphrase",
      "0f".repeat(16),
      [{ version: 1, secret: Buffer.from("0f".repeat(16)) }],
    ],
    ["line end and spaces around", ` ${hex}\n`, [{ version: 1, secret: bytes }]],
    ["a version", `7:${hex}`, [{ version: 7, secret: bytes }]],
    [
      "a rotation",
      `2:${hex},1:${passphrase}`,
      [
        { version: 2, secret: bytes },
        { version: 1, secret: Buffer.from(passphrase) },
      ],
    ],
    [
      "a rotation with spaces, oldest first",
      `1:${hex} , 2:${passphrase}`,
      [
        { version: 2, secret: Buffer.from(passphrase) },
        { version: 1, secret: bytes },
      ],
    ],
  ])("reads %s", (_what, text, keys) => {
    expect(parseKeyring(text).references("cust-1")).toEqual(createKeyring(keys).references("cust-1"));
  });

  test.each([
    ["nothing", "", /empty/],
    ["spaces", "  \n", /empty/],
    ["a short secret", "hunter2-hunter2-hunter2", /too short/],
    ["31 characters", "x".repeat(31), /too short/],
    ["a short second secret", `2:${hex},1:hunter2-hunter2`, /entry 2 is too short/],
    ["an empty secret", "1:", /too short/],
    ["a version twice", `1:${hex},1:${hex}`, /twice/],
    ["version 0", `0:${hex}`, /whole number/],
    ["a huge version", `99999999999999999999:${hex}`, /whole number/],
  ])("refuses %s and shows none of it", (_what, text, message) => {
    const fault = faultOf(() => parseKeyring(text));
    expect(fault.code).toBe("CONFIGURATION_INVALID");
    expect(fault.message).toMatch(message);
    expect(fault.message).toContain("FIELDGUARD_LOG_KEY");
    expect(fault.message).not.toMatch(/hunter2|0f0f|xxx/);
  });
});
