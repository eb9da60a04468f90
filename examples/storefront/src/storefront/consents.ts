import { setTimeout as pause } from "node:timers/promises";
import {
  type Agreement,
  type ConsentEvent,
  type ConsentStore,
  FieldguardError,
  newId,
  type SubjectState,
} from "fieldguard";
import { homeOf, storyOf } from "./cast.ts";
import { SHOPS } from "./catalogue.ts";
import { planOf, type Step } from "./consent-plans.ts";
import { LANGUAGES } from "./phrases.ts";
import { DAY_MS } from "./times.ts";

const CUSTOMERS = 500;
const NOTICE_ID = "storefront-privacy";
/** Who is named as having done what nobody in the story did. */
const OFFICE = "privacy-office";

/** People stored in one step: few enough that a slow server answers in time. */
const PEOPLE_PER_STEP = 50;
const ATTEMPTS_MAX = 40;
const PAUSE_MS = 500;

/**
 * Gives the customers of the storefront their consents, in every state, some of them a restricted or erased life, and the
 * merchants their agreements with partners. It can run at each start, of several gateways at once too: what was seeded
 * once is left as it is by now.
 */
export async function seedConsents(store: ConsentStore, now: number): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await seed(store, now);
    } catch (cause) {
      // Another gateway was faster with one of them, or the store is slow: what is stored already is passed over.
      if (attempt === ATTEMPTS_MAX || !passes(cause)) throw cause;
    }
    await pause(PAUSE_MS);
  }
}

function passes(cause: unknown): boolean {
  return (
    cause instanceof FieldguardError && (cause.code === "CONSENT_STATE_CONFLICT" || cause.code === "STORE_UNAVAILABLE")
  );
}

async function seed(store: ConsentStore, now: number): Promise<void> {
  const agreements = agreementsAt(now);
  const stored = new Set((await store.agreements()).map(({ id }) => id));
  // Agreements come last: where all of them are there, an earlier start has finished.
  if (agreements.every(({ id }) => stored.has(id))) return;
  const numbers = Array.from({ length: CUSTOMERS }, (_, index) => index + 1);
  const asked = { subjects: numbers.map(customer), purpose: "ANALYTICS", tenants: [], partner: null };
  const { subjects } = await store.lookUp(asked);
  const statusOf = (number: number) => subjects.get(customer(number))?.status ?? "ACTIVE";
  // Nothing may be added to what is erased: it was seeded before, or somebody wished to be forgotten since.
  const open = numbers.filter((number) => statusOf(number) !== "ERASED");
  // Whoever gets a state comes first: where a server reads all that it has for each change, that is little as yet.
  const special = new Set(STATES.map(([number]) => number));
  await appendConsents(
    store,
    open.filter((number) => special.has(number)),
    now,
  );
  for (const [number, status, legalHold] of STATES) {
    if (statusOf(number) === "ACTIVE") await setState(store, customer(number), status, legalHold, now);
  }
  await appendConsents(
    store,
    open.filter((number) => !special.has(number)),
    now,
  );
  for (const agreement of agreements) if (!stored.has(agreement.id)) await store.putAgreement(agreement);
}

async function appendConsents(store: ConsentStore, numbers: readonly number[], now: number): Promise<void> {
  for (let start = 0; start < numbers.length; start += PEOPLE_PER_STEP) {
    await store.append(numbers.slice(start, start + PEOPLE_PER_STEP).flatMap((number) => eventsOf(number, now)));
  }
}

function customer(number: number): string {
  return `c-${number}`;
}

function eventsOf(number: number, now: number): ConsentEvent[] {
  const home = homeOf(number, SHOPS);
  const recordIds = new Map<string, string>();
  return planOf(number).map((step, index) => {
    // What is said of the same purposes later belongs to the same record.
    const about = step.purposes.join();
    const recordId = recordIds.get(about) ?? newId(now - step.daysAgo * DAY_MS);
    recordIds.set(about, recordId);
    return eventOf(step, { number, home, recordId, now, key: `sample-${index}` });
  });
}

