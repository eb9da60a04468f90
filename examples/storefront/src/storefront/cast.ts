import { REGIONS, type Region } from "./rows.ts";

/**
 * The first customers of merchant m-1, each with a story: one page of customers shows every way in which a decision can go.
 * `fill` gives them the age and country that the story needs, `consents` their consents and states.
 */
export type Story =
  | "CONSENTS_TO_ALL"
  | "REFUSES_ALL"
  | "WITHDREW_MARKETING"
  | "EXPIRED"
  | "OUTDATED_NOTICE"
  | "IMPLIED_ONLY"
  | "RESTRICTED"
  | "ERASED"
  | "MINOR_WITHOUT_GUARDIAN"
  | "MINOR_WITH_GUARDIAN"
  | "MINOR_GUARDIAN_UNVERIFIED"
  | "NEVER_ASKED"
  | "ASKED_ONLY"
  | "PUT_OFF"
  | "REVOKED"
  | "ABROAD"
  | "RENEWED"
  | "INVALIDATED"
  | "ONE_RECIPIENT_ONLY"
  | "KEPT_FOR_THE_COURT";

/** In order: the first is `c-1`. */
export const STORIES: readonly Story[] = [
  "CONSENTS_TO_ALL",
  "REFUSES_ALL",
  "WITHDREW_MARKETING",
  "EXPIRED",
  "OUTDATED_NOTICE",
  "IMPLIED_ONLY",
  "RESTRICTED",
  "ERASED",
  "MINOR_WITHOUT_GUARDIAN",
  "MINOR_WITH_GUARDIAN",
  "MINOR_GUARDIAN_UNVERIFIED",
  "NEVER_ASKED",
  "ASKED_ONLY",
  "PUT_OFF",
  "REVOKED",
  "ABROAD",
  "RENEWED",
  "INVALIDATED",
  "ONE_RECIPIENT_ONLY",
  "KEPT_FOR_THE_COURT",
];

const MINORS: ReadonlySet<Story> = new Set([
  "MINOR_WITHOUT_GUARDIAN",
  "MINOR_WITH_GUARDIAN",
  "MINOR_GUARDIAN_UNVERIFIED",
]);

/**
 * What is known of the n-th customer (from 1) before anything is drawn: the first twenty follow their story, and of the others
 * every fortieth is a child, so that the consents can be told from the number alone.
 */
export function storyOf(number: number): { readonly story: Story | null; readonly minor: boolean } {
  const story = STORIES[number - 1] ?? null;
  return { story, minor: story === null ? number % 40 === 0 : MINORS.has(story) };
}

/** Where the n-th customer (from 1) lives and buys, out of `merchants` shops: most live in their shop's country, some abroad. */
export function homeOf(
  number: number,
  shops: readonly { readonly region: Region }[],
): { readonly merchant: number; readonly region: Region } {
  const merchant = number <= STORIES.length ? 1 : (number % shops.length) + 1;
  const home = shops[merchant - 1]?.region ?? "DE";
  if (storyOf(number).story === "ABROAD") return { merchant, region: "CN" };
  if (number <= STORIES.length) return { merchant, region: home };
  const lot = scatter(number);
  return { merchant, region: lot < 80 ? home : (REGIONS[lot % REGIONS.length] ?? home) };
}

/** A number from 0 to 99 that looks drawn, but is the same for the same n everywhere (Knuth's multiplicative hash). */
export function scatter(n: number): number {
  return (Math.imul(n, 2_654_435_761) >>> 8) % 100;
}
