import { writeSync } from "node:fs";
import { systemClock } from "../../../src/core/clock.ts";
import { openMongoAccessLog } from "../../../src/log/mongo/access-log.ts";
import { entry, reference } from "../../../src/stores/conformance/log-fixtures.ts";

// Records without end into a spool whose database is away, four at a time; writes each id once it is acknowledged.
const [spool = ""] = process.argv.slice(2);
const log = await openMongoAccessLog("mongodb://127.0.0.1:9/beside", { clock: systemClock, spool });

async function appendForever(): Promise<never> {
  for (let count = 0; ; count += 1) {
    const id = await log.append(entry({ time: Date.now(), subjects: [reference(count % 50)] }));
    writeSync(1, `${id}\n`);
  }
}

await Promise.all(Array.from({ length: 4 }, appendForever));
