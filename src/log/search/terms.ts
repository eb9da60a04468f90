import { hash } from "node:crypto";
import type { AccessEntry, AccessFilter, RecordedDecision } from "../contract.ts";
import { REDACTED } from "../proof/leaf.ts";

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

/** What of a record is looked for by terms. */
export type Indexed = Pick<AccessEntry, "kind" | "caller" | "purpose" | "operation" | "decisions" | "subjects">;

/** Calls `add` with every term under which a record can be found; with some more than once. */
export function eachTerm(entry: Indexed, add: (term: Term) => void): void {
  const { kind, caller, purpose, operation } = entry;
  add(term("kind", kind));
  add(term("role", caller.role));
  if (caller.id !== null && caller.id !== REDACTED) add(term("caller", caller.id));
  if (purpose !== null) add(term("purpose", purpose));
  if (operation !== null) {
    if (operation.name !== null) add(term("operation", operation.name));
    add(term("operation", operation.hash));
  }
  for (const decision of entry.decisions) for (const each of decisionTerms(decision)) add(each);
  for (const subject of entry.subjects) if (subject !== REDACTED) add(subjectTerm(subject));
}

/** What a filter asks of the index: a record must have, of each group, at least one term. Times, ids and tokens are no terms. */
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

/** The term of a person. A reference is a keyed hash already (`<version>:<hex>`): its first bits serve. */
export function subjectTerm(reference: string): Term {
  const start = reference.indexOf(":") + 1;
  if (start === 0 || reference.length < start + TERM_HEX) return digest("subject", reference);
  const head = Number(`0x${reference.slice(start, start + TERM_HEX)}`);
  return Number.isNaN(head) ? digest("subject", reference) : head;
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
  const termsOfField = KNOWN[field];
  let termOfValue = termsOfField.get(value);
  if (termOfValue === undefined) {
    termOfValue = digest(field, value);
    if (termsOfField.size >= KNOWN_MAX) termsOfField.clear();
    termsOfField.set(value, termOfValue);
  }
  return termOfValue;
}

function digest(field: Field | "decision" | "subject", value: string): Term {
  return Number.parseInt(hash("sha256", `${field}\n${value}`, "hex").slice(0, TERM_HEX), 16);
}
