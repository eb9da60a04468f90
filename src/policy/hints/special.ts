import { CONSENT_FORMS, type FieldPolicy, type Grant } from "../model.ts";
import type { HintContext } from "./context.ts";

/**
 * A category that counts as sensitive in law (`special`) is handed out on more than is usual for others: on a consent that was
 * said in so many words (GDPR 9(2)(a), PIPL 29), and to another company not without one.
 */
export function hintSpecial(context: HintContext): void {
  const { vocabulary, types } = context;
  for (const type of Object.values(types)) {
    for (const field of Object.values(type.fields)) {
      if (vocabulary.categories[field.category]?.special !== true) continue;
      for (const grant of field.grants) {
        hintWeak(context, field, grant);
        hintExternal(context, field, grant);
      }
    }
  }
}

function hintWeak({ origins, hints }: HintContext, field: FieldPolicy, grant: Grant): void {
  for (const demand of field.consents) {
    const weak = demand.form === null || CONSENT_FORMS.indexOf(demand.form) < CONSENT_FORMS.indexOf("EXPLICIT");
    const purposes = demand.purposes.filter((purpose) => grant.allow.includes(purpose));
    const origin = origins.of.get(demand);
    if (!weak || demand.from !== "SUBJECT" || purposes.length === 0 || origin === undefined) continue;
    const form = demand.form === null ? "in any form" : `of the form ${demand.form}`;
    const message = `${field.coordinate} holds ${field.category}, a special category, and a consent ${form} suffices for ${purposes.join(", ")}.`;
    const mend = "Ask for `form: EXPLICIT` or a stronger one.";
    hints.add("SPECIAL_ON_WEAK_CONSENT", origin.coordinate, origin.node, message, mend);
  }
}

function hintExternal({ vocabulary, origins, hints }: HintContext, field: FieldPolicy, grant: Grant): void {
  const external = grant.to.filter((role) => vocabulary.roles[role]?.external === true);
  const open = grant.allow.filter((purpose) => !asksConsent(field, purpose));
  const origin = origins.of.get(grant);
  if (external.length === 0 || open.length === 0 || origin === undefined) return;
  const message = `${field.coordinate} holds ${field.category}, a special category, and ${external.join(", ")}, of another company, may have it for ${open.join(", ")} without anybody's consent.`;
  const mend = `Add \`@consent(for: [${open.join(", ")}], form: EXPLICIT)\`, or grant it to nobody outside.`;
  hints.add("SPECIAL_WITHOUT_CONSENT", origin.coordinate, origin.node, message, mend);
}

/** The tenant's, or the person's: who has not objected (`optOut`) has not consented, nor has who is not asked (`minorsOnly`). */
function asksConsent(field: FieldPolicy, purpose: string): boolean {
  return field.consents.some(
    ({ from, purposes, optOut, minorsOnly }) =>
      purposes.includes(purpose) && (from === "TENANT" || (optOut !== true && minorsOnly !== true)),
  );
}
