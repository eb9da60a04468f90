import { describe, expect, test } from "@jest/globals";
import type { ConsentEvent, ConsentStore } from "../../src/consents/contract.ts";
import { openConsentStore } from "../../src/consents/sqlite/store.ts";
import { FieldguardError } from "../../src/core/errors.ts";
import { readLines } from "../../src/rights/lines.ts";
import { exportConsents, importConsents, type RefusedRow } from "../../src/rights/transfer.ts";
import { event, fullEvent, subjectState, TIME } from "../../src/stores/conformance/consent-fixtures.ts";
import { VOCABULARY } from "./harness.ts";

const clock = { now: () => TIME + 1_000 };
const vocabulary = {
  purposes: {
    ...VOCABULARY.purposes,
    PERSONALIZATION: { name: "PERSONALIZATION", basis: "CONSENT", justification: false },
  },
  categories: {
    ...VOCABULARY.categories,
    PURCHASE_HISTORY: { name: "PURCHASE_HISTORY", mask: "NULLIFY", otherwise: "DENY" },
  },
} as const;
const empty = () => openConsentStore(":memory:", { clock });

async function load(store: ConsentStore, lines: Iterable<string> | AsyncIterable<string>) {
  const refused: RefusedRow[] = [];
  const options = { store, clock, vocabulary, waitsMs: [0, 0] };
  const report = await importConsents(lines, options, (row) => refused.push(row));
  return { report, refused };
}

async function dump(store: ConsentStore, after?: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of exportConsents(store, after)) lines.push(line);
  return lines;
}

const line = (of: ConsentEvent) => JSON.stringify(of);

