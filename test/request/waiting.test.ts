import { expect, test } from "@jest/globals";
import { bytesOfEvent, createWaitingEvents } from "../../src/request/waiting.ts";

test("where too much waits in all, whoever makes most wait is cut off, and no one else", () => {
  const cut: string[] = [];
  const waiting = createWaitingEvents(100);
  const [slow, slower, quick] = ["slow", "slower", "quick"].map((name) => waiting.open(() => cut.push(name)));
  slow?.add(40);
  slower?.add(50);
  expect(cut).toEqual([]);
  quick?.add(20);
  expect(cut).toEqual(["slower"]);
  expect(waiting.bytes).toBe(60);
  // Nothing of it counts again.
  slower?.add(500);
  slower?.close();
  quick?.add(-20);
  slow?.close();
  expect(waiting.bytes).toBe(0);
  quick?.add(101);
  expect(cut).toEqual(["slower", "quick"]);
  expect(waiting.bytes).toBe(0);
});

test.each([
  ["a long text", { text: "x".repeat(10_000) }, 20_000],
  ["many short ones", { texts: Array.from({ length: 1_000 }, () => "") }, 16_000],
  ["texts deep down", { a: [{ b: [{ c: "x".repeat(10_000) }] }] }, 20_000],
])("an event's bytes are those of all its values: %s", (_what, data, least) => {
  expect(bytesOfEvent({ data }, 1_000_000)).toBeGreaterThanOrEqual(least);
  expect(bytesOfEvent({ data }, 1_000_000)).toBeLessThan(2 * least);
});
