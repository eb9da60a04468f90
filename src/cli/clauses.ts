import { basename } from "node:path";
import type { Command } from "commander";
import { FieldguardError } from "../core/errors.ts";
import { columns } from "../evidence/views/text.ts";
import { loadPack, packNames, readPack } from "../packs/load.ts";
import type { Clause, Pack } from "../packs/model.ts";
import { type ClauseResult, runClauses } from "../packs/run.ts";
import { EXIT, print, printJson } from "./output.ts";

export function addClauses(program: Command): void {
  program
    .command("clauses")
    .description("run the clauses of the platforms' policies against real gateways, and say which hold")
    .argument("[platform]", "one of the packs, or a folder that holds one of your own; without it, all packs")
    .option("--id <id>", "only this clause, such as SL-10")
    .option("--json", "print an array of { id, platform, kind, holds }")
    .action(async (platform: string | undefined, { id, json }: { id?: string; json?: boolean }) => {
      const packs = clausesOf(platform, id);
      const results: ClauseResult[] = [];
      for (const [pack, clauses] of packs) {
        const found = await runClauses(pack, clauses);
        results.push(...found);
        if (json !== true) print(`${textOf(pack, found, id !== undefined)}\n`);
      }
      if (json)
        printJson(results.map(({ id: of, platform: name, kind, holds }) => ({ id: of, platform: name, kind, holds })));
      else print(sumOf(results));
      process.exitCode = results.every(({ holds }) => holds) ? EXIT.ok : EXIT.failed;
    });
}

/** Throws NOT_FOUND for a platform or a clause that there is not. */
function clausesOf(platform: string | undefined, id: string | undefined): (readonly [Pack, readonly Clause[]])[] {
  const packs = (platform === undefined ? packNames() : [platform]).map(packOf);
  const found = packs.map(
    (pack) => [pack, pack.clauses.filter((clause) => id === undefined || clause.id === id)] as const,
  );
  const wanted = found.filter(([, clauses]) => clauses.length > 0);
  if (wanted.length > 0) return wanted;
  const there = packs.map(({ clauses }) => `${clauses.at(0)?.id} to ${clauses.at(-1)?.id}`).join(", ");
  throw new FieldguardError(
    "NOT_FOUND",
    `There is no clause ${id}${platform === undefined ? "" : ` of ${platform}`}: there are ${there}.`,
  );
}

/** What looks like a folder is one; anything else is a name. */
function packOf(platform: string): Pack {
  return /[/\\]/.test(platform) ? readPack(platform, basename(platform)) : loadPack(platform);
}

function textOf(pack: Pack, results: readonly ClauseResult[], inDetail: boolean): string {
  const rows = results.map(({ id, promise, kind, cases, holds }) => [
    `  ${id}`,
    holds ? (kind === "outside" ? "-" : "holds") : "DOES NOT HOLD",
    kind,
    cases.length === 1 ? "1 case" : cases.length === 0 ? "" : `${cases.length} cases`,
    promise,
  ]);
  const broken = results.flatMap(({ id, lacks, cases }) => [
    ...lacks.map((lack) => `  ${id} lacks ${lack}`),
    ...cases.flatMap(({ title, problems }) => problems.map((problem) => `  ${id}, ${title}: ${problem}`)),
  ]);
  const details = inDetail ? results.flatMap((result) => ["", ...detailsOf(pack, result)]) : [];
  return [
    `${pack.platform}: ${pack.policy}`,
    "",
    columns(rows),
    ...details,
    ...(broken.length > 0 ? ["", ...broken] : []),
  ].join("\n");
}

function sumOf(results: readonly ClauseResult[]): string {
  const shown = results.filter(({ kind }) => kind !== "outside");
  const outside = results.length - shown.length;
  const told =
    outside === 0 ? "" : ` ${outside} others are outside the gateway: --id says why, and whose they are to keep.`;
  return `${shown.filter(({ holds }) => holds).length} of ${shown.length} clauses hold.${told}`;
}

/** Where the clause stands in the policy, and each of its cases; of one outside the gateway, why, and who has to do it. */
function detailsOf(pack: Pack, { id, section, cases }: ClauseResult): string[] {
  const reason = pack.clauses.find((clause) => clause.id === id)?.reason;
  return [
    `  Section ${section} of the policy.`,
    ...cases.map(({ title, problems }) => `  ${problems.length === 0 ? "holds" : "DOES NOT HOLD"}  ${title}`),
    ...(reason === undefined ? [] : [`  ${reason}`]),
  ];
}
