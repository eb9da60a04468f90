import { once } from "node:events";
import { writeSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { recordKey } from "../../../src/consents/contract.ts";
import { openMongoConsentStore } from "../../../src/consents/mongo/store.ts";
import { openConsentStore } from "../../../src/consents/sqlite/store.ts";
import { systemClock } from "../../../src/core/clock.ts";
import { FieldguardError } from "../../../src/core/errors.ts";
import { event } from "../../../src/stores/conformance/consent-fixtures.ts";

// Changes one record again and again, each time only where it still stands as it was read, until it has won so many
// times. Waits for its standard input to end, so that all begin together. Writes every attempt as a line: its event, the event that it was to follow, and what it was told.
const [where = "", name = "", wins = ""] = process.argv.slice(2);
const open = where.startsWith("mongodb:") ? openMongoConsentStore : openConsentStore;
const store = await open(where, { clock: systemClock });
writeSync(1, "ready\n");
await once(process.stdin.resume(), "end");
const key = recordKey("customer-1", null, "DIRECT_MARKETING");
for (let [attempt, won] = [0, 0]; won < Number(wins); attempt += 1) {
  const [standing] = await store.records("customer-1");
  const after = standing?.event.id ?? null;
  const id = `${name}-${attempt}`;
  // However fast the store is, somebody else may come between.
  await pause(1);
  let told = "stored";
  try {
    await store.append([event({ id, state: attempt % 2 === 0 ? "GIVEN" : "WITHDRAWN" })], new Map([[key, after]]));
    won += 1;
  } catch (error) {
    told = error instanceof FieldguardError ? error.code : String(error);
  }
  writeSync(1, `${JSON.stringify({ id, after, told })}\n`);
}
await store.close();
