import { once } from "node:events";
import { createRequire } from "node:module";
import { type Command, Option } from "commander";
import { EXPORT_FORMATS, type ExportFormat, lineWriter } from "../../evidence/formats.ts";
import { readRecords } from "../../evidence/read-records.ts";
import { recordCommand, withStores } from "../with-stores.ts";
import { accessFilter, addFilters, type FilterOptions } from "./filter-options.ts";

interface ExportOptions extends FilterOptions {
  readonly store?: string;
  readonly format: ExportFormat;
}

const PROGRESS_EVERY = 10_000;

export function addExport(log: Command): void {
  addFilters(
    log.command("export").description("write records to standard output, newest first; the export is recorded"),
  )
    .addOption(new Option("--format <format>", "format").choices([...EXPORT_FORMATS]).default("ndjson"))
    .option("--store <url>", "store to read (FIELDGUARD_STORE)")
    .action(async (options: ExportOptions) => {
      const { version } = createRequire(import.meta.url)("../../../package.json") as { version: string };
      await withStores(options.store, async (stores) => {
        const writer = lineWriter(options.format, version);
        let count = 0;
        // On record before the first line leaves: an export that is broken off was an export.
        await recordCommand(stores, "EXPORT", "log export", { format: options.format });
        if (writer.header !== null) await write(`${writer.header}\n`);
        for await (const record of readRecords(stores.accessLog, accessFilter(options, stores.keyring))) {
          await write(`${writer.line(record)}\n`);
          count += 1;
          if (count % PROGRESS_EVERY === 0) process.stderr.write(`${count} records\n`);
        }
        process.stderr.write(`${count} records exported.\n`);
      });
    });
}

async function write(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, "drain");
}
