import { isoTime } from "../core/clock.ts";
import { type ExplainedRecord, explainRecord } from "../evidence/explain-record.ts";
import { describeTests } from "./describe-tests.ts";
import { type SchemaOptions, schemaOf } from "./load-schema.ts";
import { print, printJson } from "./output.ts";
import { recordCommand, withStores } from "./with-stores.ts";

export interface ExplainRecordOptions extends SchemaOptions {
  readonly record: string;
  readonly store?: string;
  readonly json?: boolean;
}

/** Prints why a record's decisions, or those of one coordinate, were as they were. Reading the log is recorded. */
export async function printExplainedRecord(
  coordinate: string | undefined,
  options: ExplainRecordOptions,
): Promise<void> {
  const { policy, deployment } = await schemaOf(options);
  await withStores(options.store, async (stores) => {
    const { record: id, json } = options;
    await recordCommand(stores, "LOG_READ", "explain", { record: id });
    const explained = await explainRecord(stores.accessLog, id, coordinate ?? null, { policy, deployment });
    if (json) printJson(explained);
    else print(textOf(explained));
  });
}

function textOf({ record, samePolicy, decisions }: ExplainedRecord): string {
  const { id, time, kind, caller, purpose, outcome } = record;
  const who = `${caller.id ?? "somebody"} as ${caller.role}${purpose === null ? " without a purpose" : ` for ${purpose}`}`;
  const head = `${kind} ${id} of ${isoTime(time)}, by ${who}: ${outcome}`;
  const changed = samePolicy ? [] : ["The policy has changed since: fields are explained as it has them now."];
  const told = decisions.map(({ coordinate, path, outcome: result, reason, count, words, tests }) =>
    [
      `${coordinate} at ${path}, ${count === 1 ? "once" : `${count} times`}: ${result} ${reason}`,
      tests === null ? `  ${words}` : describeTests(tests),
    ].join("\n"),
  );
  return [[head, ...changed].join("\n"), ...(told.length === 0 ? ["No decision is in it."] : told)].join("\n\n");
}
