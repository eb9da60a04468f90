import type { ConsentEvent, ConsentState } from "fieldguard";
import { type Story, scatter, storyOf } from "./cast.ts";

/** One thing that a customer, or somebody for them, said about purposes. Days are counted back from the time of seeding. */
export interface Step {
  readonly purposes: readonly string[];
  readonly state: ConsentState;
  readonly daysAgo: number;
  readonly form: ConsentEvent["form"];
  readonly noticeVersion: string;
  readonly by: { readonly role: ConsentEvent["expressedBy"]["role"]; readonly verification: string | null };
  /** null: valid until withdrawn. */
  readonly validDays: number | null;
  /** null: whoever may otherwise. */
  readonly recipients: readonly string[] | null;
  readonly categories: readonly string[] | null;
}

/** What customers are asked about. SELF_SERVICE is the switch for recommendations on one's own pages. */
export const ASKED_FOR = [
  "ANALYTICS",
  "PRODUCT_IMPROVEMENT",
  "PERSONALIZATION",
  "DIRECT_MARKETING",
  "TARGETED_ADVERTISING",
  "THIRD_PARTY_SHARING",
  "ORDER_FULFILMENT",
  "SELF_SERVICE",
];

const CURRENT_NOTICE = "3";
const ONESELF = { role: "DATA_SUBJECT", verification: null } as const;
const GUARDIAN = { role: "GUARDIAN", verification: "identity document and family register" } as const;
const GUARDIAN_BY_OWN_WORD = { role: "GUARDIAN", verification: null } as const;
const CONTROLLER = { role: "CONTROLLER", verification: null } as const;

/** What the n-th customer (from 1) said, oldest first. */
export function planOf(number: number): readonly Step[] {
  const { story, minor } = storyOf(number);
  if (story !== null) return planOfStory(story);
  if (minor) return [step("GIVEN", 200, scatter(number) < 60 ? { by: GUARDIAN } : {})];
  return planByLot(number);
}

function planOfStory(story: Story): readonly Step[] {
  const given = step("GIVEN", 100);
  switch (story) {
    case "CONSENTS_TO_ALL":
    case "ABROAD":
    case "RESTRICTED":
    case "ERASED":
    case "KEPT_FOR_THE_COURT":
    case "MINOR_WITHOUT_GUARDIAN":
      return [given];
    case "REFUSES_ALL":
      return [step("REQUESTED", 101), step("REFUSED", 100)];
    case "WITHDREW_MARKETING":
      return [given, step("WITHDRAWN", 10, { purposes: ["DIRECT_MARKETING", "TARGETED_ADVERTISING"] })];
    case "EXPIRED":
      return [step("GIVEN", 400, { validDays: 365 })];
    case "OUTDATED_NOTICE":
      return [step("GIVEN", 900, { noticeVersion: "1" })];
    case "IMPLIED_ONLY":
      return [step("GIVEN", 100, { form: "IMPLIED" })];
    case "MINOR_WITH_GUARDIAN":
      return [step("GIVEN", 100, { by: GUARDIAN })];
    case "MINOR_GUARDIAN_UNVERIFIED":
      return [step("GIVEN", 100, { by: GUARDIAN_BY_OWN_WORD })];
    case "NEVER_ASKED":
      return [];
    case "ASKED_ONLY":
      return [step("REQUESTED", 3)];
    case "PUT_OFF":
      return [step("REQUESTED", 9), step("DEFERRED", 8)];
    case "REVOKED":
      return [given, step("REVOKED", 20, { by: CONTROLLER })];
    case "RENEWED":
      return [step("GIVEN", 500, { validDays: 365 }), step("RENEWED", 130, { validDays: 365 })];
    case "INVALIDATED":
      return [given, step("INVALIDATED", 20, { by: CONTROLLER })];
    case "ONE_RECIPIENT_ONLY":
      return [step("GIVEN", 100, { recipients: ["ap-1"], categories: ["EMAIL_ADDRESS"] })];
  }
}

/** The others: each purpose by a lot of its own, so that all mixtures occur. */
function planByLot(number: number): readonly Step[] {
  const choices = new Map<Choice, string[]>();
  for (const [index, purpose] of ASKED_FOR.entries()) {
    const choice = choiceOf(scatter(number * ASKED_FOR.length + index));
    choices.set(choice, [...(choices.get(choice) ?? []), purpose]);
  }
  return [...choices].flatMap(([choice, purposes]) => stepsOf(choice, purposes));
}

type Choice = "GIVEN" | "REFUSED" | "WITHDRAWN" | "EXPIRED" | "OUTDATED" | "SILENT";

function choiceOf(lot: number): Choice {
  if (lot < 55) return "GIVEN";
  if (lot < 70) return "REFUSED";
  if (lot < 78) return "WITHDRAWN";
  if (lot < 84) return "EXPIRED";
  return lot < 90 ? "OUTDATED" : "SILENT";
}

function stepsOf(choice: Choice, purposes: readonly string[]): readonly Step[] {
  switch (choice) {
    case "GIVEN":
      return [step("GIVEN", 150, { purposes })];
    case "REFUSED":
      return [step("REFUSED", 150, { purposes })];
    case "WITHDRAWN":
      return [step("GIVEN", 150, { purposes }), step("WITHDRAWN", 15, { purposes })];
    case "EXPIRED":
      return [step("GIVEN", 400, { purposes, validDays: 365 })];
    case "OUTDATED":
      return [step("GIVEN", 900, { purposes, noticeVersion: "1" })];
    case "SILENT":
      return [];
  }
}

function step(state: ConsentState, daysAgo: number, change: Partial<Step> = {}): Step {
  return {
    purposes: ASKED_FOR,
    state,
    daysAgo,
    form: "SEPARATE",
    noticeVersion: CURRENT_NOTICE,
    by: ONESELF,
    validDays: null,
    recipients: null,
    categories: null,
    ...change,
  };
}
