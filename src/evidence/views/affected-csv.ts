import type { AffectedSubject, AffectedSubjects } from "../affected-subjects.ts";
import { type Column, csvHeader, csvRow } from "./csv.ts";

const COLUMNS: readonly Column<AffectedSubject>[] = [
  ["reference", (subject) => subject.reference],
  ["id", (subject) => subject.id],
  ["revealed", (subject) => subject.revealed.join(" ")],
  ["masked", (subject) => subject.masked.join(" ")],
  ["attempted", (subject) => subject.attempted.join(" ")],
  ["purposes", (subject) => subject.purposes.join(" ")],
  ["callers", (subject) => subject.callers.join("; ")],
  ["consentIds", (subject) => subject.consentIds.join(" ")],
  [
    "consentThen",
    (subject) => subject.consentThen.map(({ purpose, state, records }) => `${purpose}=${state}:${records}`).join(" "),
  ],
  ["minor", ({ minor }) => (minor === null ? null : minor ? "yes" : "no")],
  ["guardians", (subject) => subject.guardians.join(" ")],
  ["first", (subject) => subject.first],
  ["last", (subject) => subject.last],
  ["records", (subject) => subject.records],
];

/** A row a person. */
export function affectedCsv({ subjects }: AffectedSubjects): string {
  return [csvHeader(COLUMNS), ...subjects.map((subject) => csvRow(COLUMNS, subject))].join("\n");
}
