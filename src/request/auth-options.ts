/** Names of the claims that tell who the caller is; each may be renamed by the deployment. */
export interface ClaimNames {
  readonly role: string;
  readonly org: string;
  readonly tenants: string;
  readonly region: string;
  readonly purposes: string;
  readonly act: string;
  /** The space that the ids of the token are of: see `@subject(space:)`. */
  readonly space: string;
}

export const DEFAULT_CLAIMS: ClaimNames = {
  role: "role",
  org: "org",
  tenants: "tenants",
  region: "region",
  purposes: "purposes",
  act: "act",
  space: "space",
};

/** What a token's signer claims, of which nothing but `exp` was looked at. */
export interface Claims {
  readonly exp?: number | undefined;
  readonly [claim: string]: unknown;
}

/** How callers prove who they are, and where in their tokens that stands. */
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

/** RFC 7518, 3.2: a key of HS256 is as long as its hash. */
export const SECRET_BYTES_MIN = 32;

export function isLongEnough(secret: string): boolean {
  return Buffer.byteLength(secret) >= SECRET_BYTES_MIN;
}
