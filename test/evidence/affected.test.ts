import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type BrowserContext, chromium } from "playwright-core";
import type { ConsentStore } from "../../src/consents/contract.ts";
import { openConsentStore } from "../../src/consents/sqlite/store.ts";
import { createKeyring } from "../../src/core/keys.ts";
import { type AffectedSubjects, affectedSubjects } from "../../src/evidence/affected-subjects.ts";
import { readPeople } from "../../src/evidence/people.ts";
import { subjectReport } from "../../src/evidence/subject-report.ts";
import { affectedHtml } from "../../src/evidence/views/affected-html.ts";
import { subjectHtml } from "../../src/evidence/views/subject-html.ts";
import type { AccessEntry, AccessLog, RecordedDecision } from "../../src/log/contract.ts";
import { openAccessLog } from "../../src/log/sqlite/access-log.ts";
import { event } from "../../src/stores/conformance/consent-fixtures.ts";
import { decision, entry } from "../../src/stores/conformance/log-fixtures.ts";

const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 0, 10, 9);
const day = (count: number) => START + count * DAY_MS;
const clock = { now: () => day(20) };

const first = { version: 1, secret: Buffer.alloc(32, 1) };
const second = { version: 2, secret: Buffer.alloc(32, 2) };
/** The keys were rotated on day 5. */
const before = createKeyring([first]);
const keyring = createKeyring([first, second]);

interface Access {
  readonly at: number;
  readonly of: readonly string[];
  readonly outcome?: RecordedDecision["outcome"];
  readonly coordinate?: string;
  readonly purpose?: string | null;
  readonly caller?: Partial<AccessEntry["caller"]>;
  readonly minors?: readonly number[];
}

const CALLER = { id: "staff-7", role: "MERCHANT", organisation: "shop-1", tenants: ["shop-1"], tokenId: "jti-77" };

const accessOf = ({ at, of, outcome = "ALLOW", coordinate = "Customer.email", purpose, caller, minors }: Access) => {
  const keys = at < 5 ? before : keyring;
  return entry({
    time: day(at),
    caller: { ...entry().caller, ...CALLER, ...caller },
    purpose: purpose === undefined ? "DIRECT_MARKETING" : purpose,
    decisions: [
      decision({
        coordinate,
        outcome,
        reason: outcome === "ALLOW" ? "GRANTED" : "CONSENT_WITHDRAWN",
        count: of.length,
        consentIds: outcome === "ALLOW" ? ["consent-1"] : [],
        subjects: of.map((_, position) => position),
      }),
    ],
    subjects: of.map((id) => keys.reference(id)),
    ...(minors === undefined ? {} : { minors }),
  });
};

const ACCESSES: readonly Access[] = [
  { at: 1, of: ["ann", "ben"] },
  { at: 3, of: ["ann"], coordinate: "Customer.phone", outcome: "MASK" },
  { at: 8, of: ["ann"], outcome: "DENY" },
  { at: 9, of: ["ben"] },
  { at: 9.5, of: ["tom", "ann"], minors: [0], purpose: "ORDER_FULFILMENT" },
  { at: 10, of: ["eva"], outcome: "DENY", caller: { tokenId: "jti-78" } },
  { at: 11, of: ["una"], caller: { id: "staff-8", tokenId: "jti-79" } },
];

const EVENTS = [
  event({ subject: "ann", time: day(0), state: "GIVEN" }),
  event({ subject: "ann", time: day(4), state: "WITHDRAWN" }),
  event({ subject: "ben", time: day(0), state: "GIVEN", tenant: "shop-2" }),
  event({ subject: "ben", time: day(2), state: "GIVEN", tenant: "shop-1", expiresAt: day(6) }),
  event({ subject: "eva", time: day(9), state: "REQUESTED" }),
  event({
    subject: "tom",
    time: day(1),
    expressedBy: { id: "tom's mother", role: "GUARDIAN", verification: "household register" },
  }),
];

let log: AccessLog;
let consents: ConsentStore;
beforeAll(async () => {
  log = await openAccessLog(":memory:", { clock });
  consents = await openConsentStore(":memory:", { clock });
  await consents.append(EVENTS);
  for (const access of ACCESSES) await log.append(accessOf(access));
});
afterAll(() => Promise.all([log.close(), consents.close()]));

