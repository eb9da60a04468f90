import { hash } from "node:crypto";
import type { AccessEntry, AccessFilter, RecordedDecision } from "../../access-log.ts";

/** 48 bits that stand for "this field has this value" in the index. Two values may share one: a reader checks the record. */
export type Term = number;

type Field = "caller" | "role" | "purpose" | "kind" | "operation";

const TERM_HEX = 12;

// Terms are computed once: a record has about twenty, of which only those of people are new each time.
const KNOWN_MAX = 10_000;
const KNOWN: Readonly<Record<Field, Map<string, Term>>> = {
  caller: new Map(),
  role: new Map(),
  purpose: new Map(),
  kind: new Map(),
  operation: new Map(),
};
const decisionsKnown = new Map<string, Map<string, Map<string, readonly Term[]>>>();

/** Every term under which a record can be found, without doubles. */
export function termsOf(
  entry: Pick<AccessEntry, "kind" | "caller" | "purpose" | "operation" | "decisions" | "subjects">,
): Set<Term> {
  const terms = new Set<Term>();
  terms.add(term("kind", entry.kind)).add(term("role", entry.caller.role));
  if (entry.caller.id !== null) terms.add(term("caller", entry.caller.id));
  if (entry.purpose !== null) terms.add(term("purpose", entry.purpose));
  if (entry.operation !== null) {
    if (entry.operation.name !== null) terms.add(term("operation", entry.operation.name));
    terms.add(term("operation", entry.operation.hash));
  }
  for (const decision of entry.decisions) {
    for (const each of decisionTerms(decision)) terms.add(each);
  }
  for (const subject of entry.subjects) terms.add(subjectTerm(subject));
  return terms;
}

/** What a filter asks of the index: a record must have, of each group, at least one term. Times and ids are no terms. */
export function termsAsked(filter: AccessFilter): Term[][] {
  const groups: Term[][] = [];
  for (const field of ["kind", "role", "caller", "purpose", "operation"] as const) {
    const value = filter[field];
    if (value !== undefined) groups.push([term(field, value)]);
  }
  const { coordinate, outcome, reason } = filter;
  if (coordinate !== undefined && outcome === undefined && reason === undefined)
    groups.push([decisionTerm(coordinate, "", "")]);
  if (outcome !== undefined) groups.push([decisionTerm(coordinate ?? "", outcome, "")]);
  if (reason !== undefined) groups.push([decisionTerm(coordinate ?? "", "", reason)]);
  if (filter.subjects !== undefined) groups.push(filter.subjects.map(subjectTerm));
  return groups;
}

/** The term of a person. A reference is a keyed hash already: its first bits serve. */
export function subjectTerm(reference: string): Term {
  const colon = reference.indexOf(":");
  const head = reference.slice(colon + 1, colon + 1 + TERM_HEX);
  return /^[0-9a-f]{12}$/.test(head) ? Number.parseInt(head, 16) : digest("subject", reference);
}

export function callerTerm(id: string): Term {
  return term("caller", id);
}

/** The coordinate, outcome and reason of one decision alone, and the coordinate with each of the others. */
function decisionTerms({ coordinate, outcome, reason }: RecordedDecision): readonly Term[] {
  let terms = decisionsKnown.get(coordinate)?.get(outcome)?.get(reason);
  if (terms === undefined) {
    terms = [
      decisionTerm(coordinate, "", ""),
      decisionTerm("", outcome, ""),
      decisionTerm("", "", reason),
      decisionTerm(coordinate, outcome, ""),
      decisionTerm(coordinate, "", reason),
    ];
    if (decisionsKnown.size >= KNOWN_MAX) decisionsKnown.clear();
    const outcomes = within(decisionsKnown, coordinate);
    within(outcomes, outcome).set(reason, terms);
  }
  return terms;
}

function within<T>(maps: Map<string, Map<string, T>>, key: string): Map<string, T> {
  let inner = maps.get(key);
  if (inner === undefined) {
    inner = new Map();
    maps.set(key, inner);
  }
  return inner;
}

function decisionTerm(coordinate: string, outcome: string, reason: string): Term {
  return digest("decision", `${coordinate}\n${outcome}\n${reason}`);
}

function term(field: Field, value: string): Term {
  const known = KNOWN[field];
  let found = known.get(value);
  if (found === undefined) {
    found = digest(field, value);
    if (known.size >= KNOWN_MAX) known.clear();
    known.set(value, found);
  }
  return found;
}

function digest(field: Field | "decision" | "subject", value: string): Term {
  return Number.parseInt(hash("sha256", `${field}\n${value}`, "hex").slice(0, TERM_HEX), 16);
}
