import { expect, test } from "@jest/globals";
import { newId } from "../../src/core/ids.ts";
import { drawRandom } from "../../src/core/random.ts";

const TIME = Date.UTC(2026, 0, 1);

test("ids are UUIDv7 of the time given, sort by it, and no two are the same", () => {
  const ids = Array.from({ length: 20_000 }, (_, index) => newId(TIME + index));
  expect(new Set(ids).size).toBe(ids.length);
  expect([...ids].sort()).toEqual(ids);
  for (const [index, id] of ids.entries()) {
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Number.parseInt(id.replace("-", "").slice(0, 12), 16)).toBe(TIME + index);
  }
  // Of one time as well.
  expect(new Set(Array.from({ length: 20_000 }, () => newId(TIME))).size).toBe(20_000);
});

test("random bytes are never drawn twice, over the end of the pool as well", () => {
  const drawn = Array.from({ length: 30_000 }, (_, index) => drawRandom(9 + (index % 8)).toString("hex"));
  expect(new Set(drawn).size).toBe(drawn.length);
  expect(drawn.every((hex, index) => hex.length === (9 + (index % 8)) * 2)).toBe(true);
});
