import { type Command, InvalidArgumentError } from "commander";
import { timeOf } from "../../api/access-log.ts";
import { FieldguardError } from "../../core/errors.ts";
import { inWords } from "../../databases/losses.ts";
import { columns } from "../../evidence/views/text.ts";
import { splitNotes } from "../../log/proof/anchor.ts";
import type { Finding, Verification, VerifiedWriter, VerifyRange } from "../../log/verification.ts";
import { EXIT, print, printJson } from "../output.ts";
import { withStores } from "../with-stores.ts";
import { publicKeyOf, read } from "./proving.ts";

interface VerifyOptions {
  readonly store?: string;
  readonly anchor?: string;
  readonly key?: readonly string[];
  readonly writer?: string;
  readonly fromSeq?: number;
  readonly toSeq?: number;
  readonly from?: string;
  readonly to?: string;
  readonly json?: boolean;
}

export function addVerify(log: Command): void {
  log
    .command("verify")
    .description(
      "walk the whole log, or a range, and say what was changed, removed, doubled, reordered, cut off, forked or rolled back",
    )
    .option("--store <url>", "store to read (FIELDGUARD_STORE)")
    .option("--anchor <file>", "checkpoints kept elsewhere, one after another; without it, those of a configured file")
    .option("--key <keys...>", "verifier keys that are trusted, instead of the store's own (`log key`)")
    .option("--writer <id>", "only this writer's records")
    .option("--from-seq <n>", "only from this number of a writer's sequence on", count)
    .option("--to-seq <n>", "only up to the record before this number", count)
    .option("--from <time>", "only from this time on, ISO 8601")
    .option("--to <time>", "only before this time, ISO 8601")
    .option("--json", "print JSON")
    .action(verify);
}

function count(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("expected a whole number from 0");
}

async function verify(options: VerifyOptions): Promise<void> {
  const range = rangeOf(options);
  if (options.key === undefined) process.stderr.write(KEYS_OF_THE_STORE);
  // Read before the store is opened: whatever file it is, no lock of this process is dropped with it.
  const anchored = options.anchor === undefined ? null : splitNotes(read(options.anchor));
  await withStores(
    options.store,
    async (stores) => {
      for (const loss of stores.losses ?? []) if (loss.of === "anchor") process.stderr.write(`${inWords(loss)}\n`);
      const keys = options.key ?? (await stores.accessLog.verifierKeys());
      const result = await stores.accessLog.verify({
        ...(anchored === null ? {} : { anchored }),
        publicKeys: keys.map(publicKeyOf),
        ...(range === null ? {} : { range }),
        progress: showProgress(),
      });
      if (options.json) printJson(result);
      else print(describe(result, range !== null));
      process.exitCode = result.holds ? EXIT.ok : EXIT.failed;
    },
    { despite: true },
  );
}

/** To be heard where the keys are believed on the word of what is to be proved. */
const KEYS_OF_THE_STORE =
  "Without --key, checkpoints are checked with the keys that the store itself names. Keep what `log key` prints elsewhere.\n";

/** null: the whole log. Throws BAD_INPUT on a range that ends before it begins. */
function rangeOf({ writer, fromSeq, toSeq, from, to }: VerifyOptions): VerifyRange | null {
  const range: VerifyRange = {
    ...(writer === undefined ? {} : { writer }),
    ...(fromSeq === undefined ? {} : { fromSeq }),
    ...(toSeq === undefined ? {} : { toSeq }),
    ...(from === undefined ? {} : { from: timeOf(from, "from") }),
    ...(to === undefined ? {} : { to: timeOf(to, "to") }),
  };
  const isBackwards = (first = 0, last = Number.POSITIVE_INFINITY) => first >= last;
  if (isBackwards(range.fromSeq, range.toSeq) || (range.to !== undefined && isBackwards(range.from, range.to)))
    throw new FieldguardError("BAD_INPUT", "Cannot verify the range: it ends before it begins.");
  return Object.keys(range).length === 0 ? null : range;
}

const PROGRESS_MS = 200;

/** One line that is written over, not more often than it can be read; none where nobody watches. */
function showProgress(): (done: number, all: number) => void {
  if (!process.stderr.isTTY) return () => undefined;
  let shown = 0;
  return (done, all) => {
    const now = performance.now();
    if (now - shown < PROGRESS_MS && done < all) return;
    shown = now;
    const end = done < all ? "" : "\r\u001b[K";
    process.stderr.write(`\r${done.toLocaleString("en")} of ${all.toLocaleString("en")} records${end}`);
  };
}

function describe(result: Verification, isRange: boolean): string {
  const { holds, writers, findings, findingsLeftOff, explained, anchored } = result;
  const more = findingsLeftOff > 0 ? [`and ${findingsLeftOff} more`] : [];
  const compared =
    anchored > 0
      ? `Compared with ${anchored} checkpoints that are kept elsewhere.`
      : "No checkpoint that is kept elsewhere was compared (--anchor): an older copy put back would not show.";
  const what = isRange ? "This part of the log" : "The log";
  return [
    columns(writers.map((writer) => writerLine(writer, isRange))),
    ...findings.map(findingLine),
    ...more,
    ...explained.map((each) => `Explained by record ${each.record}: ${findingLine(each)}`),
    compared,
    holds ? `${what} holds.` : `${what} does NOT hold.`,
  ].join("\n");
}

function writerLine({ writer, from, to, size, redacted, pruned, vouched }: VerifiedWriter, isRange: boolean): string[] {
  return [
    `  ${writer}`,
    isRange ? (to === from ? `none of ${size} records` : `records ${from} to ${to - 1} of ${size}`) : `${size} records`,
    `${redacted} redacted`,
    `${pruned} pruned`,
    vouched > from || !isRange ? `signed up to ${vouched}` : "not signed yet",
  ];
}

function findingLine({ code, writer, from, to, message, consequences = 0 }: Finding): string {
  const where = from === null ? "" : ` record ${from}${to === null || to === from + 1 ? "" : ` to ${to - 1}`}`;
  const therefore =
    consequences === 0
      ? ""
      : ` (${consequences} ${consequences === 1 ? "checkpoint, node or head does" : "checkpoints, nodes and heads do"} not agree because of it)`;
  return `${code}${writer === null ? "" : ` ${writer}`}${where}: ${message}${therefore}`;
}
