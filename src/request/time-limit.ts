import { FieldguardError } from "../core/errors.ts";

/**
 * The result of `work`, or REQUEST_TIMEOUT after so many milliseconds. Nothing can stop a resolver that has begun: it
 * goes on, and what it brings is not answered.
 */
export async function withinTime<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(timeout(milliseconds)), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function timeout(milliseconds: number): FieldguardError {
  return new FieldguardError(
    "REQUEST_TIMEOUT",
    `The operation took longer than ${milliseconds} ms (option \`limits.operationMsMax\`). What it changed may have been changed.`,
    { details: { limit: "operationMsMax" } },
  );
}
