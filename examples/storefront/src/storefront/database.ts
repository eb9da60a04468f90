import type { TableName, Tables } from "./rows.ts";
import { type Sqlite, SqliteDatabase } from "./sqlite.ts";

export type Connection = Sqlite.Database;

/** Columns of each table after `seq` and `id`; SQLite needs no types here. */
const COLUMNS: { readonly [T in TableName]: readonly Exclude<keyof Tables[T] & string, "seq" | "id">[] } = {
  merchant: ["name", "region", "about", "currency", "since"],
  staff: ["merchantId", "region", "position", "name", "email", "phone", "passwordHash", "recentIps", "lastAt"],
  partner: ["name", "kind", "region"],
  product: ["merchantId", "name", "description", "category", "price", "currency", "stock", "attributes"],
  customer: [
    "merchantId",
    "region",
    "joinedOn",
    "nickname",
    "name",
    "email",
    "phone",
    "messengerId",
    "birthDate",
    "gender",
    "nationalId",
    "passwordHash",
    "recentIps",
    "lastAt",
    "allergies",
    "level",
    "loyaltyPoints",
    "segments",
    "preferences",
  ],
  address: ["customerId", "formatted", "street", "district", "city", "province", "postcode", "country", "coordinates"],
  purchase: [
    "merchantId",
    "region",
    "status",
    "customerId",
    "customerBirthDate",
    "placedAt",
    "amount",
    "currency",
    "note",
    "clientIp",
    "attribution",
  ],
  item: ["orderId", "productId", "quantity", "unitPrice", "currency"],
  shipment: [
    "merchantId",
    "region",
    "orderId",
    "status",
    "carrierId",
    "trackingNumber",
    "shippedAt",
    "completedAt",
    "recipientId",
    "recipientName",
    "recipientPhone",
    "recipientEmail",
    "addressId",
    "instructions",
    "route",
  ],
  document: ["customerId", "kind", "number", "nameOnDocument", "expiresOn", "scanUrl"],
  declaration: [
    "merchantId",
    "region",
    "orderId",
    "holderId",
    "holderName",
    "brokerId",
    "clearedAt",
    "contents",
    "declaredAmount",
    "currency",
    "destinationId",
    "documentId",
  ],
  payment: [
    "merchantId",
    "region",
    "orderId",
    "createdAt",
    "method",
    "status",
    "partnerId",
    "disputableUntil",
    "payerId",
    "paidAmount",
    "currency",
    "cardHolder",
    "cardNumber",
    "cardExpiry",
    "bankAccount",
    "token",
  ],
  invoice: [
    "merchantId",
    "region",
    "orderId",
    "customerId",
    "issuedOn",
    "title",
    "taxpayerId",
    "email",
    "billedAmount",
    "currency",
  ],
  gift_card: ["merchantId", "region", "ownerId", "code", "balanceAmount", "currency", "message", "expiresOn"],
  review: [
    "merchantId",
    "region",
    "productId",
    "authorId",
    "nickname",
    "avatarUrl",
    "rating",
    "content",
    "contactEmail",
    "writtenOn",
  ],
  ticket: ["merchantId", "region", "customerId", "channel", "subject", "openedAt", "closedAt", "callbackPhone"],
  message: ["ticketId", "fromCustomer", "sentAt", "content", "recordingUrl"],
  viewing: [
    "merchantId",
    "region",
    "viewerId",
    "viewerBirthDate",
    "viewedAt",
    "productId",
    "searchTerm",
    "seconds",
    "deviceId",
    "ip",
    "position",
  ],
  live_room: ["merchantId", "title", "startedAt", "endedAt", "productIds"],
  chat: ["roomId", "merchantId", "region", "viewerId", "nickname", "text", "saidAt", "ip", "browser"],
  audience: ["roomId", "merchantId", "country", "viewers", "averageSeconds", "likes", "clicks"],
};