describe("export and import", () => {
  test("carry everything over, in order, and again without doubling", async () => {
    const [from, to] = [await empty(), await empty()];
    const events = Array.from({ length: 1_207 }, (_, index) =>
      index % 5 === 0
        ? fullEvent({ subject: `customer-${index % 90}` })
        : event({ subject: `customer-${index % 90}`, state: index % 2 === 0 ? "GIVEN" : "WITHDRAWN" }),
    );
    await from.append(events);
    const lines = await dump(from);
    expect((await load(to, lines)).report).toEqual({ rows: events.length, accepted: events.length, refused: 0 });
    expect(await dump(to)).toEqual(lines);
    expect((await load(to, lines)).report.accepted).toBe(events.length);
    expect(await dump(to)).toEqual(lines);
    expect(await to.records("customer-1")).toEqual(await from.records("customer-1"));
  });

  test("go on where they broke off", async () => {
    const [from, to] = [await empty(), await empty()];
    const events = Array.from({ length: 20 }, (_, index) => event({ subject: `customer-${index % 3}` }));
    await from.append(events);
    const lines = await dump(from);
    expect(await dump(from, events[12]?.id)).toEqual(lines.slice(13));
    await load(to, lines.slice(0, 13));
    expect((await load(to, lines)).report).toEqual({ rows: 20, accepted: 20, refused: 0 });
    expect(await dump(to)).toEqual(lines);
    await expect(dump(from, "unknown")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

const SECRET = "a-private-word";
const BAD: readonly (readonly [name: string, line: string, tells: string])[] = [
  ["no JSON", `{"id": ${SECRET}`, "no event"],
  ["an array", "[]", "no event"],
  ["null", "null", "no event"],
  ["a field missing", JSON.stringify({ ...event(), state: undefined }), "`state`"],
  ["a field too many", JSON.stringify({ ...event(), [SECRET]: SECRET }), "no event"],
  ["an unknown purpose", line(event({ purposes: [SECRET] })), "`purposes`"],
  ["no purpose", line(event({ purposes: [] })), "`purposes`"],
  ["a purpose that every object has", line(event({ purposes: ["constructor"] })), "`purposes`"],
  ["an unknown category", line(event({ categories: [SECRET] })), "`categories`"],
  ["a state that is computed", line(event({ state: "EXPIRED" })), "`state`"],
  ["a time in the future", line(event({ time: TIME + 1_001 })), "`time`"],
  ["a time that is none", JSON.stringify({ ...event(), time: "yesterday" }), "`time`"],
  ["no subject", line(event({ subject: "" })), "`subject`"],
  [
    "an unknown role",
    JSON.stringify({ ...event(), expressedBy: { id: "x", role: SECRET, verification: null } }),
    "`expressedBy.role`",
  ],
  ["too long a reason", line(event({ reason: SECRET.repeat(100) })), "`reason`"],
  ["ten megabytes", line(event({ reason: SECRET.repeat(750_000) })), "longer than"],
];

describe("a row that cannot be taken", () => {
  for (const [name, bad, tells] of BAD) {
    test(`${name} is refused by its number, without its content; its neighbours are stored`, async () => {
      const store = await empty();
      const [before, after] = [event({ subject: "a" }), event({ subject: "b" })];
      const { report, refused } = await load(store, [line(before), "", bad, line(after)]);
      expect(report).toEqual({ rows: 4, accepted: 2, refused: 1 });
      expect(refused.map(({ row, code, why }) => [row, code, why.includes(tells), why.includes(SECRET)])).toEqual([
        [3, "BAD_INPUT", true, false],
      ]);
      expect((await dump(store)).length).toBe(2);
    });
  }

  test("because it is older than what stands takes nothing back", async () => {
    const store = await empty();
    await store.append([event({ state: "WITHDRAWN", time: TIME })]);
    const rows = [event({ time: TIME - 1 }), event({ time: TIME }), event({ time: TIME - 1, state: "REFUSED" })];
    const { report, refused } = await load(store, rows.map(line));
    expect([report.accepted, refused.map(({ row, code }) => `${row} ${code}`)]).toEqual([
      1,
      ["1 CONSENT_STATE_CONFLICT", "3 CONSENT_STATE_CONFLICT"],
    ]);
    expect((await store.history("customer-1")).map(({ id }) => id)).toContain(rows[1]?.id);
  });

  test("because its person is erased leaves the others of its batch alone", async () => {
    const store = await empty();
    await store.setSubjectState(subjectState({ subject: "gone", status: "ERASED" }));
    const rows = [event({ subject: "a" }), event({ subject: "gone" }), event({ subject: "b" })];
    const { report, refused } = await load(store, rows.map(line));
    expect([report.accepted, refused.map(({ row }) => row)]).toEqual([2, [2]]);
    expect(await store.history("gone")).toEqual([]);
  });

  test("is told by its number however many are refused, wherever they stand", async () => {
    const store = await empty();
    await store.setSubjectState(subjectState({ subject: "gone", status: "ERASED" }));
    const isGone = (index: number) => index % 97 === 13 || (index > 1_990 && index < 2_010);
    const rows = Array.from({ length: 4_111 }, (_, index) =>
      event({ subject: isGone(index) ? "gone" : `c-${index % 50}` }),
    );
    const { report, refused } = await load(store, rows.map(line));
    const expected = rows.flatMap((_, index) => (isGone(index) ? [index + 1] : []));
    expect(refused.map(({ row }) => row)).toEqual(expected);
    expect(report).toEqual({ rows: 4_111, accepted: 4_111 - expected.length, refused: expected.length });
    const kept = rows.filter((_, index) => !isGone(index));
    expect((await dump(store)).map((each) => JSON.parse(each).id)).toEqual(kept.map(({ id }) => id));
  });

  test("is told once where the store was away for a while", async () => {
    const whole = await empty();
    await whole.setSubjectState(subjectState({ subject: "gone", status: "ERASED" }));
    let appends = 0;
    const store: ConsentStore = Object.assign(Object.create(whole), {
      lookUp: whole.lookUp.bind(whole),
      history: whole.history.bind(whole),
      append: async (...args: Parameters<ConsentStore["append"]>) => {
        appends += 1;
        // Whoever is refused has been told of by then.
        if (appends === 3 || appends === 6) throw new FieldguardError("STORE_UNAVAILABLE", "away");
        return whole.append(...args);
      },
    });
    const rows = [event({ subject: "gone" }), event({ subject: "a" }), event({ subject: "b" })];
    const { report, refused } = await load(store, rows.map(line));
    expect([appends > 6, report.accepted, refused.map(({ row }) => row)]).toEqual([true, 2, [1]]);
    expect((await dump(whole)).length).toBe(2);
  });

  test("does not hide that the store is away", async () => {
    const store = await empty();
    await store.close();
    await expect(load(store, [line(event())])).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
  });
});

describe("readLines", () => {
  const LINES: readonly (readonly [name: string, pieces: readonly string[], lines: readonly string[]])[] = [
    ["nothing", [], []],
    ["an empty piece", [""], []],
    ["one line without an end", ["ab"], ["ab"]],
    ["a last line with its end", ["ab\ncd\n"], ["ab", "cd"]],
    ["empty lines", ["\n\nab\n\n"], ["", "", "ab", ""]],
    ["lines over several pieces", ["a", "b\nc", "", "d\n", "e"], ["ab", "cd", "e"]],
    ["as long as it may be", ["12345678", "90\n"], ["1234567890"]],
    ["longer than it may be, in one piece", ["123456789012345\nab"], ["12345678901", "ab"]],
    ["longer than it may be, in many", ["1234", "5678", "9012", "3456", "7890\nab\n"], ["12345678901", "ab"]],
  ];
  test.each(LINES)("%s", async (_name, pieces, expected) => {
    const read: string[] = [];
    const source = (async function* () {
      yield* pieces;
    })();
    for await (const each of readLines(source, 10)) read.push(each);
    expect(read).toEqual(expected);
  });
});
