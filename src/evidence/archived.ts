import type { AccessLog } from "../log/contract.ts";
import { readRecords } from "../log/read-records.ts";

/** What `details` say of an export that was finished and left nothing out: which times it holds, in milliseconds. */
export interface Archive {
  /** null: from the beginning. */
  readonly archivedFrom: number | null;
  readonly archivedTo: number;
}

/** A record can be appended so much later than its time, which is that of the request. */
const LATE_MS_MAX = 600_000;

/** The times that an export holds which begins at `now`, of everything (or of a window) and as whole records. */
export function archiveOf({ from, to }: { readonly from?: number; readonly to?: number }, now: number): Archive {
  return { archivedFrom: from ?? null, archivedTo: Math.min(to ?? Number.POSITIVE_INFINITY, now - LATE_MS_MAX) };
}

/**
 * Up to what time (milliseconds since the epoch) everything has left the log in exports that are on record, each going on
 * where others end; null where there is none from the beginning on.
 */
export async function archivedUntil(log: AccessLog): Promise<number | null> {
  const windows: Archive[] = [];
  for await (const { details } of readRecords(log, { kind: "EXPORT" })) {
    const { archivedFrom = null, archivedTo } = details ?? {};
    if (typeof archivedTo !== "number") continue;
    windows.push({ archivedFrom: typeof archivedFrom === "number" ? archivedFrom : null, archivedTo });
  }
  const start = (window: Archive) => window.archivedFrom ?? Number.NEGATIVE_INFINITY;
  windows.sort((one, other) => start(one) - start(other));
  let until: number | null = null;
  for (const window of windows) {
    if (start(window) > (until ?? Number.NEGATIVE_INFINITY)) break;
    until = Math.max(until ?? Number.NEGATIVE_INFINITY, window.archivedTo);
  }
  return until;
}
