import { writeSync } from "node:fs";
import { systemClock } from "../../../src/core/clock.ts";
import { openAccessLog } from "../../../src/log/sqlite/access-log.ts";
import { entry, reference } from "../../../src/stores/conformance/log-fixtures.ts";

// Appends without end, sixteen at a time, and writes each id to standard output once it is acknowledged.
const [path = ""] = process.argv.slice(2);
const log = await openAccessLog(path, { clock: systemClock });
let count = 0;

async function appendForever(): Promise<never> {
  for (;;) {
    count += 1;
    const id = await log.append(
      entry({ time: Date.now(), subjects: [reference(count % 50), reference(1_000), reference(1_001)] }),
    );
    // Synchronous: the line is in the pipe before anything else happens.
    writeSync(1, `${id}\n`);
  }
}

await Promise.all(Array.from({ length: 16 }, appendForever));
