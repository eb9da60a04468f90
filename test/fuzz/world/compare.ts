import type { Keyring } from "../../../src/core/keys.ts";
import type { AccessLog, AccessRecord, RecordKind } from "../../../src/log/contract.ts";
import type { Answered, ReferenceAnswer, ReferenceWorld } from "../../reference/answer.ts";
import { denials, patternOf, recorded, type Told, tell } from "../../reference/tell.ts";
import type { DecidedValue, Path } from "../../reference/walk.ts";
import type { Reply } from "../client.ts";
import { type Differences, differ, inOrder, sorted } from "./differences.ts";
import type { World } from "./world.ts";

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
  const isPossible = (path: Path, code: unknown): boolean =>
    code !== "FIELD_DENIED" && code !== "MASKED_VALUE" && mayFail(path);
  return errors.filter(({ path, extensions }) => !isPossible(path ?? [], extensions["code"])).map(toldError);
}

/** Which item of a list failed is not told where it may be a group that does not leave. */
function placeOf(path: Path): Path {
  return path.slice(0, path.findLastIndex((key) => typeof key === "string") + 1);
}

function toldError({ path, extensions }: NonNullable<Body["errors"]>[number]): unknown {
  const { code, coordinate, reason } = extensions;
  const failed = code === "INTERNAL_SERVER_ERROR" && path !== undefined;
  return { path: failed ? placeOf(path) : path, code, coordinate, reason };
}

function expectedErrors(
  { mode, logDown }: Pick<World, "mode" | "logDown">,
  { failures, decided }: Answered,
): readonly unknown[] {
  const denied = mode === "enforce" || logDown ? denials(decided) : [];
  return [
    ...failures.map(({ path, code }) => ({ path: placeOf(path), code })),
    ...denied.map((value) => {
      const { coordinate } = value;
      const reason = value.told ?? value.reason;
      const code = reason === "MASKED_VALUE" ? reason : "FIELD_DENIED";
      return { path: patternOf(value), code, coordinate, reason };
    }),
  ];
}

function comparePrivacy(
  world: Pick<World, "logDown">,
  { request, decided }: Answered,
  { extensions }: Body,
): Differences {
  const privacy = extensions?.privacy;
  const told = tell(
    decided.map((value) => ({ ...value, reason: value.told ?? value.reason })),
    NO_NAMES,
  )
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
  const isAct = ({ told }: DecidedValue): boolean => told !== undefined;
  const seen = decided.filter((value) => !isAct(value));
  const told = [
    ...recorded(tell(seen, world.keyring)),
    ...tell(decided.filter(isAct).flatMap(withWritten(world)), world.keyring),
  ];
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
    ...differ("recorded minors", minorsIn(expected, world.keyring), minorsOf(record)),
    ...differ("flags", flagsOf(world, expected), record.flags.filter((flag) => flag !== UNREADABLE).sort()),
    ...compareUnreadable(expected, record),
  ];
}

const UNREADABLE = "FACT_UNREADABLE";

/** Every date that could not be read is told. Where a value is withheld, what stands under it may be told as well. */
function compareUnreadable({ unreadable, decided }: Answered, { flags, details }: AccessRecord): Differences {
  const text = String(details?.["unreadable"] ?? "");
  const told = text === "" ? [] : text.split(", ");
  // a birth date is looked at now and then where nothing hangs on it
  const others = told.filter((coordinate) => !unreadable.has(coordinate) && !coordinate.endsWith(".born"));
  const withheld = decided.some(({ outcome }) => outcome !== "ALLOW");
  return [
    ...differ("unreadable facts", [...unreadable].sort(), told.filter((each) => unreadable.has(each)).sort()),
    ...differ("unreadable flag", told.length > 0, flags.includes(UNREADABLE)),
    ...(withheld ? [] : differ("unreadable facts of nothing asked", [], others)),
  ];
}

/** What an act wrote is on record as a decision of its own. */
function withWritten({ annotations }: Pick<ReferenceWorld, "annotations">) {
  return (value: DecidedValue): readonly DecidedValue[] => [
    value,
    ...(value.written ?? []).map((coordinate) => {
      const [type = "", field = ""] = coordinate.split(".");
      return { ...value, coordinate, category: annotations.types.get(type)?.fields.get(field)?.category ?? "" };
    }),
  ];
}

function minorsIn({ decided }: Answered, { reference }: Pick<Keyring, "reference">): readonly string[] {
  const minors = decided.flatMap((value) => value.minors);
  return [...new Set(minors.map((subject) => reference(subject)))].sort();
}

function minorsOf({ minors = [], subjects }: AccessRecord): readonly string[] {
  return minors.map((position) => subjects[position] ?? "(none)").sort();
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
