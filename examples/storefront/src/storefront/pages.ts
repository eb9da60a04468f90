import { FieldguardError } from "fieldguard";
import type { Connection } from "./database.ts";
import type { TableName, Tables } from "./rows.ts";

export interface PageArguments {
  readonly first: number;
  readonly afterId?: string | null;
}

export interface Page<Row> {
  readonly nodes: readonly Row[];
  readonly total: number;
  readonly nextAfterId: string | null;
}

/** A part of a WHERE clause with its values. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

/** How many rows a page may hold. */
const PAGE_ROWS_MAX = 500;

/** @throws FieldguardError BAD_INPUT where a page would be negative or longer than 500 rows. */
export function pageSize(first: number): number {
  if (first >= 0 && first <= PAGE_ROWS_MAX) return first;
  throw new FieldguardError(
    "BAD_INPUT",
    `Cannot give that many rows at once: \`first\` must be from 0 to ${PAGE_ROWS_MAX}.`,
  );
}

export function all(conditions: readonly Condition[]): Condition {
  if (conditions.length === 0) return { sql: "TRUE", values: [] };
  return {
    sql: conditions.map(({ sql }) => `(${sql})`).join(" AND "),
    values: conditions.flatMap(({ values }) => values),
  };
}

/**
 * One page of a table in an order, from the row after the one with the id `afterId` on. The cursor is that plain id, so that it
 * holds nothing that the row's id does not say. An unknown cursor gives an empty page.
 */
export function readPage<T extends TableName>(
  connection: Connection,
  table: T,
  where: Condition,
  orderBy: (keyof Tables[T] & string) | null,
  { first, afterId }: PageArguments,
): Page<Tables[T]> {
  const size = pageSize(first);
  // Rows without the value sorted by come first; `seq` makes the order total.
  const keys = orderBy === null || orderBy === "seq" ? "seq" : `IFNULL(${orderBy}, ''), seq`;
  const from: Condition =
    afterId == null ? all([]) : { sql: `(${keys}) > (SELECT ${keys} FROM ${table} WHERE id = ?)`, values: [afterId] };
  const { sql, values } = all([where, from]);
  const rows = connection
    .prepare<(string | number)[], Tables[T]>(`SELECT * FROM ${table} WHERE ${sql} ORDER BY ${keys} LIMIT ?`)
    .all(...values, size + 1);
  const nodes = rows.slice(0, size);
  return {
    nodes,
    total: countRows(connection, table, where),
    nextAfterId: rows.length > size ? (nodes.at(-1)?.id ?? null) : null,
  };
}

/** Rows of a table, latest first, from the one after the id `afterId` on. */
export function readLatest<T extends TableName>(
  connection: Connection,
  table: T,
  where: Condition,
  column: keyof Tables[T] & string,
  { first, afterId }: PageArguments,
): Tables[T][] {
  const keys = `${column}, seq`;
  const from: Condition =
    afterId == null ? all([]) : { sql: `(${keys}) < (SELECT ${keys} FROM ${table} WHERE id = ?)`, values: [afterId] };
  const { sql, values } = all([where, from]);
  return connection
    .prepare<(string | number)[], Tables[T]>(
      `SELECT * FROM ${table} WHERE ${sql} ORDER BY ${column} DESC, seq DESC LIMIT ?`,
    )
    .all(...values, pageSize(first));
}

/** The part of rows that are at hand already that a page asks for. */
export function slicePage<Row extends { readonly id: string }>(
  rows: readonly Row[],
  { first, afterId }: PageArguments,
): Page<Row> {
  const size = pageSize(first);
  const at = afterId == null ? 0 : rows.findIndex(({ id }) => id === afterId) + 1;
  const nodes = afterId != null && at === 0 ? [] : rows.slice(at, at + size);
  const more = nodes.length > 0 && at + size < rows.length;
  return { nodes, total: rows.length, nextAfterId: more ? (nodes.at(-1)?.id ?? null) : null };
}

function countRows(connection: Connection, table: TableName, where: Condition): number {
  const sql = `SELECT COUNT(*) AS total FROM ${table} WHERE ${where.sql}`;
  return connection.prepare<(string | number)[], { total: number }>(sql).get(...where.values)?.total ?? 0;
}
