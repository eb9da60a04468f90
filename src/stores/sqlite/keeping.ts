import type { KeyFingerprint } from "../../core/keys.ts";
import type { Loss } from "../../databases/losses.ts";
import type { MarksRead } from "../../databases/marks.ts";
import type { Component, Database } from "../../databases/sqlite/database.ts";
import { type Checkpoint, writerOf } from "../../log/proof/checkpoint.ts";
import { readHead } from "../../log/sqlite/chain.ts";
import { strangeEnds, writersEnding } from "../../log/sqlite/ended-logs.ts";
import { writerRows } from "../../log/sqlite/rows.ts";
import { TreeReader } from "../../log/sqlite/tree-reader.ts";

/**
 * What a file knows of what is kept beside it: the fingerprints of its keys, and the id of its mark. `keeping_acceptance`
 * is there from the moment that an acceptance changes something until its records are there too; `keeping_ending` names
 * the writers whose logs it ended.
 */
export const KEEPING_COMPONENT: Component = {
  name: "keeping",
  migrations: [
    `CREATE TABLE keeping_key (
       kind TEXT NOT NULL,
       id TEXT NOT NULL,
       fingerprint TEXT NOT NULL,
       PRIMARY KEY (kind, id)
     ) STRICT, WITHOUT ROWID;
     CREATE TABLE keeping_mark (one INTEGER PRIMARY KEY CHECK (one = 1), id TEXT NOT NULL) STRICT;`,
    `CREATE TABLE keeping_acceptance (one INTEGER PRIMARY KEY CHECK (one = 1), new_key INTEGER NOT NULL) STRICT;
     CREATE TABLE keeping_ending (writer TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;`,
  ],
};

/** `log`: by version. `sign`: public keys of those that may sign checkpoints, by themselves. */
type KeyKind = "log" | "sign";

export function knownKeys(database: Database, kind: KeyKind): KeyFingerprint[] {
  return database
    .prepare<[string], { id: string; fingerprint: string }>("SELECT id, fingerprint FROM keeping_key WHERE kind = ?")
    .all(kind)
    .map(({ id, fingerprint }) => ({ version: Number(id), fingerprint }));
}

export function learnKeys(database: Database, keys: readonly KeyFingerprint[]): void {
  const learn = database.prepare("INSERT INTO keeping_key (kind, id, fingerprint) VALUES ('log', ?, ?)");
  for (const { version, fingerprint } of keys) learn.run(String(version), fingerprint);
}

/** Whether it was signed by somebody who is not among these. */
export function knowsOtherSigners(database: Database, publicKeys: readonly Buffer[]): boolean {
  const named = new Set(publicKeys.map((key) => key.toString("hex")));
  const known = database.prepare<[], string>("SELECT id FROM keeping_key WHERE kind = 'sign'").pluck().all();
  return known.some((id) => !named.has(id));
}

export function learnSigners(database: Database, publicKeys: readonly Buffer[]): void {
  const learn = database.prepare("INSERT OR IGNORE INTO keeping_key (kind, id, fingerprint) VALUES ('sign', ?, '')");
  for (const key of publicKeys) learn.run(key.toString("hex"));
}

export function forgetKeys(database: Database, kind: KeyKind): void {
  database.prepare("DELETE FROM keeping_key WHERE kind = ?").run(kind);
}

/** Whether anything was written that keys are needed for: what an earlier edition wrote has no fingerprint. */
export function holdsContent(database: Database, table: "log_record" | "consent_event" | "log_checkpoint"): boolean {
  const exists = database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").get(table);
  return exists !== undefined && database.prepare(`SELECT 1 FROM ${table} LIMIT 1`).get() !== undefined;
}

export function markId(database: Database): string | null {
  return database.prepare<[], string>("SELECT id FROM keeping_mark").pluck().get() ?? null;
}

export function setMarkId(database: Database, id: string): void {
  database.prepare("INSERT OR REPLACE INTO keeping_mark (one, id) VALUES (1, ?)").run(id);
}

/**
 * What the mark and the last anchored checkpoints say that is not in the file. Those of writers that have ended are on
 * record; that they have is signed.
 */
