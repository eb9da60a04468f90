import { isInterfaceType, isObjectType } from "graphql";
import { typeDirectives } from "../annotations.ts";
import type { FieldPolicy, Grant, TypePolicy } from "../model.ts";
import type { HintContext } from "./context.ts";

/** Grants and demands that can be enforced, and do something else than somebody who writes them expects. */
export function hintGrants(context: HintContext): void {
  for (const type of Object.values(context.types)) {
    for (const field of Object.values(type.fields)) {
      for (const grant of field.grants) {
        hintUnreachable(context, field, grant);
        hintExternal(context, field, grant);
        hintConsentNotAsked(context, field, grant);
      }
    }
    hintIdleConsents(context, type);
    hintIdleTypeWide(context, type);
  }
}

/** A role of reach NONE: the grant stands, and nobody is ever in reach. */
function hintUnreachable({ vocabulary, origins, hints }: HintContext, field: FieldPolicy, grant: Grant): void {
  const idle = grant.to.filter((role) => vocabulary.roles[role]?.reach === "NONE");
  const origin = origins.of.get(grant);
  if (idle.length === 0 || origin === undefined) return;
  const message = `${idle.join(", ")} reach${idle.length === 1 ? "es" : ""} nobody's data, so the grant never shows ${field.coordinate}.`;
  const mend = "Give the role another reach, or remove it from the grant.";
  hints.add("GRANT_WITHOUT_EFFECT", origin.coordinate, origin.node, message, mend);
}

function hintExternal({ vocabulary, origins, hints }: HintContext, field: FieldPolicy, grant: Grant): void {
  const external = grant.to.filter((role) => vocabulary.roles[role]?.external === true);
  const open = external.length === 0 ? [] : grant.allow.filter((purpose) => !demands(field, purpose, "TENANT"));
  const origin = origins.of.get(grant);
  if (open.length === 0 || origin === undefined) return;
  const message = `${external.join(", ")} belong${external.length === 1 ? "s" : ""} to another company, and no agreement of the tenant is asked for ${open.join(", ")}.`;
  const mend = `Add \`@consent(for: [${open.join(", ")}], from: TENANT)\`, unless the tenant's contract covers it.`;
  hints.add("EXTERNAL_WITHOUT_AGREEMENT", origin.coordinate, origin.node, message, mend);
}

function hintConsentNotAsked({ vocabulary, origins, hints }: HintContext, field: FieldPolicy, grant: Grant): void {
  const open = grant.allow.filter(
    (purpose) => vocabulary.purposes[purpose]?.basis === "CONSENT" && !demands(field, purpose, "SUBJECT"),
  );
  const origin = origins.of.get(grant);
  if (open.length === 0 || origin === undefined) return;
  const rests = open.length === 1 ? "rests" : "rest";
  const message = `${open.join(", ")} ${rests} on the person's consent, and ${field.coordinate} is granted without asking for it.`;
  hints.add(
    "CONSENT_NOT_ASKED",
    origin.coordinate,
    origin.node,
    message,
    `Add \`@consent(for: [${open.join(", ")}])\`.`,
  );
}

function demands(field: FieldPolicy, purpose: string, from: "SUBJECT" | "TENANT"): boolean {
  return field.consents.some((demand) => demand.from === from && demand.purposes.includes(purpose));
}

/** Consent demanded for purposes that no field granted under it. */
function hintIdleConsents({ origins, hints }: HintContext, type: TypePolicy): void {
  const fields = Object.values(type.fields);
  for (const demand of new Set(fields.flatMap((field) => field.consents))) {
    const under = fields.filter((field) => field.consents.includes(demand));
    const idle = demand.purposes.filter((purpose) => !under.some((field) => grants(field, purpose)));
    const origin = origins.of.get(demand);
    if (idle.length === 0 || origin === undefined) continue;
    const message = `Consent is demanded for ${idle.join(", ")}, for which nobody is granted anything here.`;
    const mend = "Remove the purpose, or grant it with @purpose.";
    hints.add("CONSENT_WITHOUT_GRANT", origin.coordinate, origin.node, message, mend);
  }
}

function grants(field: FieldPolicy, purpose: string): boolean {
  return field.grants.some((grant) => grant.allow.includes(purpose));
}

const TYPE_WIDE = ["purpose", "consent", "retain"] as const;

/** Annotations of a type whose `@sensitive` fields all have their own: found by what no field came to use. */
function hintIdleTypeWide({ schema, origins, hints }: HintContext, type: TypePolicy): void {
  const definition = schema.getType(type.name);
  const fields = Object.values(type.fields);
  if (!(isObjectType(definition) || isInterfaceType(definition)) || fields.length === 0) return;
  const used = new Set(
    fields.flatMap((field) => [...field.grants, ...field.consents, ...(field.retain ? [field.retain] : [])]),
  );
  const usedNodes = new Set([...used].map((part) => origins.of.get(part)?.node));
  for (const directive of TYPE_WIDE) {
    const idle = typeDirectives(definition, directive).find((node) => !usedNodes.has(node));
    if (idle === undefined) continue;
    const message = `Every @sensitive field of ${type.name} has its own @${directive}, so the type's holds for none.`;
    const mend = "Remove it, or the fields' own where the type's suffices.";
    hints.add("GRANT_WITHOUT_EFFECT", type.name, idle, message, mend);
  }
}
