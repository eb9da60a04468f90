import { basename } from "node:path";
import { FieldguardError } from "../core/errors.ts";

/** Something that was acknowledged and that the store does not hold. */
export type Loss =
  /**
   * Records of a writer from one number up to the one before another; `other`: the last of them is not the one that was
   * acknowledged, and of those before it nothing is known.
   */
  | {
      readonly of: "records";
      readonly writer: string;
      readonly from: number;
      readonly to: number;
      readonly other: boolean;
    }
  /** Records that MongoDB has and the spool does not; `signed`: the last checkpoint of them that it has. Nothing of it is lost. */
  | {
      readonly of: "spool";
      readonly writer: string;
      readonly from: number;
      readonly to: number;
      readonly signed: number;
    }
  /** So many changes of consents; null where it is not known how many. */
  | { readonly of: "consents"; readonly changes: number | null }
  /** The mark that the store knows is not there, or is another store's. */
  | { readonly of: "mark" }
  /** A writer's log is marked as ended, or as going on, and no signed note agrees. */
  | { readonly of: "end"; readonly writer: string }
  /** Notes that were given to the anchor are not in it, or it cannot be read; `why`, in words. */
  | { readonly of: "anchor"; readonly file: string; readonly why: string }
  /** The database is not there at all, though these files are that only stand beside one. */
  | { readonly of: "database"; readonly beside: readonly string[] }
  /** An acceptance has begun and is not on record. */
  | { readonly of: "acceptance" };

export function storeBehind(place: string, losses: readonly Loss[]): FieldguardError {
  return new FieldguardError(
    "STORE_BEHIND",
    `Cannot start with the store ${place}: it does not hold all that was acknowledged. ${losses.map(inWords).join(" ")} ` +
      "Put the newest copy back, with the files beside it (-wal too), or a backup (`fieldguard store restore`). To go on with what there is, `fieldguard store accept --because TEXT`: the log then records what is missing and why.",
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

/** Of a log to which this process wrote, and that another has ended. */
export function logEnded(): FieldguardError {
  return new FieldguardError(
    "STORE_BEHIND",
    "Cannot write to the log: it was ended while the gateway runs, by `fieldguard store accept` or by a change of its file, and nothing may follow its end. " +
      "Put nothing in its place: start the gateway again, and it goes on under a new writer or says what is missing.",
  );
}

/** Of a MongoDB database that lacks what this gateway knows to have been in it. */
export function mongoWentBack(): FieldguardError {
  return new FieldguardError(
    "STORE_BEHIND",
    "Cannot use the store: its MongoDB database does not hold what was acknowledged; an older state was put in its place while gateways used it. Withdrawals may be undone. " +
      "Stop every gateway and put the newest state back; or go on with what there is, for each gateway: `fieldguard store accept --because TEXT`.",
  );
}

/** Of a store whose files were changed under the running process. `ending`: which of them, by what its name ends in. */
export function takenAway(ending: string, how: "gone" | "another"): FieldguardError {
  const file = ending === "" ? "its file" : `its file ${ending}`;
  const what = how === "gone" ? "was removed or moved" : "was replaced by another";
  return new FieldguardError(
    "STORE_BEHIND",
    `Cannot use the store: ${file} ${what} under the running gateway, so that what is written now would be lost. ` +
      "Copy what the gateway still has open before you stop it (on Linux /proc/<pid>/fd; the files of the database together), put that in its place, and start again; or stop the gateway and go on with what there is: `fieldguard store accept --because TEXT`.",
  );
}

/** The mark beside a store was taken away under the running process. */
export function markGone(): FieldguardError {
  return new FieldguardError(
    "STORE_BEHIND",
    "Cannot use the store: the mark beside it (.marks) was removed or replaced under the running gateway, so that a restart could not tell whether anything is missing. " +
      "Put the file back; if it is gone, stop the gateway and go on with what there is: `fieldguard store accept --because TEXT`.",
  );
}

/** The mark beside a store is of no use as it is: by its name alone, as clients may be told. */
export function markUnusable(file: string, cause: unknown): FieldguardError {
  const code = cause instanceof Error && "code" in cause ? cause.code : null;
  const why = code === "EISDIR" ? "is a folder" : "cannot be read and written";
  return new FieldguardError(
    "STORE_BEHIND",
    `Cannot use the store: the mark beside it (${basename(file)}) ${why}, so that a restart could not tell whether anything is missing. ` +
      "Have it be a file that the gateway may read and write, its owner's alone. If there is none any more, stop the gateway, move away what has its name, and go on with what there is: `fieldguard store accept --because TEXT`.",
    { cause },
  );
}

export function inWords(loss: Loss): string {
  switch (loss.of) {
    case "records":
      return loss.other
        ? `Record ${loss.to - 1} of writer ${loss.writer}, and perhaps some before it: others are in their place, or none.`
        : `${recordsInWords(loss)}: not there.`;
    case "spool":
      return `${recordsInWords(loss)}: in MongoDB, and not in the spool, which is an older copy or another one.`;
    case "consents":
      return `${loss.changes ?? "Some"} ${loss.changes === 1 ? "change" : "changes"} of consents: undone, withdrawals among them perhaps.`;
    case "mark":
      return "The mark beside it (.marks) is gone or another store's, so that this cannot be told.";
    case "anchor":
      return `The anchor ${loss.file} ${loss.why}: put it back as it was, or whether the store is an older copy cannot be told by it.`;
    case "end":
      return `The end of the log of writer ${loss.writer} is not the one that was signed: the row that says so was changed.`;
    case "database":
      return `The database itself is gone or empty, while what stood beside it is there (${loss.beside.join(", ")}).`;
    case "acceptance":
      return "An acceptance of the store as it is was broken off before it was on record, or is under way.";
  }
}

function recordsInWords({ writer, from, to }: Loss & { readonly of: "records" | "spool" }): string {
  return `${to === from + 1 ? `Record ${from}` : `Records ${from} to ${to - 1}`} of writer ${writer}`;
}
