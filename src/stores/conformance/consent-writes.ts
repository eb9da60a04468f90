import assert from "node:assert/strict";
import { type ConsentRecord, recordKey } from "../../consents/contract.ts";
import { codeOf, rejects, same } from "./checks.ts";
import { PROJECTION_CASES } from "./consent-cases.ts";
import { event, fullEvent, subjectState, TIME } from "./consent-fixtures.ts";
import type { Prove } from "./consent-place.ts";

export function proveAppend(prove: Prove): void {
  proveStoring(prove);
  proveHistory(prove);
}

function proveStoring(prove: Prove): void {
  prove("gives an event back as it was stored, every field of it", async (store) => {
    const stored = fullEvent();
    const records = await store.append([stored]);
    same(
      records.map((record) => [record.purpose, record.event, record.givenAt, record.recordId, record.tenant]),
      stored.purposes.map((purpose) => [purpose, stored, TIME, stored.recordId, "shop-1"]),
    );
    same(await store.records(stored.subject), sorted(records));
    same(await store.history(stored.subject), [stored]);
  });

  for (const { name, states, expected } of PROJECTION_CASES) {
    prove(`projects: ${name}`, async (store) => {
      for (const [state, time] of states) await store.append([event({ state, time })]);
      const [record] = await store.records("customer-1");
      same([record?.event.state, record?.event.time, record?.givenAt], expected);
    });
  }

  prove("keeps tenants and purposes apart", async (store) => {
    const events = [
      event({ tenant: null }),
      event({ tenant: "", state: "REFUSED" }),
      event({ tenant: "shop-1", state: "WITHDRAWN" }),
      event({ tenant: null, purposes: ["ANALYTICS"], state: "REQUESTED" }),
    ];
    await store.append(events);
    const shown = (await store.records("customer-1")).map(({ purpose, tenant, event: { state } }) => ({
      purpose,
      tenant,
      state,
    }));
    same(shown, [
      { purpose: "ANALYTICS", tenant: null, state: "REQUESTED" },
      { purpose: "DIRECT_MARKETING", tenant: null, state: "GIVEN" },
      { purpose: "DIRECT_MARKETING", tenant: "", state: "REFUSED" },
      { purpose: "DIRECT_MARKETING", tenant: "shop-1", state: "WITHDRAWN" },
    ]);
  });
}

function proveHistory(prove: Prove): void {
  prove("pages a history from either end, by one append as by many", async (store) => {
    const several = [1, 2, 3].map((time) => event({ time, purposes: [`P-${time}`] }));
    await store.append(several);
    const single = [4, 5].map((time) => event({ time, purposes: [`P-${time}`] }));
    for (const one of single) await store.append([one]);
    await store.append([event({ subject: "customer-2" })]);
    const all = [...several, ...single];
    same(await store.history("customer-1", { first: 2 }), all.slice(0, 2));
    same(await store.history("customer-1", { first: 3, skip: 2 }), all.slice(2));
    same(await store.history("customer-1", { first: 9, skip: 4 }), all.slice(4));
    same(await store.history("customer-1", { first: 9, skip: 5 }), []);
    same(await store.history("customer-1", { first: 3, newestFirst: true }), [...all].reverse().slice(0, 3));
    same(await store.history("customer-1", { first: 2, skip: 1, newestFirst: true }), [...all].reverse().slice(1, 3));
  });

  prove("knows nothing of whom nothing is stored", async (store) => {
    same(await store.records("nobody"), []);
    same(await store.history("nobody"), []);
  });
}

function sorted(records: readonly ConsentRecord[]): ConsentRecord[] {
  return [...records].sort((one, other) => (one.purpose < other.purpose ? -1 : 1));
}

export function proveIdempotence(prove: Prove): void {
  prove("acknowledges a known key with what was stored, and stores it once", async (store) => {
    const first = event({ key: "k" });
    await store.append([first]);
    const again = await store.append([event({ key: "k", state: "REFUSED", purposes: ["ANALYTICS"] })]);
    same(
      again.map((record) => record.event),
      [first],
    );
    same(await store.history("customer-1"), [first]);
  });

  prove("acknowledges a known key with how its record stands now", async (store) => {
    const first = event({ key: "k" });
    const withdrawn = event({ state: "WITHDRAWN", time: TIME + 1 });
    await store.append([first]);
    await store.append([withdrawn]);
    const again = await store.append([{ ...first, id: "other" }]);
    same(
      again.map((record) => record.event),
      [withdrawn],
    );
  });

  prove("acknowledges a known id", async (store) => {
    const first = event();
    await store.append([first]);
    await store.append([first, first]);
    same(await store.history("customer-1"), [first]);
  });

  prove("stores one of two events with one key in the same call", async (store) => {
    const first = event({ key: "k" });
    await store.append([first, event({ key: "k", state: "WITHDRAWN" })]);
    same(await store.history("customer-1"), [first]);
  });

  prove("lets two subjects use the same key", async (store) => {
    await store.append([event({ key: "k" })]);
    await store.append([event({ key: "k", subject: "customer-2" })]);
    assert.equal((await store.history("customer-2")).length, 1);
  });

  prove("stores one of many at once with the same key", async (store) => {
    const all = await Promise.all(Array.from({ length: 8 }, () => store.append([event({ key: "k" })])));
    const [stored] = await store.history("customer-1");
    assert.equal((await store.history("customer-1")).length, 1);
    for (const records of all) assert.equal(records[0]?.event.id, stored?.id);
  });
}

