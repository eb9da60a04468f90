import { parse } from "graphql";
import { parseKeyring } from "../../../src/core/keys.ts";
import type { AccessLog, AccessRecord } from "../../../src/stores/access-log.ts";
import { type Answered, answerByReference, type ReferenceAnswer } from "../../reference/answer.ts";
import { denials, patternOf, type Told, tell } from "../../reference/tell.ts";
import type { HttpReply } from "../client.ts";
import { type Ask, callerOf } from "./asks.ts";
import { LOG_KEY, type ServedWorld, serveWorld, textOf } from "./serve.ts";
import { NOW } from "./terms.ts";
import { printWorld, type World } from "./world.ts";

const KEYRING = parseKeyring(LOG_KEY);

/** Serves the world, asks everything, and compares with the reference. Throws on the first difference, with all that led to it. */
export async function checkWorld(world: World, count: (what: string) => void = () => undefined): Promise<void> {
  const served = await serveWorld(world);
  try {
    const refusals: string[] = [];
    const receipts = new Set<string>();
    for (const ask of world.asks) {
      const expected = await expectedOf(world, ask);
      const reply = await served.ask(ask);
      const differences = compareReply(world, expected, reply);
      const receipt = receiptOf(reply);
      if (receipt !== null) {
        receipts.add(receipt);
        differences.push(...(await compareRecord(world, expected, receipt, served.gateway.accessLog)));
      }
      refusals.push(...refusalsIn(expected));
      if (differences.length > 0) throw new Error(report(world, ask, reply, differences));
      count(expected.refused === null ? "answered" : expected.refused.code);
      if (expected.refused === null) for (const { reason } of expected.decided) count(reason);
    }
    if (!world.logDown) await compareLog(world, served, receipts, refusals);
  } finally {
    await served.stop();
  }
}

function expectedOf(world: World, ask: Ask): Promise<ReferenceAnswer> {
  const operation = world.operations[ask.operation];
  if (operation === undefined) throw new RangeError("There is no such operation.");
  const { plain, annotations, stored, deployment, mode, logDown } = world;
  return answerByReference(
    { plain, annotations, stored, deployment, mode, logDown, keyring: KEYRING, now: NOW },
    {
      document: parse(textOf(ask, operation)),
      operationName: operation.name,
      variables: ask.variables,
      caller: callerOf(ask.token),
      headers: ask.headers,
      context: {},
    },
  );
}

/** Lines that tell what was expected and what came instead. */
export type Differences = string[];

function differ(what: string, expected: unknown, actual: unknown): Differences {
  const [one, other] = [JSON.stringify(expected), JSON.stringify(actual)];
  return one === other ? [] : [`${what}\n  expected ${one}\n  came     ${other}`];
}

/** The order of errors and decisions is nobody's business; that of data is. */
function sorted(values: readonly unknown[]): readonly string[] {
  return values.map((value) => JSON.stringify(value)).sort();
}

/** Records are kept in canonical JSON: their keys have another order than those of an object that was written down. */
function inOrder(value: object): unknown {
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}

interface Body {
  readonly data?: unknown;
  readonly errors?: readonly {
    readonly path?: readonly (string | number)[];
    readonly extensions: Readonly<Record<string, unknown>>;
  }[];
  readonly extensions?: {
    readonly privacy?: {
      readonly purpose: string | null;
      readonly receipt: string | null;
      readonly decisions: readonly Omit<Told, "consentIds" | "subjects" | "category">[];
    };
  };
}

function bodyOf({ text }: HttpReply): Body {
  return JSON.parse(text) as Body;
}

function receiptOf(reply: HttpReply): string | null {
  return bodyOf(reply).extensions?.privacy?.receipt ?? null;
}

export function compareReply(
  world: Pick<World, "mode" | "logDown">,
  expected: ReferenceAnswer,
  reply: HttpReply,
): Differences {
  const body = bodyOf(reply);
  if (expected.refused !== null) {
    const { status, code } = expected.refused;
    return [
      ...differ("status", status, reply.status),
      ...differ(
        "codes",
        [code],
        (body.errors ?? []).map(({ extensions }) => extensions["code"]),
      ),
      ...differ("no data", undefined, body.data),
      ...differ("cache-control", "no-store", reply.headers["cache-control"]),
    ];
  }
  return [
    ...differ("status", 200, reply.status),
    ...differ("data", expected.data, body.data),
    ...differ("errors", sorted(expectedErrors(world, expected)), sorted(certainErrors(expected, body))),
    ...(expected.touched ? differ("cache-control", "no-store", reply.headers["cache-control"]) : []),
    ...differ("privacy", expected.touched, body.extensions?.privacy !== undefined),
    ...(expected.touched ? comparePrivacy(world, expected, body) : []),
  ];
}

function certainErrors({ possibleFailures }: Answered, { errors = [] }: Body): readonly unknown[] {
  const possible = new Set(possibleFailures.map((path) => JSON.stringify(path)));
  return errors.filter(({ path }) => !possible.has(JSON.stringify(path))).map(toldError);
}

