import { FieldguardError } from "../core/errors.ts";
import { withinTime } from "../core/within-time.ts";

/** The result of `work`, or REQUEST_TIMEOUT after so many milliseconds. */
export function withinOperationTime<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  return withinTime(
    work,
    milliseconds,
    () =>
      new FieldguardError(
        "REQUEST_TIMEOUT",
        `The operation took longer than ${milliseconds} ms (option \`limits.operationMsMax\`). What it changed may have been changed.`,
        { details: { limit: "operationMsMax" } },
      ),
  );
}
