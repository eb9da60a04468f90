import { type Case, casesOf } from "../case.ts";
import { PURPOSE, SCENE } from "./consent.ts";

const JUNE_1 = "2026-06-01T00:00:00.000Z";

const FORMS = ["IMPLIED", "EXPRESSED", "EXPLICIT", "SEPARATE", "WRITTEN"] as const;

/** Every demanded form against every given one. */
const forms = casesOf(
  "consent form",
  SCENE,
  FORMS.flatMap((demanded, least) =>
    FORMS.map((given, rank) => ({
      name: `${given} where ${demanded} is asked for`,
      field: { consents: [{ for: [PURPOSE], form: demanded }] },
      store: { consents: [{ id: "yes", form: given }] },
      ...(rank >= least
        ? ({ gives: "ALLOW GRANTED", rests: ["yes"] } as const)
        : ({ gives: "MASK CONSENT_FORM_TOO_WEAK" } as const)),
    })),
  ),
);

const moreForms = casesOf("consent form", SCENE, [
  {
    name: "any is enough where none is asked for",
    store: { consents: [{ id: "yes", form: "IMPLIED" }] },
    gives: "ALLOW GRANTED",
    rests: ["yes"],
  },
  {
    name: "too weak, denied otherwise",
    field: { category: "HEALTH", consents: [{ for: [PURPOSE], form: "EXPLICIT" }] },
    store: { consents: [{ form: "IMPLIED" }] },
    gives: "DENY CONSENT_FORM_TOO_WEAK",
  },
  {
    name: "too weak and withdrawn",
    field: { consents: [{ for: [PURPOSE], form: "WRITTEN" }] },
    store: { consents: [{ form: "IMPLIED", state: "WITHDRAWN" }] },
    gives: "MASK CONSENT_WITHDRAWN",
  },
  {
    name: "too weak and ended",
    field: { consents: [{ for: [PURPOSE], form: "WRITTEN" }] },
    store: { consents: [{ form: "IMPLIED", expires: JUNE_1 }] },
    gives: "MASK CONSENT_EXPIRED",
  },
]);

const demands = casesOf("several demands", SCENE, [
  {
    name: "one of several purposes",
    field: { consents: [{ for: ["ANALYTICS", PURPOSE] }] },
    gives: "MASK CONSENT_MISSING",
  },
  {
    name: "the strongest counts",
    field: { consents: [{ for: [PURPOSE] }, { for: [PURPOSE], form: "SEPARATE" }] },
    store: { consents: [{ form: "EXPLICIT" }] },
    gives: "MASK CONSENT_FORM_TOO_WEAK",
  },
  {
    name: "the strongest counts, first as well",
    field: { consents: [{ for: [PURPOSE], form: "SEPARATE" }, { for: [PURPOSE] }] },
    store: { consents: [{ form: "EXPLICIT" }] },
    gives: "MASK CONSENT_FORM_TOO_WEAK",
  },
  {
    name: "one consent meets both, and is named once",
    field: { consents: [{ for: [PURPOSE] }, { for: [PURPOSE], form: "SEPARATE" }] },
    store: { consents: [{ id: "yes", form: "WRITTEN" }] },
    gives: "ALLOW GRANTED",
    rests: ["yes"],
  },
  {
    name: "a demand for another purpose does not matter",
    field: { consents: [{ for: [PURPOSE] }, { for: ["ANALYTICS"], form: "WRITTEN" }] },
    store: { consents: [{ id: "yes" }] },
    gives: "ALLOW GRANTED",
    rests: ["yes"],
  },
]);

export const CONSENT_FORM_CASES: readonly Case[] = [...forms, ...moreForms, ...demands];
