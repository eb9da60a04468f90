import type { Database } from "../../databases/sqlite/database.ts";
import type { Step } from "../../databases/sqlite/step.ts";
import type { AccessFilter, AccessRecord, RedactionOrder } from "../contract.ts";
import {
  digestOfTaken,
  itemsToTake,
  redactionTold,
  sealedWithout,
  withheld,
  withheldItems,
} from "../proof/redaction.ts";
import type { Finding } from "../verification.ts";
import type { LogReader } from "./query.ts";
import type { RecordRow } from "./rows.ts";

const SET_SEALED = "UPDATE log_record SET sealed = ? WHERE n = ?";
const INSERT_REDACTION = "INSERT INTO log_redaction (writer, seq, item, redaction) VALUES (?, ?, ?, ?)";

/** What a redaction takes out of one record: the positions of the items. */
export interface Taken {
  readonly row: RecordRow;
  readonly items: readonly number[];
}

/** Of every record that names somebody of the order; in the order in which the redaction's digest takes them. */
export async function takenBy(reader: LogReader, order: RedactionOrder): Promise<Taken[]> {
  const filters: AccessFilter[] = [
    { subjects: order.subjects },
    ...(order.callers ?? []).map((caller): AccessFilter => ({ caller })),
  ];
  const rows = new Map<number, RecordRow>();
  for (const filter of filters) for await (const row of reader.rows(filter)) rows.set(row.n, row);
  const inOrder = [...rows.values()].sort((one, other) => one.writer - other.writer || one.seq - other.seq);
  return inOrder.flatMap((row) => {
    const items = itemsToTake(row, order);
    return items.length === 0 ? [] : [{ row, items }];
  });
}

/** What takes the items out of their records. */
export function takingSteps(taken: readonly Taken[], redaction: string): Step[] {
  return [
    { sql: SET_SEALED, rows: taken.map(({ row, items }) => [sealedWithout(row.sealed, items), row.n]) },
    {
      sql: INSERT_REDACTION,
      rows: taken.flatMap(({ row, items }) => items.map((item) => [row.writer, row.seq, item, redaction])),
    },
  ];
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
    const gone = withheldItems(row.sealed);
    if (gone.length === 0) return;
    const itemsOrdered = new Set(this.#items.all(row.writer, row.seq));
    if (gone.every((item) => itemsOrdered.has(item))) return;
    report(withheld(writer, seq, `something was taken out of record ${seq}, and no redaction on record says so`));
  }

  /** What a record says, where it is an order. */
  takeOrder(record: AccessRecord): void {
    const told = redactionTold(record);
    if (told !== null) this.#orders.set(told.id, { digest: told.digest, seq: record.seq, writer: record.writer });
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
