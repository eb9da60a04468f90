import DataLoader from "dataloader";
import type { Connection } from "./database.ts";
import { groupBy } from "./making.ts";
import type { TableName, Tables } from "./rows.ts";

/** Loads one row by its id; null where there is none. */
export type RowLoader<T extends TableName> = DataLoader<string, Tables[T] | null>;
/** Loads the rows that name an id in one of their columns, in the order of `seq`. */
export type RowsLoader<T extends TableName> = DataLoader<string, readonly Tables[T][]>;

/** What resolvers read nested objects through, new for each request: every table is asked once a level, whatever the number of parents. */
export interface StorefrontContext {
  readonly load: {
    readonly merchant: RowLoader<"merchant">;
    readonly partner: RowLoader<"partner">;
    readonly product: RowLoader<"product">;
    readonly customer: RowLoader<"customer">;
    readonly address: RowLoader<"address">;
    readonly order: RowLoader<"purchase">;
    readonly document: RowLoader<"document">;
    readonly staffOfMerchant: RowsLoader<"staff">;
    readonly roomsOfMerchant: RowsLoader<"live_room">;
    readonly audienceOfMerchant: RowsLoader<"audience">;
    readonly audienceOfRoom: RowsLoader<"audience">;
    readonly productsOfMerchant: RowsLoader<"product">;
    readonly reviewsOfProduct: RowsLoader<"review">;
    readonly addressesOfCustomer: RowsLoader<"address">;
    readonly documentsOfCustomer: RowsLoader<"document">;
    readonly giftCardsOfCustomer: RowsLoader<"gift_card">;
    readonly ticketsOfCustomer: RowsLoader<"ticket">;
    readonly viewingsOfCustomer: RowsLoader<"viewing">;
    readonly ordersOfCustomer: RowsLoader<"purchase">;
    readonly itemsOfOrder: RowsLoader<"item">;
    readonly shipmentsOfOrder: RowsLoader<"shipment">;
    readonly paymentsOfOrder: RowsLoader<"payment">;
    readonly invoicesOfOrder: RowsLoader<"invoice">;
    readonly declarationsOfOrder: RowsLoader<"declaration">;
    readonly messagesOfTicket: RowsLoader<"message">;
    readonly chatOfRoom: RowsLoader<"chat">;
  };
}

/** Loaders for one request over an open storefront. */
export function createContext(connection: Connection): StorefrontContext {
  const one = <T extends TableName>(table: T) => rowLoader(connection, table);
  const many = <T extends TableName>(table: T, column: keyof Tables[T] & string) =>
    rowsLoader(connection, table, column);
  return {
    load: {
      merchant: one("merchant"),
      partner: one("partner"),
      product: one("product"),
      customer: one("customer"),
      address: one("address"),
      order: one("purchase"),
      document: one("document"),
      staffOfMerchant: many("staff", "merchantId"),
      roomsOfMerchant: many("live_room", "merchantId"),
      audienceOfMerchant: many("audience", "merchantId"),
      audienceOfRoom: many("audience", "roomId"),
      productsOfMerchant: many("product", "merchantId"),
      reviewsOfProduct: many("review", "productId"),
      addressesOfCustomer: many("address", "customerId"),
      documentsOfCustomer: many("document", "customerId"),
      giftCardsOfCustomer: many("gift_card", "ownerId"),
      ticketsOfCustomer: many("ticket", "customerId"),
      viewingsOfCustomer: many("viewing", "viewerId"),
      ordersOfCustomer: many("purchase", "customerId"),
      itemsOfOrder: many("item", "orderId"),
      shipmentsOfOrder: many("shipment", "orderId"),
      paymentsOfOrder: many("payment", "orderId"),
      invoicesOfOrder: many("invoice", "orderId"),
      declarationsOfOrder: many("declaration", "orderId"),
      messagesOfTicket: many("message", "ticketId"),
      chatOfRoom: many("chat", "roomId"),
    },
  };
}

function rowLoader<T extends TableName>(connection: Connection, table: T): RowLoader<T> {
  return new DataLoader(async (ids) => {
    const rows = rowsWhere(connection, table, "id", ids);
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  });
}

function rowsLoader<T extends TableName>(
  connection: Connection,
  table: T,
  column: keyof Tables[T] & string,
): RowsLoader<T> {
  return new DataLoader(async (ids) => {
    const groups = groupBy(rowsWhere(connection, table, column, ids), (row) => String(row[column]));
    return ids.map((id) => groups.get(id) ?? []);
  });
}

function rowsWhere<T extends TableName>(
  connection: Connection,
  table: T,
  column: keyof Tables[T] & string,
  values: readonly string[],
): Tables[T][] {
  // One statement whatever the number of values: SQLite limits how many parameters a statement may have.
  const sql = `SELECT * FROM ${table} WHERE ${column} IN (SELECT value FROM json_each(?)) ORDER BY seq`;
  return connection.prepare<[string], Tables[T]>(sql).all(JSON.stringify(values));
}
