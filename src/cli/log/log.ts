import type { Command } from "commander";
import { addChanges } from "./change.ts";
import { addExport } from "./export.ts";
import { addProofs } from "./prove.ts";
import { addQuery, addTail } from "./query.ts";
import { addReport } from "./report.ts";
import { addVerify } from "./verify.ts";

export function addLog(program: Command): void {
  const log = program.command("log").description("read, verify, export and report the access log");
  for (const add of [addQuery, addTail, addVerify, addProofs, addChanges, addExport, addReport]) add(log);
}
