import { z } from "../core/zod.ts";
import { CONSENT_FORMS } from "../policy/model.ts";
import type { AgreementStanding, ConsentStanding, Erasure, Standing } from "./standing.ts";

const state = z.enum([
  "UNKNOWN",
  "REQUESTED",
  "DEFERRED",
  "REFUSED",
  "GIVEN",
  "RENEWED",
  "WITHDRAWN",
  "REVOKED",
  "EXPIRED",
  "INVALIDATED",
]) satisfies z.ZodType<ConsentStanding["state"]>;

const form = z.enum(CONSENT_FORMS);
const time = z.number();
const texts = z.array(z.string()).nullable();

const consent = z.object({
  id: z.string(),
  tenant: z.string().nullable(),
  purpose: z.string(),
  state,
  form,
  givenAt: time,
  changedAt: time,
  expiresAt: time.nullable(),
  notice: z.object({ id: z.string(), version: z.string() }).nullable(),
  categories: texts,
  recipients: texts,
  expressedBy: z.enum(["DATA_SUBJECT", "GUARDIAN", "AGENT", "CONTROLLER", "SYSTEM"]),
  verified: z.boolean(),
}) satisfies z.ZodType<ConsentStanding>;

const standing = z.object({
  status: z.enum(["ACTIVE", "RESTRICTED", "ERASED"]),
  legalHold: z.boolean(),
  consents: z.array(consent),
}) satisfies z.ZodType<Standing>;

const agreement = z.object({
  id: z.string(),
  tenant: z.string(),
  state,
  form,
  givenAt: time,
  expiresAt: time.nullable(),
}) satisfies z.ZodType<AgreementStanding>;

const erasure = z.object({ erased: z.boolean(), legalHold: z.boolean() }) satisfies z.ZodType<Erasure>;

const answer = z.object({ subjects: z.map(z.string(), standing), agreements: z.map(z.string(), agreement) });
const erasures = z.map(z.string(), erasure);

/** Whether what `lookUp` answered can be decided by: a date left out would be none, a state that is none of ours might forbid. */
export function isStandingAnswer(value: unknown): boolean {
  return answer.safeParse(value).success;
}

/** Whether what `erasures` answered can be decided by. */
export function isErasures(value: unknown): boolean {
  return erasures.safeParse(value).success;
}
