import { createSecretKey } from "node:crypto";
import { type JWTVerifyGetKey, errors as joseErrors, jwtVerify } from "jose";
import jwt from "jsonwebtoken";
import type { Clock } from "../core/clock.ts";
import { FieldguardError } from "../core/errors.ts";
import { tokenReason } from "../core/foreign-messages.ts";
import type { AuthOptions, Claims } from "./auth-options.ts";
import { createKeySet } from "./key-set.ts";

/** How far the issuer's clock and ours may differ, in seconds. */
export const CLOCK_SKEW_SECONDS = 30;

/** From a token to what its signer claims. Rejects with UNAUTHENTICATED, or KEYS_UNAVAILABLE. */
export type Verify = (token: string) => Promise<Claims>;

export function verifyWithSecret(options: Extract<AuthOptions, { secret: string }>, clock: Clock): Verify {
  const key = createSecretKey(Buffer.from(options.secret, "utf8"));
  return async (token) => {
    const { header, payload } = checked(() =>
      jwt.verify(token, key, {
        algorithms: ["HS256"],
        complete: true,
        clockTimestamp: secondsOf(clock),
        clockTolerance: CLOCK_SKEW_SECONDS,
        ...expectations(options),
      }),
    );
    refuseCritical(header);
    if (typeof payload === "string") throw refuse("the token's payload is not a JSON object");
    return payload;
  };
}

const KEY_SET_ALGORITHMS = ["RS256", "ES256", "EdDSA", "Ed25519"];

export function verifyWithKeySet(
  options: Extract<AuthOptions, { jwksUri: string }>,
  clock: Clock,
  onFailure: (why: string) => void,
): Verify {
  const keys = createKeySet(options.jwksUri, clock, onFailure);
  return async (token) => {
    const expected = {
      algorithms: KEY_SET_ALGORITHMS,
      currentDate: new Date(secondsOf(clock) * 1000),
      clockTolerance: CLOCK_SKEW_SECONDS,
      ...expectations(options),
    };
    const { protectedHeader, payload } = await verifyWithAny(
      token,
      async (header, jws) => {
        refuseCritical(header);
        if (header.kid === undefined) throw refuse("the token names no key (`kid`)");
        return keys(header, jws);
      },
      expected,
    );
    refuseCritical(protectedHeader);
    return payload;
  };
}

/** An issuer may give several keys one name: any of them will do. */
async function verifyWithAny(token: string, key: JWTVerifyGetKey, expected: Parameters<typeof jwtVerify>[2]) {
  try {
    return await jwtVerify(token, key, expected);
  } catch (error) {
    if (!(error instanceof joseErrors.JWKSMultipleMatchingKeys)) throw refusedBy(error);
    let refusal: unknown = error;
    for await (const one of error) {
      try {
        return await jwtVerify(token, one, expected);
      } catch (cause) {
        refusal = cause;
      }
    }
    throw refusedBy(refusal);
  }
}

function secondsOf(clock: Clock): number {
  return Math.floor(clock.now() / 1000);
}

function expectations(options: { readonly issuer?: string; readonly audience?: string }) {
  return {
    ...(options.issuer === undefined ? {} : { issuer: options.issuer }),
    ...(options.audience === undefined ? {} : { audience: options.audience }),
  };
}

/** What a header calls critical must be understood (RFC 7515, 4.1.11), and nothing is. */
function refuseCritical(header: object): void {
  if ("crit" in header) throw refuse("the token asks for extensions that are not understood (`crit`)");
}

const KEY_SET_REASONS: Readonly<Record<string, string>> = {
  ERR_JWT_EXPIRED: "jwt expired",
  ERR_JWS_INVALID: "jwt malformed",
  ERR_JWT_INVALID: "jwt malformed",
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: "invalid signature",
  ERR_JOSE_ALG_NOT_ALLOWED: "invalid algorithm",
  ERR_JWKS_NO_MATCHING_KEY: "its key is not among the issuer's keys",
};
const CLAIM_REASONS: Readonly<Record<string, string>> = {
  iss: "jwt issuer invalid",
  aud: "jwt audience invalid",
  nbf: "jwt not active",
};

/** What jose says of a token may quote it: only which check failed is told. */
function refusedBy(error: unknown): FieldguardError {
  if (error instanceof FieldguardError) return error;
  const claim = error instanceof joseErrors.JWTClaimValidationFailed ? CLAIM_REASONS[error.claim] : undefined;
  const known = error instanceof joseErrors.JOSEError ? KEY_SET_REASONS[error.code] : undefined;
  return refuse(`the token was refused: ${claim ?? known ?? "it cannot be verified"}`, error);
}

/** jsonwebtoken's messages name the failed check ("jwt expired") and never the token's content. */
function checked<T>(verify: () => T): T {
  try {
    return verify();
  } catch (cause) {
    const isOfLibrary = cause instanceof Error && cause.name.endsWith("Error");
    const why = isOfLibrary ? (tokenReason(cause.message) ?? "it cannot be verified") : "it cannot be read";
    throw refuse(`the token was refused: ${why}`, cause);
  }
}

export function refuse(why: string, cause?: unknown): FieldguardError {
  return new FieldguardError(
    "UNAUTHENTICATED",
    `Cannot tell who is calling: ${why}. Send a valid token, or none to be a guest.`,
    cause === undefined ? {} : { cause },
  );
}
