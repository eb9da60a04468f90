import type { Clock } from "../core/clock.ts";
import { isoTime } from "../core/clock.ts";
import { FieldguardError } from "../core/errors.ts";
import type { Keyring } from "../core/keys.ts";
import { type Caller, standsFor } from "../decision/model.ts";
import type { AccessEntry, AccessLog, AccessRecord } from "../log/contract.ts";
import { gatewayEntry } from "../log/entry.ts";
import { readRecords } from "../log/read-records.ts";
import { dueDate, type RightsDue } from "./due-date.ts";
import { personMeant } from "./speaker.ts";

/** What a person may ask for (GDPR 15 to 21, PIPL 44 to 50). */
export const RIGHTS = ["ACCESS", "CORRECTION", "ERASURE", "PORTABILITY", "RESTRICTION", "EXPLANATION"] as const;
export type Right = (typeof RIGHTS)[number];

export interface RightsRequest {
  /** Id of the record that tells of it. */
  readonly id: string;
  readonly right: string;
  /** Keyed reference of the person. */
  readonly person: string;
  /** ISO 8601. */
  readonly receivedAt: string;
  /** ISO 8601 date: the last day for the answer. */
  readonly dueBy: string;
  readonly answeredAt: string | null;
  /** Open, and the last day is over. */
  readonly overdue: boolean;
}

export interface RightsDesk {
  readonly log: AccessLog;
  readonly keyring: Keyring;
  readonly clock: Clock;
  readonly due: RightsDue;
  readonly policyHash: string;
}

/** Records that a person, or the caller whose token says that it acts for them, asks for a right. Throws FORBIDDEN for anybody else. */
export async function requestRight(
  desk: RightsDesk,
  caller: Caller,
  subject: string | null,
  right: Right,
): Promise<RightsRequest> {
  const person = personMeant(caller, subject);
  if (person.subject !== person.caller && person.subject !== standsFor(caller) && caller.role !== "PRIVACY_OFFICER") {
    throw new FieldguardError(
      "FORBIDDEN",
      "Nobody asks for another's rights, but a guardian or agent, or a privacy officer.",
    );
  }
  const now = desk.clock.now();
  const dueBy = dueDate(now, desk.due);
  const reference = desk.keyring.reference(person.subject);
  const id = await desk.log.append(entryOf(desk, caller, reference, { request: right, dueBy }));
  return { id, right, person: reference, receivedAt: isoTime(now), dueBy, answeredAt: null, overdue: false };
}

/** Records that an officer has answered a request. Throws FORBIDDEN, NOT_FOUND. */
export async function answerRequest(
  desk: RightsDesk,
  caller: Caller,
  id: string,
  outcome: "FULFILLED" | "REFUSED",
): Promise<void> {
  if (caller.role !== "PRIVACY_OFFICER")
    throw new FieldguardError("FORBIDDEN", "Only a privacy officer answers requests.");
  const { records } = await desk.log.query({ id }, { first: 1 });
  const [record] = records;
  const reference = record?.subjects[0];
  if (record?.details?.["request"] === undefined || reference === undefined) {
    throw new FieldguardError("NOT_FOUND", "No request has this id.");
  }
  await desk.log.append(entryOf(desk, caller, reference, { answers: id, outcome }));
}

/** All requests, or those of one person by keyed references; newest first, with their last days. */
export async function rightsRequests(
  desk: Pick<RightsDesk, "log" | "clock">,
  references?: readonly string[],
): Promise<RightsRequest[]> {
  const answered = new Map<string, number>();
  const requests: RightsRequest[] = [];
  const filter = { kind: "SUBJECT_CHANGE", ...(references === undefined ? {} : { subjects: references }) } as const;
  for await (const record of readRecords(desk.log, filter)) {
    const answers = record.details?.["answers"];
    if (typeof answers === "string") answered.set(answers, record.time);
    const request = requestIn(record, answered, desk.clock.now());
    if (request !== null) requests.push(request);
  }
  return requests;
}

/** Answers come after their requests, and the log is read from its end: they are known already. */
function requestIn(record: AccessRecord, answered: ReadonlyMap<string, number>, now: number): RightsRequest | null {
  const { request, dueBy } = record.details ?? {};
  if (typeof request !== "string" || typeof dueBy !== "string") return null;
  const answeredAt = answered.get(record.id);
  return {
    id: record.id,
    right: request,
    person: record.subjects[0] ?? "",
    receivedAt: isoTime(record.time),
    dueBy,
    answeredAt: answeredAt === undefined ? null : isoTime(answeredAt),
    overdue: answeredAt === undefined && isoTime(now).slice(0, 10) > dueBy,
  };
}

function entryOf(
  { clock, policyHash }: RightsDesk,
  caller: Caller,
  reference: string,
  details: Record<string, string>,
): AccessEntry {
  const { id, role, organisation, tenants, region, onBehalfOf } = caller;
  return gatewayEntry({
    kind: "SUBJECT_CHANGE",
    time: clock.now(),
    caller: { id, role, organisation, tenants, region, onBehalfOf },
    purpose: "RIGHTS_FULFILMENT",
    subjects: [reference],
    policyHash,
    details,
    flags: onBehalfOf === null ? [] : ["ON_BEHALF"],
  });
}