interface EventFrame {
  readonly number: number;
  readonly home: ReturnType<typeof homeOf>;
  readonly recordId: string;
  readonly now: number;
  readonly key: string;
}

function eventOf(step: Step, { number, home, recordId, now, key }: EventFrame): ConsentEvent {
  const time = now - step.daysAgo * DAY_MS;
  const guarded = step.by.role === "GUARDIAN";
  const speaker = guarded ? "c-1" : step.by.role === "DATA_SUBJECT" ? customer(number) : OFFICE;
  return {
    id: newId(time),
    recordId,
    subject: customer(number),
    tenant: `m-${home.merchant}`,
    purposes: step.purposes,
    categories: step.categories,
    recipients: step.recipients,
    state: step.state,
    form: step.form,
    time,
    expiresAt: step.validDays === null ? null : time + step.validDays * DAY_MS,
    expressedBy: { id: speaker, role: step.by.role, verification: step.by.verification },
    notice: { id: NOTICE_ID, version: step.noticeVersion, contentHash: null },
    language: LANGUAGES[home.region],
    method: "account settings",
    jurisdiction: home.region,
    storageLocations: ["DE"],
    retention: "P3Y",
    withdrawalMethod: "account settings",
    reason: null,
    key,
  };
}

/** Customers whose data may not be used as usual: number, state, whether a court wants them kept. */
const STATES: readonly (readonly [number: number, status: SubjectState["status"], legalHold: boolean])[] = [
  ...storied("RESTRICTED", "RESTRICTED", false),
  ...storied("ERASED", "ERASED", false),
  ...storied("KEPT_FOR_THE_COURT", "ERASED", true),
  [97, "RESTRICTED", false],
  [194, "RESTRICTED", false],
  [291, "RESTRICTED", true],
  [113, "ERASED", false],
  [226, "ERASED", false],
  [339, "ERASED", false],
];

function storied(story: string, status: SubjectState["status"], legalHold: boolean) {
  const numbers = Array.from({ length: CUSTOMERS }, (_, index) => index + 1);
  return numbers
    .filter((number) => storyOf(number).story === story)
    .map((number) => [number, status, legalHold] as const);
}

async function setState(
  store: ConsentStore,
  subject: string,
  status: SubjectState["status"],
  legalHold: boolean,
  now: number,
): Promise<void> {
  const reason = status === "ERASED" ? "asked to be forgotten" : "disputes what is stored";
  await store.setSubjectState({ subject, status, legalHold, time: now - 5 * DAY_MS, by: OFFICE, reason });
}

/** Every merchant's processors, and for some merchants those who want data for purposes of their own. */
function agreementsAt(now: number): Agreement[] {
  const written = (
    tenant: string,
    partner: string | null,
    purposes: readonly string[],
    change: Partial<Agreement> = {},
  ) => ({
    id: `sample-${tenant}-${partner ?? "processors"}`,
    tenant,
    partner,
    purposes,
    state: "GIVEN" as const,
    form: "WRITTEN" as const,
    givenAt: now - 300 * DAY_MS,
    expiresAt: null,
    by: OFFICE,
    reason: null,
    ...change,
  });
  return [
    ...SHOPS.map((_, index) =>
      written(`m-${index + 1}`, null, ["DELIVERY", "PAYMENT_PROCESSING", "CUSTOMS_CLEARANCE"]),
    ),
    written("m-1", "lp-5", ["DELIVERY"], { state: "WITHDRAWN", reason: "parcels were left in the rain" }),
    written("m-1", "ap-1", ["TARGETED_ADVERTISING"], { expiresAt: now + 200 * DAY_MS }),
    written("m-1", "tp-1", ["THIRD_PARTY_SHARING"]),
    written("m-1", "an-1", ["ANALYTICS"]),
    written("m-3", "ap-2", ["TARGETED_ADVERTISING"]),
    written("m-4", "ap-1", ["TARGETED_ADVERTISING"], { expiresAt: now - 20 * DAY_MS }),
    written("m-8", "ap-2", ["TARGETED_ADVERTISING"], { state: "WITHDRAWN", reason: "too many advertisements" }),
  ];
}
