import type { AccessFilter, AccessLog } from "../log/contract.ts";
import { readRecords } from "../log/read-records.ts";

/** An act of which only the intent is on record: the gateway ended, or its log could not be written, before it was known what became of it. */
export interface UnfinishedAct {
  /** Id of the intent's record. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly caller: string;
  /** What acts, on what, and how that was known. */
  readonly writes: string;
  readonly coordinates: readonly string[];
}

/** Acts whose outcome no record tells, newest first. Somebody has to look in the upstream whether they happened. */
export async function unfinishedActs(log: AccessLog, filter: AccessFilter = {}): Promise<readonly UnfinishedAct[]> {
  const open = new Map<string, UnfinishedAct>();
  const told = new Set<string>();
  for await (const { id, time, caller, outcome, details, decisions } of readRecords(log, filter)) {
    if (outcome === "INTENT" && !told.has(id)) {
      open.set(id, {
        id,
        time,
        caller: `${caller.role} ${caller.id ?? ""}`.trim(),
        writes: String(details?.["writes"] ?? ""),
        coordinates: [...new Set(decisions.map(({ coordinate }) => coordinate))],
      });
    }
    // Records come newest first, but for those of several gateways.
    for (const each of intentsIn(details)) {
      told.add(each);
      open.delete(each);
    }
  }
  return [...open.values()];
}

function intentsIn(details: Readonly<Record<string, unknown>> | null): readonly string[] {
  const intents = details?.["intents"];
  return typeof intents === "string" ? intents.split(", ") : [];
}
