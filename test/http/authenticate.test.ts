import { generateKeyPairSync } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { makeExecutableSchema } from "@graphql-tools/schema";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import jwt from "jsonwebtoken";
import { FieldguardError } from "../../src/core/errors.ts";
import { compilePolicy } from "../../src/policy/compile.ts";
import type { AuthOptions } from "../../src/request/auth-options.ts";
import { createAuthenticator } from "../../src/request/authenticate.ts";
import { CLOCK_SKEW_SECONDS } from "../../src/request/verify-token.ts";
import { composeTypeDefs } from "../../src/schema/compose.ts";

const NOW = 1_800_000_000;
const clock = { now: () => NOW * 1000 };
const SECRET = "the secret of these tests, long enough";
const { vocabulary } = compilePolicy(
  makeExecutableSchema({ typeDefs: composeTypeDefs("type Query { a: Int }") }),
).policy;

const authenticate = (options: AuthOptions) => createAuthenticator(options, vocabulary, clock);
const signed = (claims: object, options: jwt.SignOptions = {}, secret = SECRET) =>
  jwt.sign({ iat: NOW, ...claims }, secret, { algorithm: "HS256", ...options });

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => new Error("was accepted"),
    (reason: unknown) => reason,
  );
  if (!(error instanceof FieldguardError)) throw error;
  expect(error.message).not.toContain("eyJ");
  return error.code;
}

const MERCHANT = { sub: "u-1", role: "MERCHANT", tenants: ["m-1", "m-2"], org: "o-1", region: "CN" };

