import jwt from "jsonwebtoken";

/** Claims of a token; see the README. Times are seconds. */
export interface TokenClaims {
  readonly sub: string;
  readonly role: string;
  readonly org?: string;
  readonly tenants?: readonly string[];
  readonly region?: string;
  readonly purposes?: readonly string[];
  readonly act?: unknown;
}

/** Signs a token with HS256, for trying things out: in production the identity provider does. */
export function signToken(claims: TokenClaims, secret: string, lifetimeSeconds: number): string {
  return jwt.sign({ ...claims }, secret, { algorithm: "HS256", expiresIn: lifetimeSeconds });
}

/** `90s`, `15m`, `8h`, `7d` to seconds; null where it is none of these. */
export function secondsOf(text: string): number | null {
  const match = /^(\d{1,9})([smhd])$/.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) return null;
  const unit = { s: 1, m: 60, h: 3_600, d: 86_400 }[match[2]];
  return unit === undefined ? null : Number(match[1]) * unit;
}
