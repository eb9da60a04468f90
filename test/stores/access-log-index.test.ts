import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { systemClock } from "../../src/core/clock.ts";
import { type AccessFilter, type AccessLog, type AccessRecord, matchesFilter } from "../../src/log/contract.ts";
import { openAccessLog } from "../../src/log/sqlite/access-log.ts";
import {
  checkChains,
  decision,
  entry,
  LOG_TIME,
  readAll,
  reference,
} from "../../src/stores/conformance/log-fixtures.ts";

// Over three complete segments of 1,024 records and a piece of a fourth.
const RECORDS = 3_500;
const REASONS = ["GRANTED", "ROLE_NOT_ALLOWED", "CONSENT_MISSING"] as const;
const OUTCOMES = ["ALLOW", "DENY", "MASK"] as const;

/** Times that mostly rise, and now and then go back by more than a segment. */
const timeOf = (index: number) => LOG_TIME + index - (index % 97 === 0 ? 1_500 : 0);

const entryAt = (index: number) =>
  entry({
    time: timeOf(index),
    kind: index % 11 === 0 ? "MUTATION" : "QUERY",
    caller: { ...entry().caller, id: `caller-${index % 400}`, role: index % 5 === 0 ? "CUSTOMER" : "MERCHANT" },
    purpose: index % 3 === 0 ? null : `PURPOSE_${index % 3}`,
    operation: { name: `Operation${index % 20}`, type: "query", hash: (index % 20).toString(16).padStart(64, "0") },
    decisions: [0, 1].map((which) => {
      const kind = (index + which * (index % 7)) % 3;
      return decision({
        coordinate: `Customer.field${(index * (which + 1)) % 9}`,
        outcome: OUTCOMES[kind] ?? "DENY",
        reason: REASONS[kind] ?? "GRANTED",
        subjects: [which],
      });
    }),
    subjects: [reference(index % 1_200), reference(5_000 + (index % 30))],
  });

const FILTERS: readonly AccessFilter[] = [
  {},
  { from: LOG_TIME + 1_000 },
  { to: LOG_TIME + 1_000 },
  { from: LOG_TIME + 500, to: LOG_TIME + 1_600 },
  { from: LOG_TIME + 3_499 },
  { to: LOG_TIME },
  { caller: "caller-7" },
  { caller: "caller-0", role: "CUSTOMER" },
  { role: "CUSTOMER" },
  { role: "CUSTOMER", purpose: "PURPOSE_1", from: LOG_TIME + 100, to: LOG_TIME + 3_000 },
  { purpose: "PURPOSE_2", kind: "MUTATION" },
  { operation: "Operation13" },
  { operation: "d".padStart(64, "0") },
  { coordinate: "Customer.field3" },
  { coordinate: "Customer.field3", outcome: "DENY" },
  { coordinate: "Customer.field3", reason: "GRANTED", outcome: "ALLOW" },
  { outcome: "DENY", reason: "GRANTED" },
  { subjects: [reference(1_100)] },
  { subjects: [reference(3), reference(5_003)] },
  { subjects: [reference(5_003)], coordinate: "Customer.field3", outcome: "MASK" },
  { subjects: [reference(3)], caller: "caller-3" },
  { subjects: [reference(3)], caller: "caller-4" },
  { subjects: [] },
  { caller: "caller-7", from: LOG_TIME + 2_000, to: LOG_TIME + 2_100 },
];

describe("an index over several segments", () => {
  let folder: string;
  let log: AccessLog;
  let all: readonly AccessRecord[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "fieldguard-log-"));
    log = await openAccessLog(join(folder, "store.db"), { clock: systemClock });
    await Promise.all(Array.from({ length: RECORDS }, (_, index) => log.append(entryAt(index))));
    all = await readAll(log, {}, 1_000);
  });

  afterAll(async () => {
    await log.close();
    await rm(folder, { recursive: true });
  });

  test("holds every record, in the order of appending", () => {
    expect(checkChains([...all])).toBe(RECORDS);
    expect(all.map((record) => record.time)).toEqual(Array.from(all, (_, index) => timeOf(RECORDS - 1 - index)));
  });

  test.each(FILTERS)("finds what looking at every record finds: %j", async (filter) => {
    const expected = all.filter((record) => matchesFilter(record, filter)).map((record) => record.seq);
    for (const first of [1_000, 33]) {
      expect((await readAll(log, filter, first)).map((record) => record.seq)).toEqual(expected);
    }
  });

  test("finds records by id wherever they are, also those whose time went back", async () => {
    for (const at of [0, 97, 1_023, 1_024, 2_910, 3_071, 3_072, RECORDS - 1]) {
      const record = all[RECORDS - 1 - at];
      expect((await readAll(log, { id: record?.id ?? "" })).map((found) => found.seq)).toEqual([at]);
    }
  });

  test("goes on after opening anew, in place and in chain", async () => {
    await log.close();
    log = await openAccessLog(join(folder, "store.db"), { clock: systemClock });
    const count = 1_200;
    await Promise.all(Array.from({ length: count }, (_, index) => log.append(entryAt(RECORDS + index))));
    const records = await readAll(log, {}, 1_000);
    expect(checkChains([...records])).toBe(RECORDS + count);
    const filter = { caller: "caller-7" };
    const expected = records.filter((record) => matchesFilter(record, filter)).map((record) => record.seq);
    expect((await readAll(log, filter)).map((record) => record.seq)).toEqual(expected);
  });
});
