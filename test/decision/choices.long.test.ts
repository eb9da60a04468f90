import { afterAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { recordsFrom, standingsOf } from "../../src/consents/choices.ts";
import type { ConsentEvent, ConsentStore } from "../../src/consents/contract.ts";
import { openMongoConsentStore } from "../../src/consents/mongo/store.ts";
import { openConsentStore } from "../../src/consents/sqlite/store.ts";
import type { ConsentStanding } from "../../src/consents/standing.ts";
import { systemClock } from "../../src/core/clock.ts";
import { type ConsentQuestion, findChosen } from "../../src/decision/consent.ts";
import { bothStores, type StoreKind } from "../stores/both.ts";
import { type Asked, chosenByForce, EVERYTHING, history, NOW, PURPOSE } from "./choices-by-force.ts";

const HISTORIES = 10_000;
/** MongoDB is asked over a wire, and has the same projection: more by `FIELDGUARD_HISTORIES`. */
const MONGO_HISTORIES = Number(process.env["FIELDGUARD_HISTORIES"] ?? 500);
const SEED = 20_261_127;

/** What the decision makes of what a store keeps. */
function chosen(consents: readonly ConsentStanding[], { tenant, category, names }: Asked): string {
  const question = { purpose: PURPOSE, category, names, now: NOW } as unknown as ConsentQuestion;
  const { by, finding } = findChosen(consents, tenant, "OF_AGE", question);
  if (by === null) return "nothing";
  if (finding === "CONSENT_REFUSED" || finding === "CONSENT_WITHDRAWN") return finding;
  return `${finding === "MET" ? "yes" : "hollow"} ${by.id}`;
}

/** Where what was chosen is none of what brute force allows: both, and the history that shows it. */
function differences(events: readonly ConsentEvent[], standings: readonly ConsentStanding[]) {
  return EVERYTHING.flatMap((asked) => {
    const [found, expected] = [chosen(standings, asked), chosenByForce(events, asked)];
    return expected.split("|").includes(found) ? [] : [{ asked, found, expected, told: told(events) }];
  });
}

const told = (events: readonly ConsentEvent[]) =>
  events.map(({ id, state, time, tenant, categories, recipients }) =>
    [id, state, time - NOW, tenant, categories, recipients].join(" "),
  );

describe(`choices by scope, beside brute force over ${HISTORIES} histories`, () => {
  test("what is kept of a history decides as all of it", () => {
    const met = new Map<string, number>();
    fc.assert(
      fc.property(history, (events) => {
        const standings = recordsFrom(events).flatMap(standingsOf);
        expect(differences(events, standings)).toEqual([]);
        for (const asked of EVERYTHING) {
          const kind = chosen(standings, asked).split(" ")[0] ?? "";
          met.set(kind, (met.get(kind) ?? 0) + 1);
        }
      }),
      { numRuns: HISTORIES, seed: SEED },
    );
    for (const kind of ["yes", "CONSENT_REFUSED", "CONSENT_WITHDRAWN", "hollow", "nothing"])
      expect(met.get(kind)).toBeGreaterThan(1_000);
  });

  test("in whatever order a store names what it keeps", () => {
    fc.assert(
      fc.property(history, fc.infiniteStream(fc.nat()), (events, random) => {
        const standings = recordsFrom(events).flatMap(standingsOf);
        const keys = new Map(standings.map((standing) => [standing, random.next().value as number]));
        const shuffled = standings.toSorted((one, other) => (keys.get(one) ?? 0) - (keys.get(other) ?? 0));
        expect(differences(events, shuffled)).toEqual([]);
      }),
      { numRuns: 1_000, seed: SEED },
    );
  });

  test("no more is kept than what was said about different things, twice", () => {
    fc.assert(
      fc.property(history, (events) => {
        const scopes = new Set(
          events.map(({ tenant, categories, recipients }) => JSON.stringify([tenant, categories, recipients])),
        );
        expect(recordsFrom(events).flatMap(standingsOf).length).toBeLessThanOrEqual(2 * scopes.size);
      }),
      { numRuns: 1_000, seed: SEED },
    );
  });
});

const opened: ConsentStore[] = [];
afterAll(async () => {
  for (const store of opened) await store.close();
});

/**
 * So many people share a store, and the next have a new one: a server without indexes reads all that it holds for each
 * question, and would not answer in time once it held thousands.
 */
const AT_ONCE = 250;

async function openOwn(kind: StoreKind): Promise<ConsentStore> {
  const { url } = await kind.own();
  const clock = systemClock;
  const store =
    kind.name === "SQLite"
      ? await openConsentStore(url.replace("sqlite:", ""), { clock })
      : await openMongoConsentStore(url, { clock, answerMsMax: 60_000 });
  opened.push(store);
  return store;
}

for (const kind of bothStores()) {
  describe(`choices by scope on ${kind.name}`, () => {
    const histories = kind.name === "SQLite" ? HISTORIES : MONGO_HISTORIES;
    test(`${histories} histories decide as brute force says`, async () => {
      const drawn = fc.sample(history, { numRuns: histories, seed: SEED });
      const people = drawn.map((events, at) =>
        events.map((event) => ({ ...event, id: `p-${at}.${event.id}`, subject: `p-${at}` })),
      );
      for (let start = 0; start < people.length; start += AT_ONCE) {
        const some = people.slice(start, start + AT_ONCE);
        const store = await openOwn(kind);
        // Some whole at once, some an event at a time: a projection goes on from what it kept.
        await store.append(some.flatMap((events) => events.slice(0, 5)));
        await store.append(some.flatMap((events) => events.slice(5)));
        const subjects = some.map((_, index) => `p-${start + index}`);
        const answer = await store.lookUp({ subjects, purpose: PURPOSE, tenants: [], partner: null });
        for (const [index, events] of some.entries()) {
          const standings = answer.subjects.get(`p-${start + index}`)?.consents ?? [];
          expect(differences(events, standings)).toEqual([]);
        }
        await opened.pop()?.close();
      }
    }, 1_800_000);
  });
}
