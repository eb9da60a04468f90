/** One statement and the rows to run it with; `changes`: how many rows of the table each must change, or nothing is kept. */
export interface Step {
  readonly sql: string;
  readonly rows: readonly (readonly unknown[])[];
  readonly changes?: number;
}
