import { generateKeyPairSync, type KeyObject, randomUUID, sign } from "node:crypto";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import jwt from "jsonwebtoken";
import { RELOAD_AFTER_MS, WAITING_MAX } from "../../src/request/key-set.ts";
import { type Reply, type Served, serveGateway } from "./harness.ts";

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const ed = generateKeyPairSync("ed25519");
const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 });

const ISSUER = "https://login.example";
const AUDIENCE = "shop";

const jwk = (key: KeyObject, kid: string, alg: string) => ({ ...key.export({ format: "jwk" }), kid, alg, use: "sig" });
const KEYS = [
  jwk(rsa.publicKey, "rsa-1", "RS256"),
  jwk(ec.publicKey, "ec-1", "ES256"),
  jwk(ed.publicKey, "ed-1", "EdDSA"),
];

interface Issuer {
  readonly uri: string;
  /** How it answers from now on. */
  answers: (response: ServerResponse) => void;
  asked: number;
}

const issuers: Server[] = [];
const setOf =
  (keys: readonly object[]) =>
  (response: ServerResponse): void => {
    response.setHeader("content-type", "application/json").end(JSON.stringify({ keys }));
  };

async function startIssuer(answers: Issuer["answers"]): Promise<Issuer> {
  const server = createServer((_request, response) => {
    issuer.asked += 1;
    issuer.answers(response);
  });
  issuers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = { uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`, answers, asked: 0 };
  return issuer;
}

let served: Served;
beforeAll(async () => {
  served = await serveWith((await startIssuer(setOf(KEYS))).uri);
});
afterAll(() => {
  for (const server of issuers) server.close().closeAllConnections();
});

function serveWith(jwksUri: string, clock?: { now(): number }): Promise<Served> {
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
    ...(clock === undefined ? {} : { clock }),
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

/** jsonwebtoken makes none of these. */
function edToken(alg: string): string {
  const times = { iat: Math.floor(Date.now() / 1000), exp: Math.floor(Date.now() / 1000) + 600 };
  const signed = `${part({ alg, kid: "ed-1" })}.${part({ ...claims, ...times, iss: ISSUER, aud: AUDIENCE })}`;
  return `${signed}.${sign(null, Buffer.from(signed), ed.privateKey).toString("base64url")}`;
}

describe("tokens of an issuer's key set", () => {
  test.each([
    ["RS256", jwt.sign(claims, rsa.privateKey, { ...good, algorithm: "RS256", keyid: "rsa-1" })],
    ["ES256", jwt.sign(claims, ec.privateKey, { ...good, algorithm: "ES256", keyid: "ec-1" })],
    ["EdDSA", edToken("EdDSA")],
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
});

/** A token that was not seen before. */
const fresh = (key: KeyObject, kid: string) =>
  jwt.sign({ ...claims, jti: randomUUID() }, key, { ...good, algorithm: "RS256", keyid: kid });
const codeOf = (reply: Reply) => [reply.status, reply.body.errors?.[0].extensions.code];
const OK = [200, undefined];
const UNKNOWN = [401, "UNAUTHENTICATED"];
const UNAVAILABLE = [503, "KEYS_UNAVAILABLE"];

describe("keys that nobody knows", () => {
  const junk = (gateway: Served, count: number) =>
    Array.from({ length: count }, (_, at) => ask(fresh(stranger.privateKey, `junk-${at}`), gateway));

  test("lock nobody out, neither before the first good token nor while a new key is added", async () => {
    const issuer = await startIssuer(setOf(KEYS));
    const gateway = await serveWith(issuer.uri);
    const replies = await Promise.all(junk(gateway, 30));
    expect(new Set(replies.map((reply) => codeOf(reply).join()))).toEqual(new Set([UNKNOWN.join()]));
    // One would do, if all came in the same second.
    expect(issuer.asked).toBeLessThanOrEqual(10);
    expect(codeOf(await ask(fresh(rsa.privateKey, "rsa-1"), gateway))).toEqual(OK);
    const before = issuer.asked;
    const more = junk(gateway, 30);
    issuer.answers = setOf([...KEYS, jwk(stranger.publicKey, "rsa-2", "RS256")]);
    expect(codeOf(await ask(fresh(stranger.privateKey, "rsa-2"), gateway))).toEqual(OK);
    await Promise.all(more);
    expect(issuer.asked - before).toBeLessThanOrEqual(10);
  });

  test("wait for the next fetch, but not without bound; whose key is known never waits", async () => {
    const issuer = await startIssuer(setOf(KEYS));
    const gateway = await serveWith(issuer.uri);
    expect(codeOf(await ask(fresh(rsa.privateKey, "rsa-1"), gateway))).toEqual(OK);
    const held: ServerResponse[] = [];
    issuer.answers = (response) => held.push(response);
    let refused = 0;
    const waiting = junk(gateway, WAITING_MAX + 7).map(async (reply) => {
      const code = codeOf(await reply);
      if (code[0] === 503) refused += 1;
      return code;
    });
    while (held.length === 0 || refused < 7) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(codeOf(await ask(fresh(rsa.privateKey, "rsa-1"), gateway))).toEqual(OK);
    held.forEach(setOf(KEYS));
    const codes = (await Promise.all(waiting)).map((code) => code.join());
    expect(codes.filter((code) => code === UNAVAILABLE.join())).toHaveLength(7);
    expect(codes.filter((code) => code === UNKNOWN.join())).toHaveLength(WAITING_MAX);
  });
});

test("a set holds as many keys as an issuer has, also two of one name", async () => {
  const more = Array.from({ length: 9 }, () => generateKeyPairSync("rsa", { modulusLength: 2048 }));
  const names = more.map((_, at) => (at < 7 ? `k-${at}` : "twin"));
  const issuer = await startIssuer(setOf(more.map(({ publicKey }, at) => jwk(publicKey, names[at] ?? "", "RS256"))));
  const gateway = await serveWith(issuer.uri);
  for (const [at, { privateKey }] of more.entries()) {
    expect(codeOf(await ask(fresh(privateKey, names[at] ?? ""), gateway))).toEqual(OK);
  }
  expect(codeOf(await ask(fresh(stranger.privateKey, "twin"), gateway))).toEqual(UNKNOWN);
  expect(issuer.asked).toBe(1);
});

describe("an issuer that cannot be asked", () => {
  const FAILURES: readonly (readonly [string, Issuer["answers"]])[] = [
    ["says no", (response) => response.writeHead(500).end()],
    ["sends elsewhere", (response) => response.writeHead(302, { location: "http://127.0.0.1:9/" }).end()],
    ["answers no JSON", (response) => response.end("<html>")],
    ["answers null", (response) => response.end("null")],
    ["answers no set", (response) => response.end('{"keys":{}}')],
    ["answers keys that are none", (response) => response.end('{"keys":[1]}')],
    ["answers too many keys", setOf(Array.from({ length: 101 }, () => KEYS[0] ?? {}))],
    ["answers more than is read", (response) => response.end(`{"keys":[],"more":"${"x".repeat(1_100_000)}"}`)],
    ["breaks off", (response) => response.write('{"keys":', () => response.destroy())],
    ["never ends", (response) => void response.write('{"keys":')],
  ];

  test.each(FAILURES)(
    "because it %s: 503, not 401, without a set; with one, that one is kept",
    async (_name, answers) => {
      const issuer = await startIssuer(answers);
      const gateway = await serveWith(issuer.uri);
      const reply = await ask(fresh(rsa.privateKey, "rsa-1"), gateway);
      expect([...codeOf(reply), reply.headers.get("retry-after")]).toEqual([...UNAVAILABLE, "1"]);
      issuer.answers = setOf(KEYS);
      expect(codeOf(await ask(fresh(rsa.privateKey, "rsa-1"), gateway))).toEqual(OK);
      issuer.answers = answers;
      expect(codeOf(await ask(fresh(stranger.privateKey, "other"), gateway))).toEqual(UNAVAILABLE);
      expect(codeOf(await ask(fresh(rsa.privateKey, "rsa-1"), gateway))).toEqual(OK);
      // Guests need no key: they get what guests get.
      expect(codeOf(await gateway.ask({ query: "{ me { mail } }" }))).toEqual([200, "FIELD_DENIED"]);
    },
    60_000,
  );

  test("because it is not there: the same", async () => {
    expect(codeOf(await ask(fresh(rsa.privateKey, "rsa-1"), await serveWith("http://127.0.0.1:9/keys")))).toEqual(
      UNAVAILABLE,
    );
  });
});

test("a key that the issuer took back is taken no more, once the set is fetched anew", async () => {
  const issuer = await startIssuer(setOf(KEYS));
  let now = Date.now();
  const gateway = await serveWith(issuer.uri, { now: () => now });
  expect(codeOf(await ask(fresh(rsa.privateKey, "rsa-1"), gateway))).toEqual(OK);
  issuer.answers = setOf(KEYS.slice(1));
  now += RELOAD_AFTER_MS - 400_000;
  expect(codeOf(await ask(fresh(rsa.privateKey, "rsa-1"), gateway))).toEqual(OK);
  expect(issuer.asked).toBe(1);
  now += 400_000;
  // Whoever comes first is not kept waiting for the new set.
  await ask(fresh(rsa.privateKey, "rsa-1"), gateway);
  while (issuer.asked === 1) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(codeOf(await ask(fresh(rsa.privateKey, "rsa-1"), gateway))).toEqual(UNKNOWN);
});
