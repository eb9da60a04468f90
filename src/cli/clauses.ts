import type { Command } from "commander";
import { FieldguardError } from "../core/errors.ts";
import { loadPack, packNames } from "../packs/load.ts";
import { type ClauseResult, runClauses } from "../packs/run.ts";
import { columns, EXIT, print, printJson } from "./output.ts";

export function addClauses(program: Command): void {
  program
    .command("clauses")
    .description("run the clauses of the platforms' policies against real gateways, and say which hold")
    .argument("[platform]", "one of the packs; without it, all of them")
    .option("--id <id>", "only this clause, such as SL-10")
    .option("--json", "print an array of { id, platform, kind, holds }")
    .action(async (platform: string | undefined, options: { id?: string; json?: boolean }) => {
      const results = await clausesOf(platform, options.id);
      if (options.json)
        printJson(results.map(({ id, platform: of, kind, holds }) => ({ id, platform: of, kind, holds })));
      else print(textOf(results));
      process.exitCode = results.every(({ holds }) => holds) ? EXIT.ok : EXIT.failed;
    });
}

async function clausesOf(platform: string | undefined, id: string | undefined): Promise<ClauseResult[]> {
  const results: ClauseResult[] = [];
  for (const name of platform === undefined ? packNames() : [platform]) {
    const pack = loadPack(name);
    const wanted = pack.clauses.filter((clause) => id === undefined || clause.id === id);
    if (wanted.length > 0) results.push(...(await runClauses(pack, wanted)));
  }
  if (results.length > 0) return results;
  throw new FieldguardError(
    "NOT_FOUND",
    `There is no clause ${id ?? ""}${platform === undefined ? "" : ` of ${platform}`}.`,
  );
}

function textOf(results: readonly ClauseResult[]): string {
  const rows = results.map(({ id, promise, kind, cases, holds }) => [
    id,
    holds ? "holds" : "DOES NOT HOLD",
    kind,
    `${cases.length} cases`,
    promise,
  ]);
  const broken = results.flatMap(({ id, lacks, cases }) => [
    ...lacks.map((lack) => `  ${id} lacks ${lack}`),
    ...cases.flatMap(({ title, problems }) => problems.map((problem) => `  ${id}, ${title}: ${problem}`)),
  ]);
  const count = results.filter(({ holds }) => holds).length;
  const sum = `${count} of ${results.length} clauses hold.`;
  return [columns(rows), "", ...(broken.length > 0 ? [...broken, ""] : []), sum].join("\n");
}