const report = (filter = {}, people = readPeople("una,2013-02-01\n")) =>
  affectedSubjects(log, filter, { known: day(20), consents, keyring, people });
const person = ({ subjects }: AffectedSubjects, id: string) => subjects.find((subject) => subject.id === id);

describe("affected subjects", () => {
  test("how consent stood at each access, by the events until then", async () => {
    const all = await report();
    expect(person(all, "ann")?.consentThen).toEqual([
      { purpose: "DIRECT_MARKETING", state: "GIVEN", records: 2 },
      { purpose: "DIRECT_MARKETING", state: "WITHDRAWN", records: 1 },
      { purpose: "ORDER_FULFILMENT", state: "NONE", records: 1 },
    ]);
    // Day 1: given, but to another shop. Day 9: given to this one, and over.
    expect(person(all, "ben")?.consentThen).toEqual([
      { purpose: "DIRECT_MARKETING", state: "EXPIRED", records: 1 },
      { purpose: "DIRECT_MARKETING", state: "NONE", records: 1 },
    ]);
    expect(person(all, "eva")?.consentThen).toEqual([{ purpose: "DIRECT_MARKETING", state: "REQUESTED", records: 1 }]);
  });

  test("what people saw of their own data affects nobody, unless the caller or the token is what is asked about", async () => {
    const own = await openAccessLog(":memory:", { clock });
    const itself = { id: "ann", role: "CUSTOMER", organisation: null, tenants: [], tokenId: "jti-ann" };
    const rows: readonly Access[] = [
      ...Array.from({ length: 30 }, (_, at) => ({ at: 6 + at / 100, of: ["ann"], caller: itself })),
      // Together with somebody else; on somebody's behalf; a shop's staff of the same id; somebody else altogether.
      { at: 7, of: ["ann", "ben"], caller: itself },
      { at: 8, of: ["tom"], caller: { ...itself, id: "tom", onBehalfOf: "kim" } },
      { at: 9, of: ["eva"], caller: { ...itself, id: "eva", tenants: ["shop-1"] } },
      { at: 10, of: ["una"], caller: itself },
    ];
    for (const row of rows) await own.append(accessOf(row));
    const asked = (filter: object) => affectedSubjects(own, filter, { known: day(20), consents, keyring });
    const ids = ({ subjects }: AffectedSubjects) => subjects.map(({ id, reference }) => id ?? reference).sort();
    const all = await asked({});
    expect(ids(all)).toEqual(["ben", "eva", "tom", keyring.reference("una")].sort());
    expect(all.totals).toMatchObject({ records: 4, ownViews: 30 });
    for (const filter of [{ caller: "ann" }, { token: "jti-ann" }]) {
      const stolen = await asked(filter);
      expect(ids(stolen)).toContain("ann");
      expect(stolen.totals.ownViews).toBe(0);
    }
    await own.close();
  });

  test("a person under two key versions is one", async () => {
    const all = await report();
    expect(all.subjects.filter(({ id }) => id === "ann")).toHaveLength(1);
    expect(person(all, "ann")).toMatchObject({
      revealed: ["Customer.email"],
      masked: ["Customer.phone"],
      attempted: ["Customer.email"],
      records: 4,
      first: new Date(day(1)).toISOString(),
      last: new Date(day(9.5)).toISOString(),
    });
  });

  test("minors by the record, by a list of people, or not known; guardians by who spoke for them", async () => {
    const all = await report();
    expect(person(all, "tom")).toMatchObject({ minor: true, guardians: ["tom's mother"] });
    expect(person(all, "una")).toMatchObject({ minor: true, guardians: [] });
    expect(person(all, "ann")?.minor).toBeNull();
    expect(person(await report({}, readPeople("ann,1990-01-01")), "ann")?.minor).toBe(false);
    expect(all.totals).toMatchObject({ minors: 2, ageUnknown: 3 });
  });

  test.each([
    ["a token", { token: "jti-78" }, ["eva"]],
    ["a caller", { caller: "staff-8" }, ["una"]],
    ["a window", { from: day(9), to: day(10) }, ["ben", "ann", "tom"]],
    ["a coordinate", { coordinate: "Customer.phone" }, ["ann"]],
    ["an operation that nobody asked", { operation: "Other" }, []],
  ])("of %s", async (_name, filter, ids) => {
    expect((await report(filter)).subjects.map(({ id }) => id)).toEqual(ids);
  });

  test("who had something revealed comes first; the totals add up", async () => {
    const { subjects, totals } = await report();
    expect(subjects.map(({ id }) => id)).toEqual(["ann", "ben", "tom", "una", "eva"]);
    expect(totals).toMatchObject({ records: 7, subjects: 5, revealed: 4, maskedOnly: 0, attemptedOnly: 1, named: 5 });
    expect(totals.valuesRevealed).toBe(6);
  });

  test("without the key or the consents it still says what happened, to references", async () => {
    const { subjects, totals } = await affectedSubjects(log, { caller: "staff-8" }, { known: day(20) });
    expect(subjects).toMatchObject([{ id: null, reference: keyring.reference("una"), consentThen: [], minor: null }]);
    expect(totals.named).toBe(0);
  });
});

