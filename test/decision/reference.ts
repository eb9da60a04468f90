import { DateTime, Duration } from "luxon";
import type { Caller, ConsentStanding, Decision, ObjectFacts, Reason, RequestFacts } from "../../src/decision/model.ts";
import {
  CONSENT_FORMS,
  type ConsentDemand,
  type FieldPolicy,
  type Grant,
  type Vocabulary,
} from "../../src/policy/model.ts";

/**
 * The decision as a plain walk down the table of DESIGN.md, section 2: no rules, no findings, nothing remembered, luxon for every
 * date. Slow and obvious on purpose; the real one must never differ from it.
 */
export function decideByReference(
  policy: FieldPolicy,
  vocabulary: Vocabulary,
  request: RequestFacts,
  object: ObjectFacts,
): Decision {
  const consentIds: string[] = [];
  const reason = walk(policy, vocabulary, request, object, consentIds);
  if (reason === "GRANTED") return { outcome: "ALLOW", reason, consentIds: [...new Set(consentIds)] };
  const stranger = isStranger(vocabulary, request, object);
  return { outcome: outcomeFor(policy, reason, stranger), reason, consentIds: [] };
}

/** Nothing of what is gone leaves, or may be gone; and masks are not for strangers. */
export function outcomeFor(policy: FieldPolicy, reason: Reason, stranger: boolean): "MASK" | "DENY" {
  if (["SUBJECT_ERASED", "RETENTION_EXPIRED", "CONSENT_STORE_UNAVAILABLE"].includes(reason)) return "DENY";
  return stranger && policy.maskForStrangers !== true ? "DENY" : policy.otherwise;
}

function isStranger({ roles }: Vocabulary, request: RequestFacts, object: ObjectFacts): boolean {
  const reach = roles[request.caller.role]?.reach ?? "NONE";
  return reach === "NONE" || (reach === "SELF" && !isOwn(request, object));
}

function isAssigned({ assigned }: Grant, { organisation }: Caller, { named }: ObjectFacts): boolean {
  if (assigned === null || organisation === null) return false;
  const value = named[assigned];
  return (typeof value === "number" ? String(value) : value) === organisation;
}

/** The moment as it is in the zone where the day begins last: a birthday counts when it has begun everywhere. */
export function everywhere(now: DateTime): DateTime {
  return now.minus({ hours: 12 });
}

/** The caller's own, or of whom they stand for: of a ward only while it is known to be a child, or nothing is known of its age. */
function isOwn({ caller, now, deployment }: RequestFacts, { subject, birthDate }: ObjectFacts): boolean {
  if (subject === null) return false;
  if (subject === caller.id) return true;
  if (caller.refuted === true || subject !== caller.onBehalfOf) return false;
  if (caller.actingAs !== "GUARDIAN") return true;
  const age = ageOf(birthDate, everywhere(DateTime.fromMillis(now, { zone: "utc" })));
  return age === null || (age !== UNREADABLE && age < deployment.guardianAge);
}

