import { all, type Condition } from "./pages.ts";
import type { CustomerRow, OrderRow, ProductRow } from "./rows.ts";

/** Arguments as the schema's input types have them: what is left out or null does not restrict. */
export interface CustomerFilter {
  readonly region?: string | null;
  readonly level?: string | null;
  readonly joinedFrom?: string | null;
  readonly nameContains?: string | null;
  readonly email?: string | null;
  readonly emailEndsWith?: string | null;
  readonly phoneEndsWith?: string | null;
  readonly bornBefore?: string | null;
  readonly segment?: string | null;
  readonly anyOf?: readonly CustomerFilter[] | null;
  readonly not?: CustomerFilter | null;
}

export interface OrderFilter {
  readonly merchantId?: string | null;
  readonly status?: string | null;
  readonly customerId?: string | null;
  readonly placedFrom?: string | null;
  readonly placedBefore?: string | null;
  readonly totalAtLeast?: number | null;
  readonly noteContains?: string | null;
}

export interface ProductFilter {
  readonly merchantId?: string | null;
  readonly category?: string | null;
  readonly nameContains?: string | null;
  readonly priceAtMost?: number | null;
}

/** `column` is never the client's: each call names it. */
export function equals(column: string, value: string | number | null | undefined): Condition[] {
  return value == null ? [] : [{ sql: `${column} = ?`, values: [value] }];
}

export function contains(column: string, text: string | null | undefined): Condition[] {
  return text == null ? [] : [{ sql: `instr(lower(${column}), lower(?)) > 0`, values: [text] }];
}

function endsWith(column: string, text: string | null | undefined): Condition[] {
  if (text == null) return [];
  return [{ sql: `lower(substr(${column}, -length(?))) = lower(?) AND length(?) > 0`, values: [text, text, text] }];
}

function compares(column: string, operator: ">=" | "<=" | "<", value: string | number | null | undefined): Condition[] {
  return value == null ? [] : [{ sql: `${column} ${operator} ?`, values: [value] }];
}

export function customersWhere(filter: CustomerFilter | null | undefined): Condition {
  if (filter == null) return all([]);
  const { anyOf, not } = filter;
  return all([
    ...equals("region", filter.region),
    ...equals("level", filter.level),
    ...compares("joinedOn", ">=", filter.joinedFrom),
    ...contains("name", filter.nameContains),
    ...equals("email", filter.email),
    ...endsWith("email", filter.emailEndsWith),
    ...endsWith("phone", filter.phoneEndsWith),
    ...compares("birthDate", "<", filter.bornBefore),
    ...(filter.segment == null
      ? []
      : [{ sql: "EXISTS (SELECT 1 FROM json_each(segments) WHERE value = ?)", values: [filter.segment] }]),
    ...(anyOf == null ? [] : [any(anyOf.map(customersWhere))]),
    ...(not == null ? [] : [negated(customersWhere(not))]),
  ]);
}

export function ordersWhere(filter: OrderFilter | null | undefined): Condition {
  if (filter == null) return all([]);
  return all([
    ...equals("merchantId", filter.merchantId),
    ...equals("status", filter.status),
    ...equals("customerId", filter.customerId),
    ...compares("placedAt", ">=", filter.placedFrom),
    ...compares("placedAt", "<", filter.placedBefore),
    ...compares("amount", ">=", filter.totalAtLeast),
    ...contains("note", filter.noteContains),
  ]);
}

export function productsWhere(filter: ProductFilter | null | undefined): Condition {
  if (filter == null) return all([]);
  return all([
    ...equals("merchantId", filter.merchantId),
    ...equals("category", filter.category),
    ...contains("name", filter.nameContains),
    ...compares("price", "<=", filter.priceAtMost),
  ]);
}

/** None given: none holds. */
export function any(conditions: readonly Condition[]): Condition {
  if (conditions.length === 0) return { sql: "FALSE", values: [] };
  return {
    sql: conditions.map(({ sql }) => `(${sql})`).join(" OR "),
    values: conditions.flatMap(({ values }) => values),
  };
}

/** A comparison with a missing value is neither true nor false in SQL; here what cannot be compared does not match. */
function negated({ sql, values }: Condition): Condition {
  return { sql: `NOT IFNULL((${sql}), FALSE)`, values };
}

export const CUSTOMER_SORTS: Readonly<Record<string, keyof CustomerRow>> = {
  ID: "seq",
  JOINED_ON: "joinedOn",
  NICKNAME: "nickname",
  NAME: "name",
  EMAIL: "email",
  BIRTH_DATE: "birthDate",
  LOYALTY_POINTS: "loyaltyPoints",
};

export const ORDER_SORTS: Readonly<Record<string, keyof OrderRow>> = {
  ID: "seq",
  PLACED_AT: "placedAt",
  TOTAL: "amount",
};

export const PRODUCT_SORTS: Readonly<Record<string, keyof ProductRow>> = { ID: "seq", NAME: "name", PRICE: "price" };
