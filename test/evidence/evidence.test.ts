import { isIP } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { ConsentStore } from "../../src/consents/contract.ts";
import { openConsentStore } from "../../src/consents/sqlite/store.ts";
import { createKeyring } from "../../src/core/keys.ts";
import { affectedSubjects } from "../../src/evidence/affected-subjects.ts";
import { archivedUntil, archiveOf } from "../../src/evidence/archived.ts";
import { deadlinesFrom } from "../../src/evidence/deadlines.ts";
import { EXPORT_FORMATS, lineWriter } from "../../src/evidence/formats.ts";
import { subjectReport } from "../../src/evidence/subject-report.ts";
import { affectedHtml } from "../../src/evidence/views/affected-html.ts";
import { csvCell } from "../../src/evidence/views/csv.ts";
import { type AccessEntry, type AccessLog, type AccessRecord, RECORD_KINDS } from "../../src/log/contract.ts";
import { readRecords } from "../../src/log/read-records.ts";
import { openAccessLog } from "../../src/log/sqlite/access-log.ts";
import { fullEntry } from "../../src/stores/conformance/log-fixtures.ts";

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
    const page = affectedHtml(report);
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

  const asRecord = (from: AccessEntry): AccessRecord => ({
    ...from,
    id: "01890000-0000-7000-8000-000000000000",
    part: 0,
    parts: 1,
    writer: "gateway-1",
    seq: 7,
    prevHash: "0".repeat(64),
    hash: "f".repeat(64),
  });

  test.each(EXPORT_FORMATS)("%s: one line a record", async (format) => {
    const writer = lineWriter(format, "1.0.0");
    for (const record of await all()) {
      expect(writer.lines(record)).toHaveLength(1);
      expect(writer.lines(record)[0]).not.toMatch(/[\r\n]/);
    }
  });

  test("NDJSON is the record itself", async () => {
    const [record] = await all();
    if (record === undefined) throw new Error("no record");
    expect(JSON.parse(String(lineWriter("ndjson", "").lines(record)))).toEqual(record);
  });

  test("CSV has as many cells as its header", async () => {
    const writer = lineWriter("csv", "");
    const [record] = await all();
    if (record === undefined) throw new Error("no record");
    const cells =
      String(writer.lines(record))
        .match(/("([^"]|"")*"|[^,]*)(,|$)/g)
        ?.slice(0, -1) ?? [];
    expect(cells.length).toBe(writer.header?.split(",").length);
  });

  test.each([
    ["=1+1", `"'=1+1"`],
    ["+49", `"'+49"`],
    ["@x", `"'@x"`],
    // Full width, small, and behind what a spreadsheet passes over.
    ["＝1+1", `"'＝1+1"`],
    ["＋49", `"'＋49"`],
    ["－1", `"'－1"`],
    ["＠SUM(A1)", `"'＠SUM(A1)"`],
    ["﹦1", `"'﹦1"`],
    [" =1+1", `"' =1+1"`],
    ["\u00a0=1+1", `"'\u00a0=1+1"`],
    ["\u200b=1+1", `"'\u200b=1+1"`],
    ["\n=1+1", `"'\n'=1+1"`],
    // Behind what divides cells elsewhere.
    ["x;=1+1;y", `"x;'=1+1;y"`],
    ["x; @SUM(A1)", `"x;' @SUM(A1)"`],
    ["x\t=1+1", `"x\t'=1+1"`],
    ["x,-1", `"x,'-1"`],
    ["x\n+1", `"x\n'+1"`],
    ["x\r=1", `"x\r'=1"`],
    ['x"=1', `"x""'=1"`],
    ["x;\u3164=1;＝2", `"x;'\u3164=1;'＝2"`],
    ["a=b", '"a=b"'],
    ["x;y", '"x;y"'],
    ["0123", '"0123"'],
    ["", '""'],
    ['a "b", c', '"a ""b"", c"'],
    ["two\nlines", '"two\nlines"'],
    [-5, "-5"],
    [0, "0"],
    [null, ""],
  ])("a cell of %j", (value, cell) => {
    expect(csvCell(value)).toBe(cell);
  });

  test("CSV begins with a byte order mark, so that spreadsheets read it as UTF-8", () => {
    for (const eachDecision of [false, true]) {
      expect(lineWriter("csv", "", eachDecision).header).toMatch(/^\uFEFFid,writer,/);
    }
  });

  test("CSV has a row a decision where it is asked for one, and one of a record without any", () => {
    const writer = lineWriter("csv", "", true);
    const [decision] = fullEntry().decisions;
    if (decision === undefined) throw new Error("no decision");
    const decisions = [
      { ...decision, coordinate: "A.one", outcome: "ALLOW", subjects: [1, 0] },
      { ...decision, coordinate: "A.two", outcome: "DENY", subjects: [] },
    ] as const;
    const record = { ...asRecord(fullEntry()), justification: "工单", subjects: ["1:aa", "1:bb"], decisions };
    const [names = [], ...rows] = [writer.header ?? "", ...writer.lines(record)].map((line) =>
      line.split(",").map((cell) => cell.replace(/^"(.*)"$/, "$1")),
    );
    const cells = rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at]])));
    expect(cells).toMatchObject([
      { coordinate: "A.one", decided: "ALLOW", subjects: "1:bb 1:aa", justification: "工单", hash: record.hash },
      { coordinate: "A.two", decided: "DENY", subjects: "", justification: "工单", hash: record.hash },
    ]);
    for (const row of rows) expect(row).toHaveLength(names.length);
    expect(writer.lines({ ...record, decisions: [] })).toHaveLength(1);
  });

  test.each(["ocsf", "ecs"] as const)(
    "%s: parts of one record are events of their own, and known to be of one",
    (format) => {
      const events = [0, 1].map((part) => {
        const event = JSON.parse(String(lineWriter(format, "").lines({ ...asRecord(fullEntry()), part, parts: 2 })));
        return format === "ocsf"
          ? [event.metadata.uid, event.metadata.correlation_uid]
          : [event.event.id, event.fieldguard.record];
      });
      const { id } = asRecord(fullEntry());
      expect(events).toEqual([
        [`${id}.0`, id],
        [`${id}.1`, id],
      ]);
    },
  );

  test.each(["•••", "unknown", "203.0.113.0:80", "localhost"])(
    "an address %s of an old record is none to a SIEM",
    (ip) => {
      const record = asRecord({ ...fullEntry(), client: { app: null, ip } });
      const [ocsf, ecs] = (["ocsf", "ecs"] as const).map((format) =>
        JSON.parse(String(lineWriter(format, "").lines(record))),
      );
      expect(ocsf.src_endpoint).toEqual({ name: record.caller.role });
      expect(ecs.source).toBeUndefined();
    },
  );

  /** What the published schemas ask for, of every kind of record, with everything known and with nothing. */
  const kinds = RECORD_KINDS.flatMap((kind) => [
    { ...fullEntry(), kind },
    {
      ...fullEntry(),
      kind,
      caller: { id: null, role: "GUEST", organisation: null, tenants: [], region: null, onBehalfOf: null },
      client: { app: null, ip: null },
      operation: null,
      purpose: null,
      outcome: "OK",
    },
  ]);

  test.each(kinds)("OCSF 1.3.0, API Activity (6003): a $kind of $caller.role", (from) => {
    const event = JSON.parse(String(lineWriter("ocsf", "1.0.0").lines(asRecord(from))));
    expect(event).toMatchObject({ class_uid: 6003, category_uid: 6, time: from.time });
    expect([1, 2, 3, 4, 99]).toContain(event.activity_id);
    expect(event.type_uid).toBe(600_300 + event.activity_id);
    // With 99 the name is the source's own.
    if (event.activity_id === 99) expect(event.activity_name).toBe(from.kind);
    expect([1, 2, 4]).toContain(event.severity_id);
    expect(event.metadata).toMatchObject({
      version: "1.3.0",
      product: { name: "Fieldguard", vendor_name: "Fieldguard" },
    });
    // At least one of what an object can be known by, and nothing empty.
    expect(event.actor.user.uid ?? event.actor.user.name).toEqual(expect.stringMatching(/./));
    expect(event.src_endpoint.ip ?? event.src_endpoint.name).toEqual(expect.stringMatching(/./));
    expect(event.api.operation).toMatch(/./);
    expect(event.api.request.uid).toMatch(/./);
    const { unmapped: _own, ...mapped } = event;
    expect(JSON.stringify(mapped)).not.toContain("null");
  });

  test.each(kinds)("ECS 8.11: a $kind of $caller.role", (from) => {
    const event = JSON.parse(String(lineWriter("ecs", "").lines(asRecord(from))));
    expect(event["@timestamp"]).toBe(new Date(from.time).toISOString());
    expect(["alert", "event"]).toContain(event.event.kind);
    expect(event.event.category).toEqual(["api"]);
    const expected = [
      "access",
      "admin",
      "allowed",
      "change",
      "creation",
      "deletion",
      "denied",
      "end",
      "info",
      "start",
      "user",
    ];
    for (const type of event.event.type) expect(expected).toContain(type);
    expect(["success", "failure", "unknown"]).toContain(event.event.outcome);
    expect(event.user.roles).toEqual([from.caller.role]);
    if (from.client.ip !== null) expect(isIP(event.source.ip)).not.toBe(0);
    else expect(event.source).toBeUndefined();
    const { fieldguard: _own, ...mapped } = event;
    expect(JSON.stringify(mapped)).not.toContain("null");
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

describe("what left the log in exports", () => {
  const finished = (archivedFrom: number | null, archivedTo: number): AccessEntry => ({
    ...entry({ at: 0, caller: "eve", coordinate: "", outcome: "DENY", people: [] }),
    kind: "EXPORT",
    decisions: [],
    details: { archivedFrom, archivedTo },
  });
  test.each<[string, readonly AccessEntry[], number | null]>([
    ["none", [], null],
    ["one that was broken off", [{ ...finished(null, 5), details: { format: "ndjson" } }], null],
    ["one of everything", [finished(null, 100)], 100],
    ["one that goes on where another ends", [finished(100, 200), finished(null, 100)], 200],
    ["one with a gap before it", [finished(null, 100), finished(101, 200)], 100],
    ["one that does not begin at the beginning", [finished(5, 200)], null],
    ["one within another", [finished(null, 300), finished(100, 200), finished(250, 400)], 400],
  ])("%s", async (_name, entries, until) => {
    const own = await openAccessLog(":memory:", { clock });
    for (const each of entries) await own.append(each);
    expect(await archivedUntil(own)).toBe(until);
    await own.close();
  });

  test("an export does not hold what may still be appended with a time of before", () => {
    expect(archiveOf({}, NOW)).toEqual({ archivedFrom: null, archivedTo: NOW - 600_000 });
    expect(archiveOf({ from: 1, to: 2 }, NOW)).toEqual({ archivedFrom: 1, archivedTo: 2 });
  });
});