function walk(
  policy: FieldPolicy,
  vocabulary: Vocabulary,
  request: RequestFacts,
  object: ObjectFacts,
  consentIds: string[],
): Reason {
  const { caller, purpose, deployment } = request;
  const now = DateTime.fromMillis(request.now, { zone: "utc" });
  const role = vocabulary.roles[caller.role];
  const reach = role?.reach ?? "NONE";
  const term = purpose === null ? undefined : vocabulary.purposes[purpose];
  const hasSubject = object.subjectDeclared && object.subject !== null;

  // 1 and 2: what a law asks to keep that long is, for an erased person, restricted until then
  const within = policy.retain === null || isWithin(object.named[policy.retain.after], policy.retain.period, now);
  const kept = policy.retain?.duty === true && within;
  const status = object.standing?.status === "ERASED" && kept ? "RESTRICTED" : object.standing?.status;
  const held = object.standing?.legalHold === true && term?.basis === "LEGAL_OBLIGATION";
  if (!held) {
    if (hasSubject && status === "ERASED") return "SUBJECT_ERASED";
    if (!within) return "RETENTION_EXPIRED";
  }
  if (hasSubject && object.standing === null) return "CONSENT_STORE_UNAVAILABLE";

  // 3
  const toRole = policy.grants.filter((grant) => grant.to.includes(caller.role));
  if (toRole.length === 0) return "ROLE_NOT_ALLOWED";
  if (purpose === null) return "PURPOSE_MISSING";
  const grants = toRole.filter((grant) => grant.allow.includes(purpose));
  if (grants.length === 0) return "PURPOSE_NOT_ALLOWED";
  const demands = policy.consents.filter((demand) => demand.purposes.includes(purpose));

  // 4
  if (object.subjectDeclared && object.subject === null) return "SUBJECT_UNKNOWN";
  if (!object.subjectDeclared && (reach === "SELF" || reach === "TENANT" || demands.length > 0))
    return "SUBJECT_UNKNOWN";

  // 5 and 6
  const reaching = grants.filter((grant) => {
    const bound = reach === "ASSIGNED" || !grant.to.some((role) => vocabulary.roles[role]?.reach === "ASSIGNED");
    if (bound && grant.assigned !== null && !isAssigned(grant, caller, object)) return false;
    if (reach === "ALL") return true;
    if (reach === "ASSIGNED") return grant.assigned !== null;
    if (reach === "TENANT") return object.tenant !== null && caller.tenants.includes(object.tenant);
    if (reach === "SELF") return isOwn(request, object);
    return false;
  });
  if (reaching.length === 0) return "OUT_OF_REACH";
  if (!reaching.some((grant) => isRunning(grant, object, now))) return "GRANT_ENDED";

  // 7
  const itself = reach === "SELF" && isOwn(request, object);
  const restricted = status === "RESTRICTED" && !(itself && object.standing?.status === "RESTRICTED");
  if (object.subjectDeclared && restricted && term?.restricted !== true) return "SUBJECT_RESTRICTED";

  // 8
  const age = ageOf(object.birthDate, everywhere(now));
  const { minimumAge } = deployment;
  const forAnyAge = term?.rights === true || term?.basis === "VITAL_INTEREST";
  if (minimumAge !== null && minimumAge > 0 && object.birthDateDeclared && !forAnyAge) {
    if (age === null || age < minimumAge) return "MINOR_NOT_SERVED";
  }

  // 9
  const forAnother = caller.id !== object.subject && caller.actingAs !== "GUARDIAN";
  if (object.regionDeclared && !(itself && !forAnother)) {
    if (role?.external === true && caller.region === null) return "CROSS_BORDER";
    const from = object.region ?? deployment.region;
    const to = caller.region ?? deployment.region;
    const allowed = from === null || to === null ? [] : (deployment.transfers[from] ?? []);
    if (from !== to && !(to !== null && allowed.includes(to))) return "CROSS_BORDER";
  }

  // 10
  if (request.optedOut && term?.sale === true) return "OPTED_OUT";
  const minor = age !== null && age < deployment.guardianAge;
  const grown = age !== null && !minor;
  const failures = demands
    .filter((demand) => !(demand.minorsOnly === true && grown))
    .map((demand) => {
      if (demand.from === "TENANT") return agreementFailure(demand, request, object, consentIds);
      return consentFailure({ policy, vocabulary }, demand, request, object, { minor, grown }, consentIds);
    })
    .filter((failure) => failure !== null);
  return ORDER.find((reason) => failures.includes(reason)) ?? "GRANTED";
}

const ORDER: readonly Reason[] = [
  "CONSENT_STORE_UNAVAILABLE",
  "CONSENT_MISSING",
  "CONSENT_REFUSED",
  "CONSENT_WITHDRAWN",
  "CONSENT_EXPIRED",
  "CONSENT_OUTDATED",
  "CONSENT_FORM_TOO_WEAK",
  "CONSENT_NOT_NAMED",
  "CONSENT_NOT_INFORMED",
  "GUARDIAN_CONSENT_REQUIRED",
];

const NO_CHOICE = ["UNKNOWN", "REQUESTED", "DEFERRED"];
const TAKEN_BACK = ["WITHDRAWN", "REVOKED", "INVALIDATED"];

/** How a consent names the caller: in full, or as the first edition stored it. */
function isNamed(recipient: string, { role, organisation }: RequestFacts["caller"], { roles }: Vocabulary): boolean {
  if (recipient.includes(":")) return recipient === `role:${role}` || recipient === `org:${organisation}`;
  return recipient in roles ? recipient === role : recipient === organisation;
}

/** Which of two choices comes first in the order in which they are asked: the later, of one time the no, then the narrower. */
function byTime(one: ConsentStanding, other: ConsentStanding): number {
  const rank = (choice: ConsentStanding) => [
    choice.changedAt,
    Number(isNo(choice)),
    Number(choice.tenant !== null),
    Number(choice.recipients !== null),
    Number(choice.categories !== null),
  ];
  const [left, right] = [rank(one), rank(other)];
  const at = left.findIndex((value, index) => value !== right[index]);
  if (at === -1) return one.id > other.id ? -1 : 1;
  return (right[at] ?? 0) - (left[at] ?? 0);
}

