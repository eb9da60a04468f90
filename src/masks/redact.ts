import { DOT } from "./graphemes.ts";

/** What stands for a text that is masked whole. Its length is fixed, because length tells too. */
export const REDACTED = DOT.repeat(3);

/** REDACT: nothing of the text stays. */
export function maskRedact(): string {
  return REDACTED;
}
