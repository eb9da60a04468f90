import type { DirectiveNode } from "graphql";
import { parseDuration } from "../../core/dates.ts";
import type { Origins } from "../annotations.ts";
import type { ConsentDemand, ConsentForm, Grant, Retention, Vocabulary } from "../model.ts";
import { CONSENT_FORMS } from "../model.ts";
import { type ReadContext, readDirective, textOf, textsOf } from "./directive.ts";

/** What readers of annotations share. */
export interface AnnotationContext extends ReadContext {
  readonly vocabulary: Vocabulary;
  readonly origins: Origins;
}

/**
 * Reads `@purpose`; checks that each role may declare each purpose, and that a role of reach ASSIGNED is told by what: but
 * where nothing is looked up that could tell (`asksAssigned` false).
 */
export function readGrants(
  context: AnnotationContext,
  nodes: readonly DirectiveNode[],
  coordinate: string,
  asksAssigned = true,
): Grant[] {
  const grants: Grant[] = [];
  for (const node of nodes) {
    const values = readDirective(context, node, coordinate);
    if (values === null) continue;
    const grant: Grant = {
      allow: textsOf(values, "allow"),
      to: textsOf(values, "to"),
      assigned: textOf(values, "assigned"),
      until: textOf(values, "until"),
    };
    checkGrant(context, grant, node, coordinate, asksAssigned);
    context.origins.of.set(grant, { node, coordinate });
    grants.push(grant);
  }
  return grants;
}

function checkGrant(
  context: AnnotationContext,
  grant: Grant,
  node: DirectiveNode,
  coordinate: string,
  asksAssigned: boolean,
): void {
  const { faults, vocabulary } = context;
  if (grant.allow.length === 0 || grant.to.length === 0) {
    const empty = grant.allow.length === 0 ? "allow" : "to";
    const mend = `Name at least one in \`${empty}\`, or remove the grant.`;
    faults.add("GRANT_EMPTY", coordinate, node, `The grant's list \`${empty}\` is empty, so it grants nothing.`, mend);
  }
  const undeclarable = grant.to.flatMap((role) => {
    const declares = vocabulary.roles[role]?.declares;
    // a role or purpose with a fault of its own is reported there
    const purposes = grant.allow.filter(
      (purpose) => declares !== undefined && vocabulary.purposes[purpose] !== undefined && !declares.includes(purpose),
    );
    return purposes.length === 0 ? [] : [{ role, purposes }];
  });
  if (undeclarable.length > 0) {
    const pairs = undeclarable.map(({ role, purposes }) => `${role} may not declare ${purposes.join(", ")}`);
    const mend =
      "Write one @purpose for the roles and purposes that go together, or let the role declare the purpose: `@reach(declares: [...])`.";
    faults.add("GRANT_NOT_DECLARABLE", coordinate, node, `The grant can never be used: ${pairs.join("; ")}.`, mend);
  }
  const assigned = grant.to.filter((role) => vocabulary.roles[role]?.reach === "ASSIGNED");
  if (asksAssigned && assigned.length > 0 && grant.assigned === null) {
    const message = `${assigned.join(", ")} reach${assigned.length === 1 ? "es" : ""} only what is assigned to their organisation, and the grant does not say by which field.`;
    const mend = "Add `assigned:` with the name of the field that holds the organisation.";
    faults.add("GRANT_WITHOUT_ASSIGNED", coordinate, node, message, mend);
  }
}

/** Reads `@consent`. */
export function readConsents(
  context: AnnotationContext,
  nodes: readonly DirectiveNode[],
  coordinate: string,
): ConsentDemand[] {
  const demands: ConsentDemand[] = [];
  for (const node of nodes) {
    const values = readDirective(context, node, coordinate);
    if (values === null) continue;
    const demand: ConsentDemand = {
      purposes: textsOf(values, "for"),
      from: textOf(values, "from") === "TENANT" ? "TENANT" : "SUBJECT",
      form: formOf(textOf(values, "form")),
      ...(values.get("minorsOnly") === true ? { minorsOnly: true as const } : {}),
      ...(values.get("optOut") === true ? { optOut: true as const } : {}),
      ...(values.get("named") === true ? { named: true as const } : {}),
      ...(values.get("informed") === true ? { informed: true as const } : {}),
    };
    checkTerms(context, demand, node, coordinate);
    if (demand.purposes.length === 0) {
      const message = "The demand's list `for` is empty, so it demands nothing.";
      context.faults.add(
        "CONSENT_EMPTY",
        coordinate,
        node,
        message,
        "Name at least one purpose, or remove the demand.",
      );
    }
    context.origins.of.set(demand, { node, coordinate });
    demands.push(demand);
  }
  return demands;
}

/** A no needs no recipient and no notice, and an agreement knows no notice and names its partner by itself. */
function checkTerms(context: AnnotationContext, demand: ConsentDemand, node: DirectiveNode, coordinate: string): void {
  const terms = (["named", "informed"] as const).filter((term) => demand[term] === true);
  if (terms.length === 0 || (demand.optOut !== true && demand.from === "SUBJECT")) return;
  const other = demand.optOut === true ? "optOut: true" : "from: TENANT";
  const message = `\`${terms.join("` and `")}\` can never be asked together with \`${other}\`.`;
  const mend = `Ask for them of a person's consent: remove \`${other}\`, or write a @consent of its own.`;
  context.faults.add("CONSENT_TERMS_CLASH", coordinate, node, message, mend);
}

function formOf(text: string | null): ConsentForm | null {
  return CONSENT_FORMS.find((form) => form === text) ?? null;
}

/** Reads `@retain`; null where there is none that can be read. */
export function readRetention(
  context: AnnotationContext,
  node: DirectiveNode | undefined,
  coordinate: string,
): Retention | null {
  if (node === undefined) return null;
  const values = readDirective(context, node, coordinate);
  const period = values === null ? null : textOf(values, "for");
  const after = values === null ? null : textOf(values, "after");
  if (period === null || after === null) return null;
  if (parseDuration(period) === null) {
    const message = `"${period}" is not an ISO 8601 duration.`;
    const mend = "Write years, months, weeks, days or a time: P3Y, P18M, P90D, PT12H.";
    context.faults.add("DURATION_INVALID", coordinate, node, message, mend);
  }
  const duty = values?.get("duty") === true ? { duty: true as const } : {};
  const retention: Retention = { period, after, ...duty };
  context.origins.of.set(retention, { node, coordinate });
  return retention;
}