export function proveGuards(prove: Prove): void {
  const key = recordKey("customer-1", null, "DIRECT_MARKETING");

  prove("stores where the current event is the one expected", async (store) => {
    const first = event();
    await store.append([first], new Map([[key, null]]));
    await store.append([event({ state: "WITHDRAWN" })], new Map([[key, first.id]]));
    assert.equal((await store.history("customer-1")).length, 2);
  });

  prove("stores nothing at all where it is another", async (store) => {
    const first = event();
    await store.append([first]);
    const other = event({ purposes: ["ANALYTICS"] });
    for (const expected of [null, "somebody-elses"]) {
      await rejects(
        store.append([other, event({ state: "WITHDRAWN" })], new Map([[key, expected]])),
        "CONSENT_STATE_CONFLICT",
      );
    }
    same(await store.history("customer-1"), [first]);
  });

  prove("does not ask the guard of what is stored already", async (store) => {
    const first = event({ key: "k" });
    await store.append([first], new Map([[key, null]]));
    const again = await store.append([event({ key: "k" })], new Map([[key, null]]));
    assert.equal(again[0]?.event.id, first.id);
  });

  prove("lets one of many at once win, and tells the others", async (store) => {
    const attempts = await Promise.allSettled(
      Array.from({ length: 8 }, () => store.append([event()], new Map([[key, null]]))),
    );
    const lost = attempts.filter((attempt) => attempt.status === "rejected");
    assert.equal(lost.length, 7);
    for (const { reason } of lost) assert.equal(codeOf(reason), "CONSENT_STATE_CONFLICT");
    assert.equal((await store.history("customer-1")).length, 1);
  });
}

export function proveSubjectStates(prove: Prove): void {
  proveStates(prove);
  proveErasure(prove);
}

function proveStates(prove: Prove): void {
  prove("holds a subject for active until told otherwise", async (store) => {
    same(await store.subjectState("customer-1"), {
      subject: "customer-1",
      status: "ACTIVE",
      legalHold: false,
      time: 0,
      by: "",
      reason: null,
    });
    for (const state of [subjectState(), subjectState({ status: "ACTIVE", reason: null, time: TIME + 1 })]) {
      same(await store.setSubjectState(state), state);
      same(await store.subjectState("customer-1"), state);
    }
  });

  prove("never brings an erased subject back", async (store) => {
    const erased = subjectState({ status: "ERASED" });
    await store.setSubjectState(erased);
    for (const status of ["ACTIVE", "RESTRICTED", "ERASED"] as const) {
      await rejects(store.setSubjectState(subjectState({ status, time: TIME + 1 })), "CONSENT_STATE_CONFLICT");
    }
    await rejects(store.setSubjectState(subjectState({ status: "ERASED", legalHold: true })), "CONSENT_STATE_CONFLICT");
    await rejects(store.append([event()]), "CONSENT_STATE_CONFLICT");
    same(await store.subjectState("customer-1"), erased);
    same(await store.history("customer-1"), []);
  });

  prove("changes a subject's state only where it is the one expected", async (store) => {
    const active = await store.subjectState("customer-1");
    const restricted = subjectState();
    await store.setSubjectState(restricted, active);
    await rejects(store.setSubjectState(subjectState({ legalHold: true }), active), "CONSENT_STATE_CONFLICT");
    same(await store.subjectState("customer-1"), restricted);
    await store.setSubjectState(subjectState({ legalHold: true }), restricted);
    same((await store.subjectState("customer-1")).legalHold, true);
  });
}

function proveErasure(prove: Prove): void {
  prove("lets an erased subject's legal hold end, and nothing else with it", async (store) => {
    await store.setSubjectState(subjectState({ status: "ERASED", legalHold: true }));
    const ended = subjectState({ status: "ERASED", legalHold: false, time: TIME + 1 });
    await rejects(store.setSubjectState(subjectState({ status: "ACTIVE" })), "CONSENT_STATE_CONFLICT");
    same(await store.setSubjectState(ended), ended);
  });

  prove("takes the free text out of an erased subject's events, of nobody else's", async (store) => {
    const [one, other] = [fullEvent({ reason: "private" }), fullEvent({ subject: "customer-2", reason: "private" })];
    await store.append([one]);
    await store.append([other]);
    await store.setSubjectState(subjectState({ status: "ERASED" }));
    const expressedBy = { ...one.expressedBy, verification: null };
    const left = { ...one, reason: null, key: null, evidence: null, expressedBy };
    same(await store.history("customer-1"), [left]);
    same(
      (await store.records("customer-1")).map((record) => record.event),
      [left, left],
    );
    const { subjects } = await store.lookUp({
      subjects: ["customer-1", "customer-2"],
      purpose: "ANALYTICS",
      tenants: [],
      partner: null,
    });
    assert.equal(subjects.get("customer-1")?.status, "ERASED");
    assert.equal(subjects.get("customer-1")?.consents[0]?.verified, false);
    same(await store.history("customer-2"), [other]);
  });
}
