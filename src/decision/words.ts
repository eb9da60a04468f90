import type { ConsentDemand, Reach } from "../policy/model.ts";
import type { PreparedField, Question } from "./question.ts";
import type { TestName } from "./table.ts";

/** What a test asks of this coordinate and request, in words: policy and vocabulary only, never a value of the data. */
export function describeTest(name: TestName, field: PreparedField, question: Question): string {
  const { caller, purpose, deployment } = question.request;
  const declared = purpose ?? "the declared purpose";
  switch (name) {
    case "role":
      return `A grant must name the role ${caller.role}; the field is granted to ${listOf(field.policy.grants.flatMap((grant) => grant.to))}.`;
    case "purpose declared":
      return `A purpose must be declared; ${purpose === null ? "none is" : `it is ${purpose}`}.`;
    case "purpose allowed":
      return `A grant to ${caller.role} must name ${declared}; those to it name ${listOf(purposesOf(field, caller.role))}.`;
    case "subject known":
      return "It must be known whose data it is, where a later test depends on that.";
    case "not erased":
      return `The person must not be erased${question.traits.legalObligation ? ", unless the law holds the data" : ""}.`;
    case "within retention":
      return describeRetention(field, question);
    case "state known":
      return "The consent store must be able to tell the person's state.";
    case "in reach":
      return describeReach(question);
    case "grant running":
      return describeEnd(question);
    case "not restricted":
      return question.traits.servesRestricted
        ? `The person may be restricted: ${declared} is open all the same.`
        : "The person's data must not be restricted.";
    case "old enough":
      return describeAge(question);
    case "region allowed":
      return `Data of the person's region must be allowed to go to ${caller.region ?? deployment.region ?? "a caller without a region"}.`;
    case "not opted out":
      return "The request must carry no opt-out signal against the purpose.";
    case "consented":
      return describeConsents(question);
  }
}

function purposesOf(field: PreparedField, role: string): readonly string[] {
  return field.policy.grants.filter((grant) => grant.to.includes(role)).flatMap((grant) => grant.allow);
}

function describeRetention({ policy: { retain } }: PreparedField, { traits }: Question): string {
  if (retain === null) return "The field has no retention period.";
  return `No more than ${retain.period} may have passed since ${retain.after}${traits.legalObligation ? ", unless the law holds the data" : ""}.`;
}

const REACHES: Readonly<Record<Reach, string>> = {
  NONE: "which reaches nobody's data",
  SELF: "which reaches the caller's own data",
  TENANT: "which reaches data of the caller's tenants",
  ASSIGNED: "which reaches what is assigned to the caller's organisation",
  ALL: "which reaches everybody's data",
};

function describeReach({ request, reach, grants }: Question): string {
  const assigned = grants.filter((grant) => grant.rung === 2).flatMap((grant) => grant.assigned ?? []);
  const field = assigned.length === 0 ? "" : ` (as ${listOf(assigned)} tells)`;
  return `The object must be in reach of the role ${request.caller.role}, ${REACHES[reach]}${field}.`;
}

function describeEnd({ grants }: Question): string {
  const ends = grants.filter((grant) => grant.rung === 2).flatMap((grant) => grant.until ?? []);
  return ends.length === 0 ? "The grant has no end." : `The grant's end, told by ${listOf(ends)}, must not be past.`;
}

function describeAge({ request, traits }: Question): string {
  const { minimumAge } = request.deployment;
  if (minimumAge === null || minimumAge <= 0) return "People of every age are served.";
  if (traits.servesMinors) return `People of every age may ask for ${request.purpose ?? ""}.`;
  return `The person must be at least ${minimumAge} years old, where the type tells a date of birth.`;
}

function describeConsents({ request, demands, consent }: Question): string {
  const purpose = request.purpose ?? "the declared purpose";
  if (demands.length === 0) return `No consent is asked for ${purpose}.`;
  const asked = demands.map((demand) => describeDemand(demand, consent.guardianAge)).join(" and ");
  const guardian = demands.some((demand) => demand.from === "SUBJECT")
    ? ` For people under ${consent.guardianAge}, a verified guardian's.`
    : "";
  return `${purpose} needs ${asked}.${guardian}`;
}

function describeDemand(demand: ConsentDemand, guardianAge: number): string {
  const { from, form, minorsOnly, optOut, named, informed } = demand;
  const giver = from === "TENANT" ? "the tenant's agreement with the caller's organisation" : "the person's consent";
  const terms = [
    form === null ? "" : ` in the form ${form} or stronger`,
    named === true ? " that names the caller's organisation or role" : "",
    informed === true ? " that rests on a notice in force when it was given" : "",
  ];
  const what = optOut === true ? `no refusal or withdrawal of ${giver}` : `${giver}${terms.join("")}`;
  return minorsOnly === true ? `${what} (asked of nobody who is ${guardianAge} or older)` : what;
}

function listOf(names: readonly string[]): string {
  const distinct = [...new Set(names)];
  return distinct.length === 0 ? "nobody and nothing" : distinct.join(", ");
}
