import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createKeyring } from "../../src/core/keys.ts";
import { affectedSubjects } from "../../src/evidence/affected-subjects.ts";
import { affectedSubjectsPage } from "../../src/evidence/affected-subjects-page.ts";
import { deadlinesFrom } from "../../src/evidence/deadlines.ts";
import { csvCell, EXPORT_FORMATS, lineWriter } from "../../src/evidence/formats.ts";
import { readRecords } from "../../src/evidence/read-records.ts";
import { subjectReport } from "../../src/evidence/subject-report.ts";
import type { AccessEntry, AccessLog, AccessRecord } from "../../src/stores/access-log.ts";
import type { ConsentStore } from "../../src/stores/consent-store.ts";
import { openAccessLog } from "../../src/stores/sqlite/access-log.ts";
import { openConsentStore } from "../../src/stores/sqlite/consent-store.ts";

const NOW = Date.UTC(2026, 0, 15, 12);
const clock = { now: () => NOW };
const keyring = createKeyring([{ version: 1, secret: Buffer.alloc(32, 7) }]);

interface Seen {
  readonly at: number;
  readonly caller: string;
  readonly coordinate: string;
  readonly outcome: "ALLOW" | "MASK" | "DENY";
  readonly people: readonly string[];
}

const entry = ({ at, caller, coordinate, outcome, people }: Seen): AccessEntry => ({
  kind: "QUERY",
  time: NOW + at,
  caller: { id: caller, role: "MERCHANT", organisation: "o", tenants: ["m"], region: null, onBehalfOf: null },
  client: { app: null, ip: "203.0.113.0" },
  operation: { name: "Q", type: "query", hash: "h" },
  purpose: "ORDER_FULFILMENT",
  justification: '=cmd("x"), "said"',
  decisions: [
    {
      coordinate,
      path: "a.b",
      category: "EMAIL_ADDRESS",
      outcome,
      reason: outcome === "ALLOW" ? "GRANTED" : "OUT_OF_REACH",
      count: people.length,
      consentIds: outcome === "ALLOW" ? ["k-1"] : [],
      subjects: people.map((_, position) => position),
    },
  ],
  subjects: people.map((id) => keyring.reference(id)),
  policyHash: "p",
  outcome: "OK",
  details: null,
  flags: [],
});

const SEEN: readonly Seen[] = [
  { at: 0, caller: "eve", coordinate: "Customer.email", outcome: "ALLOW", people: ["c-1", "c-2"] },
  { at: 1_000, caller: "eve", coordinate: "Customer.phone", outcome: "MASK", people: ["c-2", "c-3"] },
  { at: 2_000, caller: "bob", coordinate: "Customer.email", outcome: "DENY", people: ["c-1"] },
];

let log: AccessLog;
let consents: ConsentStore;
beforeAll(async () => {
  log = await openAccessLog(":memory:", { clock });
  consents = await openConsentStore(":memory:", { clock });
  for (const seen of SEEN) await log.append(entry(seen));
});
afterAll(() => Promise.all([log.close(), consents.close()]));

