import type { AffectedSubject, AffectedSubjects } from "../../evidence/affected-subjects.ts";
import { inWords } from "../../evidence/affected-subjects-page.ts";
import { csvHeader, csvRow } from "../../evidence/csv.ts";
import { readable } from "../../evidence/page.ts";
import type { SubjectReport } from "../../evidence/subject-report.ts";
import { columns } from "../output.ts";

const CSV: readonly (readonly [string, (subject: AffectedSubject) => unknown])[] = [
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
  return [csvHeader(CSV), ...subjects.map((subject) => csvRow(CSV, subject))].join("\n");
}

export function affectedText({ known, asked, subjects, totals, deadlines }: AffectedSubjects): string {
  const told = deadlines.map(({ rule, by, when, to }) => [
    `  ${rule}`,
    by === null ? when : `until ${readable(by)}`,
    to,
  ]);
  const of = (count: number, what: string) => [`  ${count.toLocaleString("en")}`, what];
  const counts = [
    of(totals.subjects, `people, in ${totals.records.toLocaleString("en")} records`),
    of(totals.revealed, `had values revealed (${totals.valuesRevealed.toLocaleString("en")} values)`),
    of(totals.maskedOnly, "were seen masked at most"),
    of(totals.attemptedOnly, "were asked for and denied altogether"),
    ...(totals.ownViews === 0 ? [] : [of(totals.ownViews, "further records: people who saw their own data")]),
    of(totals.minors, `are known to be minors; of ${totals.ageUnknown.toLocaleString("en")} nothing tells`),
  ];
  return [
    `Affected subjects: ${asked === "" ? "the whole log" : asked}`,
    `Known since ${readable(known)}. All times are UTC.`,
    "",
    columns(counts),
    "",
    "To be told:",
    columns(told),
    ...subjects.flatMap((subject) => ["", ...personText(subject)]),
  ].join("\n");
}

function personText(subject: AffectedSubject): string[] {
  const { id, reference, minor, guardians, purposes, consentThen: then, callers, first, last, records } = subject;
  const guardian = guardians.length === 0 ? "no guardian on record" : `guardian ${guardians.join(", ")}`;
  const consents = purposes.map((purpose) => {
    const states = then.filter((each) => each.purpose === purpose);
    return states.length === 0 ? purpose : `${purpose} (${inWords(states)})`;
  });
  const lines: (readonly [string, string])[] = [
    ["revealed", subject.revealed.join(" ")],
    ["masked", subject.masked.join(" ")],
    ["denied", subject.attempted.join(" ")],
    ["for", consents.join(", ")],
    ["by", callers.join(", ")],
    [
      "when",
      `${first === last ? readable(first) : `${readable(first)} to ${readable(last)}`}, ${records} ${records === 1 ? "record" : "records"}`,
    ],
  ];
  const shown = lines.filter(([, text]) => text !== "").map(([name, text]) => [`  ${name}`, text]);
  return [`${id ?? reference}${minor === true ? ` (minor, ${guardian})` : ""}`, columns(shown)];
}

export function subjectText(report: SubjectReport): string {
  const { subject, state, consents, requests, accesses, events, activity } = report;
  const hold = state.legalHold ? ", under legal hold" : "";
  const part = (name: string, rows: readonly (readonly string[])[]) => [
    "",
    `${name}: ${rows.length}`,
    ...(rows.length === 0 ? [] : [columns(rows)]),
  ];
  return [
    `${subject}: ${state.status}${hold}${state.since === null ? "" : ` since ${readable(state.since)}`}`,
    ...part(
      "Consents",
      consents.map(({ purpose, tenant, state: stands, form, givenAt, expiresAt }) => [
        `  ${purpose}`,
        tenant ?? "everybody",
        stands,
        form,
        `${givenAt === null ? "never given" : `given ${readable(givenAt)}`}${expiresAt === null ? "" : `, until ${readable(expiresAt)}`}`,
      ]),
    ),
    ...part(
      "Requests for rights",
      requests.map(({ right, receivedAt, dueBy, answeredAt, overdue }) => [
        `  ${readable(receivedAt)}`,
        right,
        `due ${dueBy}`,
        answeredAt === null ? (overdue ? "OVERDUE" : "open") : `answered ${readable(answeredAt)}`,
      ]),
    ),
    ...part(
      "Accesses",
      accesses.map(({ time, role, purpose, coordinate, outcome, reason }) => [
        `  ${readable(time)}`,
        role,
        purpose ?? "-",
        coordinate,
        `${outcome} ${reason}`,
      ]),
    ),
    ...part(
      "Else on record",
      events.map(({ time, kind, role }) => [`  ${readable(time)}`, kind, role]),
    ),
    ...part(
      "Their own requests",
      activity.map(({ time, kind, operation, purpose, outcome }) => [
        `  ${readable(time)}`,
        kind,
        operation ?? "-",
        purpose ?? "-",
        outcome,
      ]),
    ),
  ].join("\n");
}
