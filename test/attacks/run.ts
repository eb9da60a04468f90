import { expect } from "@jest/globals";
import type { AccessLog, AccessRecord } from "../../src/index.ts";
import { fire, type Volley } from "./fire.ts";
import type { Attack } from "./model.ts";
import { CANARIES } from "./world.ts";

/** What is attacked: a gateway in front of `ATTACKED`, wherever its fields are resolved. */
export interface Target {
  readonly url: string;
  readonly mode: "enforce" | "report";
  /** Records since it was last asked, oldest first. */
  log(): Promise<readonly AccessRecord[]>;
  /** Resolvers with effects that ran since it was last asked. */
  ran(): readonly string[];
}

/** Reads an access log from where it was last read. */
export function drain(log: AccessLog): Target["log"] {
  let last: string | null = null;
  return async () => {
    const { records } = await log.query({}, { first: 50 });
    const known = records.findIndex(({ id }) => id === last);
    last = records[0]?.id ?? last;
    return records.slice(0, known === -1 ? records.length : known).reverse();
  };
}

/** What remembers something of the first asks (plans, documents, decisions) must not answer differently for it. */
const RUNS = 4;

/** Runs one attack against `enforce`, four times, and holds everything that leaves to it each time. */
export async function attack(target: Target, each: Attack): Promise<void> {
  let first: unknown;
  for (let run = 0; run < RUNS; run += 1) {
    for (const shot of each.before ?? []) await fire(target.url, shot);
    await target.log();
    target.ran();
    const volley = await fire(target.url, each);
    const records = await target.log();
    checkAnswer(each, volley);
    const told = withoutIds(volley.answers);
    first ??= told;
    expect(told).toEqual(first);
    // What is public may come from a cache the second time.
    if (run === 0 || each.refused !== undefined) expect([...new Set(target.ran())]).toEqual(each.ran ?? []);
    checkCanaries(each, volley, records);
    checkRecords(each, records);
  }
}

/** Receipts and incidents are of one answer. */
function withoutIds(answers: Volley["answers"]): unknown {
  return JSON.parse(
    JSON.stringify(answers).replace(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, "ID"),
  );
}

function checkAnswer(each: Attack, { status, answers, text }: Volley): void {
  if (each.over !== "WS")
    expect({ status, text: status === (each.status ?? 200) ? "" : text }).toEqual({
      status: each.status ?? 200,
      text: "",
    });
  const codes = answers.flatMap(({ errors }) => (errors ?? []).map((error: Coded) => error.extensions?.code));
  if (each.refused !== undefined) {
    expect(codes[0]).toBe(each.refused);
    expect(answers.filter(({ data }) => data !== undefined && data !== null)).toEqual([]);
    if (each.over !== "WS" && isOwnCode(each.refused)) expect(text.toLowerCase()).toContain("cache-control\nno-store");
  } else {
    expect([...new Set(codes)].sort()).toEqual([...(each.errors ?? [])].sort());
  }
  for (const hidden of each.hides ?? []) expect(text).not.toContain(hidden);
  expect(text).not.toMatch(/_fg_|node_modules|\bat .+:\d+:\d+/);
}

interface Coded {
  readonly extensions?: { readonly code?: string };
}

function checkCanaries(each: Attack, { text }: Volley, records: readonly AccessRecord[]): void {
  const shown = new Set<string>(each.shows ?? []);
  expect(canariesIn(text)).toEqual([...shown].sort());
  expect(canariesIn(JSON.stringify(records))).toEqual([]);
}

/** Names of the canaries that a text holds, in whatever case, plain or in base64. */
export function canariesIn(text: string): string[] {
  const decoded = (text.match(/[A-Za-z0-9+/_-]{12,}={0,2}/g) ?? []).map((word) =>
    Buffer.from(word, "base64").toString("latin1"),
  );
  const haystack = [text, ...decoded].join("\n").toLowerCase();
  return Object.entries(CANARIES)
    .filter(([, value]) => haystack.includes(value.toLowerCase()))
    .map(([name]) => name)
    .sort();
}

function checkRecords(each: Attack, records: readonly AccessRecord[]): void {
  const about = records.filter(({ kind }) => kind !== "UNUSUAL_ACCESS");
  if (each.decided === undefined && each.refused === undefined) {
    expect(about).toEqual([]);
    return;
  }
  if (each.refused !== undefined) {
    // What never became an operation of this gateway's schema is refused by code alone.
    const expected = isOwnCode(each.refused) && each.unread !== true ? [["REFUSAL", each.refused]] : [];
    expect(about.map(({ kind, outcome }) => [kind, outcome])).toEqual(expected);
    return;
  }
  expect(decidedIn(about)).toEqual(each.decided);
  // What has an effect was on record before; a subscription's answer is of each event.
  const intents = about.filter(({ outcome }) => outcome === "INTENT");
  for (const { outcome, purpose, caller } of about.filter((record) => !intents.includes(record))) {
    const role = each.as?.["role"] ?? "GUEST";
    expect({ outcome, role: caller.role }).toEqual({ outcome: each.outcome ?? "OK", role });
    expect(purpose === null || typeof purpose === "string").toBe(true);
  }
}

const OWN_REFUSALS: ReadonlySet<string> = new Set([
  "UNAUTHENTICATED",
  "PURPOSE_UNKNOWN",
  "PURPOSE_CONFLICT",
  "PURPOSE_NOT_PERMITTED",
  "JUSTIFICATION_REQUIRED",
  "RESERVED_ALIAS",
  "PROBE_NOT_ALLOWED",
  "BAD_INPUT",
  "FORBIDDEN",
  "OPERATION_TOO_LARGE",
  "MASKED_VALUE",
]);

function isOwnCode(code: string): boolean {
  return OWN_REFUSALS.has(code);
}

/** `OUTCOME coordinate REASON`, sorted, each once. */
export function decidedIn(records: readonly AccessRecord[]): string[] {
  const lines = records.flatMap(({ decisions }) =>
    decisions.map(({ outcome, coordinate, reason }) => `${outcome} ${coordinate} ${reason}`),
  );
  return [...new Set(lines)].sort();
}
