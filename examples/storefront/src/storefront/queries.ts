import { type Connection, tableOfId } from "./database.ts";
import {
  any,
  CUSTOMER_SORTS,
  type CustomerFilter,
  contains,
  customersWhere,
  equals,
  ORDER_SORTS,
  type OrderFilter,
  ordersWhere,
  PRODUCT_SORTS,
  type ProductFilter,
  productsWhere,
} from "./filters.ts";
import type { StorefrontContext } from "./loaders.ts";
import { all, type PageArguments, pageSize, readLatest, readPage } from "./pages.ts";
import type { TableName, Tables } from "./rows.ts";

/** Which type of the schema a table's rows are; tables without one are reached through others only. */
const TYPES: Readonly<Partial<Record<TableName, string>>> = {
  merchant: "Merchant",
  staff: "StaffMember",
  partner: "Partner",
  product: "Product",
  customer: "Customer",
  purchase: "Order",
  shipment: "Shipment",
  declaration: "CustomsDeclaration",
  payment: "Payment",
  invoice: "Invoice",
  gift_card: "GiftCard",
  review: "Review",
  ticket: "SupportTicket",
  viewing: "ViewingEvent",
  live_room: "LiveRoom",
};

interface ById {
  readonly id: string;
}

type Sorted<Filter> = PageArguments & { readonly where?: Filter | null; readonly orderBy?: string | null };

/** Resolvers of the root type Query: plain reads, whoever asks. What may leave is not their business. */
export function createQueries(connection: Connection) {
  const one =
    (table: TableName) =>
    (_: unknown, { id }: ById) =>
      rowById(connection, table, id);
  return {
    node: (_: unknown, { id }: ById) => {
      const table = tableOfId(id);
      const type = table === null ? undefined : TYPES[table];
      return table === null || type === undefined ? null : typed(type, rowById(connection, table, id));
    },
    merchant: (_: unknown, { id }: ById, { load }: StorefrontContext) => load.merchant.load(id),
    merchants: () => connection.prepare("SELECT * FROM merchant ORDER BY seq").all(),
    partner: one("partner"),
    product: one("product"),
    products: (_: unknown, { where, orderBy, ...page }: Sorted<ProductFilter>) =>
      readPage(connection, "product", productsWhere(where), PRODUCT_SORTS[orderBy ?? "ID"] ?? "seq", page),
    search: (_: unknown, { text, first }: { readonly text: string; readonly first: number }) =>
      searchPublic(connection, text, first),
    liveRoom: one("live_room"),
    review: one("review"),
    party: (_: unknown, { id }: ById) => {
      const table = tableOfId(id);
      if (table !== "customer" && table !== "staff") return null;
      return typed(TYPES[table] ?? "", rowById(connection, table, id));
    },
    parties: (_: unknown, { merchantId, first }: { readonly merchantId: string; readonly first: number }) =>
      [...rowsOf(connection, "staff", merchantId, first), ...rowsOf(connection, "customer", merchantId, first)].slice(
        0,
        pageSize(first),
      ),
    customer: one("customer"),
    customers: (
      _: unknown,
      { merchantId, where, orderBy, ...page }: Sorted<CustomerFilter> & { readonly merchantId?: string | null },
    ) => {
      const condition = all([...equals("merchantId", merchantId), customersWhere(where)]);
      return readPage(connection, "customer", condition, CUSTOMER_SORTS[orderBy ?? "ID"] ?? "seq", page);
    },
    find: (
      _: unknown,
      { merchantId, text, first }: { readonly merchantId: string; readonly text: string; readonly first: number },
    ) => findAtDesk(connection, merchantId, text, first),
    order: one("purchase"),
    orders: (_: unknown, { where, orderBy, ...page }: Sorted<OrderFilter>) =>
      readPage(connection, "purchase", ordersWhere(where), ORDER_SORTS[orderBy ?? "ID"] ?? "seq", page),
    ...createPartnerQueries(connection),
    ...createDeskQueries(connection),
  };
}

