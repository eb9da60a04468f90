import assert from "node:assert/strict";
import { standingsOf } from "../../consents/choices.ts";
import type { ConsentEvent, ConsentStore } from "../../consents/contract.ts";
import type { ConsentStanding } from "../../consents/standing.ts";
import { collect, rejects, same } from "./checks.ts";
import { PREVAILING_CASES, STRANGE_IDS } from "./consent-cases.ts";
import { agreement, event, fullEvent, subjectState, TIME } from "./consent-fixtures.ts";
import type { Prove } from "./consent-place.ts";

export function proveLookUp(prove: Prove): void {
  proveAnswers(prove);
  proveTimes(prove);
  proveFreshness(prove);
}

const ask = (subjects: readonly string[], purpose = "DIRECT_MARKETING") => ({
  subjects,
  purpose,
  tenants: [],
  partner: null,
});

function proveAnswers(prove: Prove): void {
  prove("answers for every subject asked, known or not, once", async (store) => {
    await store.append([event()]);
    const { subjects, agreements } = await store.lookUp(ask(["customer-1", "nobody", "customer-1"]));
    same([...subjects.keys()].sort(), ["customer-1", "nobody"]);
    same(subjects.get("nobody"), { status: "ACTIVE", legalHold: false, consents: [] });
    assert.equal(agreements.size, 0);
    assert.equal((await store.lookUp(ask([]))).subjects.size, 0);
  });

  prove("tells all that a decision needs of a consent", async (store) => {
    const stored = fullEvent();
    await store.append([stored]);
    const { subjects } = await store.lookUp(ask(["customer-1"], "ANALYTICS"));
    same(subjects.get("customer-1")?.consents, [
      {
        id: stored.id,
        tenant: "shop-1",
        purpose: "ANALYTICS",
        state: "GIVEN",
        form: "WRITTEN",
        givenAt: TIME,
        changedAt: TIME,
        expiresAt: stored.expiresAt,
        notice: { id: "privacy", version: "2025-01" },
        categories: stored.categories,
        recipients: stored.recipients,
        expressedBy: "GUARDIAN",
        verified: true,
      },
    ]);
  });

  prove("tells a decision the same as the records tell", async (store) => {
    await store.append([fullEvent(), event({ state: "REFUSED" }), event({ tenant: "shop-1", state: "WITHDRAWN" })]);
    const records = await store.records("customer-1");
    for (const purpose of ["DIRECT_MARKETING", "ANALYTICS", "PERSONALIZATION"]) {
      const { subjects } = await store.lookUp(ask(["customer-1"], purpose));
      const told = [...(subjects.get("customer-1")?.consents ?? [])].sort(byTenant);
      same(
        told,
        records
          .filter((record) => record.purpose === purpose)
          .flatMap(standingsOf)
          .sort(byTenant),
      );
    }
  });
}

function proveTimes(prove: Prove): void {
  prove("tells since when consent was given, and when its state came about", async (store) => {
    await store.append([event(), event({ state: "WITHDRAWN", time: TIME + 5 })]);
    const { subjects } = await store.lookUp(ask(["customer-1"]));
    const consent = subjects.get("customer-1")?.consents[0];
    same([consent?.givenAt, consent?.changedAt], [TIME, TIME + 5]);
  });

  prove("takes the event's time where consent was never given", async (store) => {
    await store.append([event({ state: "REFUSED", time: TIME + 5 })]);
    const { subjects } = await store.lookUp(ask(["customer-1"]));
    assert.equal(subjects.get("customer-1")?.consents[0]?.givenAt, TIME + 5);
  });

  prove("tells the purpose asked only, of every tenant", async (store) => {
    await store.append([
      event({ tenant: null }),
      event({ tenant: "shop-1", state: "REFUSED" }),
      event({ purposes: ["ANALYTICS"] }),
    ]);
    const { subjects } = await store.lookUp(ask(["customer-1"]));
    const shown = subjects.get("customer-1")?.consents.map(({ tenant, state }) => `${tenant} ${state}`);
    same(shown?.sort(), ["null GIVEN", "shop-1 REFUSED"]);
  });
}

function proveFreshness(prove: Prove): void {
  prove("sees each change at once, also after it has answered before", async (store) => {
    for (const state of ["GIVEN", "WITHDRAWN", "GIVEN", "REVOKED"] as const) {
      await store.append([event({ state })]);
      const { subjects } = await store.lookUp(ask(["customer-1", "customer-2"]));
      assert.equal(subjects.get("customer-1")?.consents[0]?.state, state);
    }
    await store.setSubjectState(subjectState({ legalHold: true }));
    const { subjects } = await store.lookUp(ask(["customer-1"]));
    same([subjects.get("customer-1")?.status, subjects.get("customer-1")?.legalHold], ["RESTRICTED", true]);
  });

  prove("answers for a thousand subjects, each with its own", async (store) => {
    const ids = Array.from({ length: 1_000 }, (_, index) => `customer-${index}`);
    const given = ids.filter((_, index) => index % 3 === 0);
    await store.append(given.map((subject) => event({ subject })));
    for (let round = 0; round < 2; round += 1) {
      const { subjects } = await store.lookUp(ask(ids));
      same(
        ids.filter((subject) => subjects.get(subject)?.consents.length === 1),
        given,
      );
    }
  });

  for (const subject of STRANGE_IDS) {
    prove(`keeps the subject ${JSON.stringify(subject)} apart from all others`, async (store) => {
      const others = STRANGE_IDS.filter((other) => other !== subject);
      await store.append([event({ subject, purposes: [subject], tenant: subject, key: subject })]);
      const { subjects } = await store.lookUp(ask([subject, ...others], subject));
      same(
        subjects.get(subject)?.consents.map((consent) => consent.tenant),
        [subject],
      );
      for (const other of others) same(subjects.get(other)?.consents, []);
    });
  }
}

