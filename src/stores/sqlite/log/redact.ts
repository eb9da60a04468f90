import { createHash } from "node:crypto";
import type { AccessRecord } from "../../access-log.ts";
import { isWithheld, itemDigest, type Leaf, type SealedItem } from "../../proof/leaf.ts";
import type { Finding, RedactionOrder } from "../../proof/verification.ts";
import type { Database } from "../database.ts";
import type { Step } from "./committer.ts";
import { BlockWriter, readBlock } from "./postings.js";
import type { RecordRow } from "./rows.ts";
import { callerTerm, subjectTerm, type Term } from "./terms.ts";

const SET_SEALED = "UPDATE log_record SET sealed = ? WHERE n = ?";
const INSERT_REDACTION = "INSERT INTO log_redaction (writer, seq, item, redaction) VALUES (?, ?, ?, ?)";
const SET_BLOCK = "UPDATE log_block SET data = ? WHERE id = ?";

/** What `details` of the record of a redaction say. */
export const REDACTED_ACTION = "REDACT";

/** An item that a redaction takes: where it stands, and the digest that is left of it. */
export interface TakenItem {
  readonly row: RecordRow;
  readonly item: number;
  readonly digest: string;
}

/** The items of a record that tell of the people of an order. */
export function itemsToTake(row: RecordRow, order: RedactionOrder): TakenItem[] {
  const { decisions, sealed: shape } = JSON.parse(row.leaf) as Leaf;
  const sealed = JSON.parse(row.sealed) as SealedItem[];
  const subjectsAt = shape.texts.length + shape.consents;
  const isGone = (position: number): boolean => {
    const item = sealed[subjectsAt + position];
    return item === undefined || isWithheld(item) || order.subjects.includes(item[2] ?? "");
  };
  const people = Array.from({ length: shape.subjects }, (_, position) => position);
  const nobodyLeft = people.length > 0 && people.every(isGone);
  const consentsOfGone = new Set(
    decisions
      .filter(({ subjects }) => subjects.length > 0 && subjects.every(isGone))
      .flatMap(({ consents }) => consents),
  );
  const goes = (item: SealedItem, index: number): boolean => {
    if (isWithheld(item)) return false;
    const [, kind, value] = item;
    switch (kind) {
      case "subject":
        return order.subjects.includes(value ?? "");
      case "consent":
        return (order.consentIds ?? []).includes(value ?? "") || consentsOfGone.has(index - shape.texts.length);
      case "caller":
      case "onBehalfOf":
        return value !== null && (order.callers ?? []).includes(value ?? "");
      case "justification":
      case "details":
        return nobodyLeft;
    }
  };
  return sealed.flatMap((item, index) => (goes(item, index) ? { row, item: index, digest: itemDigest(item) } : []));
}

/** Digest over all that a redaction took, in order: what its record says, so that nothing can be taken beside it. */
export function digestOfTaken(
  taken: readonly { readonly writer: number; readonly seq: number; readonly item: number }[],
): string {
  const hash = createHash("sha256");
  for (const { writer, seq, item } of taken) hash.update(`${writer} ${seq} ${item}\n`);
  return hash.digest("hex");
}

/** What takes the items out of their records. */
export function takingSteps(taken: readonly TakenItem[], redaction: string): Step[] {
  const rows = new Map<number, SealedItem[]>();
  for (const { row, item, digest } of taken) {
    const sealed = rows.get(row.n) ?? (JSON.parse(row.sealed) as SealedItem[]);
    sealed[item] = [digest];
    rows.set(row.n, sealed);
  }
  return [
    { sql: SET_SEALED, rows: [...rows].map(([n, sealed]) => [JSON.stringify(sealed), n]) },
    { sql: INSERT_REDACTION, rows: taken.map(({ row, item }) => [row.writer, row.seq, item, redaction]) },
  ];
}

/** What takes the people of an order out of the stored index. */
export function forgettingSteps(database: Database, { subjects, callers }: RedactionOrder): Step[] {
  const terms = new Set([...subjects.map(subjectTerm), ...(callers ?? []).map(callerTerm)]);
  const runs = database.prepare<[], number>("SELECT run FROM log_run").pluck().all();
  const changed = new Map<number, Buffer>();
  for (const term of terms) {
    for (const run of runs) {
      for (const { id, data } of blocksOf(database, run, term)) changed.set(id, changed.get(id) ?? data);
    }
  }
  return [{ sql: SET_BLOCK, rows: [...changed].map(([id, data]) => [without(data, terms), id]) }];
}

