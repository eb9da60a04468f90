import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { createKeyring } from "../../src/core/keys.ts";
import { PLAIN_CALENDAR } from "../../src/evidence/due-date.ts";
import { closeRequest, listRequests, openRequest, type RightsDesk } from "../../src/evidence/rights-requests.ts";
import { openAccessLog } from "../../src/stores/sqlite/access-log.ts";

const NOW = Date.UTC(2026, 0, 5);
const DAY = 86_400_000;
const TERM = { days: 15, kind: "CALENDAR" } as const;
let desk: RightsDesk;

beforeEach(async () => {
  desk = {
    log: await openAccessLog(":memory:", { clock: { now: () => NOW } }),
    keyring: createKeyring([{ version: 1, secret: Buffer.alloc(32, 7) }]),
    by: { id: "dpo", role: "PRIVACY_OFFICER", organisation: null, tenants: [], region: null, onBehalfOf: null },
  };
});
afterEach(() => desk.log.close());

const open = (subject: string, received: number) =>
  openRequest(desk, { right: "ACCESS", subject, received }, TERM, PLAIN_CALENDAR);

test("open ones come first, those due first at the head", async () => {
  const late = await open("c-1", NOW + DAY);
  const early = await open("c-2", NOW);
  const done = await open("c-3", NOW - DAY);
  await closeRequest(desk, done.id, "ANSWERED", null, NOW + 2 * DAY);
  const all = await listRequests(desk.log);
  expect(all.map(({ id, state }) => [id, state])).toEqual([
    [early.id, "OPEN"],
    [late.id, "OPEN"],
    [done.id, "ANSWERED"],
  ]);
  expect(all[0]).toEqual(early);
  expect(all[2]).toMatchObject({ closed: NOW + 2 * DAY, subject: desk.keyring.reference("c-3") });
});

test("the log names nobody", async () => {
  await open("somebody@example.com", NOW);
  const { records } = await desk.log.query({}, { first: 10 });
  expect(JSON.stringify(records)).not.toContain("somebody");
});

test("a refusal needs a ground, a closed request stays closed, an unknown one is not found", async () => {
  const { id } = await open("c-1", NOW);
  await expect(closeRequest(desk, id, "REFUSED", null, NOW)).rejects.toMatchObject({ code: "BAD_INPUT" });
  await closeRequest(desk, id, "REFUSED", "another person's rights", NOW);
  await expect(closeRequest(desk, id, "ANSWERED", null, NOW)).rejects.toMatchObject({ code: "CONSENT_STATE_CONFLICT" });
  await expect(closeRequest(desk, "nobody", "ANSWERED", null, NOW)).rejects.toMatchObject({ code: "NOT_FOUND" });
});
