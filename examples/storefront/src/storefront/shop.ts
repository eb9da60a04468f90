import { type Clock, FieldguardError } from "fieldguard";
import type { Connection, Writer } from "./database.ts";
import type { OrderFeed } from "./order-feed.ts";
import type { TableName, Tables } from "./rows.ts";

/** What mutations work on. */
export interface Shop {
  readonly connection: Connection;
  readonly writer: Writer;
  readonly feed: OrderFeed;
  readonly clock: Clock;
}

/** The row of an id. @throws FieldguardError NOT_FOUND where there is none. */
export function must<T extends TableName>({ connection }: Pick<Shop, "connection">, table: T, id: string): Tables[T] {
  const row = connection.prepare<[string], Tables[T]>(`SELECT * FROM ${table} WHERE id = ?`).get(id);
  if (row === undefined) {
    throw new FieldguardError("NOT_FOUND", `Cannot find a ${NAMES[table] ?? table} with that id.`);
  }
  return row;
}

/** Tables that are called otherwise in the schema. */
const NAMES: Readonly<Partial<Record<TableName, string>>> = { purchase: "order", declaration: "customs declaration" };
