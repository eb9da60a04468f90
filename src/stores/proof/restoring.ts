import type { AccessEntry, AccessRecord, RecordedCaller } from "../access-log.ts";
import { logChange } from "./log-change.ts";
import type { Finding } from "./verification.ts";

/** What `details` of the record say by which a log goes on though something was lost, and of another key. */
export const RESTORED_ACTION = "RESTORE";
export const NEW_KEY_ACTION = "NEW_KEY";

/** A writer's log ended at `from`, as what came after was lost; `upTo`: as far as that is known. */
export interface Restored {
  readonly writer: string;
  readonly from: number;
  readonly upTo: number | null;
  readonly record: string;
}

/** The record of it; `because` is its justification. Without a writer where nothing is left that would say whose log it was. */
export function restoredEntry(
  time: number,
  by: RecordedCaller,
  because: string,
  details: {
    readonly writer: string | null;
    readonly from: number;
    readonly upTo: number | null;
  } & AccessEntry["details"],
): AccessEntry {
  return { ...logChange(time, by, { action: RESTORED_ACTION, ...details }), justification: because };
}

/** null where the record is not of such a thing. */
export function restoredFrom({ kind, details, id }: AccessRecord): Restored | null {
  if (kind !== "LOG_CHANGE" || details?.["action"] !== RESTORED_ACTION) return null;
  const { writer, from, upTo } = details;
  if (typeof writer !== "string" || typeof from !== "number") return null;
  return { writer, from, upTo: typeof upTo === "number" ? upTo : null, record: id };
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
    // Gone though the store itself has more of it: only as far as that is known to be lost.
    if (code === "MISSING" || code === "TRUNCATED") return from >= each.from && to <= (each.upTo ?? each.from);
    return code === "ROLLED_BACK" ? from >= each.from : to > each.from;
  });
  return why?.record ?? null;
}
