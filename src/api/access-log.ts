import { isoTime } from "../core/clock.ts";
import { FieldguardError } from "../core/errors.ts";
import type { Keyring } from "../core/keys.ts";
import { REASONS, type Reason } from "../decision/model.ts";
import {
  type AccessFilter,
  type AccessLog,
  type AccessPage,
  type AccessRecord,
  RECORD_KINDS,
  type RecordedDecision,
  type RecordKind,
} from "../log/contract.ts";
import { readPages } from "../log/read-records.ts";
import type { AccessFilter as FilterInput } from "./generated.ts";

export const PAGE_MAX = 200;
const OUTCOMES = ["ALLOW", "MASK", "DENY"] as const;

export function pageSize(first: number): number {
  if (Number.isInteger(first) && first >= 1 && first <= PAGE_MAX) return first;
  throw new FieldguardError("BAD_INPUT", `Cannot page by \`first\` as given: expected 1 to ${PAGE_MAX}.`);
}

/** Part of a list: so many, after those that are left out. Throws BAD_INPUT. */
export function listPageOf(first: number, skip: number): { readonly first: number; readonly skip: number } {
  if (Number.isInteger(skip) && skip >= 0) return { first: pageSize(first), skip };
  throw new FieldguardError("BAD_INPUT", "Cannot page by `skip` as given: expected 0 or more.");
}

/** ISO 8601 to milliseconds since the epoch. Throws BAD_INPUT that names the field. */
export function timeOf(value: string, field: string): number {
  const time = Date.parse(value);
  if (/^\d{4}-\d{2}-\d{2}/.test(value) && Number.isFinite(time)) return time;
  throw new FieldguardError(
    "BAD_INPUT",
    `Cannot read \`${field}\` as a time: expected ISO 8601, such as 2026-01-31T00:00:00Z.`,
  );
}

function oneOf<T extends string>(value: string, field: string, allowed: readonly T[]): T {
  const found = allowed.find((each) => each === value);
  if (found !== undefined) return found;
  throw new FieldguardError(
    "BAD_INPUT",
    `Cannot filter by \`${field}\` as given: expected one of ${allowed.join(", ")}.`,
  );
}

/** The API's filter as the store's: times parsed, the person's id replaced by the keyed references under every key. */
export function filterOf(input: FilterInput | null | undefined, keyring: Keyring): AccessFilter {
  const given = Object.entries(input ?? {}).filter(([, value]) => value !== null && value !== undefined);
  const filter: Record<string, unknown> = Object.fromEntries(given);
  if (typeof input?.from === "string") filter["from"] = timeOf(input.from, "from");
  if (typeof input?.to === "string") filter["to"] = timeOf(input.to, "to");
  if (typeof input?.outcome === "string") filter["outcome"] = oneOf(input.outcome, "outcome", OUTCOMES);
  if (typeof input?.reason === "string") filter["reason"] = oneOf<Reason>(input.reason, "reason", REASONS);
  if (typeof input?.kind === "string") filter["kind"] = oneOf<RecordKind>(input.kind, "kind", RECORD_KINDS);
  if (typeof input?.subject === "string") filter["subjects"] = keyring.references(input.subject);
  delete filter["subject"];
  return filter as AccessFilter;
}

/** Whether somebody looked at their own data: not on behalf of anybody, in the role in which they ask. */
export function isOwnView({ caller }: AccessRecord, subject: string, role: string): boolean {
  return caller.id === subject && caller.onBehalfOf === null && caller.role === role;
}

/** Records read for one page at most: a person who often looks at their own data has many records that are skipped. */
const RECORDS_READ_MAX = 5_000;
/** Read at once: a record about many people is megabytes, and those of several reads would be there together. */
const RECORDS_AT_ONCE = 20;
/** Mentions of people, in all that one page reads: as many records as are small, few that are large. */
const MENTIONS_READ_MAX = 100_000;

/** A page of those records that are wanted. Fewer than asked for where many are not; `next` goes on behind what was read. */
export async function pageThrough(
  log: Pick<AccessLog, "query">,
  filter: AccessFilter,
  { first, after }: { readonly first: number; readonly after?: string },
  wanted: (record: AccessRecord) => boolean,
): Promise<AccessPage> {
  const records: AccessRecord[] = [];
  let next: string | null = after ?? null;
  let read = 0;
  let mentions = 0;
  const left = () => Math.min(first - records.length, RECORDS_AT_ONCE);
  for await (const page of readPages(log, filter, { after, first: left })) {
    read += left();
    records.push(...page.records.filter(wanted));
    for (const record of page.records) mentions += mentionsIn(record);
    next = page.next;
    if (records.length >= first || read >= RECORDS_READ_MAX || mentions >= MENTIONS_READ_MAX) break;
  }
  return { records, next };
}

function mentionsIn({ subjects, decisions }: AccessRecord): number {
  return decisions.reduce((sum, decision) => sum + decision.subjects.length, subjects.length);
}

type SeenEntry = {
  readonly subject: string;
  readonly time: string;
  readonly role: string;
  readonly organisation: string | null;
  readonly purpose: string | null;
  readonly receipt: string;
} & Pick<RecordedDecision, "coordinate" | "category" | "outcome" | "reason">;

/** Entries of a record that concern one person, whose references are `references`. */
export function seenIn(record: AccessRecord, subject: string, references: ReadonlySet<string>): SeenEntry[] {
  const concerns = (position: number): boolean => references.has(record.subjects[position] ?? "");
  return record.decisions
    .filter((decision) => decision.subjects.some(concerns))
    .map(({ coordinate, category, outcome, reason }) => ({
      subject,
      time: isoTime(record.time),
      role: record.caller.role,
      organisation: record.caller.organisation,
      purpose: record.purpose,
      coordinate,
      category,
      outcome,
      reason,
      receipt: record.id,
    }));
}

export function recordView(record: AccessRecord) {
  const { client, operation, time, caller, minors, details, decisions, ...rest } = record;
  const { writes, intents } = details ?? {};
  return {
    ...rest,
    decisions: decisions.map((decision) => ({ ...decision, write: decision.write ?? false })),
    writes: typeof writes === "string" ? writes : null,
    intents: typeof intents === "string" ? intents.split(", ") : [],
    caller: { ...caller, tokenId: caller.tokenId ?? null },
    minors: minors ?? [],
    time: isoTime(time),
    clientApp: client.app,
    clientIp: client.ip,
    operationName: operation?.name ?? null,
    operationType: operation?.type ?? null,
    operationHash: operation?.hash ?? null,
  };
}