function toldError({ path, extensions }: NonNullable<Body["errors"]>[number]): unknown {
  const { code, coordinate, reason } = extensions;
  return { path, code, coordinate, reason };
}

function expectedErrors(
  { mode, logDown }: Pick<World, "mode" | "logDown">,
  { failures, decided }: Answered,
): readonly unknown[] {
  const denied = mode === "enforce" || logDown ? denials(decided) : [];
  return [
    ...failures.map((path) => ({ path, code: "INTERNAL_SERVER_ERROR" })),
    ...denied.map((value) => {
      const { coordinate, reason } = value;
      return { path: patternOf(value), code: "FIELD_DENIED", coordinate, reason };
    }),
  ];
}

function comparePrivacy(
  world: Pick<World, "logDown">,
  { request, decided }: Answered,
  { extensions }: Body,
): Differences {
  const privacy = extensions?.privacy;
  const told = tell(decided, KEYRING)
    .filter(({ outcome }) => outcome !== "ALLOW")
    .map(({ coordinate, path, outcome, reason, count }) => ({ coordinate, path, outcome, reason, count }));
  return [
    ...differ("purpose", request.purpose, privacy?.purpose),
    ...differ("decisions", sorted(told), sorted(privacy?.decisions ?? [])),
    ...differ("receipt", !world.logDown, privacy?.receipt !== null),
  ];
}

async function compareRecord(
  world: World,
  expected: ReferenceAnswer,
  receipt: string,
  log: AccessLog,
): Promise<Differences> {
  if (expected.refused !== null) return ["a refused request has a receipt"];
  const { records } = await log.query({ id: receipt }, { first: 2 });
  const [record] = records;
  if (record === undefined) return [`the receipt ${receipt} is of no record`];
  const { request, justification, decided } = expected;
  const { id, role, organisation, tenants, region, onBehalfOf } = request.caller;
  const told = tell(decided, KEYRING);
  const known = new Set(["QUERY", "MUTATION"]);
  return [
    ...differ("one record, whole", [1, 1], [records.length, record.parts]),
    ...differ("recorded kind", true, known.has(record.kind)),
    ...differ("recorded outcome", "OK", record.outcome),
    ...differ("recorded time", request.now, record.time),
    ...differ(
      "recorded caller",
      inOrder({ id, role, organisation, tenants, region, onBehalfOf }),
      inOrder(record.caller),
    ),
    ...differ("recorded purpose", [request.purpose, justification], [record.purpose, record.justification]),
    ...differ("recorded operation", "Asked", record.operation?.name),
    ...differ("recorded decisions", sorted(told), sorted(toldIn(record))),
    ...differ(
      "recorded people",
      [...new Set(told.flatMap(({ subjects }) => subjects))].sort(),
      [...record.subjects].sort(),
    ),
    ...differ("flags", flagsOf(world, expected), [...record.flags].sort()),
  ];
}

function toldIn({ decisions, subjects }: AccessRecord): readonly Told[] {
  return decisions.map(({ coordinate, path, category, outcome, reason, count, consentIds, subjects: at }) => ({
    coordinate,
    path,
    category,
    outcome,
    reason,
    count,
    consentIds: [...consentIds].sort(),
    subjects: at.map((position) => subjects[position] ?? "(none)").sort(),
  }));
}

function flagsOf({ annotations, mode }: World, { request }: Answered): readonly string[] {
  const { caller, purpose } = request;
  const { purposes, roles } = annotations.vocabulary;
  const flags: readonly (readonly [string, boolean])[] = [
    ["EXTERNAL", roles[caller.role]?.external === true],
    ["JUSTIFIED", purpose !== null && purposes[purpose]?.justification === true],
    ["ON_BEHALF", caller.onBehalfOf !== null],
    ["REPORT_MODE", mode === "report"],
  ];
  return flags.filter(([, raised]) => raised).map(([flag]) => flag);
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
): Promise<void> {
  const { records } = await gateway.accessLog.query({}, { first: 1_000 });
  const refused = records.filter(({ kind }) => kind === "REFUSAL");
  const answered = records.filter(({ kind }) => kind === "QUERY" || kind === "MUTATION");
  const differences = [
    ...differ(
      "refusals in the log",
      sorted(refusals),
      sorted(refused.map(({ outcome, caller }) => refusalLine(outcome, caller.role))),
    ),
    ...differ("records in the log", [...receipts].sort(), answered.map(({ id }) => id).sort()),
    ...differ("others in the log", 1, records.length - refused.length - answered.length),
  ];
  if (differences.length > 0) throw new Error(`${differences.join("\n")}\n${printWorld(world, undefined)}`);
}

function report(world: World, ask: Ask, reply: HttpReply, differences: Differences): string {
  return `${differences.join("\n")}\n${printWorld(world, ask)}\n--- reply\n${reply.status} ${reply.text}`;
}