export function proveErasures(prove: Prove): void {
  const told = async (store: ConsentStore, subjects: readonly string[]) =>
    [...(await store.erasures(subjects))].sort(([one], [other]) => (one < other ? -1 : 1));

  prove("tells who is erased or under a legal hold, and of nobody else", async (store) => {
    await store.append([event({ subject: "gives" })]);
    await store.setSubjectState(subjectState({ subject: "erased", status: "ERASED" }));
    await store.setSubjectState(subjectState({ subject: "held", status: "ACTIVE", legalHold: true }));
    await store.setSubjectState(subjectState({ subject: "both", status: "ERASED", legalHold: true }));
    await store.setSubjectState(subjectState({ subject: "restricted", status: "RESTRICTED" }));
    same(await told(store, ["gives", "erased", "held", "both", "restricted", "nobody", "erased"]), [
      ["both", { erased: true, legalHold: true }],
      ["erased", { erased: true, legalHold: false }],
      ["held", { erased: false, legalHold: true }],
    ]);
    same(await told(store, ["gives"]), []);
    same(await told(store, []), []);
  });

  prove("tells each erasure at once, also after it has answered before, whatever else was written", async (store) => {
    for (const subject of ["customer-1", "customer-2", "customer-3"]) {
      same(await told(store, [subject]), []);
      await store.append([event({ subject })]);
      await store.setSubjectState(subjectState({ subject, status: "ERASED", legalHold: true }));
      same(await told(store, [subject]), [[subject, { erased: true, legalHold: true }]]);
      await store.append([event({ subject: "another" })]);
      await store.setSubjectState(subjectState({ subject, status: "ERASED", legalHold: false }));
      same(await told(store, [subject, "another"]), [[subject, { erased: true, legalHold: false }]]);
    }
    await store.setSubjectState(subjectState({ subject: "free", status: "ACTIVE", legalHold: true }));
    await store.setSubjectState(subjectState({ subject: "free", status: "ACTIVE" }));
    same(await told(store, ["free"]), []);
  });

  for (const subject of STRANGE_IDS) {
    prove(`tells of ${JSON.stringify(subject)} erased, and of no other`, async (store) => {
      await store.setSubjectState(subjectState({ subject, status: "ERASED" }));
      same(await told(store, STRANGE_IDS), [[subject, { erased: true, legalHold: false }]]);
    });
  }
}

export function proveStreaming(prove: Prove): void {
  prove("streams every event in the order of storing, and goes on after one", async (store) => {
    const events = Array.from({ length: 603 }, (_, index) =>
      event({ subject: `customer-${index % 41}`, time: TIME - index }),
    );
    for (let start = 0; start < events.length; start += 201) await store.append(events.slice(start, start + 201));
    const streamed = await collect(store.events());
    assert.equal(streamed.length, events.length);
    for (const subject of ["customer-0", "customer-6", "customer-40"]) {
      const own = (one: ConsentEvent) => one.subject === subject;
      same(streamed.filter(own), events.filter(own));
    }
    const middle = streamed[300];
    same(await collect(store.events(middle?.id)), streamed.slice(301));
    same(await collect(store.events(streamed.at(-1)?.id)), []);
  });

  prove("streams nothing where nothing is stored, and knows when it cannot go on", async (store) => {
    same(await collect(store.events()), []);
    await rejects(collect(store.events("unknown")), "NOT_FOUND");
  });
}

export function proveAgreements(prove: Prove): void {
  for (const { name, stored, partner, purpose, expected } of PREVAILING_CASES) {
    prove(`answers for a tenant: ${name}`, async (store) => {
      for (const one of stored) await store.putAgreement(agreement(one));
      const { agreements } = await store.lookUp({ subjects: [], purpose, tenants: ["shop-1", "shop-9"], partner });
      same(
        [...agreements.values()].map(({ id }) => id),
        expected === null ? [] : [expected],
      );
    });
  }

  prove("tells all that a decision needs of an agreement", async (store) => {
    await store.putAgreement(agreement({ expiresAt: TIME + 1 }));
    const { agreements } = await store.lookUp({
      subjects: ["customer-1"],
      purpose: "THIRD_PARTY_SHARING",
      tenants: ["shop-1"],
      partner: "partner-1",
    });
    same(agreements.get("shop-1"), {
      id: "agreement-1",
      tenant: "shop-1",
      state: "GIVEN",
      form: "WRITTEN",
      givenAt: TIME,
      expiresAt: TIME + 1,
    });
  });

  prove("replaces an agreement by its id, and lists them by tenant and id", async (store) => {
    const listed = [
      agreement({ id: "a", tenant: "shop-1" }),
      agreement({ id: "c", tenant: "shop-1", partner: "partner-1", reason: "contract 7" }),
      agreement({ id: "b", tenant: "shop-2" }),
    ];
    await store.putAgreement(agreement({ id: "a", tenant: "shop-2", state: "REVOKED" }));
    for (const one of [...listed].reverse()) await store.putAgreement(one);
    same(await store.agreements(), listed);
    same(await store.agreements("shop-1"), listed.slice(0, 2));
    same(await store.agreements("shop-3"), []);
  });
}

function byTenant(one: ConsentStanding, other: ConsentStanding): number {
  return String(one.tenant) < String(other.tenant) ? -1 : 1;
}
