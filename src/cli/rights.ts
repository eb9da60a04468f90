import { readFileSync } from "node:fs";
import { type Command, Option } from "commander";
import { z } from "zod";
import { timeOf } from "../api/access-log.ts";
import { isoTime, systemClock } from "../core/clock.ts";
import { FieldguardError } from "../core/errors.ts";
import { PLAIN_CALENDAR, type WorkCalendar } from "../evidence/due-date.ts";
import {
  closeRequest,
  listRequests,
  openRequest,
  RIGHTS,
  type Right,
  type RightsRequest,
} from "../evidence/rights-requests.ts";
import { columns, print, printJson } from "./output.ts";
import { COMMAND_LINE, withStores } from "./with-stores.ts";

interface OpenOptions {
  readonly subject: string;
  readonly right: Right;
  readonly received?: string;
  readonly days: string;
  readonly working?: boolean;
  readonly calendar?: string;
  readonly store?: string;
  readonly json?: boolean;
}

export function addRights(program: Command): void {
  const rights = program
    .command("rights")
    .description("requests of people for their rights, with the days on which answers are due");
  rights
    .command("open")
    .description("take a request in")
    .requiredOption("--subject <id>", "who asks")
    .addOption(new Option("--right <right>", "for what").choices([...RIGHTS]).makeOptionMandatory())
    .option("--received <time>", "ISO 8601 (now)")
    .option("--days <n>", "days to answer in", "15")
    .option("--working", "count working days")
    .option("--calendar <file>", "JSON: { zone, holidays, workdays } with dates as YYYY-MM-DD")
    .option("--store <url>", "store to use (FIELDGUARD_STORE)")
    .option("--json", "print JSON")
    .action(open);
  rights
    .command("close <id>")
    .description("answer a request, or refuse it with a ground")
    .option("--refused", "refused rather than answered")
    .option("--ground <text>", "why it was refused")
    .option("--store <url>", "store to use (FIELDGUARD_STORE)")
    .option("--json", "print JSON")
    .action(close);
  rights
    .command("list")
    .description("requests, those due first at the head")
    .option("--store <url>", "store to use (FIELDGUARD_STORE)")
    .option("--json", "print JSON")
    .action(list);
}

async function open(options: OpenOptions): Promise<void> {
  const received = options.received === undefined ? systemClock.now() : timeOf(options.received, "received");
  const term = { days: Number(options.days), kind: options.working ? "WORKING" : "CALENDAR" } as const;
  const calendar = options.calendar === undefined ? PLAIN_CALENDAR : readCalendar(options.calendar);
  await withStores(options.store, async ({ accessLog: log, keyring }) => {
    const desk = { log, keyring, by: COMMAND_LINE };
    const request = await openRequest(
      desk,
      { right: options.right, subject: options.subject, received },
      term,
      calendar,
    );
    show([request], options.json);
  });
}

async function close(
  id: string,
  options: { readonly refused?: boolean; readonly ground?: string; readonly store?: string; readonly json?: boolean },
): Promise<void> {
  await withStores(options.store, async ({ accessLog: log, keyring }) => {
    const outcome = options.refused ? "REFUSED" : "ANSWERED";
    const desk = { log, keyring, by: COMMAND_LINE };
    show([await closeRequest(desk, id, outcome, options.ground ?? null, systemClock.now())], options.json);
  });
}

async function list(options: { readonly store?: string; readonly json?: boolean }): Promise<void> {
  await withStores(options.store, async ({ accessLog }) => show(await listRequests(accessLog), options.json));
}

function show(requests: readonly RightsRequest[], json: boolean | undefined): void {
  const now = systemClock.now();
  const views = requests.map((request) => ({
    ...request,
    received: isoTime(request.received),
    due: isoTime(request.due),
    closed: request.closed === null ? null : isoTime(request.closed),
    overdue: request.state === "OPEN" && request.due < now,
  }));
  if (json) {
    printJson(views);
    return;
  }
  const rows = views.map((view) => [
    view.id,
    view.right,
    view.overdue ? "OVERDUE" : view.state,
    `due ${view.due.slice(0, 10)}`,
    `received ${view.received.slice(0, 10)}`,
    `person ${view.subject.slice(0, 18)}`,
  ]);
  print(rows.length === 0 ? "No requests." : columns(rows));
}

const dates = z.array(z.iso.date()).default([]);
const calendarSchema = z.strictObject({ zone: z.string().default("UTC"), holidays: dates, workdays: dates });

function readCalendar(file: string): WorkCalendar {
  try {
    return calendarSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (cause) {
    throw new FieldguardError(
      "BAD_INPUT",
      `Cannot use the calendar ${file}: expected JSON with zone, holidays and workdays (YYYY-MM-DD).`,
      { cause },
    );
  }
}
