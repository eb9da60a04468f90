import type { Agreement, ConsentStore } from "../consents/contract.ts";
import type { Clock } from "../core/clock.ts";
import { FieldguardError } from "../core/errors.ts";
import { newId } from "../core/ids.ts";
import { z } from "../core/zod.ts";
import type { Caller } from "../decision/model.ts";
import { CONSENT_FORMS, type ConsentForm, type Vocabulary } from "../policy/model.ts";
import { ID_LENGTH_MAX, REASON_LENGTH_MAX } from "./input.ts";
import { forbidden } from "./speaker.ts";

/** A tenant's word that a partner may have its people's data. */
export interface AgreementTerms {
  readonly tenant: string;
  /** An organisation; null: any. */
  readonly partner: string | null;
  readonly purposes: readonly string[];
  /** Left out: WRITTEN. */
  readonly form?: ConsentForm | null;
  /** Milliseconds since the epoch; null: without end. */
  readonly expiresAt?: number | null;
  readonly reason?: string | null;
  /** Makes the call safe to repeat: the agreement's id. */
  readonly id?: string | null;
}

export interface AgreementRules {
  readonly store: ConsentStore;
  readonly clock: Clock;
  readonly vocabulary: Pick<Vocabulary, "purposes">;
  readonly officerRoles: readonly string[];
  /** Roles that sign for a tenant of theirs. */
  readonly agreementRoles: readonly string[];
}

const id = z.string().min(1).max(ID_LENGTH_MAX);
const schema = z.strictObject({
  tenant: id,
  partner: id.nullable(),
  purposes: z.array(id).min(1).max(100),
  form: z.enum(CONSENT_FORMS).nullable().default(null),
  expiresAt: z.number().int().min(0).max(8.64e15).nullable().default(null),
  reason: z.string().max(REASON_LENGTH_MAX).nullable().default(null),
  id: id.nullable().default(null),
});

/** Stores a tenant's agreement. Throws FORBIDDEN, BAD_INPUT; CONSENT_STATE_CONFLICT where the id is another tenant's or has ended. */
export async function agree(caller: Caller, terms: AgreementTerms, rules: AgreementRules): Promise<Agreement> {
  const { store, clock, vocabulary } = rules;
  const now = clock.now();
  const parsed = schema.safeParse(terms);
  if (!parsed.success) throw badTerms(String(parsed.error.issues[0]?.path[0] ?? "terms"));
  const { data } = parsed;
  const by = signatory(caller, data.tenant, rules);
  if (data.purposes.some((purpose) => !Object.hasOwn(vocabulary.purposes, purpose))) throw badTerms("purposes");
  if (data.expiresAt !== null && data.expiresAt <= now) throw badTerms("expiresAt");
  const agreement: Agreement = {
    id: data.id ?? newId(now),
    tenant: data.tenant,
    partner: data.partner,
    purposes: [...new Set(data.purposes)],
    state: "GIVEN",
    form: data.form ?? "WRITTEN",
    givenAt: now,
    expiresAt: data.expiresAt,
    by,
    reason: data.reason,
  };
  const stored = (await store.agreements()).find((one) => one.id === agreement.id);
  if (stored !== undefined) return repeated(stored, agreement);
  await store.putAgreement(agreement);
  return agreement;
}

function repeated(stored: Agreement, asked: Agreement): Agreement {
  const alike =
    stored.state === "GIVEN" &&
    stored.tenant === asked.tenant &&
    stored.partner === asked.partner &&
    stored.purposes.join() === asked.purposes.join();
  if (alike) return stored;
  throw new FieldguardError("CONSENT_STATE_CONFLICT", "Cannot use this id: another agreement has it, or it has ended.");
}

/** Ends an agreement at once: WITHDRAWN by its tenant, REVOKED by an officer. Ending twice is no error. Throws NOT_FOUND, FORBIDDEN. */
export async function endAgreement(
  caller: Caller,
  agreementId: string,
  reason: string | null,
  rules: AgreementRules,
): Promise<Agreement> {
  if (reason !== null && reason.length > REASON_LENGTH_MAX) throw badTerms("reason");
  const agreement = (await rules.store.agreements()).find((one) => one.id === agreementId);
  if (agreement === undefined) throw new FieldguardError("NOT_FOUND", "No agreement has this id.");
  const by = signatory(caller, agreement.tenant, rules);
  if (agreement.state !== "GIVEN" && agreement.state !== "RENEWED") return agreement;
  const state = rules.officerRoles.includes(caller.role) ? "REVOKED" : "WITHDRAWN";
  const ended: Agreement = { ...agreement, state, by, reason };
  await rules.store.putAgreement(ended);
  return ended;
}

/** A tenant's agreements, for those who may sign them; without a tenant all of them, for an officer. */
export async function listAgreements(
  caller: Caller,
  tenant: string | null,
  rules: AgreementRules,
): Promise<Agreement[]> {
  if (tenant !== null) {
    signatory(caller, tenant, rules);
    return rules.store.agreements(tenant);
  }
  if (!rules.officerRoles.includes(caller.role)) throw forbidden("Name the tenant whose agreements you want.");
  return rules.store.agreements();
}

function signatory(caller: Caller, tenant: string, { officerRoles, agreementRoles }: AgreementRules): string {
  const signs = agreementRoles.includes(caller.role) && caller.tenants.includes(tenant);
  if (caller.id !== null && (signs || officerRoles.includes(caller.role))) return caller.id;
  throw forbidden("Only a tenant itself and a privacy officer have to do with its agreements.");
}

function badTerms(field: string): FieldguardError {
  return new FieldguardError(
    "BAD_INPUT",
    `Cannot take the agreement's \`${field}\`: expected ids of 1 to ${ID_LENGTH_MAX} characters, purposes of the vocabulary, an end in the future, a reason of at most ${REASON_LENGTH_MAX} characters.`,
  );
}
