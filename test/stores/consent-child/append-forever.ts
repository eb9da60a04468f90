import { writeSync } from "node:fs";
import { openConsentStore } from "../../../src/consents/sqlite/store.ts";
import { systemClock } from "../../../src/core/clock.ts";
import { event } from "../../../src/stores/conformance/consent-fixtures.ts";

// Stores events without end and writes each one's id to standard output once it is acknowledged.
const [path = "", run = ""] = process.argv.slice(2);
const store = await openConsentStore(path, { clock: systemClock });
const states = ["GIVEN", "WITHDRAWN"] as const;
for (let index = 0; ; index += 1) {
  const id = `${run}-${index}`;
  await store.append([
    event({
      id,
      subject: `customer-${index % 5}`,
      purposes: ["ANALYTICS", "DIRECT_MARKETING"],
      state: states[index % 2] ?? "GIVEN",
    }),
  ]);
  // Synchronous: the line is in the pipe before anything else happens.
  writeSync(1, `${id}\n`);
}
