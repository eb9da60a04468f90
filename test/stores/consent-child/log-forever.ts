import { writeSync } from "node:fs";
import { systemClock } from "../../../src/core/clock.ts";
import { openMongoAccessLog } from "../../../src/log/mongo/access-log.ts";
import { entry } from "../../../src/stores/conformance/log-fixtures.ts";

// Appends records without end, several at a time, and writes each one's id to standard output once it is acknowledged.
const [url = "", spool = ""] = process.argv.slice(2);
const log = await openMongoAccessLog(url, { clock: systemClock, spool });
for (;;) {
  const ids = await Promise.all(Array.from({ length: 4 }, () => log.append(entry({ time: Date.now() }))));
  writeSync(1, `${ids.join("\n")}\n`);
}
