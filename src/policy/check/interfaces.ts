import { isNoLonger, parseDuration } from "../../core/dates.ts";
import type { Mask } from "../../masks/names.ts";
import { type CompositeType, compositeTypes, directivesOn, interfacesOf } from "../annotations.ts";
import {
  CONSENT_FORMS,
  type ConsentDemand,
  type ConsentForm,
  type FieldPolicy,
  type Grant,
  type Retention,
  type TypePolicy,
} from "../model.ts";
import type { AnnotationContext } from "../read/grants.ts";

/**
 * What an interface's field promises must hold for every type behind it: a field may be stricter than the interface
 * field that it implements, never looser. What the interface leaves open (it grants nothing, demands no consent, sets no
 * end) the types may settle, each for itself. (GHSA-mx7m-j9xf-62hw: an interface's protection bypassed through the type.)
 */
export function checkInterfaces(context: AnnotationContext, types: Readonly<Record<string, TypePolicy>>): void {
  for (const type of compositeTypes(context.schema)) {
    for (const parent of interfacesOf(type)) {
      for (const promised of Object.values(types[parent.name]?.fields ?? {})) {
        checkField(context, type, promised, types[type.name]?.fields[promised.field]);
      }
    }
  }
}

function checkField(
  context: AnnotationContext,
  type: CompositeType,
  promised: FieldPolicy,
  policy: FieldPolicy | undefined,
): void {
  const field = type.getFields()[promised.field];
  if (field === undefined) return;
  const coordinate = `${type.name}.${promised.field}`;
  if (policy === undefined) {
    // an @sensitive that cannot be read has its own fault
    if (directivesOn(field, "sensitive").length > 0) return;
    const message = `${promised.coordinate} is @sensitive; ${coordinate}, which implements it, is not.`;
    const mend = `Add \`@sensitive(category: ${promised.category})\`: annotations of an interface are not inherited.`;
    context.faults.add("LOOSER_THAN_INTERFACE", coordinate, field.astNode, message, mend);
    return;
  }
  const looser = differences(promised, policy);
  if (looser.length === 0) return;
  const message = `${coordinate} is looser than ${promised.coordinate}, which it implements: ${looser.join("; ")}.`;
  const mend = `Make it at least as strict, or loosen ${promised.coordinate}.`;
  const node = context.origins.of.get(policy)?.node ?? field.astNode;
  context.faults.add("LOOSER_THAN_INTERFACE", coordinate, node, message, mend);
}

function differences(promised: FieldPolicy, policy: FieldPolicy): string[] {
  return [
    ...looserOutcome(promised, policy),
    ...looserGrants(promised, policy),
    ...missingConsents(promised, policy),
    ...looserRetention(promised.retain, policy.retain),
  ];
}

function looserOutcome(promised: FieldPolicy, policy: FieldPolicy): string[] {
  if (policy.otherwise === "DENY") return [];
  if (promised.otherwise === "DENY") return ["it says MASK where the interface says DENY"];
  if (revealsNoMore(policy.mask, promised.mask)) return [];
  return [`the mask ${policy.mask} may show what ${promised.mask} hides`];
}

/** Only what is certain: most masks keep different parts and cannot be compared. */
function revealsNoMore(mask: Mask, than: Mask): boolean {
  if (mask === than || mask === "NULLIFY") return true;
  if (mask === "REDACT") return than !== "NULLIFY";
  return (mask === "PAN" && than === "LAST4") || (mask === "LAST4" && than === "PAN");
}

/** An interface field without any grant, unless it is sealed, leaves it to the types behind it to say who may see theirs. */
function looserGrants(promised: FieldPolicy, policy: FieldPolicy): string[] {
  if (promised.sealed === true && policy.grants.length > 0) return ["it has a grant, and the interface's is sealed"];
  if (promised.grants.length === 0) return [];
  const unpromised = new Map<string, Set<string>>();
  const unbounded = new Map<string, Set<string>>();
  for (const grant of policy.grants) {
    for (const role of grant.to) {
      for (const purpose of grant.allow) {
        const candidates = promised.grants.filter((each) => each.to.includes(role) && each.allow.includes(purpose));
        if (candidates.length === 0) note(unpromised, role, purpose);
        else if (!candidates.some((each) => asBounded(grant, each))) note(unbounded, role, purpose);
      }
    }
  }
  return [
    ...[...unpromised].map(([role, purposes]) => `it grants ${listed(purposes)} to ${role}, the interface does not`),
    ...[...unbounded].map(
      ([role, purposes]) =>
        `it grants ${listed(purposes)} to ${role} without the interface's \`assigned\` or \`until\``,
    ),
  ];
}

function note(into: Map<string, Set<string>>, role: string, purpose: string): void {
  const purposes = into.get(role);
  if (purposes === undefined) into.set(role, new Set([purpose]));
  else purposes.add(purpose);
}

function listed(names: ReadonlySet<string>): string {
  return [...names].join(", ");
}

function asBounded(grant: Grant, promised: Grant): boolean {
  return (
    (promised.assigned === null || promised.assigned === grant.assigned) &&
    (promised.until === null || promised.until === grant.until)
  );
}

/** Only purposes that the field grants at all: without a grant there is nothing to consent to. */
function missingConsents(promised: FieldPolicy, policy: FieldPolicy): string[] {
  const granted = new Set(policy.grants.flatMap((grant) => grant.allow));
  const missing = new Set<string>();
  for (const demand of promised.consents) {
    for (const purpose of demand.purposes) {
      if (!granted.has(purpose)) continue;
      const met = policy.consents.some((each) => isAsStrict(each, demand, purpose));
      if (!met) missing.add(`it does not demand the interface's consent (from ${demand.from}) for ${purpose}`);
    }
  }
  return [...missing];
}

function isAsStrict(demand: ConsentDemand, promised: ConsentDemand, purpose: string): boolean {
  return (
    demand.from === promised.from &&
    demand.purposes.includes(purpose) &&
    (demand.minorsOnly === undefined || promised.minorsOnly === true) &&
    (demand.optOut === undefined || promised.optOut === true) &&
    (promised.named === undefined || demand.named === true) &&
    (promised.informed === undefined || demand.informed === true) &&
    strength(demand.form) >= strength(promised.form)
  );
}

function strength(form: ConsentForm | null): number {
  return form === null ? -1 : CONSENT_FORMS.indexOf(form);
}

function looserRetention(promised: Retention | null, retain: Retention | null): string[] {
  if (promised === null) return [];
  if (retain === null) return [`it lacks the interface's @retain(for: "${promised.period}")`];
  const asFinal = retain.duty === undefined || promised.duty === true;
  if (asFinal && retain.after === promised.after && lastsNoLonger(retain.period, promised.period)) return [];
  return [`it may be kept longer than the interface's @retain(for: "${promised.period}", after: "${promised.after}")`];
}

/** A period that cannot be read is a fault of its own. */
function lastsNoLonger(period: string, promised: string): boolean {
  const [own, other] = [parseDuration(period), parseDuration(promised)];
  return own === null || other === null || isNoLonger(own, other);
}
