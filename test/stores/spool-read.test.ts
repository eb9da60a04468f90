import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { systemClock } from "../../src/core/clock.ts";
import { openDatabase } from "../../src/databases/sqlite/database.ts";
import { type AccessFilter, type AccessRecord, matchesFilter } from "../../src/log/contract.ts";
import { Spool } from "../../src/log/mongo/spool.ts";
import { recordOf } from "../../src/log/proof/leaf.ts";
import { openAccessLog } from "../../src/log/sqlite/access-log.ts";
import type { RecordRow } from "../../src/log/sqlite/rows.ts";
import { LOG_COMPONENT } from "../../src/log/sqlite/schema.ts";
import { SPOOL_COMPONENT } from "../../src/log/sqlite/spool.ts";
import { entry, LOG_TIME, reference } from "../../src/stores/conformance/log-fixtures.ts";

jest.setTimeout(300_000);

/** 300,000 by hand: `FIELDGUARD_WAITING=300000`. */
const WAITING = Number(process.env["FIELDGUARD_WAITING"] ?? 6_000);
const CUSTOMERS = 12;
const PAGE = 50;

const newestFirst = (one: AccessRecord, other: AccessRecord) => other.time - one.time || other.seq - one.seq;

let folder = "";
let path = "";
let all: AccessRecord[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fieldguard-spool-"));
  path = join(folder, "spool.db");
  new Spool(path).close();
  const log = await openAccessLog(path, { clock: systemClock });
  for (let done = 0; done < WAITING; done += 1_000) {
    await Promise.all(
      Array.from({ length: Math.min(1_000, WAITING - done) }, (_, each) => log.append(waiting(done + each))),
    );
  }
  await log.close();
  all = WAITING > 20_000 ? [] : readAll();
});
afterAll(() => rm(folder, { recursive: true }));

/** Times go back now and then, and some are the same; each customer is in one record of a hundred or so. */
function waiting(number: number) {
  return entry({
    time: LOG_TIME + Math.floor(number / 3) * 10 - (number % 7 === 0 ? 400 : 0),
    caller: { ...entry().caller, id: `agent-${number % 5}`, role: number % 11 === 0 ? "SUPPORT_AGENT" : "MERCHANT" },
    subjects: [reference(number % 97), reference(1_000 + number), reference(2_000_000)],
  });
}

function readAll(): AccessRecord[] {
  const database = openDatabase(path, [LOG_COMPONENT], { readonly: true });
  const records = database.prepare<[], RecordRow>("SELECT * FROM log_record").all().map(recordOf);
  database.close();
  return records.sort(newestFirst);
}

/** What is asked, and how many records are parsed for a page at most: those of the page, and what times that go back bring. */
const FILTERS: Readonly<Record<string, readonly [filter: AccessFilter, parsed: number]>> = {
  "a customer of some records": [{ subjects: [reference(5)] }, 120],
  "a customer of one record": [{ subjects: [reference(1_017)] }, 5],
  "a customer under two keys": [{ subjects: [reference(5, 2), reference(6)] }, 120],
  "somebody in every record": [{ subjects: [reference(2_000_000)] }, 3_200],
  nobody: [{ subjects: [reference(999_999)] }, 5],
  "a caller and a role": [{ caller: "agent-1", role: "SUPPORT_AGENT" }, 200],
  "a decision": [{ coordinate: "Customer.email", outcome: "MASK", subjects: [reference(7)] }, 120],
  "a span of time": [{ from: LOG_TIME + 5_000, to: LOG_TIME + 5_200 }, 3_200],
  everything: [{}, 3_200],
};

describe(`of ${WAITING} records that wait in a spool`, () => {
  for (const [what, [filter, most]] of Object.entries(FILTERS)) {
    test(`a page about ${what} is what there is, and no more is read for it than it takes`, async () => {
      const spool = new Spool(path);
      const wanted = { count: PAGE, order: newestFirst, accepts: () => true };
      // The index of the last, incomplete segment is made once: its records are read for it.
      await spool.newestUnshipped({ id: "none" }, wanted);
      const parse = jest.spyOn(JSON, "parse");
      const found = await spool.newestUnshipped(filter, wanted);
      const parsed = parse.mock.calls.length;
      parse.mockRestore();
      spool.close();
      // Leaf, sealed parts and details of each.
      expect(parsed).toBeLessThan(most * 3);
      if (all.length > 0) expect(found).toEqual(all.filter((record) => matchesFilter(record, filter)).slice(0, PAGE));
    });
  }

  test("twelve customers who ask at once what was seen of them hold no more than their pages", async () => {
    const spool = new Spool(path);
    const wanted = { count: PAGE, order: newestFirst, accepts: () => true };
    await spool.newestUnshipped({ id: "none" }, wanted);
    const parse = jest.spyOn(JSON, "parse");
    const pages = await Promise.all(
      Array.from({ length: CUSTOMERS }, (_, customer) =>
        spool.newestUnshipped({ subjects: [reference(customer)] }, wanted),
      ),
    );
    const parsed = parse.mock.calls.length;
    parse.mockRestore();
    spool.close();
    expect(pages.every((page) => page.length === PAGE)).toBe(true);
    expect(parsed).toBeLessThan(CUSTOMERS * 120 * 3);
    process.stderr.write(
      `spool: ${WAITING} waiting, ${parsed} parses, ${Math.round(process.memoryUsage().rss / 1e6)} MB\n`,
    );
  });
});

