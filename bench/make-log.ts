/**
 * Appends records to a log through the path that a gateway uses (queue, group commit, index, tree, signed checkpoints,
 * anchor) until it holds so many. May be stopped and goes on where it was:
 *
 *     tsx bench/make-log.ts --store big.db --records 10000000 [--seconds 300] [--at-once 256]
 *
 * Prints for every 250,000 records how fast they were written and how long one append took, upkeep of the index included.
 */
import { stat } from "node:fs/promises";
import { parseArgs } from "node:util";
import { systemClock } from "../dist/core/clock.js";
import { openStores } from "../dist/stores/open.js";
import { entryAt, quantile } from "./log-entries.ts";

const REPORT_EVERY = 250_000;

const { values } = parseArgs({
  options: {
    store: { type: "string" },
    records: { type: "string" },
    seconds: { type: "string", default: "Infinity" },
    "at-once": { type: "string", default: "256" },
  },
});
const [records, seconds, atOnce] = [values.records, values.seconds, values["at-once"]].map(Number);
if (values.store === undefined || !records || !seconds || !atOnce) {
  throw new Error("Say where and how many: --store FILE --records N [--seconds S] [--at-once N]");
}

const stores = await openStores(`sqlite:${values.store}`, {
  clock: systemClock,
  logKey: null,
  spool: "",
  anchor: null,
});
const log = stores.accessLog;
const { size: before } = await log.head();
const begin = performance.now();
let next = before;
let waits: number[] = [];
let since = begin;

function report(): void {
  const rate = (waits.length / (performance.now() - since)) * 1_000;
  waits.sort((one, other) => one - other);
  const [p50, p99, p999] = [0.5, 0.99, 0.999].map((share) => quantile(waits, share).toFixed(1));
  console.log(
    `${next} records, ${Math.round(rate)}/s; an append p50 ${p50} ms, p99 ${p99} ms, p99.9 ${p999} ms, at most ${waits.at(-1)?.toFixed(1)} ms`,
  );
  waits = [];
  since = performance.now();
}

async function append(): Promise<void> {
  while (next < (records ?? 0) && performance.now() - begin < (seconds ?? 0) * 1_000) {
    const entry = entryAt(next);
    next += 1;
    const asked = performance.now();
    await log.append(entry);
    waits.push(performance.now() - asked);
    if (waits.length === REPORT_EVERY) report();
  }
}

await Promise.all(Array.from({ length: atOnce }, append));
if (waits.length > 0) report();
const took = (performance.now() - begin) / 1_000;
await Promise.all([log.close(), stores.consents.close()]);
const { size: bytes } = await stat(values.store);
console.log(
  `${next - before} records in ${took.toFixed(1)} s with ${atOnce} at once; the log holds ${next}, ${(bytes / next).toFixed(0)} bytes a record`,
);
