import assert from "node:assert/strict";
import { type ErrorCode, FieldguardError } from "../../core/errors.ts";

/** Compares data as JSON carries it: a runner that keeps realms apart (Jest) gives equal arrays unequal prototypes. */
export function same(actual: unknown, expected: unknown): void {
  assert.deepEqual(plain(actual), plain(expected));
}

function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

export async function rejects(promise: Promise<unknown>, code: ErrorCode): Promise<void> {
  await assert.rejects(promise, (error) => {
    assert.equal(codeOf(error), code);
    return true;
  });
}

/** The code with which something was refused; the error as text where it has none. */
export function codeOf(error: unknown): string {
  return error instanceof FieldguardError ? error.code : String(error);
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
