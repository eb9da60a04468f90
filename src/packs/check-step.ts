import type { AccessRecord } from "../log/contract.ts";
import { ask, type Reply } from "./ask.ts";
import { differences, isObject, setDifferences, valueAt } from "./expect.ts";
import type { Kept, Pack, Step } from "./model.ts";
import { runReport } from "./reports.ts";
import type { ServedPack } from "./serve.ts";

/** Takes a step and tells what did not come as expected; empty where all did. */
export async function checkStep(served: ServedPack, pack: Pack, step: Step, kept: Kept): Promise<string[]> {
  if (step.at !== undefined) served.clock.set(Date.parse(step.at));
  if (step.run !== undefined) {
    const told = await runReport(step.run, { served, pack, step, kept });
    return differences(step.tells, told, false);
  }
  served.fetched.clear();
  const reply = await ask(served.url, pack, step);
  const problems = step.refused === undefined ? checkAnswer(step, reply) : checkRefusal(step.refused, reply);
  problems.push(...checkFetched(step, served.fetched));
  for (const text of step.absent ?? []) if (reply.text.includes(text)) problems.push(`"${text}" is in the answer`);
  problems.push(...(await checkRecord(served, pack, step, reply)));
  for (const [name, path] of Object.entries(step.keep ?? {})) kept.set(name, valueAt(path, reply.data));
  problems.push(...compareKept(step, kept));
  return problems;
}

function checkAnswer(step: Step, reply: Reply): string[] {
  const failures = reply.errors
    .map((error) => error.extensions?.code ?? error.message)
    .filter((code) => code !== "FIELD_DENIED");
  const expected = step.fails === undefined ? [] : [step.fails];
  return [
    ...setDifferences(expected, failures, true, "errors"),
    ...(step.counts === undefined ? differences(step.data ?? null, reply.data, true) : checkCounts(step.counts, reply)),
    ...setDifferences(step.withheld ?? [], [...new Set(withheldIn(reply))], true, "withheld"),
  ];
}

function checkCounts(counts: Readonly<Record<string, number>>, { data }: Reply): string[] {
  return Object.entries(counts).flatMap(([path, count]) => {
    const found = valueAt(path, data);
    return differences(count, Array.isArray(found) ? found.length : null, true, path);
  });
}

function withheldIn({ privacy }: Reply): string[] {
  return (privacy?.decisions ?? []).map(({ coordinate, outcome, reason }) => `${coordinate} ${outcome} ${reason}`);
}

function checkRefusal(code: string, reply: Reply): string[] {
  const codes = reply.errors.map((error) => error.extensions?.code ?? error.message);
  const problems = setDifferences([code], codes, true, "errors");
  if (reply.data !== null) problems.push("a refused request was answered with data");
  return problems;
}

function checkFetched(step: Step, fetched: ReadonlySet<string>): string[] {
  return [
    ...(step.reads ?? []).filter((each) => !fetched.has(each)).map((each) => `${each} was not fetched`),
    ...(step.unread ?? []).filter((each) => fetched.has(each)).map((each) => `${each} was fetched`),
  ];
}

/** Whatever a case says of it, the record tells of the same caller, purpose and withheld values as the answer did. */
async function checkRecord({ gateway }: ServedPack, pack: Pack, step: Step, reply: Reply): Promise<string[]> {
  const receipt = reply.privacy?.receipt ?? null;
  const filter = step.refused !== undefined ? { kind: "REFUSAL" as const } : receipt === null ? null : { id: receipt };
  if (filter === null) return step.record === undefined ? [] : ["there is no record of it"];
  const { records } = await gateway.accessLog.query(filter, { first: 1 });
  const [record] = records;
  if (record === undefined) return ["there is no record of it"];
  const caller = step.as === undefined ? null : (pack.callers[step.as] ?? null);
  const expected = {
    outcome: step.refused ?? step.fails ?? "OK",
    caller: { role: caller?.role ?? "GUEST", id: caller?.sub ?? null },
    ...(step.because === undefined || step.refused !== undefined ? {} : { justification: step.because }),
  };
  const inRecord = record.decisions.filter(({ outcome }) => outcome !== "ALLOW").map(wordsOf);
  return [
    ...differences(expected, record, false).map((each) => `the record: ${each}`),
    ...setDifferences(step.withheld ?? [], [...new Set(inRecord)], true, "the record"),
    ...checkSaid(step.record ?? {}, record),
  ];
}

function wordsOf({ coordinate, outcome, reason }: AccessRecord["decisions"][number]): string {
  return `${coordinate} ${outcome} ${reason}`;
}

/** `allows` are coordinates that were revealed; `flags` are among the record's; the rest are members of it. */
function checkSaid({ allows, flags, ...members }: Readonly<Record<string, unknown>>, record: AccessRecord): string[] {
  const revealed = record.decisions.filter(({ outcome }) => outcome === "ALLOW").map(({ coordinate }) => coordinate);
  return [
    ...(Array.isArray(allows) ? setDifferences(allows.map(String), revealed, false, "the record's reveals") : []),
    ...(Array.isArray(flags) ? setDifferences(flags.map(String), record.flags, false, "the record's flags") : []),
    ...(isObject(members) ? differences(members, record, false).map((each) => `the record: ${each}`) : []),
  ];
}

function compareKept(step: Step, kept: Kept): string[] {
  const known = (name: string): boolean => kept.get(name) !== undefined && kept.get(name) !== null;
  const problems: string[] = [];
  for (const [one, other] of [...(step.same ?? []), ...(step.differ ?? [])]) {
    if (!known(one) || !known(other)) problems.push(`${one} and ${other} cannot be compared: one is not there`);
  }
  for (const [one, other] of step.same ?? [])
    if (kept.get(one) !== kept.get(other)) problems.push(`${one} and ${other} differ`);
  for (const [one, other] of step.differ ?? [])
    if (kept.get(one) === kept.get(other)) problems.push(`${one} and ${other} are the same`);
  return problems;
}
