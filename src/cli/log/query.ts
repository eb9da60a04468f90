import type { Command } from "commander";
import { isoTime } from "../../core/clock.ts";
import { FieldguardError } from "../../core/errors.ts";
import { columns } from "../../evidence/views/text.ts";
import type { AccessFilter, AccessLog, AccessRecord } from "../../log/contract.ts";
import { harmless, print, printJson, writeOut } from "../output.ts";
import { recordCommand, withStores } from "../with-stores.ts";
import { accessFilter, addFilters, type FilterOptions } from "./filter-options.ts";

interface QueryOptions extends FilterOptions {
  readonly store?: string;
  readonly first: string;
  readonly json?: boolean;
}

export function addQuery(log: Command): void {
  addFilters(log.command("query").description("records that match, newest first"))
    .option("--first <n>", "how many", "50")
    .option("--store <url>", "store to read (FIELDGUARD_STORE)")
    .option("--json", "print whole records as JSON")
    .action(async (options: QueryOptions) => {
      const first = Number(options.first);
      if (!Number.isInteger(first) || first < 1)
        throw new FieldguardError("BAD_INPUT", "Cannot read --first: expected a whole number from 1.");
      await withStores(options.store, async (stores) => {
        const page = await stores.accessLog.query(accessFilter(options, stores.keyring), { first });
        await recordCommand(stores, "LOG_READ", "log query", { records: page.records.length });
        if (options.json) printJson(page.records);
        else print(page.records.length === 0 ? "No record matches." : columns(page.records.map(row)));
      });
    });
}

interface TailOptions extends FilterOptions {
  readonly store?: string;
  readonly json?: boolean;
}

const TAIL_MS = 1_000;
const TAIL_PAGE = 200;

export function addTail(log: Command): void {
  addFilters(log.command("tail").description("records as they come, until interrupted"))
    .option("--store <url>", "store to read (FIELDGUARD_STORE)")
    .option("--json", "print whole records, one JSON line each")
    .action(async (options: TailOptions) => {
      await withStores(options.store, async (stores) => {
        await recordCommand(stores, "LOG_READ", "log tail", {});
        const stop = new AbortController();
        process.once("SIGINT", () => stop.abort());
        process.once("SIGTERM", () => stop.abort());
        const filter = accessFilter(options, stores.keyring);
        for await (const record of follow(stores.accessLog, filter, stop.signal)) {
          await writeOut(`${harmless(options.json ? JSON.stringify(record) : columns([row(record)]))}\n`);
        }
      });
    });
}

/** New records, oldest first. Ids are UUIDv7 and the query is newest first: what was seen is where to stop. */
async function* follow(log: AccessLog, filter: AccessFilter, stop: AbortSignal): AsyncGenerator<AccessRecord> {
  const seen = new Set<string>();
  for (let first = true; !stop.aborted; first = false) {
    const { records } = await log.query(filter, { first: first ? 10 : TAIL_PAGE });
    const fresh = records.filter((record) => !seen.has(keyOf(record)));
    for (const record of fresh.reverse()) {
      seen.add(keyOf(record));
      yield record;
    }
    if (seen.size > 10 * TAIL_PAGE) for (const key of [...seen].slice(0, seen.size - 2 * TAIL_PAGE)) seen.delete(key);
    await new Promise((resolve) => setTimeout(resolve, TAIL_MS));
  }
}

function keyOf(record: AccessRecord): string {
  return `${record.writer} ${record.seq}`;
}

function row(record: AccessRecord): string[] {
  const counts = { ALLOW: 0, MASK: 0, DENY: 0 };
  for (const { outcome, count } of record.decisions) counts[outcome] += count;
  return [
    isoTime(record.time),
    record.kind,
    record.outcome,
    `${record.caller.role}${record.caller.id === null ? "" : ` ${record.caller.id}`}`,
    record.purpose ?? "-",
    `${counts.ALLOW} clear, ${counts.MASK} masked, ${counts.DENY} denied, ${record.subjects.length} people`,
    record.id,
  ];
}
