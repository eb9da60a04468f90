import type { Writer } from "./database.ts";
import type { Dice } from "./dice.ts";
import type { People } from "./people.ts";
import type { AddressRow, CustomerRow, DocumentRow, MerchantRow, OrderRow, OrderStatus, ProductRow } from "./rows.ts";

/** What the parts of the filling share. */
export interface Making {
  readonly writer: Writer;
  readonly dice: Dice;
  readonly people: People;
  /** Milliseconds since the epoch: what all dates are counted from. */
  readonly now: number;
}

/** Who and what is there before anybody buys. */
export interface Cast {
  readonly merchants: readonly MerchantRow[];
  readonly customers: readonly CustomerRow[];
  /** By customer id: the first address of each address book. */
  readonly homes: ReadonlyMap<string, AddressRow>;
  /** By person: identity documents as they are asked for; one that is there already serves again. */
  readonly papers: Map<string, DocumentRow>;
  /** By merchant id. */
  readonly customersOf: ReadonlyMap<string, readonly CustomerRow[]>;
  /** By merchant id. */
  readonly productsOf: ReadonlyMap<string, readonly ProductRow[]>;
}

/** What is settled of an order before it is drawn. */
export interface OrderPlan {
  readonly customer: CustomerRow;
  readonly ageDays: number;
  readonly status: OrderStatus;
  /** Who receives it. */
  readonly recipient: "BUYER" | "OTHER_CUSTOMER" | "SOMEBODY_ELSE";
  /** null: drawn among those of the recipient's region. */
  readonly carrierId: string | null;
}

/** An order with what was bought, for what tells of it later. */
export interface Bought {
  readonly order: OrderRow;
  readonly customer: CustomerRow;
  readonly products: readonly ProductRow[];
}

export function groupBy<T, K>(rows: readonly T[], keyOf: (row: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}

/** What must be there by construction: the shop of a customer, the goods of a shop. */
export function known<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new RangeError(`Cannot fill the storefront: there is no ${what}.`);
  return value;
}
