import { writeFileSync, writeSync } from "node:fs";
import { systemClock } from "../../../src/core/clock.ts";
import { fileAnchor } from "../../../src/log/proof/anchor.ts";
import { signingKeyFromSeed } from "../../../src/log/proof/note.ts";
import { openAccessLog } from "../../../src/log/sqlite/access-log.ts";
import { entry } from "../../../src/stores/conformance/log-fixtures.ts";

// Appends one record that fills a tile and a segment and makes a checkpoint due, with what strikes it; says what the
// client is told, then appends another and closes.
const [path = "", strikes = ""] = process.argv.slice(2);
const { STRIKE_HOW } = process.env;
const say = (text: string) => void writeSync(1, `${text}\n`);
const log = await openAccessLog(path, {
  clock: systemClock,
  // Only a disk that is too slow is to be waited for too long, not a machine that is busy.
  queueWaitMsMax: STRIKE_HOW === "SLOW" ? 500 : 60_000,
  evidence: { keys: [signingKeyFromSeed(Buffer.alloc(32, 1))], anchor: fileAnchor(`${path}.anchor`), everyRecords: 1 },
});
// What opening has begun is done after this.
await log.ping();
writeFileSync(strikes, "");
const details = { text: "x".repeat(50_000) };
const told = await log.append(entry({ kind: "EXPORT", details })).then(
  (id) => id,
  (error) => String(error.code),
);
say(`told ${told}`);
// Until the anchor has it, so that lines come in one order.
await log.checkpoint().catch(() => null);
const next = await log.append(entry({ kind: "STOP", time: Date.now() })).then(
  (id) => id,
  (error) => String(error.code),
);
say(`next ${next}`);
await log.checkpoint().catch(() => null);
await log.close();
say("closed");
