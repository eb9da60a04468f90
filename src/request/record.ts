import { FieldguardError } from "../core/errors.ts";
import type { Keyring } from "../core/keys.ts";
import type { Caller, RequestFacts } from "../decision/model.ts";
import type { AccessEntry, AccessLog, RecordedCaller, RecordedDecision, RecordKind } from "../log/contract.ts";
import type { Policy } from "../policy/model.ts";
import type { Tally } from "./enforce/model.ts";
import type { Operation } from "./parse-operation.ts";
import type { ProbeUse } from "./plan/model.ts";
import type { Alarm } from "./watch.ts";

/** Proof that a response was recorded, or that there was nothing in it to record. Only this file makes one. */
class RecordReceipt {
  /** Id of the durable access record; null where nothing annotated was asked for. */
  readonly id: string | null;
  readonly #proof = true;

  constructor(id: string | null) {
    this.id = id;
  }

  static isOne(value: RecordReceipt): boolean {
    return #proof in value && value.#proof;
  }
}
export type Receipt = RecordReceipt;

/** What every record of a gateway says or needs. */
export interface Recorder {
  readonly log: AccessLog;
  readonly keyring: Keyring;
  readonly policy: Policy;
  readonly mode: "enforce" | "report";
  /** Told of unusual access once it is recorded. */
  readonly onAlarm?: (alarm: Alarm) => void;
  /** Told of facts that could not be read, by their coordinates. */
  readonly onUnreadable?: (coordinates: ReadonlySet<string>) => void;
}

/** One operation, as far as it got. */
export interface Recorded {
  readonly kind: RecordKind;
  readonly request: RequestFacts;
  readonly operation: Operation | null;
  readonly justification: string | null;
  /** Truncated already. */
  readonly ip: string | null;
  readonly tallies: readonly Tally[];
  /** Those of the people concerned who are known to be under the guardian age. */
  readonly minors?: ReadonlySet<string>;
  /** Coordinates of facts that were there and could not be read, which counted against the caller. */
  readonly unreadable?: ReadonlySet<string>;
  /** `OK`, or the code with which the request, or an act of the gateway's own API, was refused. */
  readonly outcome: string;
  readonly details?: AccessEntry["details"];
  /** Whom the changes are about that the gateway's own API was asked for. */
  readonly people?: ReadonlySet<string>;
  /** Arguments, input fields and enum values that were used though they can reveal something: allowed. */
  readonly probes?: readonly ProbeUse[];
}

/** Responses that reveal as many people's values as this are flagged as downloads. */
export const DOWNLOAD_SUBJECTS = 100;

/** The receipt of a response without any annotated field. */
export function nothingToRecord(): Receipt {
  return new RecordReceipt(null);
}

/** Resolves once the record is durable. Rejects with AUDIT_UNAVAILABLE. */
export async function record(recorder: Recorder, recorded: Recorded): Promise<Receipt> {
  return new RecordReceipt(await recorder.log.append(entryOf(recorder, recorded)));
}

/** Unusual access is a record of its own, beside that of the response which crossed the threshold. */
export async function recordAlarm(recorder: Recorder, recorded: Recorded, alarm: Alarm): Promise<void> {
  const { threshold, subjects, values, windowMs } = alarm;
  await recorder.log.append({
    ...entryOf(recorder, { ...recorded, kind: "UNUSUAL_ACCESS", tallies: [] }),
    details: {
      distinctSubjects: subjects,
      revealedValues: values,
      subjectsThreshold: threshold.subjects,
      valuesThreshold: threshold.values,
      windowSeconds: Math.round(windowMs / 1000),
    },
  });
  recorder.onAlarm?.(alarm);
}

/** Throws INTERNAL on anything that `record` did not make. */
export function checkReceipt(receipt: Receipt): void {
  if (!(receipt instanceof RecordReceipt) || !RecordReceipt.isOne(receipt)) {
    throw new FieldguardError("INTERNAL", "A response without a receipt was held back.");
  }
}

