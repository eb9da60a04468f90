/** Tells a spreadsheet that the text is UTF-8: without it Chinese and accents are read in the local code page. */
const BYTE_ORDER_MARK = "\uFEFF";

export type Column<T> = readonly [name: string, read: (of: T) => unknown];

/** The first line of a file. */
export function csvHeader<T>(columns: readonly Column<T>[]): string {
  return BYTE_ORDER_MARK + columns.map(([name]) => name).join(",");
}

export function csvRow<T>(columns: readonly Column<T>[], of: T): string {
  return columns.map(([, read]) => csvCell(read(of))).join(",");
}

/**
 * Where a spreadsheet takes a formula to begin: before a sign, in full width too, behind whatever it passes over; at the beginning, and
 * behind all that divides cells in one country or another, since quotes keep a cell whole only where the comma is what divides.
 */
const FORMULA =
  /(?:^|(?<=[;,\t\r\n|"]))(?=[\s\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]*[=+\-@＝＋－＠﹦﹢﹣﹫])|^(?=[\t\r\n])/gu;

/**
 * RFC 4180, every text in quotes; the sign of a formula is quoted away, so that a spreadsheet does not run what somebody wrote into a
 * justification. CSV has no mark that says that `0123` is text: docs/access-log.md tells how it is read as one.
 */
export function csvCell(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? `"${value.replace(FORMULA, "'").replaceAll('"', '""')}"` : String(value);
}
