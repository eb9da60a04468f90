import { parse } from "graphql";
import { type Keyring, parseKeyring } from "../../../src/core/keys.ts";
import type { Policy, RoleTerm } from "../../../src/policy/model.ts";
import type { AccessLog, AccessRecord, RecordKind } from "../../../src/stores/access-log.ts";
import { type Answered, answerByReference, type ReferenceAnswer, type ReferenceWorld } from "../../reference/answer.ts";
import { denials, patternOf, type Told, tell } from "../../reference/tell.ts";
import type { Path } from "../../reference/walk.ts";
import type { Reply } from "../client.ts";
import type { DrawnOperation } from "../operations.ts";
import { type Ask, callerOf, variablesOf } from "./asks.ts";
import { EVENTS, type RanContext } from "./data.ts";
import { LOG_KEY, type ServedWorld, serveWorld, textOf } from "./serve.ts";
import { NOW } from "./terms.ts";
import { printWorld, type World } from "./world.ts";

const KEYRING = parseKeyring(LOG_KEY);

/** Serves the world, asks everything, and compares with the reference. Throws on the first difference, with all that led to it. */
export async function checkWorld(world: World, count: (what: string) => void = () => undefined): Promise<void> {
  const served = await serveWorld(world);
  try {
    const misread = comparePolicy(world, served.gateway.policy);
    if (misread.length > 0) throw new Error(`${misread.join("\n")}\n${printWorld(world, undefined)}`);
    const refusals: string[] = [];
    const receipts = new Set<string>();
    for (const ask of world.asks) {
      const context: RanContext = { ran: [] };
      const expected = await expectedOf(world, ask, context);
      const replies = await served.ask(ask);
      const differences = [
        ...differ("replies", repliesOf(expected, kindOf(world, ask)), replies.length),
        ...differ("effects", effectsOf(expected, context), served.ran()),
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
      if (differences.length > 0) throw new Error(report(world, ask, replies, differences));
      count(kindOf(world, ask));
      count(`over ${ask.over}`);
      count(expected.refused === null ? "answered" : expected.refused.code);
      if (expected.refused === null) for (const { reason } of expected.decided) count(reason);
    }
    if (!world.logDown) await compareLog(world, served, receipts, refusals);
  } finally {
    await served.stop();
  }
}

function expectedOf(world: World, ask: Ask, context: RanContext): Promise<ReferenceAnswer> {
  const operation = operationOf(world, ask);
  const { plain, annotations, stored, deployment, mode, logDown } = world;
  return answerByReference(
    { plain, annotations, stored, deployment, mode, logDown, keyring: KEYRING, now: NOW },
    {
      document: parse(textOf(ask, operation)),
      operationName: operation.name,
      variables: variablesOf(ask),
      caller: callerOf(ask.token),
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
export function effectsOf(expected: ReferenceAnswer, { ran }: RanContext): readonly string[] {
  if (expected.refused !== null) return [];
  const denied = new Set(expected.unfetched.map((path) => JSON.stringify(path)));
  return ran.filter((key) => !denied.has(JSON.stringify([key])));
}

/** The compiled policy says of vocabulary and types what their SDL says, word for word. The gateway's own are not looked at. */
function comparePolicy({ annotations }: World, { vocabulary, types }: Policy): Differences {
  const { roles, purposes, categories } = annotations.vocabulary;
  // of its purposes a default role keeps those that there are
  const declarable = (role: RoleTerm) => ({ ...role, declares: role.declares.filter((one) => one in purposes) });
  const differences = [
    ...compareTerms("roles", mapped(roles, declarable), vocabulary.roles),
    ...compareTerms("purposes", purposes, vocabulary.purposes),
    ...compareTerms("categories", categories, vocabulary.categories),
  ];
  for (const [name, { subject, aggregate, fields }] of annotations.types) {
    if (name === "Query" || name === "Mutation") continue;
    const type = types[name];
    differences.push(
      ...differ(`${name}: subject`, subject, type?.subject),
      ...differ(`${name}: aggregate`, aggregate, type?.aggregate),
      ...differ(`${name}: annotated`, [...fields.keys()].sort(), Object.keys(type?.fields ?? {}).sort()),
      ...compareTerms(name, Object.fromEntries(fields), type?.fields ?? {}),
    );
  }
  return differences;
}

function mapped<T, U>(all: Readonly<Record<string, T>>, make: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, make(value)]));
}

function compareTerms(
  what: string,
  expected: Readonly<Record<string, object>>,
  actual: Readonly<Record<string, object>>,
): Differences {
  return Object.entries(expected).flatMap(([name, term]) =>
    differ(`${what}: ${name}`, inOrder(term), inOrder(actual[name] ?? {})),
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

function bodyOf({ text }: Reply): Body {
  return JSON.parse(text) as Body;
}

export function receiptOf(reply: Reply): string | null {
  return bodyOf(reply).extensions?.privacy?.receipt ?? null;
}

export function compareReply(
  world: Pick<World, "mode" | "logDown">,
  expected: ReferenceAnswer,
  reply: Reply,
): Differences {
  const body = bodyOf(reply);
  const { http } = reply;
  if (expected.refused !== null) {
    const { status, code } = expected.refused;
    return [
      ...(http === null ? [] : differ("status", status, http.status)),
      ...differ(
        "codes",
        [code],
        (body.errors ?? []).map(({ extensions }) => extensions["code"]),
      ),
      ...differ("no data", undefined, body.data),
      ...(http === null ? [] : differ("cache-control", "no-store", http.headers["cache-control"])),
    ];
  }
  return [
    ...(http === null ? [] : differ("status", 200, http.status)),
    ...differ("data", expected.data, body.data),
    ...(expected.data === null ? differ("an error where all is lost", true, (body.errors ?? []).length > 0) : []),
    ...differ("errors", sorted(expectedErrors(world, expected)), sorted(certainErrors(expected, body))),
    ...(expected.touched && http !== null ? differ("cache-control", "no-store", http.headers["cache-control"]) : []),
    ...differ("privacy", expected.touched, body.extensions?.privacy !== undefined),
    ...(expected.touched ? comparePrivacy(world, expected, body) : []),
  ];
}

function certainErrors({ mayFail }: Answered, { errors = [] }: Body): readonly unknown[] {
  const isPossible = (path: Path, code: unknown): boolean => code !== "FIELD_DENIED" && mayFail(path);
  return errors.filter(({ path, extensions }) => !isPossible(path ?? [], extensions["code"])).map(toldError);
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
    ...failures.map(({ path, code }) => ({ path, code })),
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
  const told = tell(decided, NO_NAMES)
    .filter(({ outcome }) => outcome !== "ALLOW")
    .map(({ coordinate, path, outcome, reason, count }) => ({ coordinate, path, outcome, reason, count }));
  return [
    ...differ("purpose", request.purpose, privacy?.purpose),
    ...differ("decisions", sorted(told), sorted(privacy?.decisions ?? [])),
    ...differ("receipt", !world.logDown, privacy?.receipt !== null),
  ];
}

/** What a client is told names nobody. */
const NO_NAMES: Pick<Keyring, "reference"> = { reference: () => "" };

/** The records under an id; there should be one. */
export async function recordsOf(log: AccessLog, id: string): Promise<readonly AccessRecord[]> {
  return (await log.query({ id }, { first: 2 })).records;
}

export function compareRecord(
  world: Pick<ReferenceWorld, "annotations" | "mode" | "keyring">,
  expected: ReferenceAnswer,
  kind: RecordKind,
  records: readonly AccessRecord[],
): Differences {
  if (expected.refused !== null) return ["a refused request has a receipt"];
  const [record] = records;
  if (record === undefined) return ["the receipt is of no record"];
  const { request, justification, decided } = expected;
  const { id, role, organisation, tenants, region, onBehalfOf } = request.caller;
  const told = tell(decided, world.keyring);
  return [
    ...differ("one record, whole", [1, 1], [records.length, record.parts]),
    ...differ("recorded kind", kind, record.kind),
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

function flagsOf({ annotations, mode }: Pick<World, "annotations" | "mode">, { request }: Answered): readonly string[] {
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
  const answered = records.filter(({ kind }) => Object.values<RecordKind>(KINDS).includes(kind));
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

function report(world: World, ask: Ask, replies: readonly Reply[], differences: Differences): string {
  const came = replies.map(({ http, text }) => `${http?.status ?? "over WebSocket"} ${text}`);
  return `${differences.join("\n")}\n${printWorld(world, ask)}\n--- replies\n${came.join("\n")}`;
}
