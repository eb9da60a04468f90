import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { timeOf } from "../../api/access-log.ts";
import { isoTime, systemClock } from "../../core/clock.ts";
import { FieldguardError } from "../../core/errors.ts";
import type { Keyring } from "../../core/keys.ts";
import { type AffectedSubjects, affectedSubjects } from "../../evidence/affected-subjects.ts";
import { affectedSubjectsPage } from "../../evidence/affected-subjects-page.ts";
import { csvCell } from "../../evidence/formats.ts";
import { type SubjectReport, subjectReport } from "../../evidence/subject-report.ts";
import { columns, print, printJson } from "../output.ts";
import { recordCommand, withStores } from "../with-stores.ts";
import { accessFilter, addFilters, type FilterOptions } from "./filter-options.ts";

interface AffectedOptions extends FilterOptions {
  readonly store?: string;
  readonly known?: string;
  readonly people?: string;
  readonly csv?: boolean;
  readonly html?: boolean;
  readonly json?: boolean;
}

export function addReport(log: Command): void {
  const report = log.command("report").description("reports out of the log");
  addFilters(report.command("affected").description("whose data an incident concerns, and who must be told by when"))
    .option("--known <time>", "when the incident became known, ISO 8601 (now)")
    .option("--people <file>", "file with one person's id a line, to name the references")
    .option("--store <url>", "store to read (FIELDGUARD_STORE)")
    .option("--csv", "print a row per person as CSV")
    .option("--html", "print a page to read")
    .option("--json", "print JSON")
    .action(printAffected);
  report
    .command("subject <id>")
    .description("everything kept about one person: state, consents, accesses")
    .option("--store <url>", "store to read (FIELDGUARD_STORE)")
    .option("--json", "print JSON")
    .action(printSubject);
}

async function printAffected(options: AffectedOptions): Promise<void> {
  const known = options.known === undefined ? systemClock.now() : timeOf(options.known, "known");
  await withStores(options.store, async (stores) => {
    const name = options.people === undefined ? undefined : namesOf(options.people, stores.keyring);
    const report = await affectedSubjects(stores.accessLog, accessFilter(options, stores.keyring), known, name);
    await recordCommand(stores, "EXPORT", "log report affected", { subjects: report.totals.subjects });
    if (options.json) printJson(report);
    else if (options.csv) print(affectedCsv(report));
    else if (options.html) print(affectedSubjectsPage(report, isoTime(known)));
    else print(affectedText(report));
  });
}

/** References are one-way: with a list of people, each one's is computed and looked up. */
function namesOf(file: string, keyring: Keyring): (reference: string) => string | null {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new FieldguardError("BAD_INPUT", `Cannot read the list of people ${file}: check its name and permissions.`, {
      cause,
    });
  }
  const names = new Map<string, string>();
  for (const line of text.split("\n")) {
    const id = line.trim();
    if (id !== "") for (const reference of keyring.references(id)) names.set(reference, id);
  }
  return (reference) => names.get(reference) ?? null;
}

function affectedCsv({ subjects }: AffectedSubjects): string {
  const header = "reference,id,revealed,masked,attempted,purposes,callers,consentIds,first,last,records";
  const rows = subjects.map((subject) =>
    [
      subject.reference,
      subject.id,
      subject.revealed.join(" "),
      subject.masked.join(" "),
      subject.attempted.join(" "),
      subject.purposes.join(" "),
      subject.callers.join("; "),
      subject.consentIds.join(" "),
      subject.first,
      subject.last,
      subject.records,
    ]
      .map(csvCell)
      .join(","),
  );
  return [header, ...rows].join("\n");
}

function affectedText({ subjects, totals, deadlines }: AffectedSubjects): string {
  const rows = subjects.map((subject) => [
    `  ${subject.id ?? subject.reference.slice(0, 18)}`,
    `clear: ${subject.revealed.join(" ") || "nothing"}`,
    `masked: ${subject.masked.join(" ") || "nothing"}`,
    `${subject.first} to ${subject.last}`,
  ]);
  const told = deadlines.map(({ rule, to, by }) => [`  ${rule}`, by ?? "without delay", to]);
  const head = `${totals.subjects} people in ${totals.records} records; values of ${totals.revealed} were revealed clear.`;
  return [head, "", columns(rows), "", "To be told:", columns(told)].join("\n");
}

async function printSubject(
  subject: string,
  options: { readonly store?: string; readonly json?: boolean },
): Promise<void> {
  await withStores(options.store, async (stores) => {
    const report = await subjectReport(subject, stores);
    await recordCommand(stores, "EXPORT", "log report subject", { accesses: report.accesses.length });
    if (options.json) printJson(report);
    else print(subjectText(report));
  });
}

function subjectText({ subject, state, consents, accesses }: SubjectReport): string {
  const hold = state.legalHold ? ", under legal hold" : "";
  const given = (consents as readonly Record<string, unknown>[]).map((consent) => [
    `  ${consent["purpose"]}`,
    `${consent["state"]}`,
    `${consent["form"]}`,
    `${consent["givenAt"] ?? "-"}`,
  ]);
  const seen = accesses.map((access) => [
    `  ${access.time}`,
    access.role,
    access.purpose ?? "-",
    access.coordinate,
    `${access.outcome} ${access.reason}`,
  ]);
  return [
    `${subject}: ${state.status}${hold}${state.since === null ? "" : ` since ${state.since}`}`,
    "",
    `Consents: ${given.length}`,
    columns(given),
    "",
    `Accesses: ${seen.length}`,
    columns(seen),
  ].join("\n");
}
