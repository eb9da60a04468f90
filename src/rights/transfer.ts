import { setTimeout as pause } from "node:timers/promises";
import { overlaps, type Scope } from "../consents/choices.ts";
import { type ConsentEvent, type ConsentStore, recordKey } from "../consents/contract.ts";
import type { Clock } from "../core/clock.ts";
import { FieldguardError } from "../core/errors.ts";
import { z } from "../core/zod.ts";
import { CONSENT_FORMS, type Vocabulary } from "../policy/model.ts";
import { ID_LENGTH_MAX, REASON_LENGTH_MAX, REMARK_LENGTH_MAX } from "./input.ts";

export interface ImportOptions {
  readonly store: ConsentStore;
  readonly clock: Clock;
  readonly vocabulary: Pick<Vocabulary, "purposes" | "categories">;
  /** How long to wait, time after time, before trying again what the store could not answer; in milliseconds. */
  readonly waitsMs?: readonly number[];
}

/** What became of a row that was not stored. Rows count from 1. No value of the row is told. */
export interface RefusedRow {
  readonly row: number;
  readonly code: "BAD_INPUT" | "CONSENT_STATE_CONFLICT";
  readonly why: string;
}

export interface ImportReport {
  /** Rows read; empty lines count as rows and are passed over. */
  readonly rows: number;
  /** Events that stand in the store now: stored by this import, or before it. */
  readonly accepted: number;
  readonly refused: number;
}

/** Longest line that is read, in characters. */
export const LINE_LENGTH_MAX = 65_536;
/** A replica set that elects another primary is away for some ten seconds. */
const WAITS_MS = [500, 1_000, 2_000, 4_000, 8_000, 8_000];
/** Rows stored in one step. */
const BATCH_ROWS = 1_000;

/**
 * Every event of the store, one JSON object a line (NDJSON), each subject's in their order. `after`: the id of the last
 * event that was written before, to go on from; NOT_FOUND where the store has none such.
 */
export async function* exportConsents(store: ConsentStore, after?: string): AsyncGenerator<string> {
  for await (const event of store.events(after)) yield `${JSON.stringify(event)}\n`;
}

/**
 * Stores events from lines as `exportConsents` writes them. Each row is checked by itself: a refused one is told to
 * `refuse`, and the others are stored. Nothing is stored by halves, and what is stored already is not stored again, so
 * that an import which broke off is simply run again. A row older than what stands is refused: it would take back what
 * came later. Memory stays flat whatever the number of lines. Throws STORE_UNAVAILABLE where the store stays away.
 */
export async function importConsents(
  lines: AsyncIterable<string> | Iterable<string>,
  options: ImportOptions,
  refuse: (row: RefusedRow) => void,
): Promise<ImportReport> {
  const counts = { rows: 0, accepted: 0, refused: 0 };
  const tell = (row: RefusedRow) => {
    counts.refused += 1;
    refuse(row);
  };
  let batch: ImportedEvent[] = [];
  const store = async () => {
    counts.accepted += await storePatiently(batch, options, tell);
    batch = [];
  };
  for await (const line of lines) {
    counts.rows += 1;
    if (line.trim() === "") continue;
    const read = readRow(line, options);
    if (typeof read === "string") tell({ row: counts.rows, code: "BAD_INPUT", why: read });
    else batch.push({ row: counts.rows, event: read });
    if (batch.length >= BATCH_ROWS) await store();
  }
  if (batch.length > 0) await store();
  return counts;
}

interface ImportedEvent {
  readonly row: number;
  readonly event: ConsentEvent;
}