/** Columns by which rows are looked up. */
const INDICES: { readonly [T in TableName]?: readonly (keyof Tables[T] & string)[] } = {
  staff: ["merchantId"],
  product: ["merchantId"],
  customer: ["merchantId"],
  address: ["customerId"],
  purchase: ["customerId", "merchantId"],
  item: ["orderId"],
  shipment: ["orderId", "carrierId"],
  document: ["customerId"],
  declaration: ["orderId", "brokerId"],
  payment: ["orderId", "partnerId"],
  invoice: ["orderId"],
  gift_card: ["ownerId"],
  review: ["productId"],
  ticket: ["customerId", "merchantId"],
  message: ["ticketId"],
  viewing: ["viewerId", "merchantId"],
  live_room: ["merchantId"],
  chat: ["roomId"],
  audience: ["roomId", "merchantId"],
};

const ID_PREFIXES: Readonly<Record<TableName, string>> = {
  merchant: "m",
  staff: "st",
  partner: "partner",
  product: "p",
  customer: "c",
  address: "a",
  purchase: "o",
  item: "oi",
  shipment: "s",
  document: "d",
  declaration: "cd",
  payment: "pay",
  invoice: "i",
  gift_card: "g",
  review: "r",
  ticket: "t",
  message: "msg",
  viewing: "v",
  live_room: "l",
  chat: "ch",
  audience: "ag",
};

/** An empty storefront in memory. */
export function openDatabase(): Connection {
  const connection = new SqliteDatabase(":memory:");
  for (const [table, columns] of Object.entries(COLUMNS)) {
    connection.exec(`CREATE TABLE ${table} (seq INTEGER PRIMARY KEY, id TEXT NOT NULL, ${columns.join(", ")})`);
  }
  return connection;
}

/** Made after the tables are filled, which is faster than keeping them up row by row. */
export function createIndices(connection: Connection): void {
  for (const table of Object.keys(COLUMNS)) connection.exec(`CREATE UNIQUE INDEX ${table}_id ON ${table} (id)`);
  for (const [table, columns] of Object.entries(INDICES)) {
    for (const column of columns) connection.exec(`CREATE INDEX ${table}_${column} ON ${table} (${column})`);
  }
}

/** A row to store: `seq` and `id` are given by the table, but for ids that are names, as those of partners. */
export type NewRow<T extends TableName> = Omit<Tables[T], "seq" | "id"> & { readonly id?: string };

interface Target {
  readonly columns: readonly string[];
  readonly statement: Sqlite.Statement;
  next: number;
}

/** Stores rows, one prepared statement a table. */
export class Writer {
  readonly #connection: Connection;
  readonly #targets = new Map<TableName, Target>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Stores one row and returns it as it is read back. */
  insert<T extends TableName>(table: T, row: NewRow<T>): Tables[T] {
    const target = this.#targets.get(table) ?? this.#prepare(table);
    const seq = target.next++;
    const stored: Record<string, unknown> = { ...row, seq, id: row.id ?? `${ID_PREFIXES[table]}-${seq}` };
    // By position: binding by name takes twice as long, and there are tens of thousands of rows.
    target.statement.run(target.columns.map((column) => stored[column]));
    // The type system cannot see that a table's new row with `seq` and `id` is that table's row.
    return stored as unknown as Tables[T];
  }

  #prepare(table: TableName): Target {
    const columns = ["seq", "id", ...COLUMNS[table]];
    const values = columns.map(() => "?").join(", ");
    const statement = this.#connection.prepare(`INSERT INTO ${table} (${columns.join(", ")}) VALUES (${values})`);
    const target = { columns, statement, next: 1 };
    this.#targets.set(table, target);
    return target;
  }
}

/** Which table an id belongs to: `c-17` is a customer. null for an id of no known form. */
export function tableOfId(id: string): TableName | null {
  const prefix = id.slice(0, id.lastIndexOf("-"));
  if (/^(lp|pp|cb|ap|an|tp)$/.test(prefix)) return "partner";
  const found = Object.entries(ID_PREFIXES).find(([, known]) => known === prefix);
  return found === undefined ? null : (found[0] as TableName);
}
