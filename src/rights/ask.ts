import type { ConsentEvent, ConsentRecord, ConsentStore } from "../consents/contract.ts";
import { DAY_MS } from "../core/dates.ts";
import { FieldguardError } from "../core/errors.ts";
import { newId } from "../core/ids.ts";
import type { Caller } from "../decision/model.ts";
import type { Vocabulary } from "../policy/model.ts";
import type { CheckedChange } from "./input.ts";
import { DEFAULT_FORM } from "./plan-change.ts";
import { forbidden, type People } from "./speaker.ts";
import { isConflict } from "./subject-rights.ts";

/** How long a tenant's question waits for an answer. */
export const QUESTION_MS = 30 * DAY_MS;
/** Questions that a tenant's staff may put a day where nobody can tell whether the people are the tenant's. */
export const QUESTIONS_A_DAY_MAX = 1_000;

/** Whether a caller asks as staff of the tenant that the question is for, and not for itself. */
export function isStaff(
  caller: Caller,
  { tenant, subject }: CheckedChange,
  { roles }: Pick<Vocabulary, "roles">,
): boolean {
  const role = roles[caller.role];
  const ofTenant = role?.reach === "TENANT" && !role.external && tenant !== null && caller.tenants.includes(tenant);
  return ofTenant && caller.id !== null && subject !== null;
}

/** Counts the questions of each tenant's day. Kept by each gateway for itself: it is there so that no list of guessed ids is planted. */
export type AskBudget = (tenant: string, questions: number, now: number) => void;

/** Throws CONSENT_COOL_DOWN where a tenant has asked too many questions today, of any people. */
export function createAskBudget(questionsMax = QUESTIONS_A_DAY_MAX): AskBudget {
  let today = -1;
  const asked = new Map<string, number>();
  return (tenant, questions, now) => {
    const day = Math.floor(now / DAY_MS);
    if (day !== today) asked.clear();
    today = day;
    const count = (asked.get(tenant) ?? 0) + questions;
    if (count > questionsMax) {
      throw new FieldguardError(
        "CONSENT_COOL_DOWN",
        `Cannot ask more than ${questionsMax} questions a day without the option \`people.belongsTo\`, which tells whose people they are. Ask again tomorrow.`,
      );
    }
    asked.set(tenant, count);
  };
}

export interface AskRules {
  readonly store: ConsentStore;
  readonly people: People | null;
  readonly askBudget: AskBudget;
}

/**
 * A tenant's staff asks a person for consent. Whatever the person chose, is, or is not, the answer and what is done for it are the
 * same: the question is stored, and counts only where it could be asked (`openQuestions`). Nothing is stored for people who are
 * known not to be the tenant's.
 */
export async function askAsStaff(
  caller: Caller,
  input: CheckedChange,
  notice: ConsentEvent["notice"],
  { store, people, askBudget }: AskRules,
  now: number,
): Promise<ConsentRecord[]> {
  const { subject, tenant } = input;
  if (caller.id === null || subject === null || tenant === null) throw forbidden("Name the person and the tenant.");
  if (!input.onlyAsks) throw notAlone();
  if (people?.belongsTo === undefined) askBudget(tenant, input.purposes.length, now);
  const asker = { id: caller.id, role: "CONTROLLER", verification: null } as const;
  const events = input.purposes.map((purpose) => questionOf(input, { subject, tenant, purpose, notice, asker, now }));
  const belongs = (await people?.belongsTo?.(subject, tenant)) ?? true;
  // Somebody who was erased, or of whom enough was stored today, is not asked, and nobody is told so.
  if (belongs) await store.append(events).catch(passRefusal);
  return events.map((event) => ({
    recordId: event.recordId,
    subject,
    tenant,
    purpose: event.purposes[0] ?? "",
    event,
    since: now,
    givenAt: null,
    objection: null,
  }));
}

interface Question extends Pick<ConsentEvent, "notice"> {
  readonly subject: string;
  readonly tenant: string;
  readonly purpose: string;
  readonly asker: ConsentEvent["expressedBy"];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

function questionOf(input: CheckedChange, { subject, tenant, purpose, notice, asker, now }: Question): ConsentEvent {
  const { key, method, categories, recipients, language, jurisdiction, storageLocations, retention, withdrawalMethod } =
    input;
  return {
    id: newId(now),
    recordId: newId(now),
    subject,
    tenant,
    purposes: [purpose],
    categories,
    recipients,
    state: "REQUESTED",
    form: input.form ?? DEFAULT_FORM,
    time: now,
    expiresAt: now + QUESTION_MS,
    expressedBy: asker,
    notice,
    language,
    method,
    jurisdiction,
    storageLocations,
    retention,
    withdrawalMethod,
    reason: input.reason,
    // Apart from the keys that the person's own changes have.
    key: key === null ? null : `ask:${JSON.stringify([tenant, key, purpose])}`,
    evidence: null,
  };
}

function passRefusal(error: unknown): void {
  if (!isConflict(error) && !(error instanceof FieldguardError && error.code === "OPERATION_TOO_LARGE")) throw error;
}

/** What else an operation shows of a person would tell what the answer does not. */
function notAlone(): FieldguardError {
  return new FieldguardError(
    "BAD_INPUT",
    "Cannot ask somebody for consent in an operation that does anything else. Send the question by itself.",
  );
}