describe("affected subjects", () => {
  const people = ["c-1", "c-2", "c-3"].map((id) => ({ id, birthDate: null }));
  const options = () => ({ known: NOW, consents, keyring, people });

  test("of a caller: what was revealed, masked, attempted, when and for what", async () => {
    const { subjects, totals } = await affectedSubjects(log, { caller: "eve" }, options());
    const byId = Object.fromEntries(subjects.map((subject) => [subject.id, subject]));
    expect(Object.keys(byId).sort()).toEqual(["c-1", "c-2", "c-3"]);
    expect(byId["c-2"]).toEqual({
      reference: keyring.reference("c-2"),
      id: "c-2",
      revealed: ["Customer.email"],
      masked: ["Customer.phone"],
      attempted: [],
      purposes: ["ORDER_FULFILMENT"],
      callers: ["MERCHANT eve"],
      consentIds: ["k-1"],
      consentThen: [],
      minor: null,
      guardians: [],
      first: "2026-01-15T12:00:00.000Z",
      last: "2026-01-15T12:00:01.000Z",
      records: 2,
    });
    expect(totals).toMatchObject({ records: 2, subjects: 3, revealed: 2, maskedOnly: 1, valuesRevealed: 2, named: 3 });
  });

  test("of a coordinate: nobody of another field", async () => {
    const { subjects } = await affectedSubjects(log, { coordinate: "Customer.phone" }, options());
    expect(subjects.map((subject) => subject.id).sort()).toEqual(["c-2", "c-3"]);
    expect(subjects.every((subject) => subject.revealed.length === 0)).toBe(true);
  });

  test("attempts count", async () => {
    const { subjects } = await affectedSubjects(log, { caller: "bob" }, options());
    expect(subjects).toMatchObject([{ id: "c-1", revealed: [], attempted: ["Customer.email"] }]);
  });

  test("GDPR 33 gives 72 hours from when it became known", () => {
    expect(deadlinesFrom(NOW)[0]).toMatchObject({ rule: "GDPR 33(1)", by: "2026-01-18T12:00:00.000Z" });
  });

  test("the page escapes what callers wrote", async () => {
    const report = await affectedSubjects(log, {}, { known: NOW, asked: "caller <script>alert(1)</script>" });
    const page = affectedSubjectsPage(report);
    expect(page).not.toContain("<script>");
    expect(page).toContain("&#60;script&#62;");
    expect(page).not.toMatch(/(src|href)=/);
  });
});

describe("formats", () => {
  const all = async (): Promise<AccessRecord[]> => {
    const records: AccessRecord[] = [];
    for await (const record of readRecords(log, {})) records.push(record);
    return records;
  };

  test.each(EXPORT_FORMATS)("%s: one line a record", async (format) => {
    const writer = lineWriter(format, "1.0.0");
    for (const record of await all()) expect(writer.line(record)).not.toMatch(/[\r\n]/);
  });

  test("NDJSON is the record itself", async () => {
    const [record] = await all();
    if (record === undefined) throw new Error("no record");
    expect(JSON.parse(lineWriter("ndjson", "").line(record))).toEqual(record);
  });

  test("CSV has as many cells as its header", async () => {
    const writer = lineWriter("csv", "");
    const [record] = await all();
    if (record === undefined) throw new Error("no record");
    const cells =
      writer
        .line(record)
        .match(/("([^"]|"")*"|[^,]*)(,|$)/g)
        ?.slice(0, -1) ?? [];
    expect(cells.length).toBe(writer.header?.split(",").length);
  });

  test.each([
    ["=1+1", "'=1+1"],
    ["+49", "'+49"],
    ["@x", "'@x"],
    ['a "b", c', '"a ""b"", c"'],
    ["two\nlines", '"two\nlines"'],
    [-5, "-5"],
    [0, "0"],
    [null, ""],
  ])("a cell of %j", (value, cell) => {
    expect(csvCell(value)).toBe(cell);
  });

  test("OCSF: API Activity", async () => {
    const [record] = await all();
    if (record === undefined) throw new Error("no record");
    expect(JSON.parse(lineWriter("ocsf", "1.0.0").line(record))).toMatchObject({
      class_uid: 6003,
      category_uid: 6,
      type_uid: 600302,
      time: record.time,
      status_id: 1,
      actor: { user: { uid: "bob" } },
    });
  });

  test("ECS: the fields that Elastic knows", async () => {
    const [record] = await all();
    if (record === undefined) throw new Error("no record");
    expect(JSON.parse(lineWriter("ecs", "").line(record))).toMatchObject({
      "@timestamp": "2026-01-15T12:00:02.000Z",
      event: { action: "query", outcome: "success" },
      user: { id: "bob", roles: ["MERCHANT"] },
      source: { ip: "203.0.113.0" },
    });
  });
});

test("a subject's report holds their accesses and nobody else's", async () => {
  const report = await subjectReport("c-2", { consents, accessLog: log, keyring, clock });
  expect(report.accesses.map(({ coordinate, outcome }) => [coordinate, outcome])).toEqual([
    ["Customer.phone", "MASK"],
    ["Customer.email", "ALLOW"],
  ]);
  expect(report.state).toMatchObject({ status: "ACTIVE", legalHold: false });
});
