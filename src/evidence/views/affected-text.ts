import { type AffectedSubject, type AffectedSubjects, consentThenInWords } from "../affected-subjects.ts";
import { columns, readable } from "./text.ts";

/** The report as plain text. */
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
    return states.length === 0 ? purpose : `${purpose} (${consentThenInWords(states)})`;
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
