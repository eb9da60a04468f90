import { writeFileSync } from "node:fs";
import { systemClock } from "../../../src/core/clock.ts";
import { signingKeyFromSeed } from "../../../src/log/proof/note.ts";
import { openAccessLog } from "../../../src/log/sqlite/access-log.ts";
import { entry, LOG_TIME } from "../../../src/stores/conformance/log-fixtures.ts";

// Prunes, with what strikes it.
const [path = "", strikes = "", before = "0"] = process.argv.slice(2);
const evidence = { keys: [signingKeyFromSeed(Buffer.alloc(32, 1))] };
const log = await openAccessLog(path, { clock: systemClock, evidence });
writeFileSync(strikes, "");
await log.prune(LOG_TIME + Number(before), { ...entry().caller, id: "officer-1" });
await log.close();
