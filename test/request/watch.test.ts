import { describe, expect, test } from "@jest/globals";
import type { Decider, Decision, RequestFacts } from "../../src/decision/model.ts";
import type { Vocabulary } from "../../src/policy/model.ts";
import type { Slot, Tally } from "../../src/request/enforce/model.ts";
import { createWatch, type Watch, type WatchBounds } from "../../src/request/watch.ts";

const WINDOW = 1_000;
const options = { windowMs: WINDOW, refuse: true, thresholds: { STAFF: { subjects: 10, values: 1_000 } } };
const watchWith = (bounds?: WatchBounds): Watch => createWatch(options, { roles: {} } as unknown as Vocabulary, bounds);

const by = (id: string, now = 0): RequestFacts =>
  ({ caller: { id, role: "STAFF", organisation: null }, now }) as unknown as RequestFacts;
const shown = (...subjects: string[]): Tally[] => [
  { outcome: "ALLOW", count: subjects.length, subjects: new Set(subjects) } as unknown as Tally,
];
const people = (of: string, count: number): string[] => Array.from({ length: count }, (_, at) => `${of}-${at}`);

function isRefused(watch: Watch, request: RequestFacts): boolean {
  const granted: Decision = { outcome: "ALLOW", reason: "GRANTED", consentIds: [] };
  const slot = { decision: granted } as unknown as Slot;
  watch.restrain(request, new Map([[{} as Decider, [slot]]]));
  return slot.decision?.reason === "ACCESS_LIMIT_REACHED";
}

describe("what is remembered of who reads is bounded, and nobody escapes by it", () => {
  test("within the bounds counts are exact", () => {
    const watch = watchWith();
    for (let again = 0; again < 5; again += 1) expect(watch.count(by("a"), shown(...people("p", 10)))).toBeNull();
    expect(watch.count(by("a"), shown("one more"))).toMatchObject({ subjects: 11 });
  });

  test("a flood of callers and people", () => {
    const watch = watchWith({ callersMax: 50, subjectsMax: 100 });
    for (let caller = 0; caller < 1_000; caller += 1) {
      watch.count(by(`c-${caller}`), shown(...people(`p-${caller}`, 9)));
      expect(watch.kept.callers).toBeLessThanOrEqual(50);
      expect(watch.kept.subjects).toBeLessThanOrEqual(100);
    }
  });

  test("people who are forgotten stay counted", () => {
    const watch = watchWith({ callersMax: 100, subjectsMax: 20 });
    expect(watch.count(by("a"), shown(...people("p", 8)))).toBeNull();
    // Others make it necessary to forget the names.
    for (const other of ["b", "c", "d", "e"]) watch.count(by(other), shown(...people(other, 6)));
    expect(watch.count(by("a"), shown("new-1", "new-2"))).toBeNull();
    expect(watch.count(by("a"), shown("new-3"))).toMatchObject({ subjects: 11 });
  });

  test("whoever reads on under other callers' cover is found as soon as alone", () => {
    const watch = watchWith({ callersMax: 2, subjectsMax: 1_000 });
    let alarms = 0;
    for (let at = 0; at < 11; at += 1) {
      if (watch.count(by("a"), shown(`p-${at}`)) !== null) alarms += 1;
      for (const other of ["b", "c", "d"]) watch.count(by(other, 0), shown());
    }
    expect(alarms).toBe(1);
  });

  test("nor is a refusal lifted by being pushed out", () => {
    const watch = watchWith({ callersMax: 2, subjectsMax: 1_000 });
    expect(watch.count(by("a"), shown(...people("p", 11)))).not.toBeNull();
    for (const other of people("other", 20)) watch.count(by(other), shown());
    expect(isRefused(watch, by("a"))).toBe(true);
    // Until the window ends.
    expect(isRefused(watch, by("a", WINDOW))).toBe(false);
  });

  test("what was left behind in an earlier window counts no longer", () => {
    const watch = watchWith({ callersMax: 1, subjectsMax: 1_000 });
    watch.count(by("a"), shown(...people("p", 10)));
    watch.count(by("b"), shown());
    watch.count(by("a", WINDOW), shown("p-1"));
    watch.count(by("b", WINDOW), shown());
    expect(watch.count(by("a", WINDOW), shown(...people("q", 8)))).toBeNull();
  });
});