function isNo({ state }: ConsentStanding): boolean {
  return state === "REFUSED" || TAKEN_BACK.includes(state);
}

/** What a person's choices come to: everything that covers the value and the caller, and of that the latest. */
function consentFailure(
  { policy, vocabulary }: { readonly policy: FieldPolicy; readonly vocabulary: Vocabulary },
  demand: ConsentDemand,
  { caller, purpose, deployment, now }: RequestFacts,
  object: ObjectFacts,
  { minor, grown }: { readonly minor: boolean; readonly grown: boolean },
  consentIds: string[],
): Reason | null {
  const [consent, ...earlier] = (object.standing?.consents ?? [])
    .filter((one) => one.purpose === purpose && !NO_CHOICE.includes(one.state))
    .filter((one) => one.tenant === null || one.tenant === object.tenant)
    .filter((one) => one.categories === null || one.categories.includes(policy.category))
    .filter((one) => one.recipients === null || one.recipients.some((name) => isNamed(name, caller, vocabulary)))
    .toSorted(byTime);
  const nothing = minor ? "GUARDIAN_CONSENT_REQUIRED" : "CONSENT_MISSING";
  if (consent === undefined) return demand.optOut === true ? null : nothing;
  const asNo = ({ state }: ConsentStanding) => (state === "REFUSED" ? "CONSENT_REFUSED" : "CONSENT_WITHDRAWN");
  if (isNo(consent)) return asNo(consent);

  const failure = (): Reason | null => {
    if (minor && !(consent.expressedBy === "GUARDIAN" && consent.verified)) return "GUARDIAN_CONSENT_REQUIRED";
    if (["GUARDIAN", "AGENT"].includes(consent.expressedBy) && !consent.verified) return "CONSENT_MISSING";
    if (grown && consent.expressedBy === "GUARDIAN") return "CONSENT_EXPIRED";
    const ageThen = ageOf(object.birthDate, everywhere(DateTime.fromMillis(consent.changedAt, { zone: "utc" })));
    const asChild = ageThen !== null && ageThen < deployment.guardianAge;
    if (asChild && consent.expressedBy !== "GUARDIAN") return "CONSENT_MISSING";
    if (consent.changedAt > now) return "CONSENT_MISSING";
    const over = consent.expiresAt !== null && consent.expiresAt <= now;
    return consent.state === "EXPIRED" || over ? "CONSENT_EXPIRED" : null;
  };
  const failed = failure();
  const no = earlier.find(isNo);
  const unproven = consent.expressedBy === "CONTROLLER" && consent.form === "IMPLIED";
  if ((failed !== null || unproven) && no !== undefined) return asNo(no);
  if (demand.optOut === true) return null;
  if (failed !== null) return failed;

  const since = (text: string) => DateTime.fromISO(text, { zone: "utc" }).toMillis();
  const material = deployment.notices.filter(
    (notice) => since(notice.effectiveFrom) <= now && purpose !== null && notice.materialFor.includes(purpose),
  );
  const family = deployment.notices.filter((notice) => notice.id === consent.notice?.id);
  const shown = family.find((notice) => notice.version === consent.notice?.version);
  const outdated =
    family.length === 0
      ? material.some((notice) => since(notice.effectiveFrom) > consent.changedAt)
      : material.some(
          (notice) =>
            notice.id === consent.notice?.id &&
            (shown === undefined || since(notice.effectiveFrom) > since(shown.effectiveFrom)),
        );
  if (outdated) return "CONSENT_OUTDATED";
  if (demand.form !== null && CONSENT_FORMS.indexOf(consent.form) < CONSENT_FORMS.indexOf(demand.form)) {
    return "CONSENT_FORM_TOO_WEAK";
  }
  if (demand.named === true && consent.recipients === null) return "CONSENT_NOT_NAMED";
  if (demand.informed === true && !(shown !== undefined && since(shown.effectiveFrom) <= consent.changedAt)) {
    return "CONSENT_NOT_INFORMED";
  }
  consentIds.push(consent.id);
  return null;
}

