import { readFileSync } from "node:fs";
import { type Command, Option } from "commander";
import { timeOf } from "../api/access-log.ts";
import { systemClock } from "../core/clock.ts";
import { FieldguardError } from "../core/errors.ts";
import { z } from "../core/zod.ts";
import type { Caller } from "../decision/model.ts";
import { columns } from "../evidence/views/text.ts";
import type { RightsDue } from "../rights/due-date.ts";
import {
  answerRequest,
  RIGHTS,
  type Right,
  type RightsDesk,
  type RightsRequest,
  requestRight,
  rightsRequests,
} from "../rights/rights-requests.ts";
import type { Stores } from "../stores/open.ts";
import { print, printJson } from "./output.ts";
import { COMMAND_LINE, recordCommand, withStores } from "./with-stores.ts";

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
    .option("--calendar <file>", "JSON: { holidays, workedDays } with dates as YYYY-MM-DD")
    .option("--store <url>", "store to use (FIELDGUARD_STORE)")
    .option("--json", "print JSON")
    .action(open);
  rights
    .command("close <id>")
    .description("a request was fulfilled, or refused")
    .option("--refused", "refused rather than fulfilled")
    .option("--store <url>", "store to use (FIELDGUARD_STORE)")
    .action(close);
  rights
    .command("list")
    .description("requests, newest first")
    .option("--store <url>", "store to use (FIELDGUARD_STORE)")
    .option("--json", "print JSON")
    .action(list);
}

async function open(options: OpenOptions): Promise<void> {
  const received = options.received === undefined ? systemClock.now() : timeOf(options.received, "received");
  const days = Number(options.days);
  if (!Number.isInteger(days) || days < 1 || days > DAYS_MAX) {
    throw new FieldguardError("BAD_INPUT", `Cannot count days: --days must be a whole number from 1 to ${DAYS_MAX}.`);
  }
  const calendar = options.calendar === undefined ? {} : readCalendar(options.calendar);
  const due: RightsDue = { days, count: options.working ? "WORKING" : "CALENDAR", ...calendar };
  await withStores(options.store, async (stores) => {
    const desk = { ...deskOf(stores), clock: { now: () => received }, due };
    show([await requestRight(desk, OFFICER, options.subject, options.right)], options.json);
  });
}

const DAYS_MAX = 3_650;

async function close(id: string, options: { readonly refused?: boolean; readonly store?: string }): Promise<void> {
  await withStores(options.store, async (stores) => {
    const outcome = options.refused ? "REFUSED" : "FULFILLED";
    await answerRequest(deskOf(stores), OFFICER, id, outcome);
    print(`${id}: ${outcome}`);
  });
}

async function list(options: { readonly store?: string; readonly json?: boolean }): Promise<void> {
  await withStores(options.store, async (stores) => {
    await recordCommand(stores, "LOG_READ", "rights list", {});
    show(await rightsRequests(deskOf(stores)), options.json);
  });
}

/** A user of the command line, who can read the store's files, acts as its privacy officer. */
const OFFICER: Caller = {
  ...COMMAND_LINE,
  role: "PRIVACY_OFFICER",
  id: COMMAND_LINE.id ?? "command line",
  purposes: null,
  actingAs: null,
  tokenId: null,
  expiresAt: null,
  app: "fieldguard",
};

function deskOf({ accessLog, keyring }: Stores): RightsDesk {
  return { log: accessLog, keyring, clock: systemClock, due: { days: 15, count: "CALENDAR" }, policyHash: "" };
}

function show(requests: readonly RightsRequest[], json: boolean | undefined): void {
  if (json) {
    printJson(requests);
    return;
  }
  const rows = requests.map(({ id, right, receivedAt, dueBy, answeredAt, overdue, person }) => [
    id,
    right,
    answeredAt === null ? (overdue ? "OVERDUE" : "open") : `answered ${answeredAt.slice(0, 10)}`,
    `due ${dueBy}`,
    `received ${receivedAt.slice(0, 10)}`,
    `person ${person.slice(0, 18)}`,
  ]);
  print(rows.length === 0 ? "No requests." : columns(rows));
}

const dates = z.array(z.iso.date()).default([]);
const calendarSchema = z.strictObject({ holidays: dates, workedDays: dates });

function readCalendar(file: string): z.infer<typeof calendarSchema> {
  try {
    return calendarSchema.parse(JSON.parse(readFileSync(file, "utf8").replace(/^\uFEFF/, "")));
  } catch (cause) {
    const message = `Cannot use the calendar ${file}: expected JSON with holidays and workedDays (YYYY-MM-DD).`;
    throw new FieldguardError("BAD_INPUT", message, { cause });
  }
}
