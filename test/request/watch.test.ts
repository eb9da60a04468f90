import { describe, expect, test } from "@jest/globals";
import type { Decision, RequestFacts } from "../../src/decision/model.ts";
import type { Vocabulary } from "../../src/policy/model.ts";
import type { Holder } from "../../src/request/enforce/holder.ts";
import type { PendingValue, Tally } from "../../src/request/enforce/model.ts";
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
  const holder = { subject: null, beside: null } as Holder;
  const pending = { field: { fixed: granted }, holder, slot: null, refused: false } as unknown as PendingValue;
  return watch.restrain(request, [pending]) && pending.refused;
}

describe("what is remembered of who reads is bounded, and nobody escapes by it", () => {
  test("within the bounds counts are exact", () => {
    const watch = watchWith();
    for (let again = 0; again < 5; again += 1)
      expect(watch.count(by("a"), shown(...people("p", 10)), false)).toBeNull();
    expect(watch.count(by("a"), shown("one more"), false)).toMatchObject({ subjects: 11 });
  });

  test("many values of few people are unusual, too", () => {
    const watch = watchWith();
    const values = (count: number): Tally[] => [
      { outcome: "ALLOW", count, subjects: new Set(["p"]) } as unknown as Tally,
    ];
    expect(watch.count(by("a"), values(1_000), false)).toBeNull();
    expect(watch.count(by("a"), values(1), false)).toMatchObject({ subjects: 1, values: 1_001 });
  });

  test("what is not shown is not counted", () => {
    const watch = watchWith();
    const masked = [{ ...shown(...people("p", 50))[0], outcome: "MASK" } as Tally];
    expect(watch.count(by("a"), masked, false)).toBeNull();
  });

  test("a flood of callers and people", () => {
    const watch = watchWith({ callersMax: 50, subjectsMax: 100 });
    for (let caller = 0; caller < 1_000; caller += 1) {
      watch.count(by(`c-${caller}`), shown(...people(`p-${caller}`, 9)), false);
      expect(watch.kept.callers).toBeLessThanOrEqual(50);
      expect(watch.kept.subjects).toBeLessThanOrEqual(100);
    }
  });

  test("people who are forgotten stay counted", () => {
    const watch = watchWith({ callersMax: 100, subjectsMax: 20 });
    expect(watch.count(by("a"), shown(...people("p", 8)), false)).toBeNull();
    // Others make it necessary to forget the names.
    for (const other of ["b", "c", "d", "e"]) watch.count(by(other), shown(...people(other, 6)), false);
    expect(watch.count(by("a"), shown("new-1", "new-2"), false)).toBeNull();
    expect(watch.count(by("a"), shown("new-3"), false)).toMatchObject({ subjects: 11 });
  });

  test("whoever reads on under other callers' cover is found as soon as alone", () => {
    const watch = watchWith({ callersMax: 2, subjectsMax: 1_000 });
    let alarms = 0;
    for (let at = 0; at < 11; at += 1) {
      if (watch.count(by("a"), shown(`p-${at}`), false) !== null) alarms += 1;
      for (const other of ["b", "c", "d"]) watch.count(by(other, 0), shown(), false);
    }
    expect(alarms).toBe(1);
  });

  test("nor is a refusal lifted by being pushed out", () => {
    const watch = watchWith({ callersMax: 2, subjectsMax: 1_000 });
    expect(watch.count(by("a"), shown(...people("p", 11)), false)).not.toBeNull();
    for (const other of people("other", 20)) watch.count(by(other), shown(), false);
    expect(isRefused(watch, by("a"))).toBe(true);
    // Until the window ends.
    expect(isRefused(watch, by("a", WINDOW))).toBe(false);
  });

  test("what was left behind in an earlier window counts no longer", () => {
    const watch = watchWith({ callersMax: 1, subjectsMax: 1_000 });
    watch.count(by("a"), shown(...people("p", 10)), false);
    watch.count(by("b"), shown(), false);
    watch.count(by("a", WINDOW), shown("p-1"), false);
    watch.count(by("b", WINDOW), shown(), false);
    expect(watch.count(by("a", WINDOW), shown(...people("q", 8)), false)).toBeNull();
  });
});