describe("with a secret", () => {
  const check = authenticate({ secret: SECRET });

  test("no token is a guest", async () => {
    expect(await check(undefined)).toMatchObject({ id: null, role: "GUEST", tenants: [] });
  });

  test("claims make the caller", async () => {
    const token = signed({
      ...MERCHANT,
      purposes: ["DELIVERY"],
      act: { sub: "c-9", as: "GUARDIAN" },
      jti: "t-1",
      exp: NOW + 60,
    });
    expect(await check(`Bearer ${token}`)).toEqual({
      id: "u-1",
      role: "MERCHANT",
      organisation: "o-1",
      tenants: ["m-1", "m-2"],
      region: "CN",
      purposes: ["DELIVERY"],
      onBehalfOf: "c-9",
      actingAs: "GUARDIAN",
      tokenId: "t-1",
      expiresAt: NOW + 60,
      app: null,
    });
  });

  test("a plain `act` is the person an agent acts for", async () => {
    expect(await check(`Bearer ${signed({ ...MERCHANT, act: "c-9" })}`)).toMatchObject({
      onBehalfOf: "c-9",
      actingAs: "AGENT",
    });
  });

  test("a token that was good expires like any other", async () => {
    let now = NOW;
    const again = createAuthenticator({ secret: SECRET }, vocabulary, { now: () => now * 1000 });
    const token = `Bearer ${signed({ ...MERCHANT, exp: NOW + 10 })}`;
    await expect(again(token)).resolves.toMatchObject({ id: "u-1" });
    now += 10 + CLOCK_SKEW_SECONDS - 1;
    await expect(again(token)).resolves.toMatchObject({ id: "u-1" });
    now += 1;
    expect(await codeOf(again(token))).toBe("UNAUTHENTICATED");
  });

  test("expiry and start bear a bounded difference of clocks", async () => {
    await expect(check(`Bearer ${signed({ ...MERCHANT, exp: NOW - CLOCK_SKEW_SECONDS + 1 })}`)).resolves.toBeDefined();
    await expect(check(`Bearer ${signed({ ...MERCHANT, nbf: NOW + CLOCK_SKEW_SECONDS })}`)).resolves.toBeDefined();
  });

  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const none = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${Buffer.from(JSON.stringify(MERCHANT)).toString("base64url")}.`;

  test.each<[string, string]>([
    ["empty", ""],
    ["another scheme", "Basic dTpw"],
    ["a good token under another scheme", `Token ${signed(MERCHANT)}`],
    ["no token after the scheme", "Bearer "],
    ["two tokens", `Bearer ${signed(MERCHANT)} ${signed(MERCHANT)}`],
    ["two headers joined", `Bearer ${signed(MERCHANT)}, Bearer ${signed(MERCHANT)}`],
    ["not a token", "Bearer abc"],
    ["three parts that are none", "Bearer a.b.c"],
    ["longer than any token", `Bearer ${"a".repeat(20_000)}`],
    ["a good one that is longer than any", `Bearer ${signed({ ...MERCHANT, more: "x".repeat(20_000) })}`],
    ["another secret", `Bearer ${signed(MERCHANT, {}, "another secret that is long enough too")}`],
    ["no algorithm", `Bearer ${none}`],
    ["another HMAC", `Bearer ${signed(MERCHANT, { algorithm: "HS512" })}`],
    ["an asymmetric algorithm", `Bearer ${jwt.sign(MERCHANT, rsa.privateKey, { algorithm: "RS256" })}`],
    [
      "a changed payload",
      `Bearer ${signed(MERCHANT).replace(/\.[^.]+\./, `.${Buffer.from('{"sub":"x","role":"PRIVACY_OFFICER"}').toString("base64url")}.`)}`,
    ],
    ["expired", `Bearer ${signed({ ...MERCHANT, exp: NOW - CLOCK_SKEW_SECONDS })}`],
    ["not yet valid", `Bearer ${signed({ ...MERCHANT, nbf: NOW + CLOCK_SKEW_SECONDS + 1 })}`],
    ["no role", `Bearer ${signed({ sub: "u-1" })}`],
    ["an unknown role", `Bearer ${signed({ sub: "u-1", role: "ADMIN" })}`],
    ["a role in lower case", `Bearer ${signed({ sub: "u-1", role: "merchant" })}`],
    ["a role of another alphabet", `Bearer ${signed({ sub: "u-1", role: "ΜERCHANT" })}`],
    ["a role from the prototype", `Bearer ${signed({ sub: "u-1", role: "__proto__" })}`],
    ["a role that is a list", `Bearer ${signed({ sub: "u-1", role: ["MERCHANT"] })}`],
    ["no subject", `Bearer ${signed({ role: "MERCHANT" })}`],
    ["an empty subject", `Bearer ${jwt.sign({ role: "MERCHANT", sub: "" }, SECRET)}`],
    ["tenants that are no list", `Bearer ${signed({ ...MERCHANT, tenants: "m-1" })}`],
    ["tenants of another type", `Bearer ${signed({ ...MERCHANT, tenants: [1] })}`],
    ["purposes that are no list", `Bearer ${signed({ ...MERCHANT, purposes: "DELIVERY" })}`],
    ["an `act` without a subject", `Bearer ${signed({ ...MERCHANT, act: {} })}`],
    ["an `act` in an unknown quality", `Bearer ${signed({ ...MERCHANT, act: { sub: "c-1", as: "GOD" } })}`],
  ])("refuses %s", async (_name, header) => {
    expect(await codeOf(check(header))).toBe("UNAUTHENTICATED");
  });

  test("claims may be renamed", async () => {
    const renamed = authenticate({ secret: SECRET, claims: { role: "https://shop.example/role" } });
    const token = signed({ sub: "u-1", "https://shop.example/role": "CUSTOMER", role: "PRIVACY_OFFICER" });
    expect(await renamed(`Bearer ${token}`)).toMatchObject({ role: "CUSTOMER" });
  });
});

describe("with an issuer's keys", () => {
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const strange = generateKeyPairSync("rsa", { modulusLength: 2048 });
  let server: Server;
  let check: ReturnType<typeof authenticate>;
  const about = { issuer: "https://issuer.example", audience: "shop" };

  beforeAll(async () => {
    const keys = [
      { ...rsa.publicKey.export({ format: "jwk" }), kid: "rsa", use: "sig", alg: "RS256" },
      { ...ec.publicKey.export({ format: "jwk" }), kid: "ec", use: "sig", alg: "ES256" },
    ];
    server = createServer((_request, response) => response.end(JSON.stringify({ keys })));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    check = authenticate({ jwksUri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`, ...about });
  });
  afterAll(() => {
    server.close();
  });

  const sign = (key: typeof rsa.privateKey, algorithm: jwt.Algorithm, keyid?: string, claims: object = {}) =>
    `Bearer ${jwt.sign({ iat: NOW, ...MERCHANT, iss: about.issuer, aud: about.audience, ...claims }, key, { algorithm, ...(keyid ? { keyid } : {}) })}`;

  test.each([
    ["RS256", () => sign(rsa.privateKey, "RS256", "rsa")],
    ["ES256", () => sign(ec.privateKey, "ES256", "ec")],
  ])("takes %s", async (_name, header) => {
    expect(await check(header())).toMatchObject({ id: "u-1", role: "MERCHANT" });
  });

  test.each([
    ["another key under a known name", () => sign(strange.privateKey, "RS256", "rsa")],
    ["an unknown key", () => sign(strange.privateKey, "RS256", "strange")],
    ["no key named", () => sign(rsa.privateKey, "RS256")],
    ["a stronger algorithm than pinned", () => sign(rsa.privateKey, "RS512", "rsa")],
    [
      "the public key used as a secret",
      () =>
        `Bearer ${jwt.sign(MERCHANT, rsa.publicKey.export({ format: "pem", type: "spki" }).toString(), { algorithm: "HS256", keyid: "rsa" })}`,
    ],
    ["another issuer", () => sign(rsa.privateKey, "RS256", "rsa", { iss: "https://other.example" })],
    ["another audience", () => sign(rsa.privateKey, "RS256", "rsa", { aud: "bank" })],
  ])("refuses %s", async (_name, header) => {
    expect(await codeOf(check(header()))).toBe("UNAUTHENTICATED");
  });
});