// Skipped when asked to try a very long spool: these keep every record in memory to compare with.
const describeSmall = WAITING > 20_000 ? describe.skip : describe;

describeSmall("of a spool", () => {
  test("pages go on where the last one ended, and only what is not shipped is found", async () => {
    const spool = new Spool(path);
    const shipped = 2_345;
    const [{ id: writer } = { id: "" }] = spool.writers();
    const unshipped = all.filter(({ seq }) => seq >= shipped);
    const copy = join(folder, "shipped.db");
    const copied = openDatabase(path, []);
    await copied.backup(copy);
    copied.close();
    spool.close();
    const part = new Spool(copy);
    part.markShipped(writer, shipped);
    const found: AccessRecord[] = [];
    for (let last: AccessRecord | undefined; ; last = found.at(-1)) {
      const after = last;
      const filter = after === undefined ? {} : { to: after.time + 1 };
      const accepts = (record: AccessRecord) => after === undefined || newestFirst(after, record) < 0;
      const page = await part.newestUnshipped(filter, { count: 333, order: newestFirst, accepts });
      if (page.length === 0) break;
      found.push(...page);
    }
    part.close();
    expect(found).toEqual(unshipped);
  });

  test("that was made before spools had an index one is made, and it finds the same", async () => {
    const copy = join(folder, "older.db");
    const from = openDatabase(path, []);
    await from.backup(copy);
    from.close();
    const older = openDatabase(copy, []);
    older.exec("DELETE FROM log_block; DELETE FROM log_run; DELETE FROM log_segment");
    older.exec("DELETE FROM fieldguard_schema WHERE component = 'log_spool' AND version > 1");
    older.close();
    const filter = { subjects: [reference(5)] };
    const spool = new Spool(copy);
    const found = await spool.newestUnshipped(filter, { count: 10_000, order: newestFirst, accepts: () => true });
    spool.close();
    expect(found).toEqual(all.filter((record) => matchesFilter(record, filter)));
  });

  test("records find their place after what was shipped is gone, and after another start", async () => {
    const copy = join(folder, "dropped.db");
    new Spool(copy).close();
    const log = await openAccessLog(copy, { clock: systemClock });
    const append = (from: number, to: number) =>
      Promise.all(Array.from({ length: to - from }, (_, each) => log.append(waiting(from + each))));
    await append(0, 1_280);
    const spool = new Spool(copy);
    const find = (number: number) =>
      spool.newestUnshipped(
        { subjects: [reference(1_000 + number)] },
        { count: 5, order: newestFirst, accepts: () => true },
      );
    expect(await find(1_279)).toHaveLength(1);
    spool.markShipped(log.writer, 1_280);
    // All of whole tiles: no row but the last is left.
    await log.drop(1_280);
    const again = await openAccessLog(copy, { clock: systemClock });
    await again.append(waiting(1_280));
    await again.close();
    await append(1_281, 1_300);
    expect([await find(1_279), await find(0)]).toEqual([[], []]);
    expect((await find(1_280)).map(({ seq }) => seq)).toEqual([1_280]);
    expect((await find(1_299)).map(({ seq }) => seq)).toEqual([1_299]);
    const rows = openDatabase(copy, [LOG_COMPONENT, SPOOL_COMPONENT], { readonly: true });
    const kept = rows.prepare<[], RecordRow>("SELECT * FROM log_record WHERE seq < 1280").all();
    rows.close();
    expect(kept.map(({ seq }) => seq)).toEqual([1_279]);
    expect(kept[0]?.sealed).not.toContain(reference(2_000_000));
    expect((await log.verify({ publicKeys: [], anchored: [] })).findings).toEqual([]);
    spool.close();
    await log.close();
  });
});
