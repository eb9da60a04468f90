import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import jwt from "jsonwebtoken";
import { type Served, serveGateway } from "./harness.ts";

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 });

const ISSUER = "https://login.example";
const AUDIENCE = "shop";

let keys: Server;
let served: Served;
beforeAll(async () => {
  const jwk = (key: KeyObject, kid: string, alg: string) => ({
    ...key.export({ format: "jwk" }),
    kid,
    alg,
    use: "sig",
  });
  const body = JSON.stringify({ keys: [jwk(rsa.publicKey, "rsa-1", "RS256"), jwk(ec.publicKey, "ec-1", "ES256")] });
  keys = createServer((_request, response) => response.setHeader("content-type", "application/json").end(body));
  await new Promise<void>((resolve) => keys.listen(0, "127.0.0.1", resolve));
  served = await serveWith(`http://127.0.0.1:${(keys.address() as AddressInfo).port}/keys`);
});
afterAll(() => {
  keys.close();
});

function serveWith(jwksUri: string): Promise<Served> {
  return serveGateway({
    typeDefs: /* GraphQL */ `
      type Query { me: Me }
      type Me @subject(id: "id") @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) {
        id: ID!
        mail: String @sensitive(category: EMAIL_ADDRESS)
      }
    `,
    resolvers: { Query: { me: () => ({ id: "c-1", mail: "ada@example.com" }) } },
    auth: { jwksUri, issuer: ISSUER, audience: AUDIENCE },
  });
}

const claims = { sub: "c-1", role: "CUSTOMER" };
const good = { expiresIn: 600, issuer: ISSUER, audience: AUDIENCE } as const;

function ask(token: string, from?: Served) {
  return (from ?? served).ask({
    query: "{ me { mail } }",
    purpose: "SELF_SERVICE",
    headers: { authorization: `Bearer ${token}` },
  });
}

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

describe("tokens of an issuer's key set", () => {
  test.each([
    ["RS256", jwt.sign(claims, rsa.privateKey, { ...good, algorithm: "RS256", keyid: "rsa-1" })],
    ["ES256", jwt.sign(claims, ec.privateKey, { ...good, algorithm: "ES256", keyid: "ec-1" })],
  ])("%s is taken", async (_name, token) => {
    expect((await ask(token)).body.data).toEqual({ me: { mail: "ada@example.com" } });
  });

  test.each([
    ["a key of somebody else", jwt.sign(claims, stranger.privateKey, { ...good, algorithm: "RS256", keyid: "rsa-1" })],
    ["an unknown key", jwt.sign(claims, rsa.privateKey, { ...good, algorithm: "RS256", keyid: "rsa-2" })],
    ["no key named", jwt.sign(claims, rsa.privateKey, { ...good, algorithm: "RS256" })],
    [
      "another algorithm of the same key",
      jwt.sign(claims, rsa.privateKey, { ...good, algorithm: "RS512", keyid: "rsa-1" }),
    ],
    [
      "the public key as a secret",
      jwt.sign(claims, rsa.publicKey.export({ type: "spki", format: "pem" }), {
        ...good,
        algorithm: "HS256",
        keyid: "rsa-1",
        allowInvalidAsymmetricKeyTypes: true,
      }),
    ],
    [
      "no signature",
      `${part({ alg: "none", kid: "rsa-1" })}.${part({ ...claims, iss: ISSUER, aud: AUDIENCE, exp: 9_999_999_999 })}.`,
    ],
    [
      "another issuer",
      jwt.sign(claims, rsa.privateKey, { ...good, issuer: "https://evil.example", algorithm: "RS256", keyid: "rsa-1" }),
    ],
    [
      "another audience",
      jwt.sign(claims, rsa.privateKey, { ...good, audience: "bank", algorithm: "RS256", keyid: "rsa-1" }),
    ],
    ["expired", jwt.sign(claims, rsa.privateKey, { ...good, expiresIn: -120, algorithm: "RS256", keyid: "rsa-1" })],
  ])("%s is refused", async (_name, token) => {
    const reply = await ask(token);
    expect([reply.status, reply.body.errors[0].extensions.code]).toEqual([401, "UNAUTHENTICATED"]);
    expect(reply.headers.get("www-authenticate")).toContain("Bearer");
  });

  test("keys that cannot be reached are no keys", async () => {
    const gone = await serveWith("http://127.0.0.1:9/keys");
    const token = jwt.sign(claims, rsa.privateKey, { ...good, algorithm: "RS256", keyid: "rsa-1" });
    expect((await ask(token, gone)).status).toBe(401);
  });
});