/** The blocks of a run that can hold a term: the last that begins before it, and those that begin with it. */
function blocksOf(database: Database, run: number, term: Term): { id: number; data: Buffer }[] {
  return database
    .prepare<[number, number, number, number, number], { id: number; data: Buffer }>(
      `SELECT id, data FROM log_block WHERE run = ? AND term = ?
       UNION ALL SELECT * FROM (SELECT id, data FROM log_block WHERE run = ? AND term < ? ORDER BY term DESC, segment DESC LIMIT ?)`,
    )
    .all(run, term, run, term, 1);
}

function without(data: Buffer, terms: ReadonlySet<Term>): Buffer {
  const writer = new BlockWriter();
  for (const posting of readBlock(data)) if (!terms.has(posting.term)) writer.add(posting);
  return writer.finish()[0]?.data ?? Buffer.alloc(0);
}

/** A part of one writer's log; null: every writer's. */
interface Stretch {
  readonly writer: number | null;
  readonly start: number;
  readonly end: number;
}

/** Checks that whatever is redacted was redacted by an order on record, and nothing beside it. */
export class RedactionCheck {
  readonly #database: Database;
  readonly #items;
  /** By record id: what the records of redactions say that they took. */
  readonly #orders = new Map<string, { readonly digest: unknown; readonly seq: number; readonly writer: string }>();

  constructor(database: Database) {
    this.#database = database;
    this.#items = database
      .prepare<[number, number], number>("SELECT item FROM log_redaction WHERE writer = ? AND seq = ?")
      .pluck();
  }

  take(row: RecordRow, record: AccessRecord, report: (finding: Finding) => void): void {
    const { writer, seq } = record;
    this.takeOrder(record);
    const sealed = JSON.parse(row.sealed) as SealedItem[];
    if (!sealed.some(isWithheld)) return;
    const known = new Set(this.#items.all(row.writer, row.seq));
    if (sealed.every((item, index) => !isWithheld(item) || known.has(index))) return;
    report(withheld(writer, seq, `something was taken out of record ${seq}, and no redaction on record says so`));
  }

  /** What a record says, where it is an order. */
  takeOrder({ kind, details, id, writer, seq }: AccessRecord): void {
    if (kind !== "LOG_CHANGE" || details?.["action"] !== REDACTED_ACTION) return;
    this.#orders.set(id, { digest: details["digest"], seq, writer });
  }

  /** `within`: the parts of writers' logs of which it is asked; left out, everything. */
  finish(report: (finding: Finding) => void, within?: readonly Stretch[]): void {
    const parts = within ?? [{ writer: null, start: 0, end: Number.MAX_SAFE_INTEGER }];
    // Without those of which every record has been pruned since: their order may have been pruned as well.
    const of = this.#database
      .prepare<[number | null, number, number], string>(
        `SELECT DISTINCT redaction FROM log_redaction r JOIN log_writer w ON w.no = r.writer
         WHERE r.seq >= w.pruned AND r.writer = ifnull(?, r.writer) AND r.seq >= ? AND r.seq < ?`,
      )
      .pluck();
    const ids = new Set(parts.flatMap(({ writer, start, end }) => of.all(writer, start, end)));
    const taken = this.#database.prepare<[string], { writer: number; seq: number; item: number }>(
      "SELECT writer, seq, item FROM log_redaction WHERE redaction = ? ORDER BY writer, seq, item",
    );
    for (const id of ids) {
      const order = this.#orders.get(id);
      if (order !== undefined && order.digest === digestOfTaken(taken.all(id))) continue;
      report(
        withheld(order?.writer ?? null, order?.seq ?? null, `what redaction ${id} took is not what its record says`),
      );
    }
  }
}

function withheld(writer: string | null, seq: number | null, message: string): Finding {
  return { code: "WITHHELD", writer, from: seq, to: seq === null ? null : seq + 1, message };
}
