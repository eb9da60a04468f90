import type { Command } from "commander";
import { addExport } from "./export.ts";
import { addProofs } from "./prove.ts";
import { addQuery, addTail } from "./query.ts";
import { addReport } from "./report.ts";

export function addLog(program: Command): void {
  const log = program.command("log").description("read, export and report the access log");
  for (const add of [addQuery, addTail, addProofs, addExport, addReport]) add(log);
}
