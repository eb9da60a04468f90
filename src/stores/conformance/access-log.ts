import assert from "node:assert/strict";
import { codeOf, rejects, same } from "./checks.ts";
import { FILTER_CASES, FILTERED_ENTRIES } from "./log-cases.ts";
import { checkChains, decision, entry, entryOf, fullEntry, LOG_TIME, readAll, reference } from "./log-fixtures.ts";
import { type AccessLogHarness, declareLogsWith, type ProveLog } from "./log-place.ts";
import type { Runner } from "./runner.ts";

/** Proves every obligation of `AccessLog`. To be called where tests are declared. */
export function accessLogConformance(harness: AccessLogHarness, runner: Runner): void {
  runner.describe(`AccessLog: ${harness.name}`, () => {
    const prove = declareLogsWith(harness, runner);
    proveAppend(prove);
    proveSplitting(prove);
    proveBounds(prove);
    proveQuery(prove);
    proveClosing(prove);
    if (harness.unshared === null) proveSharing(prove);
  });
}

function proveAppend(prove: ProveLog): void {
  prove("gives a record back as it was appended, every field of it", async (log) => {
    for (const appended of [fullEntry(), entry(), fullEntry()]) {
      const id = await log.append(appended);
      const [record, ...others] = (await log.query({ id }, { first: 10 })).records;
      assert.ok(record !== undefined && others.length === 0);
      same(entryOf(record), appended);
      same([record.id, record.part, record.parts, record.writer], [id, 0, 1, log.writer]);
    }
  });

  prove("gives ids that are UUIDv7 of the record's time", async (log) => {
    const id = await log.append(entry({ time: LOG_TIME + 12_345 }));
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16), LOG_TIME + 12_345);
  });

  prove("mends half surrogate pairs, which have no UTF-8", async (log) => {
    await log.append(
      entry({ justification: "a\ud800b\udc00c", operation: { name: "\udfff", type: "query", hash: "00" } }),
    );
    const [record] = await readAll(log);
    same([record?.justification, record?.operation?.name], ["a\ufffdb\ufffdc", "\ufffd"]);
  });

  prove("chains the records of many appends at once, without gap or double", async (log) => {
    same(await log.head(), { size: 0, hash: "0".repeat(64) });
    const ids = await Promise.all(
      Array.from({ length: 60 }, (_, index) => log.append(entry({ time: LOG_TIME + index }))),
    );
    await log.append(entry({ time: LOG_TIME + 60 }));
    const records = await readAll(log, {}, 7);
    assert.equal(checkChains(records), 61);
    same(
      [...new Set(ids)].sort(),
      records
        .slice(1)
        .map((record) => record.id)
        .sort(),
    );
    const [newest] = records;
    same(await log.head(), { size: 61, hash: newest?.hash });
  });
}

function proveSplitting(prove: ProveLog): void {
  prove("splits what is longer than 60 KiB and loses nothing of it", async (log) => {
    const people = Array.from({ length: 2_500 }, (_, index) => reference(index));
    const consents = Array.from({ length: 700 }, (_, index) => `consent-${index}`);
    const everybody = people.map((_, index) => index);
    const appended = entry({
      decisions: [
        decision({ outcome: "ALLOW", reason: "GRANTED", count: 7_000, consentIds: consents, subjects: everybody }),
        ...Array.from({ length: 300 }, (_, index) =>
          decision({ coordinate: `Customer.field${index}`, subjects: [index], count: 1 }),
        ),
        decision({ coordinate: "Customer.phone", count: 0, subjects: everybody.slice(0, 101) }),
      ],
      subjects: people,
    });
    const id = await log.append(appended);
    await log.append(entry());
    const records = await readAll(log);
    assert.equal(checkChains(records), records.length);
    const parts = records.filter((record) => record.id === id).sort((one, other) => one.part - other.part);
    assert.ok(parts.length > 1);
    for (const [index, part] of parts.entries()) {
      same([part.part, part.parts], [index, parts.length]);
      assert.ok(JSON.stringify(part).length <= 60 * 1024);
      assert.equal(new Set(part.subjects).size, part.subjects.length);
      same({ ...entryOf(part), decisions: [], subjects: [] }, { ...appended, decisions: [], subjects: [] });
    }
    for (const { coordinate, count, subjects, consentIds } of appended.decisions) {
      const shares = parts.flatMap((part) =>
        part.decisions
          .filter((share) => share.coordinate === coordinate)
          .map((share) => ({ ...share, people: share.subjects.map((position) => part.subjects[position]) })),
      );
      assert.equal(
        shares.reduce((sum, share) => sum + share.count, 0),
        count,
      );
      same(shares.flatMap((share) => share.people).sort(), subjects.map((position) => people[position]).sort());
      same(shares.flatMap((share) => share.consentIds).sort(), [...consentIds].sort());
    }
    const seen = await readAll(log, { subjects: [reference(2_499)] });
    assert.ok(seen.length > 0 && seen.every((record) => record.id === id));
  });
}

