import { parse } from "graphql";
import { parseKeyring } from "../../../src/core/keys.ts";
import type { RecordKind } from "../../../src/log/contract.ts";
import { answerByReference, type ReferenceAnswer } from "../../reference/answer.ts";
import type { DecidedValue } from "../../reference/walk.ts";
import type { Reply } from "../client.ts";
import type { DrawnOperation } from "../operations.ts";
import { hearing } from "../unheard.ts";
import { type Ask, callerOf, variablesOf } from "./asks.ts";
import { compareRecord, compareReply, receiptOf, recordsOf } from "./compare.ts";
import { comparePolicy } from "./compare-policy.ts";
import { EVENTS, type RanContext } from "./data.ts";
import { type Differences, differ, sorted } from "./differences.ts";
import { isMarked } from "./saved.ts";
import { LOG_KEY, type ServedWorld, serveWorld, textOf } from "./serve.ts";
import { NOW } from "./terms.ts";
import { subjectOfIn } from "./told.ts";
import { printWorld, type World } from "./world.ts";

/** What is remembered of a request (its document, plans, decisions) must not change the answer. */
const TIMES = 4;
const KEYRING = parseKeyring(LOG_KEY);

/** Serves the world, asks everything, and compares with the reference. Throws on the first difference, with all that led to it. */
export async function checkWorld(drawn: World, count: (what: string) => void = () => undefined): Promise<void> {
  // what people signal is added to what is stored
  const world = { ...drawn, stored: { ...drawn.stored, events: [...drawn.stored.events] } };
  const served = await serveWorld(world);
  try {
    const misread = comparePolicy(world, served.gateway.policy);
    if (misread.length > 0) throw new Error(`${misread.join("\n")}\n${printWorld(world, undefined)}`);
    const refusals: string[] = [];
    const receipts = new Set<string>();
    let intents = 0;
    let signals = 0;
    for (const ask of world.asks.flatMap((each) => Array.from({ length: TIMES }, () => each))) {
      const context: RanContext = { ran: [], effects: { acted: 0 } };
      const before = world.stored.events.length;
      const expected = await expectedOf(world, ask, context);
      if (world.stored.events.length > before) signals += 1;
      const { result: replies, unheard } = await hearing(() => served.ask(ask));
      const differences = [
        ...unheard,
        ...differ("replies", repliesOf(expected, kindOf(world, ask)), replies.length),
        ...differ("effects", inTurn(effectsOf(expected, context)), inTurn(served.ran())),
      ];
      for (const reply of replies) {
        differences.push(...compareReply(world, expected, reply));
        const receipt = receiptOf(reply);
        if (receipt === null) continue;
        receipts.add(receipt);
        const records = await recordsOf(served.gateway.accessLog, receipt);
        differences.push(...compareRecord({ ...world, keyring: KEYRING }, expected, kindOf(world, ask), records));
      }
      refusals.push(...refusalsIn(expected));
      intents += intentsIn(expected, context);
      if (differences.length > 0) throw new Error(report(world, ask, replies, differences));
      count(kindOf(world, ask));
      count(`over ${ask.over}`);
      count(expected.refused === null ? "answered" : expected.refused.code);
      if (expected.refused === null) for (const decided of expected.decided) countDecided(decided, count);
    }
    if (!world.logDown) await compareLog(world, served, receipts, refusals, { intents, signals });
  } finally {
    await served.stop();
  }
}

/** Reasons, and of each rule how often it ended in a yes and in a no. */
function countDecided({ reason, outcome, told, met = [] }: DecidedValue, count: (what: string) => void): void {
  count(reason);
  const kind = told === undefined ? "read" : "act";
  for (const rule of met) count(`${kind} by ${rule}: ${outcome === "ALLOW" ? "yes" : "no"}`);
}

function expectedOf(world: World, ask: Ask, context: RanContext): Promise<ReferenceAnswer> {
  const operation = operationOf(world, ask);
  const { plain, annotations, stored, deployment, mode, logDown } = world;
  return answerByReference(
    {
      ...{ plain, annotations, stored, deployment, mode, logDown, keyring: KEYRING, now: NOW, isMasked: isMarked },
      subjectOf: subjectOfIn(world.data.told),
    },
    {
      document: parse(textOf(ask, operation)),
      operationName: operation.name,
      variables: variablesOf(ask),
      caller: callerOf(ask.token, annotations.spaces),
      headers: ask.headers,
      context,
      over: ask.over === "WS" ? "WS" : "HTTP",
      event: {},
    },
  );
}

