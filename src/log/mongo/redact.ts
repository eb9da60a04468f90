import type { AccessEntry, AccessFilter, AccessRecord, RedactionOrder } from "../contract.ts";
import {
  digestOfTaken,
  itemsToTake,
  REDACTED_ACTION,
  redactionTold,
  sealedWithout,
  withheld,
  withheldItems,
} from "../proof/redaction.ts";
import type { Finding } from "../verification.ts";
import { documentFor, FILTER_FIELDS, type LogDocument, queryFor } from "./model.ts";
import type { LogModels, StoredRedaction, StoredTaking } from "./proof-model.ts";

/** Records that a redaction's facts under `details`; resolves once that is durable. */
type Note = (details: NonNullable<AccessEntry["details"]>) => Promise<string>;

const TAKINGS_PER_WRITE = 200;

/**
 * Takes the traces of people out of every writer's records, by steps each of which may be the last before a crash:
 * - planned in part: forgotten at the next redaction; nothing was taken.
 * - planned: from here on it is gone on with at the next redaction.
 * - taken in part: likewise; what is taken already is not taken again.
 * - on record: done; noted as such. (A crash before that: on record twice, with the same words.)
 * Returns the id of the redaction's record.
 */
export async function redactRecords(
  models: LogModels,
  order: RedactionOrder,
  id: string,
  note: Note,
): Promise<{ readonly id: string; readonly records: number }> {
  await finishRedactions(models, note);
  await models.redactions.create({ _id: id, state: "PLANNING", items: 0, records: 0, digest: "" });
  const takings = await planTakings(models, order, id);
  const plan = {
    items: takings.reduce((sum, { items }) => sum + items.length, 0),
    records: takings.length,
    digest: digestOf(takings),
  };
  await models.redactions.updateOne({ _id: id }, { $set: { state: "TAKING", ...plan } });
  return { id: await takeAll(models, { _id: id, state: "TAKING", ...plan }, note), records: plan.records };
}

async function finishRedactions(models: LogModels, note: Note): Promise<void> {
  for (const begun of await models.redactions.find({ state: { $ne: "DONE" } }).lean<StoredRedaction[]>()) {
    if (begun.state === "TAKING") await takeAll(models, begun, note);
    else {
      await models.takings.deleteMany({ redaction: begun._id });
      await models.redactions.deleteOne({ _id: begun._id });
    }
  }
}

/** Finds what is to go, and writes it down. In the order in which the digest takes it. */
async function planTakings(models: LogModels, order: RedactionOrder, redaction: string): Promise<StoredTaking[]> {
  const filters: AccessFilter[] = [
    { subjects: order.subjects },
    ...(order.callers ?? []).map((caller): AccessFilter => ({ caller })),
  ];
  const takingsByPlace = new Map<string, StoredTaking>();
  for (const filter of filters) {
    const rows = models.records.find(queryFor(filter)).lean<LogDocument>();
    for await (const row of rows.cursor()) {
      const items = itemsToTake(row, order);
      const { writer, seq } = row;
      if (items.length > 0) takingsByPlace.set(`${writer} ${seq}`, { redaction, writer, seq, items });
    }
  }
  const takings = [...takingsByPlace.values()].sort(inOrder);
  for (let from = 0; from < takings.length; from += TAKINGS_PER_WRITE) {
    await models.takings.insertMany(takings.slice(from, from + TAKINGS_PER_WRITE));
  }
  return takings;
}

async function takeAll(models: LogModels, { _id, items, records, digest }: StoredRedaction, note: Note) {
  for await (const { writer, seq, items: taken } of models.takings
    .find({ redaction: _id })
    .lean<StoredTaking>()
    .cursor()) {
    const row = await models.records.findOne({ writer, seq }).lean<LogDocument>();
    if (row === null) continue;
    const left = sealedWithout(row.sealed, taken);
    const meant = documentFor({ writer, seq, leaf: row.leaf, sealed: left });
    const changed = { sealed: left, ...Object.fromEntries(FILTER_FIELDS.map((field) => [field, meant[field]])) };
    await models.records.updateOne({ writer, seq }, { $set: changed });
  }
  const id = await note({ action: REDACTED_ACTION, redaction: _id, items, records, digest });
  await models.redactions.updateOne({ _id }, { $set: { state: "DONE" } });
  return id;
}

function digestOf(takings: readonly StoredTaking[]): string {
  return digestOfTaken(takings.flatMap(({ writer, seq, items }) => items.map((item) => ({ writer, seq, item }))));
}

function inOrder(one: StoredTaking, other: StoredTaking): number {
  return one.writer === other.writer ? one.seq - other.seq : one.writer < other.writer ? -1 : 1;
}

/** Checks that whatever is redacted was redacted by an order on record, and nothing beside it. */
export class TakingCheck {
  readonly #models: LogModels;
  /** By redaction: what its record says that it took. */
  readonly #told = new Map<string, { readonly digest: unknown; readonly writer: string; readonly seq: number }>();

  constructor(models: LogModels) {
    this.#models = models;
  }

  async take(row: LogDocument, record: AccessRecord, report: (finding: Finding) => void): Promise<void> {
    const { writer, seq } = row;
    const told = redactionTold(record);
    if (told !== null) this.#told.set(told.id, { digest: told.digest, writer, seq });
    const gone = withheldItems(row.sealed);
    if (gone.length === 0) return;
    const takings = await this.#models.takings.find({ writer, seq }).lean<StoredTaking[]>();
    const itemsPlanned = new Set(takings.flatMap(({ items }) => items));
    if (gone.every((item) => itemsPlanned.has(item))) return;
    report(withheld(writer, seq, `something was taken out of record ${seq}, and no redaction on record says so`));
  }

  /** `pruned`: by writer, how many of its records are. */
  async finish(pruned: ReadonlyMap<string, number>, report: (finding: Finding) => void): Promise<void> {
    for (const redaction of await this.#redactions()) {
      const takings = await this.#models.takings.find({ redaction }).lean<StoredTaking[]>();
      // Where every record has been pruned since, the order may have been pruned as well.
      if (takings.every(({ writer, seq }) => seq < (pruned.get(writer) ?? 0))) continue;
      const told = this.#told.get(redaction);
      if (told !== undefined && told.digest === digestOf(takings.sort(inOrder))) continue;
      const begun = await this.#models.redactions.findOne({ _id: redaction, state: { $ne: "DONE" } }).lean();
      const why =
        begun === null
          ? `what redaction ${redaction} took is not what its record says`
          : `redaction ${redaction} was begun and is not done: redact anything again to have it finished`;
      report(withheld(told?.writer ?? null, told?.seq ?? null, why));
    }
  }

  async #redactions(): Promise<string[]> {
    const ids: string[] = [];
    for (;;) {
      const last = ids.at(-1);
      const [next] = await this.#models.takings
        .find(last === undefined ? {} : { redaction: { $gt: last } }, { redaction: 1 })
        .sort({ redaction: 1 })
        .limit(1)
        .lean<StoredTaking[]>();
      if (next === undefined) return ids;
      ids.push(next.redaction);
    }
  }
}