/** What is stored already is not stored again, and what is refused is told once, whichever attempt brings it to an end. */
async function storePatiently(
  batch: readonly ImportedEvent[],
  options: ImportOptions,
  refuse: Refuse,
): Promise<number> {
  const waits = [...(options.waitsMs ?? WAITS_MS)];
  for (;;) {
    const refused: RefusedRow[] = [];
    try {
      const accepted = await storeBatch(batch, options.store, (row) => refused.push(row));
      for (const row of refused) refuse(row);
      return accepted;
    } catch (cause) {
      const wait = waits.shift();
      if (wait === undefined || !(cause instanceof FieldguardError) || cause.code !== "STORE_UNAVAILABLE") throw cause;
      await pause(wait);
    }
  }
}

/** Stores what may be stored of a batch; returns how many rows stand afterwards. */
async function storeBatch(batch: readonly ImportedEvent[], store: ConsentStore, refuse: Refuse): Promise<number> {
  return storeRows(await inOrder(batch, store, refuse), store, refuse);
}

type Refuse = (row: RefusedRow) => void;

/** Where one of many cannot be stored (its person is erased, its id is taken), halves of them tell which. */
async function storeRows(rows: readonly ImportedEvent[], store: ConsentStore, refuse: Refuse): Promise<number> {
  const [first] = rows;
  if (first === undefined) return 0;
  try {
    await store.append(rows.map(({ event }) => event));
    return rows.length;
  } catch (cause) {
    if (!isConflict(cause)) throw cause;
    if (rows.length === 1) {
      refuse({ row: first.row, code: "CONSENT_STATE_CONFLICT", why: cause.message });
      return 0;
    }
  }
  const half = rows.length >> 1;
  // One after the other, in the order of the file, which the store keeps.
  const accepted = await storeRows(rows.slice(0, half), store, refuse);
  return accepted + (await storeRows(rows.slice(half), store, refuse));
}

/** Without the rows that are older than what stands of their record; those that are stored already stay. */
async function inOrder(batch: readonly ImportedEvent[], store: ConsentStore, refuse: Refuse): Promise<ImportedEvent[]> {
  const standing = await readStanding(batch, store);
  const storedIds = new Map<string, ReadonlySet<string>>();
  const isStored = async ({ subject, id }: ConsentEvent) => {
    const ids = storedIds.get(subject) ?? new Set((await store.history(subject)).map((event) => event.id));
    storedIds.set(subject, ids);
    return ids.has(id);
  };
  const fitting: ImportedEvent[] = [];
  for (const { row, event } of batch) {
    const keys = event.purposes.map((purpose) => recordKey(event.subject, event.tenant, purpose));
    const isOlder = keys.some((key) =>
      standing.get(key)?.some((since) => event.time < since.time && overlaps(event, since)),
    );
    if (isOlder && !(await isStored(event))) {
      const why = "It is older than what stands for its purpose: storing it would take back what came later.";
      refuse({ row, code: "CONSENT_STATE_CONFLICT", why });
      continue;
    }
    if (!isOlder) for (const key of keys) standing.set(key, [...(standing.get(key) ?? []), event]);
    fitting.push({ row, event });
  }
  return fitting;
}

/** What a change is for, and when it was made. */
type Since = Scope & Pick<ConsentEvent, "time">;

/** Since when what a batch is about stands as it does, by record: one question for each purpose, whatever the people. */
async function readStanding(batch: readonly ImportedEvent[], store: ConsentStore): Promise<Map<string, Since[]>> {
  const concerned = new Map<string, Set<string>>();
  for (const { event } of batch) {
    for (const purpose of event.purposes) {
      const subjects = concerned.get(purpose) ?? new Set();
      concerned.set(purpose, subjects.add(event.subject));
    }
  }
  const standing = new Map<string, Since[]>();
  for (const [purpose, asked] of concerned) {
    const { subjects } = await store.lookUp({ subjects: [...asked], purpose, tenants: [], partner: null });
    for (const [subject, { consents }] of subjects) {
      for (const { tenant, categories, recipients, changedAt } of consents) {
        const key = recordKey(subject, tenant, purpose);
        standing.set(key, [...(standing.get(key) ?? []), { tenant, categories, recipients, time: changedAt }]);
      }
    }
  }
  return standing;
}

