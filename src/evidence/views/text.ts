/** Rows as aligned columns; the last column is not padded. */
export function columns(given: readonly (readonly string[])[]): string {
  const rows = given.map((row) => row.map((cell) => cell.replaceAll("\n", " ")));
  const widths: number[] = [];
  for (const row of rows) for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  return rows
    .map((row) => row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0))).join("  "))
    .join("\n");
}

/** ISO 8601 as people read it, to the second, in UTC. */
export function readable(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 19)}`;
}
