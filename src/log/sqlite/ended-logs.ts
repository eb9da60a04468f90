import type { Loss } from "../../databases/losses.ts";
import type { Database } from "../../databases/sqlite/database.ts";
import { isEnding, signEnding } from "../proof/ending.ts";
import { FIRST_PREV_HASH } from "../proof/leaf.ts";
import type { SigningKey } from "../proof/note.ts";
import { readHead } from "./chain.ts";
import { type WriterRow, writerRows } from "./rows.ts";

/** A writer's log as it ends. */
export interface Ended {
  readonly writer: string;
  readonly size: number;
  /** Of the last checkpoint that is there; 0 without any. */
  readonly signed: number;
}

/**
 * Ends every writer's log where it stands, and those of whom nothing is left at 0: the next record is another writer's,
 * so that nothing is ever put in the place of what was lost. Returns those that have ended by it, or by an earlier
 * acceptance that did not come to its records.
 */
export function endWriters(database: Database, losses: readonly Loss[]): Ended[] {
  return database.transaction(() => {
    const add = database.prepare(
      "INSERT OR IGNORE INTO log_writer (id, size, hash, pruned, ended) VALUES (?, 0, ?, 0, 0)",
    );
    const strange = new Set<string>();
    for (const loss of losses) {
      if (loss.of === "records" || loss.of === "spool") add.run(loss.writer, FIRST_PREV_HASH);
      else if (loss.of === "end") strange.add(loss.writer);
    }
    const ending = writersEnding(database);
    const open = writerRows(database).filter(({ id, ended }) => ended === 0 || ending.has(id) || strange.has(id));
    const note = database.prepare("INSERT OR IGNORE INTO keeping_ending (writer) VALUES (?)");
    for (const { id } of open) note.run(id);
    database.prepare("UPDATE log_writer SET ended = 1").run();
    const signed = database.prepare<[number], number | null>("SELECT max(size) FROM log_checkpoint WHERE writer = ?");
    return open.map(({ id, no }) => ({
      writer: id,
      size: readHead(database, no).size,
      signed: signed.pluck().get(no) ?? 0,
    }));
  })();
}

/** Writers whose logs have ended, while no record says so yet. */
export function writersEnding(database: Database): ReadonlySet<string> {
  return new Set(database.prepare<[], string>("SELECT writer FROM keeping_ending").pluck().all());
}

/** Signs that the logs that have ended did so; to be called once their ends are on record. */
export function signEndings(database: Database, keys: readonly SigningKey[], formerKeys: readonly Buffer[]): void {
  const put = database.prepare("INSERT OR REPLACE INTO log_ended (writer, note) VALUES (?, ?)");
  const publicKeys = [...keys.map(({ publicKey }) => publicKey), ...formerKeys];
  const strange = strangeEnds(database, publicKeys);
  for (const { no, id, size, hash } of strange) put.run(no, signEnding({ writer: id, size, hash }, keys));
}

/**
 * The writers whose rows say of their logs that they have ended, or that they have not, and no signed note agrees: whoever
 * can write to the file could have one end so that what it lacks is not missed, or go on so that it forks.
 */
export function strangeEnds(database: Database, publicKeys: readonly Buffer[]): WriterRow[] {
  const find = database.prepare<[number], string>("SELECT note FROM log_ended WHERE writer = ?").pluck();
  return writerRows(database).filter(({ no, id, size, hash, ended }) => {
    const note = find.get(no);
    if (ended === 0) return note !== undefined;
    return note === undefined || !isEnding(note, { writer: id, size, hash }, publicKeys);
  });
}
