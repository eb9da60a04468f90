import { formOf } from "../consents/choices.ts";
import type { ConsentEvent, ConsentRecord, ConsentStore } from "../consents/contract.ts";
import { CONSENT_FORMS, type ConsentForm, type Policy } from "../policy/model.ts";
import { currentRecords, stateAt } from "../rights/life-state.ts";

/** A consent that counts for less than what was entered: the person must be asked anew, or its evidence brought in. */
export interface AskAnew {
  readonly subject: string;
  readonly purpose: string;
  /** null: every tenant. */
  readonly tenant: string | null;
  /** As it was entered, and as it counts. */
  readonly form: ConsentForm;
  readonly counts: ConsentForm;
  readonly why: string;
}

/**
 * Everybody who must be asked anew because the form of a consent that stands counts for less than it says. With a policy only
 * where one of its demands for the purpose asks for more than what counts. One person's history is in memory at a time, and the ids.
 */
export async function* askAnew(store: ConsentStore, now: number, policy: Policy | null): AsyncGenerator<AskAnew> {
  const subjects = new Set<string>();
  for await (const event of store.events()) if (formOf(event) !== event.form) subjects.add(event.subject);
  const strongest = policy === null ? null : strongestForms(policy);
  for (const subject of subjects) {
    const { status } = await store.subjectState(subject);
    if (status === "ERASED") continue;
    for (const record of currentRecords(await store.history(subject), { now })) {
      const { event, purpose, tenant } = record;
      const counts = formOf(event);
      if (!isYes(record, now) || counts === event.form) continue;
      if (strongest !== null && !isWeaker(counts, strongest.get(purpose) ?? null)) continue;
      yield { subject, purpose, tenant, form: event.form, counts, why: whyOf(event) };
    }
  }
}

function isYes({ event }: ConsentRecord, now: number): boolean {
  const state = stateAt(event, now);
  return state === "GIVEN" || state === "RENEWED";
}

function isWeaker(form: ConsentForm, asked: ConsentForm | null): boolean {
  return asked !== null && CONSENT_FORMS.indexOf(form) < CONSENT_FORMS.indexOf(asked);
}

/** The strongest form that any field asks for, by purpose. */
function strongestForms({ types }: Policy): ReadonlyMap<string, ConsentForm> {
  const forms = new Map<string, ConsentForm>();
  const demands = Object.values(types).flatMap(({ fields }) =>
    Object.values(fields).flatMap(({ consents }) => consents),
  );
  for (const { purposes, form, from } of demands) {
    for (const purpose of from === "SUBJECT" && form !== null ? purposes : []) {
      if (form !== null && isWeaker(forms.get(purpose) ?? "IMPLIED", form)) forms.set(purpose, form);
    }
  }
  return forms;
}

function whyOf({ form, expressedBy, purposes }: ConsentEvent): string {
  if (expressedBy.role === "CONTROLLER") return "entered by the controller, without evidence";
  if (form === "SEPARATE" && purposes.length > 1) return "given for several purposes at once";
  return "of the first edition, which did not tell whether a form was said";
}
