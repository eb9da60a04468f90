import type { AffectedSubjects } from "./affected-subjects.ts";

/** The report as one page to read and print; it loads nothing from elsewhere. */
export function affectedSubjectsPage({ subjects, totals, deadlines }: AffectedSubjects, known: string): string {
  const rows = subjects.map(
    (subject) =>
      `<tr>${[
        subject.id ?? subject.reference,
        subject.revealed.join(", "),
        subject.masked.join(", "),
        subject.attempted.join(", "),
        subject.purposes.join(", "),
        subject.callers.join(", "),
        subject.first,
        subject.last,
      ]
        .map(cell)
        .join("")}</tr>`,
  );
  const told = deadlines.map(
    ({ rule, to, by }) =>
      `<li>${escapeHtml(rule)}: ${escapeHtml(to)}, ${escapeHtml(by === null ? "without delay" : `by ${by}`)}</li>`,
  );
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Affected subjects</title>
<style>
body { font: 14px/1.5 system-ui, sans-serif; margin: 2rem; color: #1a1a1a }
table { border-collapse: collapse; width: 100% } th, td { border: 1px solid #ccc; padding: .35rem .6rem; text-align: left; vertical-align: top; overflow-wrap: anywhere }
th { background: #f2f2f2 } @media print { body { margin: 0 } }
</style></head>
<body>
<h1>Affected subjects</h1>
<p>Known since ${escapeHtml(known)}. ${totals.subjects} people in ${totals.records} records; values of ${totals.revealed} were revealed clear.</p>
<h2>To be told</h2><ul>${told.join("")}</ul>
<h2>People</h2>
<table><thead><tr>${["Person", "Revealed", "Masked", "Attempted", "Purposes", "Callers", "First", "Last"].map((name) => `<th>${name}</th>`).join("")}</tr></thead>
<tbody>${rows.join("\n")}</tbody></table>
</body></html>`;
}

function cell(text: string): string {
  return `<td>${escapeHtml(text)}</td>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
