import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Clock } from "../core/clock.ts";
import { withDefaults } from "../core/with-defaults.ts";
import { z } from "../core/zod.ts";
import type { Caller } from "../decision/model.ts";
import type { Vocabulary } from "../policy/model.ts";
import { idInSpace, isOfSpace } from "../policy/spaces.ts";
import { type AuthOptions, type ClaimNames, type Claims, DEFAULT_CLAIMS } from "./auth-options.ts";
import { CLOCK_SKEW_SECONDS, refuse, verifyWithKeySet, verifyWithSecret } from "./verify-token.ts";

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
  z.object({ sub: name, as: z.enum(["GUARDIAN", "AGENT"]).default("AGENT"), space: name.optional() }),
]);
const actClaim = actSchema.nullish();

/**
 * Reads the bearer token of one request. Rejects with UNAUTHENTICATED, and KEYS_UNAVAILABLE where the issuer's keys cannot be
 * had; no token at all is the role GUEST.
 */
export type Authenticate = (authorization: string | undefined) => Promise<Caller>;

/** Algorithms are pinned by the kind of key (RFC 8725 3.1): a secret never verifies an asymmetric token, nor the other way round. */
export function createAuthenticator(
  options: AuthOptions,
  vocabulary: Vocabulary,
  clock: Clock,
  onKeysFailure: (why: string) => void = () => undefined,
  spaces: readonly string[] = [],
): Authenticate {
  const claims = withDefaults(DEFAULT_CLAIMS, options.claims);
  const verify =
    "secret" in options ? verifyWithSecret(options, clock) : verifyWithKeySet(options, clock, onKeysFailure);
  // What a signature proves does not change; when it expires is looked at each time.
  const seen = new LRUCache<string, Seen>({ max: TOKENS_KEPT_MAX });
  return async (authorization) => {
    if (authorization === undefined) return GUEST;
    const token = bearerToken(authorization);
    const now = clock.now();
    // A memory that is read by others holds no token of what is kept here.
    const mark = createHash("sha256").update(token).digest("base64");
    const known = seen.get(mark);
    if (known !== undefined && now < known.until) return known.caller;
    const caller = callerOf(await verify(token), claims, vocabulary, spaces);
    seen.set(mark, { caller, until: Math.min(goodUntil(caller), now + TOKEN_KEPT_MS) });
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

function callerOf(payload: Claims, claims: ClaimNames, vocabulary: Vocabulary, spaces: readonly string[]): Caller {
  const text = (claim: string): string | null => parseClaim(payload, claim, textClaim, "a string") ?? null;
  const list = (claim: string): string[] | null => parseClaim(payload, claim, listClaim, "an array of strings") ?? null;
  const role = text(claims.role);
  if (role === null || !Object.hasOwn(vocabulary.roles, role)) {
    throw refuse(`the claim \`${claims.role}\` must name a role of the vocabulary`);
  }
  const id = text("sub");
  if (id === null && role !== GUEST_ROLE) throw refuse("the token names no subject (`sub`)");
  const act = parseClaim(payload, claims.act, actClaim, "an id, or an object with `sub`") ?? null;
  // a claim of that name is none of ours where nobody is of a space
  const space = spaces.length === 0 ? null : text(claims.space);
  const person = (name: string, of: string | null): string => {
    if (of !== null && !spaces.includes(of)) throw refuse("the token names a space that the schema does not have");
    if (of === null && isOfSpace(spaces, name)) throw refuse("the token's id is of a space, which it does not name");
    return idInSpace(of, name);
  };
  return {
    id: id === null ? null : person(id, space),
    role,
    organisation: text(claims.org),
    tenants: list(claims.tenants) ?? [],
    region: text(claims.region),
    purposes: list(claims.purposes),
    onBehalfOf:
      act === null
        ? null
        : person(act.sub, spaces.length === 0 ? null : (("space" in act ? act.space : null) ?? space)),
    actingAs: act?.as ?? null,
    tokenId: text("jti"),
    expiresAt: payload.exp ?? null,
    app: text("client_id") ?? text("azp"),
  };
}

function parseClaim<T>(payload: Claims, claim: string, schema: z.ZodType<T>, expected: string): T {
  const value: unknown = Object.hasOwn(payload, claim) ? payload[claim] : undefined;
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw refuse(`the claim \`${claim}\` must be ${expected}`);
  return parsed.data;
}
