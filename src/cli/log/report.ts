import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { timeOf } from "../../api/access-log.ts";
import { isoTime, systemClock } from "../../core/clock.ts";
import { FieldguardError } from "../../core/errors.ts";
import { affectedSubjects } from "../../evidence/affected-subjects.ts";
import { affectedSubjectsPage } from "../../evidence/affected-subjects-page.ts";
import { dueForDeletion } from "../../evidence/due-for-deletion.ts";
import { type Person, readPeople } from "../../evidence/people.ts";
import { subjectReport } from "../../evidence/subject-report.ts";
import { subjectReportPage } from "../../evidence/subject-report-page.ts";
import { unfinishedActs } from "../../evidence/unfinished-acts.ts";
import { columns, print, printJson } from "../output.ts";
import { recordCommand, withStores } from "../with-stores.ts";
import { accessFilter, addFilters, type FilterOptions, filterInWords } from "./filter-options.ts";
import { affectedCsv, affectedText, subjectText } from "./report-text.ts";

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
    .option("--guardian-age <years>", "age under which a guardian decides", "14")
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
    if (options.json) printJson(report);
    else if (options.csv) print(affectedCsv(report));
    else if (options.html) print(affectedSubjectsPage(report));
    else print(affectedText(report));
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
    if (options.json) printJson(report);
    else if (options.html) print(subjectReportPage(report));
    else print(subjectText(report));
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
    if (options.json) printJson(due);
    else if (due.length === 0) print("Nobody's data are due for deletion, as far as these records tell.");
    else
      print(
        columns(due.map((each) => [each.id ?? each.reference, each.because.join(" "), each.coordinates.join(" ")])),
      );
  });
}

async function printUnfinished(options: Omit<DueOptions, "people">): Promise<void> {
  await withStores(options.store, async (stores) => {
    await recordCommand(stores, "EXPORT", "log report unfinished", { asked: filterInWords(options) });
    const acts = await unfinishedActs(stores.accessLog, accessFilter(options, stores.keyring));
    if (options.json) printJson(acts);
    else if (acts.length === 0) print("Of every act whose intent is on record it is known what became of it.");
    else print(columns(acts.map(({ id, time, caller, writes }) => [id, isoTime(time), caller, writes])));
  });
}
