import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { FieldguardError } from "../core/errors.ts";
import { z } from "../core/zod.ts";
import { DEFAULT_LIMITS, DEFAULT_SPOOL, type Limits } from "../options.ts";
import { type AuthOptions, isLongEnough, SECRET_BYTES_MIN } from "../request/auth-options.ts";
import { isStoreUrl, STORE_FORMS } from "../stores/open.ts";

/** What the environment says; the command line's options go before it. */
export interface Environment {
  readonly port: number;
  readonly store: string;
  readonly mode: "enforce" | "report";
  readonly logKey: string | null;
  readonly spool: string;
  readonly spoolBounds: Pick<Limits, "spoolRecordsMax" | "spoolMsMax">;
  readonly anchor: string | null;
  readonly jwtSecret: string | null;
  readonly jwksUri: string | null;
  readonly jwtIssuer: string | null;
  readonly jwtAudience: string | null;
}

export const DEFAULT_STORE = "sqlite:./data/fieldguard.db";
export const DEFAULT_PORT = 4000;
/** Where the secret of the sample's tokens is kept between starts. */
const SECRET_FILE = "./data/jwt-secret";

const text = z.string().min(1).optional();
const count = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, { error: "expected a whole number from 1" })
  .transform(Number)
  .optional();
const schema = z.object({
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, { error: "expected a port number" })
    .refine((port) => Number(port) <= 65_535, { error: "expected a port from 0 to 65535" })
    .optional(),
  FIELDGUARD_STORE: z.string().refine(isStoreUrl, { error: STORE_FORMS }).optional(),
  FIELDGUARD_MODE: z.enum(["enforce", "report"], { error: "expected enforce or report" }).optional(),
  FIELDGUARD_LOG_KEY: z.string().min(32, { error: "expected at least 32 characters" }).optional(),
  FIELDGUARD_SPOOL: text,
  FIELDGUARD_SPOOL_RECORDS_MAX: count,
  FIELDGUARD_SPOOL_MS_MAX: count,
  FIELDGUARD_ANCHOR: text,
  FIELDGUARD_JWT_SECRET: z
    .string()
    .refine(isLongEnough, { error: `expected at least ${SECRET_BYTES_MIN} bytes` })
    .optional(),
  FIELDGUARD_JWKS_URI: z.url({ protocol: /^https?$/, error: "expected an http(s) URL" }).optional(),
  FIELDGUARD_JWT_ISSUER: text,
  FIELDGUARD_JWT_AUDIENCE: text,
});

/** Throws CONFIGURATION_INVALID that names each wrong variable with what was expected, never its value. */
export function readEnvironment(variables: NodeJS.ProcessEnv): Environment {
  const set = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ""));
  const parsed = schema.safeParse(set);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new FieldguardError("CONFIGURATION_INVALID", `Cannot use the environment:\n  ${lines.join("\n  ")}`);
  }
  const given = parsed.data;
  return {
    port: given.PORT === undefined ? DEFAULT_PORT : Number(given.PORT),
    store: given.FIELDGUARD_STORE ?? DEFAULT_STORE,
    mode: given.FIELDGUARD_MODE ?? "enforce",
    logKey: given.FIELDGUARD_LOG_KEY ?? null,
    spool: given.FIELDGUARD_SPOOL ?? DEFAULT_SPOOL,
    spoolBounds: {
      spoolRecordsMax: given.FIELDGUARD_SPOOL_RECORDS_MAX ?? DEFAULT_LIMITS.spoolRecordsMax,
      spoolMsMax: given.FIELDGUARD_SPOOL_MS_MAX ?? DEFAULT_LIMITS.spoolMsMax,
    },
    anchor: given.FIELDGUARD_ANCHOR ?? null,
    jwtSecret: given.FIELDGUARD_JWT_SECRET ?? null,
    jwksUri: given.FIELDGUARD_JWKS_URI ?? null,
    jwtIssuer: given.FIELDGUARD_JWT_ISSUER ?? null,
    jwtAudience: given.FIELDGUARD_JWT_AUDIENCE ?? null,
  };
}

/** Keys of an issuer where one is named, else a secret: the environment's, or one made at the first start and kept. */
export function authOf(environment: Environment): AuthOptions {
  const { jwksUri, jwtIssuer, jwtAudience } = environment;
  if (jwksUri === null) return { secret: secretOf(environment) };
  if (jwtIssuer === null || jwtAudience === null) {
    throw new FieldguardError(
      "CONFIGURATION_INVALID",
      "Cannot use FIELDGUARD_JWKS_URI alone: set FIELDGUARD_JWT_ISSUER and FIELDGUARD_JWT_AUDIENCE as well.",
    );
  }
  return { jwksUri, issuer: jwtIssuer, audience: jwtAudience };
}

export function secretOf({ jwtSecret }: Environment): string {
  if (jwtSecret !== null) return jwtSecret;
  mkdirSync(dirname(SECRET_FILE), { recursive: true });
  try {
    writeFileSync(SECRET_FILE, randomBytes(32).toString("hex"), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  return readFileSync(SECRET_FILE, "utf8").trim();
}