function proveBounds(prove: ProveLog): void {
  prove(
    "refuses with AUDIT_UNAVAILABLE what goes beyond its queue, and holds exactly what it acknowledged",
    async (log) => {
      const attempts = await Promise.allSettled(Array.from({ length: 40 }, () => log.append(entry())));
      const kept = attempts.flatMap((attempt) => (attempt.status === "fulfilled" ? [attempt.value] : []));
      const refused = attempts.flatMap((attempt) => (attempt.status === "rejected" ? [codeOf(attempt.reason)] : []));
      assert.ok(kept.length >= 5 && refused.length > 0);
      same([...new Set(refused)], ["AUDIT_UNAVAILABLE"]);
      await log.append(entry());
      const records = await readAll(log);
      assert.equal(checkChains(records), kept.length + 1);
      same(
        records
          .slice(1)
          .map((record) => record.id)
          .sort(),
        [...kept].sort(),
      );
    },
    { queueRecordsMax: 5 },
  );
}

function proveQuery(prove: ProveLog): void {
  prove("finds by every filter what it should, newest first, whatever the page size", async (log) => {
    const ids: string[] = [];
    for (const each of FILTERED_ENTRIES) ids.push(await log.append(each));
    for (const { name, filter, found } of FILTER_CASES) {
      for (const first of [1, 2, 100]) {
        const records = await readAll(log, filter, first);
        same([name, first, records.map((record) => ids.indexOf(record.id))], [name, first, found]);
      }
    }
    for (const [index, id] of ids.entries()) {
      same(
        (await readAll(log, { id })).map((record) => ids.indexOf(record.id)),
        [index],
      );
      same(await readAll(log, { id, kind: "STOP" }), []);
    }
    for (const id of ["", "none", "01890000-0000-7000-8000-000000000000"]) same(await readAll(log, { id }), []);
  });

  prove("goes on from a cursor to what is older, whatever was appended meanwhile", async (log) => {
    for (let index = 0; index < 5; index += 1) await log.append(entry({ time: LOG_TIME + index }));
    const { records, next } = await log.query({}, { first: 2 });
    assert.ok(next !== null);
    await log.append(entry({ time: LOG_TIME + 5 }));
    const rest = await log.query({}, { first: 10, after: next });
    same(
      [...records, ...rest.records].map((record) => record.seq),
      [4, 3, 2, 1, 0],
    );
    assert.equal(rest.next, null);
  });

  prove("refuses pages and cursors that are none with BAD_INPUT", async (log) => {
    for (const first of [0, -1, 1.5, Number.NaN]) await rejects(log.query({}, { first }), "BAD_INPUT");
    for (const after of ["", "x", "====", "n1"]) await rejects(log.query({}, { first: 1, after }), "BAD_INPUT");
  });
}

function proveClosing(prove: ProveLog): void {
  prove("finishes what is under way, then answers AUDIT_UNAVAILABLE", async (log) => {
    await log.ping();
    const underWay = log.append(entry());
    await log.close();
    assert.ok((await underWay).length > 0);
    await log.close();
    for (const ask of [
      () => log.append(entry()),
      () => log.query({}, { first: 1 }),
      () => log.head(),
      () => log.ping(),
    ]) {
      await rejects(ask(), "AUDIT_UNAVAILABLE");
    }
  });
}

function proveSharing(prove: ProveLog): void {
  prove("keeps everything over closing and opening, its writer too", async (log, open) => {
    for (let index = 0; index < 3; index += 1) await log.append(fullEntry());
    const records = await readAll(log);
    const head = await log.head();
    await log.close();
    const again = await open();
    same(again.writer, log.writer);
    same(await again.head(), head);
    same(await readAll(again), records);
    await again.append(entry());
    assert.equal(checkChains(await readAll(again)), 4);
  });

  prove("keeps whole and unbroken chains though several instances append at once", async (log, open) => {
    const logs = [log, await open(), await open()];
    const ids = await Promise.all(
      Array.from({ length: 90 }, (_, index) => (logs[index % 3] ?? log).append(entry({ time: LOG_TIME + index }))),
    );
    for (const each of logs) {
      const records = await readAll(each);
      assert.equal(checkChains(records), ids.length);
      same(records.map((record) => record.id).sort(), [...ids].sort());
    }
  });
}
