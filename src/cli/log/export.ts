import { createRequire } from "node:module";
import { type Command, Option } from "commander";
import { systemClock } from "../../core/clock.ts";
import { FieldguardError } from "../../core/errors.ts";
import { archiveOf } from "../../evidence/archived.ts";
import { EXPORT_FORMATS, type ExportFormat, lineWriter } from "../../evidence/formats.ts";
import { readRecords } from "../../log/read-records.ts";
import { writeOut } from "../output.ts";
import { recordCommand, withStores } from "../with-stores.ts";
import { accessFilter, addFilters, type FilterOptions, filterInWords, isWindow } from "./filter-options.ts";

interface ExportOptions extends FilterOptions {
  readonly store?: string;
  readonly format: ExportFormat;
  readonly eachDecision?: boolean;
}

const PROGRESS_EVERY = 10_000;

export function addExport(log: Command): void {
  addFilters(
    log.command("export").description("write records to standard output, newest first; the export is recorded"),
  )
    .addOption(new Option("--format <format>", "format").choices([...EXPORT_FORMATS]).default("ndjson"))
    .option("--each-decision", "csv: a row a decision instead of a row a record")
    .option("--store <url>", "store to read (FIELDGUARD_STORE)")
    .action(exportRecords);
}

async function exportRecords(options: ExportOptions): Promise<void> {
  const { version } = createRequire(import.meta.url)("../../../package.json") as { version: string };
  const { format, eachDecision = false } = options;
  if (eachDecision && format !== "csv") {
    throw new FieldguardError("BAD_INPUT", "Cannot write a row a decision but as CSV: add --format csv.");
  }
  await withStores(options.store, async (stores) => {
    const begun = systemClock.now();
    const filter = accessFilter(options, stores.keyring);
    const writer = lineWriter(format, version, eachDecision);
    let count = 0;
    // On record before the first line leaves: an export that is broken off was an export.
    await recordCommand(stores, "EXPORT", "log export", { format, asked: filterInWords(options) });
    if (writer.header !== null) await writeOut(`${writer.header}\n`);
    for await (const record of readRecords(stores.accessLog, filter)) {
      for (const line of writer.lines(record)) await writeOut(`${line}\n`);
      count += 1;
      if (count % PROGRESS_EVERY === 0) process.stderr.write(`${count} records\n`);
    }
    // One that holds all records of its time, whole, and was not broken off: what `log prune` asks for.
    if (format === "ndjson" && isWindow(options)) {
      await recordCommand(stores, "EXPORT", "log export", { format, records: count, ...archiveOf(filter, begun) });
    }
    process.stderr.write(`${count} records exported.\n`);
  });
}
