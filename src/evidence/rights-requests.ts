import { FieldguardError } from "../core/errors.ts";
import { newId } from "../core/ids.ts";
import type { Keyring } from "../core/keys.ts";
import type { AccessEntry, AccessLog, RecordedCaller } from "../stores/access-log.ts";
import { type AnswerTerm, dueDate, type WorkCalendar } from "./due-date.ts";
import { readRecords } from "./read-records.ts";

/** What somebody may ask for (GDPR 15 to 22; PIPL 44 to 48). */
export const RIGHTS = [
  "ACCESS",
  "CORRECTION",
  "DELETION",
  "PORTABILITY",
  "RESTRICTION",
  "OBJECTION",
  "EXPLANATION",
] as const;
export type Right = (typeof RIGHTS)[number];

/** A request as it stands. Its events are records of the access log: nobody can quietly change or lose one. */
export interface RightsRequest {
  readonly id: string;
  readonly right: Right;
  /** Keyed reference of the person. */
  readonly subject: string;
  /** Milliseconds since the epoch. */
  readonly received: number;
  readonly due: number;
  readonly state: "OPEN" | "ANSWERED" | "REFUSED";
  readonly closed: number | null;
}

export interface RightsDesk {
  readonly log: AccessLog;
  readonly keyring: Keyring;
  readonly by: RecordedCaller;
}

/** Takes a request in. Returns it with its id and the day on which an answer is due. */
export async function openRequest(
  desk: RightsDesk,
  asked: { readonly right: Right; readonly subject: string; readonly received: number },
  term: AnswerTerm,
  calendar: WorkCalendar,
): Promise<RightsRequest> {
  const id = newId(asked.received);
  const due = dueDate(asked.received, term, calendar);
  const reference = desk.keyring.reference(asked.subject);
  await desk.log.append(
    entryOf(desk, asked.received, [reference], { request: id, event: "OPEN", right: asked.right, due }),
  );
  return { id, right: asked.right, subject: reference, received: asked.received, due, state: "OPEN", closed: null };
}

/** Closes a request: answered, or refused with a ground. Throws NOT_FOUND, and CONSENT_STATE_CONFLICT where it is closed already. */
export async function closeRequest(
  desk: RightsDesk,
  id: string,
  outcome: "ANSWERED" | "REFUSED",
  ground: string | null,
  now: number,
): Promise<RightsRequest> {
  const request = (await listRequests(desk.log)).find((each) => each.id === id);
  if (request === undefined) throw new FieldguardError("NOT_FOUND", `There is no rights request ${id}.`);
  if (request.state !== "OPEN")
    throw new FieldguardError("CONSENT_STATE_CONFLICT", `The rights request ${id} is closed already.`);
  if (outcome === "REFUSED" && (ground === null || ground === "")) {
    throw new FieldguardError("BAD_INPUT", "A refusal needs its ground: the person must be told why.");
  }
  await desk.log.append(entryOf(desk, now, [request.subject], { request: id, event: outcome, ground }));
  return { ...request, state: outcome, closed: now };
}

/** Every request, those due first at the head; answered ones after the open ones. */
export async function listRequests(log: AccessLog): Promise<RightsRequest[]> {
  const closings = new Map<string, { readonly state: "ANSWERED" | "REFUSED"; readonly time: number }>();
  const requests: RightsRequest[] = [];
  // Newest first: a closing comes before what it closes.
  for await (const { details, time, subjects } of readRecords(log, { kind: "RIGHTS_REQUEST" })) {
    const id = String(details?.["request"]);
    const event = details?.["event"];
    if (event === "ANSWERED" || event === "REFUSED") closings.set(id, { state: event, time });
    else {
      const closing = closings.get(id);
      requests.push({
        id,
        right: details?.["right"] as Right,
        subject: subjects[0] ?? "",
        received: time,
        due: Number(details?.["due"]),
        state: closing?.state ?? "OPEN",
        closed: closing?.time ?? null,
      });
    }
  }
  return requests.sort((a, b) => Number(a.state !== "OPEN") - Number(b.state !== "OPEN") || a.due - b.due);
}

function entryOf(
  desk: RightsDesk,
  time: number,
  subjects: readonly string[],
  details: AccessEntry["details"],
): AccessEntry {
  return {
    kind: "RIGHTS_REQUEST",
    time,
    caller: desk.by,
    client: { app: "fieldguard", ip: null },
    operation: null,
    purpose: null,
    justification: null,
    decisions: [],
    subjects,
    policyHash: "",
    outcome: "OK",
    details,
    flags: [],
  };
}