const id = z.string().min(1).max(ID_LENGTH_MAX);
const remark = z.string().max(REMARK_LENGTH_MAX).nullable();
const ids = z.array(id).min(1).max(100).nullable();
/** Milliseconds before this are of 1973 or earlier: nobody consented here then, but seconds taken for milliseconds look like it. */
const TIME_MIN = 1e11;
const time = z.number().int().min(TIME_MIN).max(8.64e15);
const eventSchema = z.strictObject({
  id,
  recordId: id,
  subject: id,
  tenant: id.nullable(),
  purposes: z.array(id).min(1).max(100),
  categories: ids,
  recipients: ids,
  // EXPIRED is computed, never stored; UNKNOWN says nothing that could be stored.
  state: z.enum(["REQUESTED", "DEFERRED", "REFUSED", "GIVEN", "RENEWED", "WITHDRAWN", "REVOKED", "INVALIDATED"]),
  form: z.enum(CONSENT_FORMS),
  time,
  expiresAt: time.nullable(),
  expressedBy: z.strictObject({
    id,
    role: z.enum(["DATA_SUBJECT", "GUARDIAN", "AGENT", "CONTROLLER", "SYSTEM"]),
    verification: remark,
  }),
  notice: z.strictObject({ id, version: id, contentHash: remark }).nullable(),
  language: remark,
  method: remark,
  jurisdiction: remark,
  storageLocations: ids,
  retention: remark,
  withdrawalMethod: remark,
  reason: z.string().max(REASON_LENGTH_MAX).nullable(),
  key: z.string().min(1).max(1_024).nullable(),
  // Absent in what the first edition exported.
  evidence: z.string().max(REMARK_LENGTH_MAX).nullable().optional(),
});

/** The event of a line, or why it is none. */
function readRow(line: string, { vocabulary, clock }: ImportOptions): ConsentEvent | string {
  if (line.length > LINE_LENGTH_MAX) return `It is longer than ${LINE_LENGTH_MAX} characters.`;
  const json = parseJson(line);
  const parsed = eventSchema.safeParse(json);
  if (!parsed.success) {
    const path = parsed.error.issues[0]?.path.join(".") ?? "";
    if (path === "") return "It is no event: a JSON object with exactly an event's fields.";
    return path === "time" || path === "expiresAt"
      ? whyNoTime(json, path)
      : `\`${path}\` is missing or no value for it.`;
  }
  const { evidence, ...others } = parsed.data;
  const event: ConsentEvent = { ...others, ...(evidence === undefined ? {} : { evidence }) };
  if (event.purposes.some((purpose) => !Object.hasOwn(vocabulary.purposes, purpose))) {
    return "`purposes` names one that the vocabulary does not hold.";
  }
  if (event.categories?.some((category) => !Object.hasOwn(vocabulary.categories, category))) {
    return "`categories` names one that the vocabulary does not hold.";
  }
  return event.time > clock.now() ? "`time` is in the future." : event;
}

/** What is due, and what it looks like instead: other platforms export seconds, or texts. */
function whyNoTime(json: unknown, field: "time" | "expiresAt"): string {
  const due = `\`${field}\` must be a number of milliseconds since the epoch${field === "expiresAt" ? ", or null" : ""}`;
  const value: unknown = typeof json === "object" && json !== null ? Reflect.get(json, field) : undefined;
  if (typeof value === "string") return `${due}; it is a text, such as an ISO 8601 time. Convert it.`;
  if (typeof value !== "number") return `${due}.`;
  return Math.abs(value) < TIME_MIN
    ? `${due}; it looks like seconds. Multiply by 1000.`
    : `${due}: a whole one that a date can be.`;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isConflict(cause: unknown): cause is FieldguardError {
  return cause instanceof FieldguardError && cause.code === "CONSENT_STATE_CONFLICT";
}
