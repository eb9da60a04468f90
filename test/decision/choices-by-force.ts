import fc from "fast-check";
import type { ConsentEvent } from "../../src/consents/contract.ts";
import type { ConsentState } from "../../src/decision/model.ts";
import { event } from "../../src/stores/conformance/consent-fixtures.ts";

/** What is asked about: a value of a tenant and category, and who asks. */
export interface Asked {
  readonly tenant: string | null;
  readonly category: string;
  readonly names: readonly string[];
}

export const NOW = Date.UTC(2026, 5, 15, 12);
export const PURPOSE = "DIRECT_MARKETING";

const TENANTS = [null, "t-1", "t-2"] as const;
const CATEGORIES = ["EMAIL_ADDRESS", "PHONE_NUMBER", "HEALTH"] as const;
const CALLERS = [
  ["role:SHOP", "SHOP", "org:a", "a"],
  ["role:SHOP", "SHOP", "org:b", "b"],
  ["role:AGENCY", "AGENCY"],
] as const;
export const EVERYTHING: readonly Asked[] = TENANTS.flatMap((tenant) =>
  CATEGORIES.flatMap((category) => CALLERS.map((names) => ({ tenant, category, names }))),
);

const STATES = [
  "GIVEN",
  "GIVEN",
  "GIVEN",
  "RENEWED",
  "REFUSED",
  "WITHDRAWN",
  "REVOKED",
  "INVALIDATED",
  "REQUESTED",
  "DEFERRED",
] as const;

/** One event of a history: how long after the one before it was said, what, and by whom. */
const step = fc.record({
  after: fc.constantFrom(0, 0, 1, 1, 2, 5, -1),
  tenant: fc.constantFrom(...TENANTS),
  categories: fc.constantFrom(null, null, ["EMAIL_ADDRESS"], ["PHONE_NUMBER", "EMAIL_ADDRESS"], ["HEALTH"]),
  recipients: fc.constantFrom(null, null, ["org:a"], ["b"], ["org:b", "org:a"], ["role:SHOP"], ["AGENCY"]),
  state: fc.constantFrom(...STATES),
  lasts: fc.constantFrom(null, null, null, 3, 1_000_000),
  by: fc.constantFrom("DATA_SUBJECT", "DATA_SUBJECT", "AGENT", "GUARDIAN", "CONTROLLER"),
  verified: fc.boolean(),
  evidence: fc.constantFrom("list 7", "list 7", null),
});

/** A person's whole history, in the order of storing. Most are in the order of time; clocks differ by a millisecond. */
export const history: fc.Arbitrary<readonly ConsentEvent[]> = fc
  .record({ steps: fc.array(step, { maxLength: 12 }), until: fc.constantFrom(-2, 0, 20) })
  .map(({ steps, until }) => {
    const total = steps.reduce((sum, { after }) => sum + after, 0);
    let time = NOW - total + until - 10;
    return steps.map(({ after, tenant, categories, recipients, state, lasts, by, verified, evidence }, index) => {
      time += after;
      return event({
        id: `e-${String(index).padStart(2, "0")}`,
        subject: "somebody",
        tenant,
        categories,
        recipients,
        state,
        time,
        expiresAt: lasts === null ? null : time + lasts,
        expressedBy: { id: "x", role: by as "AGENT", verification: verified ? "seen" : null },
        evidence,
      });
    });
  });

type Word = ConsentEvent & { readonly since: number };

const NOS: readonly ConsentState[] = ["REFUSED", "WITHDRAWN", "REVOKED", "INVALIDATED"];
const YESES: readonly ConsentState[] = ["GIVEN", "RENEWED"];
const isNo = ({ state }: ConsentEvent) => NOS.includes(state);
const setOf = (names: readonly string[] | null) => names && [...names].sort().join();
const sameScope = (one: ConsentEvent, other: ConsentEvent) =>
  one.tenant === other.tenant &&
  setOf(one.categories) === setOf(other.categories) &&
  setOf(one.recipients) === setOf(other.recipients);

/**
 * What a history says of a value, by going through all of it, with nothing left out: every choice that covers it, the latest of
 * them, and where that is a yes which does not hold, or which the controller entered without evidence, the latest no. Slow and plain; no projection keeps anything.
 */
export function chosenByForce(events: readonly ConsentEvent[], asked: Asked): string {
  const words: Word[] = [];
  for (const said of events) {
    if (!isNo(said) && !YESES.includes(said.state)) continue;
    const before = words.filter((word) => sameScope(word, said)).map(({ since }) => since);
    words.push({ ...said, since: Math.max(said.time, ...before) });
  }
  // Of the yeses to the same, the one stored last is the one that was said.
  const told = words.filter(
    (word, at) => isNo(word) || !words.slice(at + 1).some((later) => !isNo(later) && sameScope(later, word)),
  );
  const covering = told
    .filter(({ tenant }) => tenant === null || tenant === asked.tenant)
    .filter(({ categories }) => categories === null || categories.includes(asked.category))
    .filter(({ recipients }) => recipients === null || recipients.some((name) => asked.names.includes(name)))
    .sort(byTime);
  const [latest] = covering;
  if (latest === undefined) return "nothing";
  if (isNo(latest)) return reasonOf(latest, covering);
  const no = covering.find(isNo);
  const isUnproven = latest.expressedBy.role === "CONTROLLER" && latest.evidence === null;
  if (holds(latest) && !(isUnproven && no !== undefined)) return `yes ${latest.id}`;
  return no === undefined ? `hollow ${latest.id}` : reasonOf(no, covering);
}

/** The latest no's reason; of several of the same millisecond any one's, separated by `|`. */
function reasonOf(no: Word, covering: readonly Word[]): string {
  const alike = covering.filter((word) => isNo(word) && word.since === no.since);
  const reasons = alike.map(({ state }) => (state === "REFUSED" ? "CONSENT_REFUSED" : "CONSENT_WITHDRAWN"));
  return [...new Set(reasons)].sort().join("|");
}

function byTime(one: Word, other: Word): number {
  const exact = ({ tenant, recipients, categories }: Word) =>
    [tenant, recipients, categories].map((part) => Number(part !== null));
  const [left, right] = [one, other].map((word) => [word.since, Number(isNo(word)), ...exact(word)]) as [
    number[],
    number[],
  ];
  const at = left.findIndex((value, index) => value !== right[index]);
  if (at === -1) return one.id > other.id ? -1 : 1;
  return (right[at] ?? 0) - (left[at] ?? 0);
}

/** For somebody of age. */
function holds({ expressedBy: { role, verification }, since, expiresAt }: Word): boolean {
  if (role === "GUARDIAN" || (role === "AGENT" && verification === null)) return false;
  return since <= NOW && (expiresAt === null || expiresAt > NOW);
}
