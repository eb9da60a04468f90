import assert from "node:assert/strict";
import { type ConsentEvent, recordKey } from "../../consents/contract.ts";
import { codeOf, collect, rejects, same } from "./checks.ts";
import { agreement, event, fullEvent, subjectState } from "./consent-fixtures.ts";
import type { Prove } from "./consent-place.ts";

export function proveClosing(prove: Prove): void {
  prove("finishes what is under way, then answers STORE_UNAVAILABLE", async (store) => {
    await store.ping();
    const underWay = store.append([event()]);
    await store.close();
    assert.equal((await underWay).length, 1);
    await store.close();
    const question = { subjects: ["customer-1"], purpose: "ANALYTICS", tenants: [], partner: null };
    for (const ask of [
      () => store.append([event()]),
      () => store.lookUp(question),
      () => store.erasures(["customer-1"]),
      () => store.records("customer-1"),
      () => store.history("customer-1"),
      () => collect(store.events()),
      () => store.subjectState("customer-1"),
      () => store.setSubjectState(subjectState()),
      () => store.putAgreement(agreement()),
      () => store.agreements(),
      () => store.ping(),
    ]) {
      await rejects(ask(), "STORE_UNAVAILABLE");
    }
  });
}

export function proveSharing(prove: Prove): void {
  proveOneView(prove);
  proveRaces(prove);
}

function proveOneView(prove: Prove): void {
  prove("keeps everything over closing and opening", async (store, open) => {
    const stored = fullEvent();
    await store.append([stored]);
    await store.setSubjectState(subjectState());
    await store.putAgreement(agreement());
    const records = await store.records("customer-1");
    await store.close();
    const again = await open();
    same(await again.records("customer-1"), records);
    same(await again.subjectState("customer-1"), subjectState());
    same(await again.agreements(), [agreement()]);
    same(await collect(again.events()), [stored]);
  });

  prove("shows each acknowledged change to every instance at once", async (store, open) => {
    const other = await open();
    const question = { subjects: ["customer-1"], purpose: "DIRECT_MARKETING", tenants: ["shop-1"], partner: null };
    for (const state of ["GIVEN", "WITHDRAWN", "GIVEN", "WITHDRAWN"] as const) {
      await store.append([event({ state })]);
      const { subjects } = await other.lookUp(question);
      assert.equal(subjects.get("customer-1")?.consents[0]?.state, state);
    }
    await other.setSubjectState(subjectState());
    assert.equal((await store.lookUp(question)).subjects.get("customer-1")?.status, "RESTRICTED");
    await other.putAgreement(agreement({ purposes: ["DIRECT_MARKETING"] }));
    assert.equal((await store.lookUp(question)).agreements.get("shop-1")?.state, "GIVEN");
  });

  prove("tells each erasure to every instance at once, which have all answered before", async (store, open) => {
    const other = await open();
    for (const subject of ["customer-1", "customer-2", "customer-3"]) {
      same([...(await store.erasures([subject])), ...(await other.erasures([subject]))], []);
      await other.append([event({ subject })]);
      await other.setSubjectState(subjectState({ subject, status: "ERASED" }));
      same([...(await store.erasures([subject]))], [[subject, { erased: true, legalHold: false }]]);
      same([...(await other.erasures([subject]))], [[subject, { erased: true, legalHold: false }]]);
    }
  });
}

function proveRaces(prove: Prove): void {
  prove("lets one of many instances win a race for one record, and tells the others", async (store, open) => {
    const instances = [store, await open(), await open(), await open()];
    const key = recordKey("customer-1", null, "DIRECT_MARKETING");
    let current: string | null = null;
    for (let round = 0; round < 5; round += 1) {
      const attempts = await Promise.allSettled(
        instances.map((instance) => instance.append([event()], new Map([[key, current]]))),
      );
      const won = attempts.filter((attempt) => attempt.status === "fulfilled");
      assert.equal(won.length, 1);
      for (const attempt of attempts) {
        if (attempt.status === "rejected") assert.equal(codeOf(attempt.reason), "CONSENT_STATE_CONFLICT");
      }
      current = won[0]?.value[0]?.event.id ?? null;
      same(ids(await instances[round % 4]?.history("customer-1")).length, round + 1);
    }
  });

  prove("loses nothing of what many instances store for one subject at once", async (store, open) => {
    const instances = [store, await open(), await open()];
    const events = Array.from({ length: 30 }, (_, index) => event({ tenant: `shop-${index % 4}` }));
    await Promise.all(events.map((one, index) => instances[index % 3]?.append([one])));
    same(ids(await store.history("customer-1")).sort(), ids(events).sort());
    const last = new Map((await store.history("customer-1")).map((one) => [one.tenant, one.id]));
    for (const instance of instances) {
      for (const record of await instance.records("customer-1")) {
        assert.equal(record.event.id, last.get(record.tenant));
      }
    }
  });
}

function ids(events: readonly ConsentEvent[] = []): string[] {
  return events.map((one) => one.id);
}