function operationOf({ operations }: World, ask: Ask): DrawnOperation {
  const operation = operations[ask.operation];
  if (operation === undefined) throw new RangeError("There is no such operation.");
  return operation;
}

const KINDS = { query: "QUERY", mutation: "MUTATION", subscription: "SUBSCRIPTION_EVENT" } as const;

function kindOf(world: World, ask: Ask): RecordKind {
  const [type = ""] = operationOf(world, ask).text.split(" ", 1);
  return KINDS[type as keyof typeof KINDS];
}

/** A subscription that is served brings each event; whatever is refused is refused once. */
function repliesOf({ refused }: ReferenceAnswer, kind: RecordKind): number {
  return refused === null && kind === "SUBSCRIPTION_EVENT" ? EVENTS : 1;
}

/** Mutations that ran without a gateway, less those which are denied for certain: they must have no effect. */
function effectsOf(expected: ReferenceAnswer, { ran }: RanContext): readonly string[] {
  if (expected.unfetched === undefined) return [];
  const denied = new Set(expected.unfetched.map((path) => path.join(".")));
  return ran.filter((place) => !denied.has(place));
}

/** GraphQL keeps an order at the root alone. */
function inTurn(places: readonly string[]): readonly string[] {
  const isRoot = (place: string): boolean => !place.includes(".");
  return [...places.filter(isRoot), ...places.filter((place) => !isRoot(place)).sort()];
}

/** What acts is on record before it runs, one by one; what nobody decides on together. */
function intentsIn(expected: ReferenceAnswer, { ran }: RanContext): number {
  if (expected.refused !== null) return 0;
  const acts = expected.decided.filter(({ told }) => told !== undefined);
  const decided = acts.filter(({ path }) => ran.includes(path.join("."))).length;
  return decided + (expected.open.length > 0 ? 1 : 0);
}

function refusalsIn(expected: ReferenceAnswer): readonly string[] {
  if (expected.refused !== null) return [refusalLine(expected.refused.code, expected.caller?.role)];
  return expected.waived.map(({ code }) => refusalLine(code, expected.request.caller.role));
}

function refusalLine(outcome: string, role: string | undefined): string {
  return `${outcome} ${role ?? "UNKNOWN"}`;
}

/** Nothing stands in the log but what was asked: a record for each receipt, one for each refusal. */
async function compareLog(
  world: World,
  { gateway }: ServedWorld,
  receipts: ReadonlySet<string>,
  refusals: readonly string[],
  { intents, signals }: { readonly intents: number; readonly signals: number },
): Promise<void> {
  const { records } = await gateway.accessLog.query({}, { first: 1_000 });
  const refused = records.filter(({ kind }) => kind === "REFUSAL");
  const intended = records.filter(({ outcome }) => outcome === "INTENT");
  const answered = records.filter(
    ({ kind, outcome }) => Object.values<RecordKind>(KINDS).includes(kind) && outcome !== "INTENT",
  );
  const differences = [
    ...differ(
      "refusals in the log",
      sorted(refusals),
      sorted(refused.map(({ outcome, caller }) => refusalLine(outcome, caller.role))),
    ),
    ...differ("records in the log", [...receipts].sort(), answered.map(({ id }) => id).sort()),
    ...differ("intents in the log", intents, intended.length),
    ...differ("signals in the log", signals, records.filter(({ details }) => details?.["signal"] !== undefined).length),
    ...differ("others in the log", 1 + signals, records.length - refused.length - answered.length - intended.length),
  ];
  if (differences.length > 0) throw new Error(`${differences.join("\n")}\n${printWorld(world, undefined)}`);
}

function report(world: World, ask: Ask, replies: readonly Reply[], differences: Differences): string {
  const came = replies.map(({ http, text }) => `${http?.status ?? "over WebSocket"} ${text}`);
  return `${differences.join("\n")}\n${printWorld(world, ask)}\n--- replies\n${came.join("\n")}`;
}