function createPartnerQueries(connection: Connection) {
  const one =
    (table: TableName) =>
    (_: unknown, { id }: ById) =>
      rowById(connection, table, id);
  return {
    shipment: one("shipment"),
    shipments: (
      _: unknown,
      { carrierId, status, ...page }: PageArguments & { readonly carrierId: string; readonly status?: string | null },
    ) => {
      const condition = all([...equals("carrierId", carrierId), ...equals("status", status)]);
      return readLatest(connection, "shipment", condition, "shippedAt", page);
    },
    payment: one("payment"),
    payments: (_: unknown, { partnerId, ...page }: PageArguments & { readonly partnerId: string }) =>
      readLatest(connection, "payment", all(equals("partnerId", partnerId)), "createdAt", page),
    customsDeclaration: one("declaration"),
    customsDeclarations: (_: unknown, { brokerId, ...page }: PageArguments & { readonly brokerId: string }) =>
      readLatest(connection, "declaration", all(equals("brokerId", brokerId)), "seq", page),
  };
}

function createDeskQueries(connection: Connection) {
  const one =
    (table: TableName) =>
    (_: unknown, { id }: ById) =>
      rowById(connection, table, id);
  return {
    invoice: one("invoice"),
    supportTicket: one("ticket"),
    supportTickets: (
      _: unknown,
      { merchantId, open, ...page }: PageArguments & { readonly merchantId: string; readonly open?: boolean | null },
    ) => {
      const state = open == null ? [] : [{ sql: `closedAt IS ${open ? "" : "NOT "}NULL`, values: [] }];
      return readLatest(connection, "ticket", all([...equals("merchantId", merchantId), ...state]), "openedAt", page);
    },
    viewingEvents: (_: unknown, { merchantId, ...page }: PageArguments & { readonly merchantId: string }) =>
      readLatest(connection, "viewing", all(equals("merchantId", merchantId)), "viewedAt", page),
  };
}

/** Rows of an abstract type carry the name of their own. */
function typed<Row extends object>(type: string, row: Row | null): (Row & { readonly __typename: string }) | null {
  return row === null ? null : { ...row, __typename: type };
}

function rowById<T extends TableName>(connection: Connection, table: T, id: string): Tables[T] | null {
  return connection.prepare<[string], Tables[T]>(`SELECT * FROM ${table} WHERE id = ?`).get(id) ?? null;
}

function rowsOf(connection: Connection, table: "staff" | "customer", merchantId: string, first: number) {
  const sql = `SELECT *, '${TYPES[table]}' AS __typename FROM ${table} WHERE merchantId = ? ORDER BY seq LIMIT ?`;
  return connection.prepare(sql).all(merchantId, pageSize(first));
}

function searchPublic(connection: Connection, text: string, first: number): unknown[] {
  const found: unknown[] = [];
  for (const [table, columns] of [
    ["merchant", ["name", "about"]],
    ["product", ["name", "description"]],
    ["live_room", ["title"]],
    ["review", ["nickname", "content"]],
  ] as const) {
    found.push(...matching(connection, table, columns, text, first - found.length));
  }
  return found;
}

function findAtDesk(connection: Connection, merchantId: string, text: string, first: number): unknown[] {
  const found: unknown[] = [];
  for (const [table, columns] of [
    ["customer", ["name", "email"]],
    ["staff", ["name", "email"]],
    ["shipment", ["trackingNumber"]],
    ["purchase", ["id"]],
  ] as const) {
    found.push(...matching(connection, table, columns, text, first - found.length, merchantId));
  }
  return found;
}

function matching(
  connection: Connection,
  table: TableName,
  columns: readonly string[],
  text: string,
  first: number,
  merchantId?: string,
): unknown[] {
  const matches = any(columns.flatMap((column) => contains(column, text)));
  const { sql, values } = all([...equals("merchantId", merchantId), matches]);
  return connection
    .prepare(`SELECT *, '${TYPES[table]}' AS __typename FROM ${table} WHERE ${sql} ORDER BY seq LIMIT ?`)
    .all(...values, pageSize(first));
}
