import { createSecretKey } from "node:crypto";
import jwt from "jsonwebtoken";
import { LRUCache } from "lru-cache";
import type { Clock } from "../core/clock.ts";
import { FieldguardError } from "../core/errors.ts";
import { z } from "../core/zod.ts";
import type { Caller } from "../decision/model.ts";
import type { Vocabulary } from "../policy/model.ts";

/** Names of the claims that tell who the caller is; each may be renamed by the deployment. */
export interface ClaimNames {
  readonly role: string;
  readonly org: string;
  readonly tenants: string;
  readonly region: string;
  readonly purposes: string;
  readonly act: string;
}

export const DEFAULT_CLAIMS: ClaimNames = {
  role: "role",
  org: "org",
  tenants: "tenants",
  region: "region",
  purposes: "purposes",
  act: "act",
};

export type AuthOptions =
  | {
      readonly secret: string;
      readonly claims?: Partial<ClaimNames>;
      readonly issuer?: string;
      readonly audience?: string;
    }
  | {
      readonly jwksUri: string;
      readonly issuer: string;
      readonly audience: string;
      readonly claims?: Partial<ClaimNames>;
    };

/** How far the issuer's clock and ours may differ, in seconds. */
export const CLOCK_SKEW_SECONDS = 30;
const TOKEN_BYTES_MAX = 16_384;
const GUEST_ROLE = "GUEST";

const GUEST: Caller = {
  id: null,
  role: GUEST_ROLE,
  organisation: null,
  tenants: [],
  region: null,
  purposes: null,
  onBehalfOf: null,
  actingAs: null,
  tokenId: null,
  expiresAt: null,
  app: null,
};

const TOKENS_KEPT_MAX = 10_000;
/** A key that the issuer takes back is still trusted this long for tokens seen before. */
const TOKEN_KEPT_MS = 60_000;

const name = z.string().min(1).max(256);
const textClaim = name.nullish();
const listClaim = z.array(name).max(1000).nullish();
const actSchema = z.union([
  name.transform((sub) => ({ sub, as: "AGENT" as const })),
  z.object({ sub: name, as: z.enum(["GUARDIAN", "AGENT"]).default("AGENT") }),
]);
const actClaim = actSchema.nullish();

/** Reads the bearer token of one request. Rejects with UNAUTHENTICATED; no token at all is the role GUEST. */
export type Authenticate = (authorization: string | undefined) => Promise<Caller>;

/** Algorithms are pinned by the kind of key (RFC 8725 3.1): a secret never verifies an asymmetric token, nor the other way round. */
export function createAuthenticator(options: AuthOptions, vocabulary: Vocabulary, clock: Clock): Authenticate {
  const claims = { ...DEFAULT_CLAIMS, ...options.claims };
  const verify = "secret" in options ? verifyWithSecret(options, clock) : verifyWithKeySet(options, clock);
  // What a signature proves does not change; when it expires is looked at each time.
  const seen = new LRUCache<string, Seen>({ max: TOKENS_KEPT_MAX });
  return async (authorization) => {
    if (authorization === undefined) return GUEST;
    const token = bearerToken(authorization);
    const now = clock.now();
    const known = seen.get(token);
    if (known !== undefined && now < known.until) return known.caller;
    const caller = callerOf(await verify(token), claims, vocabulary);
    seen.set(token, { caller, until: Math.min(goodUntil(caller), now + TOKEN_KEPT_MS) });
    return caller;
  };
}

/** When the caller's token stops counting, in milliseconds since the epoch; Infinity without an expiry. */
export function goodUntil({ expiresAt }: Caller): number {
  return expiresAt === null ? Number.POSITIVE_INFINITY : (expiresAt + CLOCK_SKEW_SECONDS) * 1000;
}

