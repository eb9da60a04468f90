import type { Due } from "../due-for-deletion.ts";
import { columns } from "./text.ts";

/** The report as plain text: a line a person. */
export function dueText(due: readonly Due[]): string {
  if (due.length === 0) return "Nobody's data are due for deletion, as far as these records tell.";
  return columns(
    due.map(({ id, reference, because, coordinates }) => [id ?? reference, because.join(" "), coordinates.join(" ")]),
  );
}