function entryOf({ keyring, policy, mode }: Recorder, recorded: Recorded): AccessEntry {
  const { request, operation, tallies } = recorded;
  const positions = new Map<string, number>();
  const position = (subject: string): number => {
    let at = positions.get(subject);
    if (at === undefined) {
      at = positions.size;
      positions.set(subject, at);
    }
    return at;
  };
  const decisions = tallies.flatMap((tally) => decisionsOf(policy, tally, Array.from(tally.subjects, position)));
  for (const subject of recorded.people ?? []) position(subject);
  return {
    kind: recorded.kind,
    time: request.now,
    caller: recordedCaller(request.caller),
    client: { app: request.caller.app, ip: recorded.ip },
    operation: operation && { name: operation.name, type: operation.type, hash: operation.hash },
    purpose: request.purpose,
    justification: recorded.justification,
    decisions,
    subjects: Array.from(positions.keys(), (subject) => keyring.reference(subject)),
    ...minorsAmong(positions, recorded.minors),
    policyHash: policy.hash,
    outcome: recorded.outcome,
    details: detailsOf(recorded),
    flags: flagsOf(recorded, policy, mode, tallies),
  };
}

/** A value that was seen is one decision; an act is one, and one more for each coordinate that it writes. */
function decisionsOf(policy: Policy, tally: Tally, subjects: readonly number[]): readonly RecordedDecision[] {
  const decision: RecordedDecision = {
    coordinate: tally.coordinate,
    path: tally.path.keys().join("."),
    category: tally.category,
    outcome: tally.outcome,
    reason: tally.reason,
    count: tally.count,
    consentIds: [...tally.consentIds],
    subjects,
  };
  if (tally.act === undefined) return [decision];
  const write: RecordedDecision = { ...decision, write: true };
  // What was refused wrote nothing.
  const happens = tally.outcome === "ALLOW" || tally.act.effect !== "NONE";
  const written = (happens ? tally.act.written : []).map((coordinate): RecordedDecision => {
    const [type = "", field = ""] = coordinate.split(".");
    return { ...write, coordinate, category: policy.types[type]?.fields[field]?.category ?? "" };
  });
  return [write, ...written];
}

function minorsAmong(
  positions: ReadonlyMap<string, number>,
  minors: ReadonlySet<string> | undefined,
): Pick<AccessEntry, "minors"> {
  const found = Array.from(minors ?? []).flatMap((subject) => positions.get(subject) ?? []);
  return found.length === 0 ? {} : { minors: found.sort((one, other) => one - other) };
}

function detailsOf({ details = null, probes = [], unreadable = NOTHING }: Recorded): AccessEntry["details"] {
  if (probes.length === 0 && unreadable.size === 0) return details;
  return {
    ...details,
    ...(probes.length === 0 ? {} : { probes: probes.map(({ at, coordinate }) => `${at} ${coordinate}`).join(", ") }),
    ...(unreadable.size === 0 ? {} : { unreadable: [...unreadable].sort().join(", ") }),
  };
}

const NOTHING: ReadonlySet<string> = new Set();

export function recordedCaller(caller: Caller): RecordedCaller {
  const { id, role, organisation, tenants, region, onBehalfOf, tokenId } = caller;
  return { id, role, organisation, tenants, region, onBehalfOf, ...(tokenId === null ? {} : { tokenId }) };
}

/** What an auditor looks at first. */
function flagsOf(recorded: Recorded, policy: Policy, mode: string, tallies: readonly Tally[]): string[] {
  const { caller, purpose } = recorded.request;
  const revealed = new Set<string>();
  for (const tally of tallies) {
    if (tally.outcome === "ALLOW" && tally.act === undefined)
      for (const subject of tally.subjects) revealed.add(subject);
  }
  const flags: string[] = [];
  if (purpose !== null && (policy.vocabulary.purposes[purpose]?.justification ?? false)) flags.push("JUSTIFIED");
  if (policy.vocabulary.roles[caller.role]?.external ?? false) flags.push("EXTERNAL");
  if (caller.onBehalfOf !== null) flags.push("ON_BEHALF");
  if (revealed.size >= DOWNLOAD_SUBJECTS) flags.push("DOWNLOAD");
  if ((recorded.unreadable?.size ?? 0) > 0) flags.push("FACT_UNREADABLE");
  if (recorded.request.survey === true) flags.push("SURVEY");
  if (mode === "report") flags.push("REPORT_MODE");
  return flags;
}
