import { describe, expect, test } from "@jest/globals";
import { bytesOfEvent, createWaitingBytes } from "../../src/request/waiting.ts";

/** Connections whose shares tell when they are cut off. */
function account(bytesMax: number) {
  const waiting = createWaitingBytes(bytesMax);
  const cut: string[] = [];
  return {
    waiting,
    cut,
    connection() {
      const connection = waiting.connection();
      return (name: string) => connection.open(() => cut.push(name));
    },
  };
}

test("where too much waits in all, the largest share goes of who makes most wait, and no other", () => {
  const { waiting, cut, connection } = account(100);
  const [one, other, quick] = [connection(), connection(), connection()];
  const shares = { messages: one("messages"), events: one("events"), more: other("more"), few: other("few") };
  shares.messages.add(20);
  shares.events.add(5);
  shares.more.add(13);
  shares.few.add(11);
  for (const each of [25, 24]) connection()("others").add(each);
  expect(cut).toEqual([]);
  // Two more, and the connection with the most in all loses the larger of its shares.
  quick("quick").add(3);
  expect(cut).toEqual(["messages"]);
  expect(waiting.bytes).toBe(81);
  // Nothing of it counts again.
  shares.messages.add(500);
  shares.messages.close();
  expect(waiting.bytes).toBe(81);
  shares.events.add(-5);
  shares.events.close();
  shares.more.close();
  expect(waiting.bytes).toBe(63);
});

test("messages and events of one connection together have its part", () => {
  const { waiting, cut, connection } = account(100);
  const one = connection();
  const [messages, events] = [one("messages"), one("events")];
  messages.add(10);
  events.add(15);
  expect(cut).toEqual([]);
  messages.add(1);
  expect(cut).toEqual(["events"]);
  expect(waiting.bytes).toBe(11);
});

test("many connections within their parts are bounded in all", () => {
  const { waiting, cut, connection } = account(100);
  for (let at = 0; at < 50; at += 1) {
    const one = connection();
    one("messages").add(9);
    one("events").add(9);
    expect(waiting.bytes).toBeLessThanOrEqual(100);
  }
  expect(cut).toHaveLength(89);
});

test("what comes while nothing else waits is let through, however large", () => {
  const { waiting, cut, connection } = account(100);
  const share = connection()("answer");
  share.add(1_000);
  expect(cut).toEqual([]);
  share.add(-1_000);
  share.close();
  expect(waiting.bytes).toBe(0);
});

describe("an event's bytes are those of all its values", () => {
  test.each([
    ["a long text", { text: "x".repeat(10_000) }, 20_000],
    ["many short ones", { texts: Array.from({ length: 1_000 }, () => "") }, 16_000],
    ["texts deep down", { a: [{ b: [{ c: "x".repeat(10_000) }] }] }, 20_000],
  ])("%s", (_what, data, least) => {
    expect(bytesOfEvent({ data }, 1_000_000)).toBeGreaterThanOrEqual(least);
    expect(bytesOfEvent({ data }, 1_000_000)).toBeLessThan(2 * least);
  });
});