const BROWSER = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const FLAGS = "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-sync";
const available = existsSync(BROWSER);
if (!available && process.env["CI"] !== "true") {
  process.stderr.write(`The reports' pages are not tested: there is no browser at ${BROWSER} (set CHROMIUM).\n`);
}
// In CI a missing browser is a failure, not a skip.
const suite = available || process.env["CI"] === "true" ? describe : describe.skip;

suite("the pages, in a browser", () => {
  let folder: string;
  let browser: BrowserContext;
  const asked: string[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "fieldguard-report-"));
    browser = await chromium.launchPersistentContext(folder, { executablePath: BROWSER, args: FLAGS.split(" ") });
    browser.on("request", (request) => asked.push(request.url()));
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const open = async (html: string, name: string) => {
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("console", (message) => problems.push(message.text()));
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.setContent(html);
    const folderOfShots = process.env["SCREENSHOTS"];
    if (folderOfShots !== undefined) {
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        await page.screenshot({ path: join(folderOfShots, `${name}-${colorScheme}.png`), fullPage: true });
      }
      await page.pdf({ path: join(folderOfShots, `${name}.pdf`), preferCSSPageSize: true });
      await page.setViewportSize({ width: 390, height: 800 });
      await page.screenshot({ path: join(folderOfShots, `${name}-narrow.png`) });
    }
    expect(problems).toEqual([]);
    return page;
  };

  test("affected subjects: a row a person, nothing loaded, nothing run", async () => {
    const asked_ = 'caller <img src="http://127.0.0.1:9/x" onerror="alert(1)">, from 2026-01-10';
    const all = await affectedSubjects(log, {}, { known: day(20), asked: asked_, consents, keyring });
    const page = await open(affectedHtml(all), "affected");
    expect(await page.locator("h1").textContent()).toBe("Affected subjects");
    expect(await page.locator("img").count()).toBe(0);
    const rows = page.locator("table").nth(1).locator("tbody tr");
    expect(await rows.count()).toBe(5);
    expect(await rows.nth(2).innerText()).toContain("minor");
    expect(await rows.nth(2).innerText()).toContain("guardian tom's mother");
    expect(await page.locator("table").first().innerText()).toContain("2026-02-02 09:00:00");
    // Wider than the window it scrolls in its own frame, and the page does not.
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
  });

  test("a subject: every part, also where there is nothing", async () => {
    const page = await open(
      subjectHtml(await subjectReport("ann", { consents, accessLog: log, keyring, clock })),
      "subject",
    );
    expect(await page.locator("h1").textContent()).toBe("What is kept about ann");
    expect(await page.locator("h2").allTextContents()).toHaveLength(6);
    expect(await page.locator("table").nth(2).locator("tbody tr").count()).toBe(4);
  });

  test("ask for nothing from anywhere", () => {
    expect(asked.filter((url) => !url.startsWith("about:"))).toEqual([]);
  });
});
