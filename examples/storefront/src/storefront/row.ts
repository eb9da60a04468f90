export const REGIONS = ["DE", "CN", "US", "GB"] as const;
export type Region = (typeof REGIONS)[number];

export type Currency = "CNY" | "EUR" | "GBP" | "USD";

/** What every table has: `seq` orders and numbers the rows, `id` is its readable form (`c-17`). */
export interface Row {
  readonly seq: number;
  readonly id: string;
}
