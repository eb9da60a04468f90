import type { ConsentEvent, ConsentStore } from "../consents/contract.ts";
import type { Clock } from "../core/clock.ts";
import { DAY_MS } from "../core/dates.ts";
import { FieldguardError } from "../core/errors.ts";

/** A no is taken where a yes is not any more; but it is stored all the same, and so it has its bound. */
const NOES_TIMES = 5;
const NOES: ReadonlySet<ConsentEvent["state"]> = new Set(["REFUSED", "WITHDRAWN", "REVOKED", "INVALIDATED"]);

/** The store as the gateway's own API writes to it: so many events about one person within a day. */
export function boundPeople(store: ConsentStore, personEventsMax: number, clock: Clock): ConsentStore {
  const append: ConsentStore["append"] = async (events, expected) => {
    const subjects = new Set(events.map(({ subject }) => subject));
    for (const subject of subjects) {
      const own = events.filter((event) => event.subject === subject);
      const max = own.every(({ state }) => NOES.has(state)) ? personEventsMax * NOES_TIMES : personEventsMax;
      const room = Math.max(0, max - own.length);
      const latest = await store.history(subject, { first: room + 1, newestFirst: true });
      const oldest = latest[room];
      if (own.length > max || (oldest !== undefined && oldest.time > clock.now() - DAY_MS)) throw tooMany(max);
    }
    return store.append(events, expected);
  };
  return new Proxy(store, {
    get: (_, name) => {
      const own: unknown = name === "append" ? append : Reflect.get(store, name);
      return typeof own === "function" ? own.bind(store) : own;
    },
  });
}

function tooMany(max: number): FieldguardError {
  return new FieldguardError(
    "OPERATION_TOO_LARGE",
    `More than ${max} events about one person within a day (option \`limits.personEventsMax\`). Go on tomorrow.`,
    { details: { limit: "personEventsMax" } },
  );
}
