import type { AccessEntry, AccessRecord, RecordedCaller } from "../contract.ts";
import { gatewayEntry } from "../entry.ts";
import type { Finding } from "../verification.ts";

/** What `details` of the record say by which a log goes on though something was lost, and of another key. */
export const RESTORED_ACTION = "RESTORE";
export const NEW_KEY_ACTION = "NEW_KEY";

/**
 * What was lost of a writer's log, and where that ended, as it stood when it was accepted: nothing that was there then is
 * excused by it.
 */
export interface RestoredLog {
  readonly writer: string;
  /** Records from one number up to the one before another were not there; null: none is known to be lost. */
  readonly from: number;
  readonly upTo: number | null;
  /** So many records the log had: what came after went with what was lost, however much that was. */
  readonly end: number;
  /** The last checkpoint that was there: later ones went likewise. */
  readonly signed: number;
}

export interface Restored extends RestoredLog {
  readonly record: string;
}

/** The record of it; `because` is its justification. Without a writer where nothing is left that would say whose log it was. */
export function restoredEntry(
  time: number,
  by: RecordedCaller,
  because: string,
  details: (RestoredLog | { readonly writer: null }) & AccessEntry["details"],
): AccessEntry {
  const restored = { action: RESTORED_ACTION, ...details };
  return gatewayEntry({ kind: "LOG_CHANGE", time, caller: by, justification: because, details: restored });
}

/** null where the record is not of such a thing. */
export function restoredFrom({ kind, details, id }: AccessRecord): Restored | null {
  if (kind !== "LOG_CHANGE" || details?.["action"] !== RESTORED_ACTION) return null;
  const { writer, from, upTo, end, signed } = details;
  if (typeof writer !== "string" || typeof from !== "number") return null;
  const numberOf = (value: unknown) => (typeof value === "number" ? value : from);
  return {
    writer,
    from,
    upTo: typeof upTo === "number" ? upTo : null,
    end: numberOf(end),
    signed: numberOf(signed),
    record: id,
  };
}

/** Whether a finding may be about something that was lost, and on record: those are kept, however many. */
export function isAboutLoss({ code, writer, from, to }: Finding): boolean {
  if (writer === null || from === null || to === null) return false;
  return code === "ROLLED_BACK" || code === "TRUNCATED" || code === "MISSING" || code === "CHECKPOINT_INVALID";
}

/** The record that explains a finding; null where none does. */
export function explanationOf(finding: Finding, restored: readonly Restored[]): string | null {
  if (!isAboutLoss(finding)) return null;
  const { code, writer } = finding;
  const from = finding.from ?? 0;
  const to = finding.to ?? 0;
  const why = restored.find((each) => {
    if (each.writer !== writer) return false;
    if (code === "CHECKPOINT_INVALID") return to > each.signed;
    if (from >= each.from && to <= (each.upTo ?? each.from)) return true;
    // Where the store itself has more of it, only as far as that is known to be lost.
    return code === "ROLLED_BACK" && from >= each.end;
  });
  return why?.record ?? null;
}