function agreementFailure(
  demand: ConsentDemand,
  { now }: RequestFacts,
  { agreement, tenant }: ObjectFacts,
  consentIds: string[],
): Reason | null {
  if (demand.optOut === true) {
    if (tenant !== null && agreement === null) return "CONSENT_STORE_UNAVAILABLE";
    if (agreement == null || agreement.tenant !== tenant) return null;
    if (agreement.state === "REFUSED") return "CONSENT_REFUSED";
    return TAKEN_BACK.includes(agreement.state) ? "CONSENT_WITHDRAWN" : null;
  }
  if (tenant === null) return "CONSENT_MISSING";
  if (agreement === null) return "CONSENT_STORE_UNAVAILABLE";
  if (agreement === undefined || agreement.tenant !== tenant || NO_CHOICE.includes(agreement.state))
    return "CONSENT_MISSING";
  if (agreement.state === "REFUSED") return "CONSENT_REFUSED";
  if (TAKEN_BACK.includes(agreement.state)) return "CONSENT_WITHDRAWN";
  if (agreement.givenAt > now) return "CONSENT_MISSING";
  if (agreement.state === "EXPIRED" || (agreement.expiresAt !== null && agreement.expiresAt <= now))
    return "CONSENT_EXPIRED";
  if (demand.form !== null && CONSENT_FORMS.indexOf(agreement.form) < CONSENT_FORMS.indexOf(demand.form)) {
    return "CONSENT_FORM_TOO_WEAK";
  }
  consentIds.push(agreement.id);
  return null;
}

function isRunning(grant: Grant, object: ObjectFacts, now: DateTime): boolean {
  const until = grant.until === null ? null : object.named[grant.until];
  if (until === null || until === undefined) return true;
  const read = readDate(until);
  if (read === null) return false;
  return now < (read.plain ? read.time.plus({ days: 1 }) : read.time);
}

function isWithin(after: unknown, period: string, now: DateTime): boolean {
  const read = readDate(after);
  if (read === null) return false;
  const duration = Duration.fromISO(period);
  const exact = /T/.test(period);
  const end = exact ? read.time.plus(duration) : read.earliest.plus(duration).plus({ days: 1 });
  return end.isValid && now < end;
}

interface ReadDate {
  readonly time: DateTime;
  /** The day that is told, or the first and the last that it may have been anywhere on earth; at their start, in UTC. */
  readonly earliest: DateTime;
  readonly latest: DateTime;
  readonly plain: boolean;
}

export function readDate(value: unknown): ReadDate | null {
  if (value instanceof Date) return instant(DateTime.fromJSDate(value, { zone: "utc" }));
  if (typeof value === "number")
    return Math.abs(value) < 1e11 ? null : instant(DateTime.fromMillis(value, { zone: "utc" }));
  if (typeof value !== "string") return null;
  if (/^-?\d{12,15}$/.test(value)) {
    return DateTime.fromFormat(value, "yyyyMMddHHmm").isValid && /^(19|20)/.test(value)
      ? null
      : readDate(Number(value));
  }
  if (!/^\d{4}-\d\d-\d\d($|[T ])/.test(value)) return null;
  const kept = { zone: "utc", setZone: true } as const;
  const local = value.includes(" ") ? DateTime.fromSQL(value, kept) : DateTime.fromISO(value, kept);
  if (!local.isValid || local.toUTC().minus({ hours: 12 }).year < 0) return null;
  const zoned = /[zZ]$|[+-]\d\d(:?\d\d)?$|[A-Za-z]{2,}$/.test(value.slice(10));
  const atMidnight = local.equals(local.startOf("day"));
  if (zoned && !atMidnight) return instant(local.toUTC());
  const day = DateTime.utc(local.year, local.month, local.day);
  return { time: local.toUTC(), earliest: day, latest: day, plain: value.length === 10 };
}

function instant(time: DateTime): ReadDate | null {
  if (!time.isValid) return null;
  const earliest = time.minus({ hours: 12 }).startOf("day");
  const latest = time.plus({ hours: 14 }).startOf("day");
  return earliest.year < 0 || !latest.isValid ? null : { time, earliest, latest, plain: false };
}

/** The age of whoever has a day of birth that cannot be read: younger than any age that there is. */
export const UNREADABLE = -100_000;

/** Full years; null where there is no day of birth. A year or month alone counts from its end. */
export function ageOf(birthDate: unknown, now: DateTime): number | null {
  if (birthDate === null || birthDate === undefined) return null;
  const text = typeof birthDate === "string" ? birthDate : "";
  const unit = /^\d{4}$/.test(text) ? "year" : /^\d{4}-\d\d$/.test(text) ? "month" : null;
  const day = unit === null ? readDate(birthDate)?.latest : DateTime.fromISO(text, { zone: "utc" }).endOf(unit);
  if (day === undefined || !day.isValid) return UNREADABLE;
  let age = now.year - day.year;
  if (now.month < day.month || (now.month === day.month && now.day < day.day)) age -= 1;
  return age;
}
