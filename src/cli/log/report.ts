import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { timeOf } from "../../api/access-log.ts";
import { systemClock } from "../../core/clock.ts";
import { FieldguardError } from "../../core/errors.ts";
import { GUARDIAN_AGE } from "../../decision/model.ts";
import { affectedSubjects } from "../../evidence/affected-subjects.ts";
import { dueForDeletion } from "../../evidence/due-for-deletion.ts";
import { type Person, readPeople } from "../../evidence/people.ts";
import { subjectReport } from "../../evidence/subject-report.ts";
import { unfinishedActs } from "../../evidence/unfinished-acts.ts";
import { affectedCsv } from "../../evidence/views/affected-csv.ts";
import { affectedHtml } from "../../evidence/views/affected-html.ts";
import { affectedText } from "../../evidence/views/affected-text.ts";
import { dueText } from "../../evidence/views/due-text.ts";
import { subjectHtml } from "../../evidence/views/subject-html.ts";
import { subjectText } from "../../evidence/views/subject-text.ts";
import { unfinishedText } from "../../evidence/views/unfinished-text.ts";
import { print, printJson } from "../output.ts";
import { recordCommand, withStores } from "../with-stores.ts";
import { accessFilter, addFilters, type FilterOptions, filterInWords } from "./filter-options.ts";

interface AffectedOptions extends FilterOptions {
  readonly store?: string;
  readonly known?: string;
  readonly people?: string;
  readonly guardianAge: string;
  readonly csv?: boolean;
  readonly html?: boolean;
  readonly json?: boolean;
}

export function addReport(log: Command): void {
  const report = log.command("report").description("reports out of the log; each is itself recorded");
  addFilters(report.command("affected").description("whose data an incident concerns, and who must be told by when"))
    .option("--known <time>", "when the incident became known, ISO 8601 (now)")
    .option(
      "--people <file>",
      "people whom the consent store may not know: an id a line, or id,YYYY-MM-DD with a birth date",
    )
    .option("--guardian-age <years>", "age under which a guardian decides", String(GUARDIAN_AGE))
    .option("--store <url>", "store to read (FIELDGUARD_STORE)")
    .option("--csv", "print a row per person as CSV")
    .option("--html", "print a page to read")
    .option("--json", "print JSON")
    .action(printAffected);
  report
    .command("subject <id>")
    .description("everything kept about one person: state, consents, requests, accesses")
    .option("--store <url>", "store to read (FIELDGUARD_STORE)")
    .option("--html", "print a page to read")
    .option("--json", "print JSON")
    .action(printSubject);
  addFilters(
    report.command("due").description("whose data the upstream should delete by now, as records of operations tell"),
  )
    .option("--people <file>", "people whom the consent store may not know: an id a line")
    .option("--store <url>", "store to read (FIELDGUARD_STORE)")
    .option("--json", "print JSON")
    .action(printDue);
  addFilters(report.command("unfinished").description("acts of which only the intent is on record"))
    .option("--store <url>", "store to read (FIELDGUARD_STORE)")
    .option("--json", "print JSON")
    .action(printUnfinished);
}

async function printAffected(options: AffectedOptions): Promise<void> {
  const known = options.known === undefined ? systemClock.now() : timeOf(options.known, "known");
  const guardianAge = Number(options.guardianAge);
  if (!Number.isInteger(guardianAge) || guardianAge < 0)
    throw new FieldguardError("BAD_INPUT", "Cannot read --guardian-age: expected a whole number of years.");
  const people = options.people === undefined ? [] : peopleIn(options.people);
  await withStores(options.store, async (stores) => {
    const { accessLog, consents, keyring } = stores;
    const filter = accessFilter(options, keyring);
    const asked = filterInWords(options);
    await recordCommand(stores, "EXPORT", "log report affected", { asked });
    const report = await affectedSubjects(accessLog, filter, { known, asked, consents, keyring, people, guardianAge });
    show(report, options, { csv: affectedCsv, html: affectedHtml, text: affectedText });
  });
}

function peopleIn(file: string): Person[] {
  try {
    return readPeople(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new FieldguardError("BAD_INPUT", `Cannot read the list of people ${file}: check its name and permissions.`, {
      cause,
    });
  }
}

interface SubjectOptions {
  readonly store?: string;
  readonly html?: boolean;
  readonly json?: boolean;
}

async function printSubject(subject: string, options: SubjectOptions): Promise<void> {
  await withStores(options.store, async (stores) => {
    await recordCommand(stores, "EXPORT", "log report subject", {}, [stores.keyring.reference(subject)]);
    const report = await subjectReport(subject, { ...stores, clock: systemClock });
    show(report, options, { html: subjectHtml, text: subjectText });
  });
}

interface DueOptions extends FilterOptions {
  readonly store?: string;
  readonly people?: string;
  readonly json?: boolean;
}

async function printDue(options: DueOptions): Promise<void> {
  const people = options.people === undefined ? [] : peopleIn(options.people);
  await withStores(options.store, async (stores) => {
    await recordCommand(stores, "EXPORT", "log report due", { asked: filterInWords(options) });
    const filter = accessFilter(options, stores.keyring);
    const due = await dueForDeletion(stores.accessLog, filter, { ...stores, people });
    show(due, options, { text: dueText });
  });
}

async function printUnfinished(options: Omit<DueOptions, "people">): Promise<void> {
  await withStores(options.store, async (stores) => {
    await recordCommand(stores, "EXPORT", "log report unfinished", { asked: filterInWords(options) });
    const acts = await unfinishedActs(stores.accessLog, accessFilter(options, stores.keyring));
    show(acts, options, { text: unfinishedText });
  });
}

interface Format {
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly html?: boolean;
}

/** Prints a report in the form that was asked for: JSON is the value itself, every other form one of its views. */
function show<T>(
  report: T,
  asked: Format,
  views: Readonly<Partial<Record<"csv" | "html", (report: T) => string>>> & { readonly text: (report: T) => string },
): void {
  if (asked.json) printJson(report);
  else if (asked.csv && views.csv) print(views.csv(report));
  else if (asked.html && views.html) print(views.html(report));
  else print(views.text(report));
}
