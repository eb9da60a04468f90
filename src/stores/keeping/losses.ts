import { FieldguardError } from "../../core/errors.ts";
import type { RecordedCaller } from "../access-log.ts";

/** Something that was acknowledged and that the store does not hold. */
export type Loss =
  /** Records of a writer from one number up to the one before another; `other`: others are in their place. */
  | {
      readonly of: "records";
      readonly writer: string;
      readonly from: number;
      readonly to: number;
      readonly other: boolean;
    }
  /** So many changes of consents; null where it is not known how many. */
  | { readonly of: "consents"; readonly changes: number | null }
  /** The mark that the store knows is not there, or is another store's. */
  | { readonly of: "mark" }
  /** An acceptance has begun and is not on record. */
  | { readonly of: "acceptance" };

/** Somebody's word that the store is to be used as it is, which goes on record. */
export interface Acceptance {
  readonly because: string;
  readonly by: RecordedCaller;
  /** Whether keys that are not those of the store are accepted too. */
  readonly newKey: boolean;
  /** When the backup was made that was put back, ISO 8601; null where none was by a command. */
  readonly backup: string | null;
}

export function storeBehind(place: string, losses: readonly Loss[]): FieldguardError {
  return new FieldguardError(
    "STORE_BEHIND",
    `Cannot start with the store ${place}: it does not hold all that was acknowledged. ${losses.map(inWords).join(" ")} ` +
      "Put the newest copy back, with the files beside it (-wal too). To go on with what there is, `fieldguard store accept --because TEXT`: the log then records what is missing and why.",
    { details: { losses } },
  );
}

/** Of a store that a running process has written more to. */
export function wentBack(): FieldguardError {
  return new FieldguardError(
    "STORE_BEHIND",
    "Cannot use the store: it does not hold what was acknowledged; an older copy was put in its place under the running gateway. " +
      "Stop the gateway and put the newest copy back, or go on with what there is: `fieldguard store accept --because TEXT`.",
  );
}

export function inWords(loss: Loss): string {
  switch (loss.of) {
    case "records": {
      const which = `${loss.to === loss.from + 1 ? `Record ${loss.from}` : `Records ${loss.from} to ${loss.to - 1}`} of writer ${loss.writer}`;
      return loss.other ? `${which}: others are in their place, or none.` : `${which}: not there.`;
    }
    case "consents":
      return `${loss.changes ?? "Some"} ${loss.changes === 1 ? "change" : "changes"} of consents: undone, withdrawals among them perhaps.`;
    case "mark":
      return "The mark beside it (.marks) is gone or another store's, so that this cannot be told.";
    case "acceptance":
      return "An acceptance of the store as it is was broken off before it was on record, or is under way.";
  }
}