export function findLosses(
  database: Database,
  marks: MarksRead | null,
  anchored: readonly Checkpoint[],
  publicKeys: readonly Buffer[],
): Loss[] {
  return database.transaction(() => {
    const knownMark = markId(database);
    const isStrange = knownMark !== null && marks?.id !== knownMark;
    const of = isStrange ? null : marks;
    return [
      ...(acceptanceUnderWay(database) === null ? [] : [{ of: "acceptance" } as const]),
      ...(isStrange ? [{ of: "mark" } as const] : []),
      ...strangeEndsOf(database, publicKeys).map((writer) => ({ of: "end", writer }) as const),
      ...lostRecords(database, of, anchored, publicKeys),
      ...lostConsents(database, of?.consents ?? []),
    ];
  })();
}

/** Those of an acceptance that is not on record yet are told as that. */
function strangeEndsOf(database: Database, publicKeys: readonly Buffer[]): string[] {
  const ending = writersEnding(database);
  return strangeEnds(database, publicKeys).flatMap(({ id }) => (ending.has(id) ? [] : [id]));
}

function lostRecords(
  database: Database,
  marks: MarksRead | null,
  anchored: readonly Checkpoint[],
  publicKeys: readonly Buffer[],
): Loss[] {
  const lostByWriter = new Map<string, Loss & { readonly of: "records" }>();
  const lose = (writer: string, from: number, to: number, other: boolean): void => {
    if ((lostByWriter.get(writer)?.to ?? 0) < to) lostByWriter.set(writer, { of: "records", writer, from, to, other });
  };
  const rows = new Map(writerRows(database).map((row) => [row.id, row]));
  const ending = new Set([...writersEnding(database), ...strangeEndsOf(database, publicKeys)]);
  const check = (writer: string, size: number, holds: (tree: TreeReader) => boolean): void => {
    const row = rows.get(writer);
    if (row === undefined) lose(writer, 0, size, false);
    if (row === undefined || (row.ended === 1 && !ending.has(writer))) return;
    const head = readHead(database, row.no);
    if (head.size < size) lose(writer, head.size, size, false);
    else if (!holds(new TreeReader(database, row.no))) lose(writer, size - 1, size, true);
  };
  for (const { writer, size, hash } of marks?.log ?? []) {
    check(writer, size, (tree) => size === 0 || tree.leaf(size - 1) === hash);
  }
  for (const { origin, size, root } of anchored) {
    const writer = writerOf(origin);
    if (writer !== null && size > 0) check(writer, size, (tree) => tree.root(size) === root);
  }
  return [...lostByWriter.values()];
}

function lostConsents(database: Database, marked: readonly string[]): Loss[] {
  const changes = marked
    .map((each) => each.split(":", 2))
    .map(([revision, id]) => ({ revision: Number(revision), id }))
    .filter((each) => Number.isInteger(each.revision));
  const furthest = Math.max(0, ...changes.map(({ revision }) => revision));
  if (furthest === 0) return [];
  const revision = revisionOf(database) ?? 0;
  if (revision < furthest) return [{ of: "consents", changes: furthest - revision }];
  const find = changeFinder(database);
  const isOther = changes.some(({ revision, id }) => id !== undefined && find(revision) !== id);
  return isOther ? [{ of: "consents", changes: null }] : [];
}

/** Which change a revision was; null where the file does not say. */
function changeFinder(database: Database): (revision: number) => string | null {
  const exists = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'consent_change'").get();
  if (exists === undefined) return () => null;
  const find = database.prepare<[number], string>("SELECT id FROM consent_change WHERE revision = ?").pluck();
  return (revision) => find.get(revision) ?? null;
}

/** How many changes of consents there were; null where the file holds none. */
export function revisionOf(database: Database): number | null {
  const exists = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'consent_revision'").get();
  if (exists === undefined) return null;
  return database.prepare<[], number>("SELECT value FROM consent_revision").pluck().get() ?? null;
}

/** What an acceptance that did not come to its records had changed besides; null where there is none. */
export function acceptanceUnderWay(database: Database): { readonly newKey: boolean } | null {
  const row = database.prepare<[], number>("SELECT new_key FROM keeping_acceptance").pluck().get();
  return row === undefined ? null : { newKey: row === 1 };
}

/** To be called in the transaction that makes its changes. */
export function beginAcceptance(database: Database, newKey: boolean): void {
  database
    .prepare(
      "INSERT INTO keeping_acceptance VALUES (1, ?) ON CONFLICT DO UPDATE SET new_key = max(new_key, excluded.new_key)",
    )
    .run(newKey ? 1 : 0);
}

/** To be called once its records are there. */
export function endAcceptance(database: Database): void {
  database.exec("DELETE FROM keeping_acceptance; DELETE FROM keeping_ending");
}
