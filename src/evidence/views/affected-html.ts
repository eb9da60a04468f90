import {
  type AffectedSubject,
  type AffectedSubjects,
  type ConsentThen,
  consentThenInWords,
} from "../affected-subjects.ts";
import type { Deadline } from "../deadlines.ts";
import { facts, type Html, html, page, table, tags } from "./html.ts";
import { readable } from "./text.ts";

/** The report as one page to read and print. */
export function affectedHtml({ known, asked, subjects, totals, deadlines }: AffectedSubjects): string {
  const { first, last } = totals;
  const span =
    first === null || last === null
      ? "Nobody is concerned."
      : `${readable(first)} to ${readable(last)}, in ${totals.records.toLocaleString("en")} records`;
  return page(
    "Affected subjects",
    html`<header><h1>Affected subjects</h1>
<p>${asked === "" ? "The whole log" : asked}</p>
<p class="quiet">Known since ${readable(known)}. Accesses: ${span}. All times are UTC.</p></header>
${facts([
  [totals.subjects, "people concerned"],
  [totals.revealed, "had values revealed", true],
  [totals.maskedOnly, "masked values at most"],
  [totals.attemptedOnly, "attempts only, all denied"],
  [totals.minors, "known to be minors", true],
  [totals.valuesRevealed, "values revealed"],
])}
<h2>Who must be told, and until when</h2>
${table(["Rule", "Who", "When", "Until"], deadlines.map(deadlineRow))}
<h2>People</h2>
${unknownNote(totals)}
${table(["Person", "What was seen", "Purposes, and consent then", "By whom", "First and last"], subjects.map(personRow))}`,
  );
}

function deadlineRow({ rule, to, when, by, note }: Deadline): Html {
  return html`<tr><td class="time"><b>${rule}</b></td><td>${to}<br><span class="quiet">${note}</span></td><td>${when}</td><td class="time">${by === null ? "no hours are counted" : html`<b>${readable(by)}</b>`}</td></tr>`;
}

function unknownNote({ subjects, named, ageUnknown }: AffectedSubjects["totals"]): Html {
  const unnamed = subjects - named;
  const lines = [
    ...(unnamed > 0
      ? [
          html`<p>${unnamed} of ${subjects} are known by their keyed reference alone: a list of people (<code>--people</code>) tells who they are.</p>`,
        ]
      : []),
    ...(ageUnknown > 0
      ? [
          html`<p>Of ${ageUnknown} nothing tells their age: neither a record nor the list of people holds a birth date that shows a minor.</p>`,
        ]
      : []),
  ];
  return lines.length === 0 ? html`` : html`<div class="note">${lines}</div>`;
}

function personRow(subject: AffectedSubject): Html {
  const { id, reference, revealed, masked, attempted, callers, first, last, records } = subject;
  const who = id === null ? html`<code title="${reference}">${reference.slice(0, 18)}…</code>` : html`<b>${id}</b>`;
  return html`<tr><td>${who}${age(subject)}</td>
<td class="wide">${seen("clear", "revealed", revealed)}${seen("masked", "masked", masked)}${seen("denied", "denied", attempted)}</td>
<td class="wide">${subject.purposes.map((purpose) => purposeLine(purpose, subject.consentThen))}</td>
<td><ul>${callers.map((caller) => html`<li>${caller}</li>`)}</ul></td>
<td class="time">${readable(first)}<br>${first === last ? html`` : html`${readable(last)}<br>`}<span class="quiet">${records} ${records === 1 ? "record" : "records"}</span></td></tr>`;
}

function age({ minor, guardians }: AffectedSubject): Html {
  if (minor !== true) return html``;
  const known = guardians.length === 0 ? "no guardian on record" : `guardian ${guardians.join(", ")}`;
  return html`<br>${tags("clear", ["minor"])}<br><span class="quiet">${known}</span>`;
}

function seen(kind: "clear" | "masked" | "denied", word: string, coordinates: readonly string[]): Html {
  return coordinates.length === 0 ? html`` : html`<p>${word} ${tags(kind, coordinates)}</p>`;
}

function purposeLine(purpose: string, then: readonly ConsentThen[]): Html {
  const states = then.filter((each) => each.purpose === purpose);
  return html`<p>${purpose}${states.length === 0 ? "" : html`<br><span class="quiet">${consentThenInWords(states)}</span>`}</p>`;
}