interface Seen {
  readonly caller: Caller;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

function bearerToken(authorization: string): string {
  const match = /^Bearer ([A-Za-z0-9._~+/=-]+)$/i.exec(authorization.trim());
  if (match?.[1] === undefined || authorization.length > TOKEN_BYTES_MAX) {
    throw refuse("the authorization header is not of the form `Bearer <token>`");
  }
  return match[1];
}

type Verify = (token: string) => Promise<jwt.JwtPayload>;

function verifyWithSecret(options: Extract<AuthOptions, { secret: string }>, clock: Clock): Verify {
  const key = createSecretKey(Buffer.from(options.secret, "utf8"));
  return async (token) =>
    payloadOf(checked(() => jwt.verify(token, key, { algorithms: ["HS256"], ...expectations(options, clock) })));
}

function verifyWithKeySet(options: Extract<AuthOptions, { jwksUri: string }>, clock: Clock): Verify {
  // Loaded only where an issuer's keys are used.
  const client = import("jwks-rsa").then(
    ({ JwksClient }) => new JwksClient({ jwksUri: options.jwksUri, cache: true, rateLimit: true, timeout: 5_000 }),
  );
  return async (token) => {
    const header = checked(() => jwt.decode(token, { complete: true }))?.header;
    if (header?.kid === undefined) throw refuse("the token names no key (`kid`)");
    const key = await (await client).getSigningKey(header.kid).catch((cause: unknown) => {
      throw refuse("the token's key is not among the issuer's keys, or they cannot be reached", cause);
    });
    const expected = { algorithms: ["RS256" as const, "ES256" as const], ...expectations(options, clock) };
    return payloadOf(checked(() => jwt.verify(token, key.getPublicKey(), expected)));
  };
}

function expectations(options: { readonly issuer?: string; readonly audience?: string }, clock: Clock) {
  return {
    complete: true as const,
    clockTimestamp: Math.floor(clock.now() / 1000),
    clockTolerance: CLOCK_SKEW_SECONDS,
    ...(options.issuer === undefined ? {} : { issuer: options.issuer }),
    ...(options.audience === undefined ? {} : { audience: options.audience }),
  };
}

/** jsonwebtoken's messages name the failed check ("jwt expired") and never the token's content. */
function checked<T>(verify: () => T): T {
  try {
    return verify();
  } catch (cause) {
    const why =
      cause instanceof Error && cause.name.endsWith("Error") ? knownReason(cause.message) : "it cannot be read";
    throw refuse(`the token was refused: ${why}`, cause);
  }
}

/** What a header calls critical must be understood (RFC 7515, 4.1.11), and nothing is: jsonwebtoken does not look. */
function payloadOf({ header, payload }: jwt.Jwt): jwt.JwtPayload {
  if ("crit" in header) throw refuse("the token asks for extensions that are not understood (`crit`)");
  if (typeof payload === "string") throw refuse("the token's payload is not a JSON object");
  return payload;
}

const TOKEN_REASONS = [
  "jwt expired",
  "jwt malformed",
  "jwt not active",
  "jwt signature is required",
  "invalid signature",
  "invalid algorithm",
  "invalid token",
  "jwt issuer invalid",
  "jwt audience invalid",
];

function knownReason(message: string): string {
  return TOKEN_REASONS.find((reason) => message.startsWith(reason)) ?? "it cannot be verified";
}

function callerOf(payload: jwt.JwtPayload, claims: ClaimNames, vocabulary: Vocabulary): Caller {
  const text = (claim: string): string | null => parseClaim(payload, claim, textClaim, "a string") ?? null;
  const list = (claim: string): string[] | null => parseClaim(payload, claim, listClaim, "an array of strings") ?? null;
  const role = text(claims.role);
  if (role === null || !Object.hasOwn(vocabulary.roles, role)) {
    throw refuse(`the claim \`${claims.role}\` must name a role of the vocabulary`);
  }
  const id = text("sub");
  if (id === null && role !== GUEST_ROLE) throw refuse("the token names no subject (`sub`)");
  const act = parseClaim(payload, claims.act, actClaim, "an id, or an object with `sub`") ?? null;
  return {
    id,
    role,
    organisation: text(claims.org),
    tenants: list(claims.tenants) ?? [],
    region: text(claims.region),
    purposes: list(claims.purposes),
    onBehalfOf: act?.sub ?? null,
    actingAs: act?.as ?? null,
    tokenId: text("jti"),
    expiresAt: payload.exp ?? null,
    app: text("client_id") ?? text("azp"),
  };
}

function parseClaim<T>(payload: jwt.JwtPayload, claim: string, schema: z.ZodType<T>, expected: string): T {
  const value: unknown = Object.hasOwn(payload, claim) ? payload[claim] : undefined;
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw refuse(`the claim \`${claim}\` must be ${expected}`);
  return parsed.data;
}

function refuse(why: string, cause?: unknown): FieldguardError {
  return new FieldguardError(
    "UNAUTHENTICATED",
    `Cannot tell who is calling: ${why}. Send a valid token, or none to be a guest.`,
    cause === undefined ? {} : { cause },
  );
}
