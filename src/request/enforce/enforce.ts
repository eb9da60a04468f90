import type { Decider, Decision, Reason } from "../../decision/model.ts";
import type { FieldPolicy, Outcome } from "../../policy/model.ts";
import type { Verdict } from "../act/model.ts";
import { tallyOfAct } from "../act/tally-act.ts";
import { tooLong } from "../check-lists.ts";
import { countSuppressed, type Gathered, LONG_LIST } from "./gather.ts";
import type { Holder } from "./holder.ts";
import type { MaskFunction, PathNode, PendingValue, Slot, Tally } from "./model.ts";

export interface Enforced {
  readonly data: Record<string, unknown>;
  /** What was decided, in the order of the response. */
  readonly tallies: readonly Tally[];
}

/**
 * Puts every pending value in its place: clear, masked, or null. In `report` mode everything stays clear and is only counted; in a
 * survey nothing is shown, and what stands inside of what is not shown is counted all the same. Throws OPERATION_TOO_LARGE where a list of
 * more items than allowed would be shown.
 */
export function enforce(
  gathered: Gathered,
  masks: ReadonlyMap<string, MaskFunction>,
  purpose: string | null,
  mode: "enforce" | "report" | "survey",
  listItemsMax = Number.POSITIVE_INFINITY,
): Enforced {
  const masking = new Masking(masks, purpose);
  for (const waiting of gathered.pending) {
    if (waiting.parent !== null && !waiting.parent.shown && mode !== "survey") continue;
    settle(waiting, masking, mode);
    if (waiting.overlong && (waiting.shown || mode === "survey")) throw tooLong(listItemsMax, LONG_LIST);
  }
  for (const group of gathered.suppressed) if (group.parent === null || group.parent.shown) countSuppressed(group);
  return { data: gathered.data, tallies: [...gathered.root.all()] };
}

/** Masks values for one purpose. Under another name a field's value comes right after itself: it is masked once. */
class Masking {
  readonly #masks: ReadonlyMap<string, MaskFunction>;
  readonly #purpose: string | null;
  readonly #last = new Map<
    string,
    { readonly value: unknown; readonly tenant: string | null; readonly shown: unknown }
  >();

  constructor(masks: ReadonlyMap<string, MaskFunction>, purpose: string | null) {
    this.#masks = masks;
    this.#purpose = purpose;
  }

  show(coordinate: string, value: unknown, tenant: string | null): unknown {
    const last = this.#last.get(coordinate);
    if (last !== undefined && last.value === value && last.tenant === tenant) return last.shown;
    const mask = this.#masks.get(coordinate);
    const shown = mask === undefined ? null : mask(value, { tenant, purpose: this.#purpose });
    this.#last.set(coordinate, { value, tenant, shown });
    return shown;
  }
}

const REFUSED: Decision = { outcome: "DENY", reason: "ACCESS_LIMIT_REACHED", consentIds: [] };
const UNDECIDED: Decision = { outcome: "DENY", reason: "RULE_FAILED", consentIds: [] };

function settle(waiting: PendingValue, masks: Masking, mode: "enforce" | "report" | "survey"): void {
  if (waiting.act !== null) settleAct(waiting, waiting.act, mode);
  if (waiting.field === null) return;
  const { policy, decider } = waiting.field;
  const decision = decisionFor(waiting);
  let reason = decision.reason;
  let outcome = mode === "survey" ? "DENY" : decider.outcomeOf(decision);
  let shown: unknown = outcome === "ALLOW" ? waiting.value : null;
  if (outcome === "MASK" && waiting.value !== null) {
    shown = masks.show(policy.coordinate, waiting.value, waiting.holder.tenant);
    if ((shown === null || shown === undefined) && policy.mask !== "NULLIFY") {
      reason = "MASK_FAILED";
      outcome = "DENY";
      shown = null;
    }
  }
  if (mode === "report") shown = waiting.value;
  waiting.shown = mode === "report" || outcome === "ALLOW";
  waiting.out[waiting.key] = shown;
  count(waiting, policy, outcome, reason, decision.consentIds);
}

function settleAct(waiting: PendingValue, act: Verdict, mode: "enforce" | "report" | "survey"): void {
  const shown = mode === "report" || act.decision.outcome === "ALLOW";
  waiting.shown = shown;
  waiting.out[waiting.key] = shown ? waiting.value : null;
  const { tallies } = waiting.path;
  const known = tallies.find((tally) => tally.act === act);
  if (known === undefined) tallies.push(tallyOfAct(act, waiting.path));
  else known.count += 1;
}

/** What was decided on a value. */
export function decisionFor({ field, slot, refused }: PendingValue): Decision {
  if (refused) return REFUSED;
  return field === null ? UNDECIDED : (field.fixed ?? decisionOf(slot, field.decider));
}

/** Of several people whose data it is, the first who does not pass decides; one who is denied comes before one who is masked. */
function decisionOf(slot: Slot | null, decider: Decider): Decision {
  let decided = slot?.decision ?? UNDECIDED;
  for (let each = slot?.beside ?? null; each !== null; each = each.beside) {
    decided = stricter(decided, each.decision ?? UNDECIDED, decider);
  }
  return decided;
}

const STRICTNESS = { ALLOW: 0, MASK: 1, DENY: 2 } as const;

/** The slots' own outcomes are those of another field of their class: this field's are asked for. */
function stricter(one: Decision, other: Decision, decider: Decider): Decision {
  const [outcomeOfOne, outcomeOfOther] = [decider.outcomeOf(one), decider.outcomeOf(other)];
  if (outcomeOfOne === "ALLOW" && outcomeOfOther === "ALLOW") {
    return { ...one, consentIds: [...new Set([...one.consentIds, ...other.consentIds])] };
  }
  return STRICTNESS[outcomeOfOther] > STRICTNESS[outcomeOfOne] ? other : one;
}

function count(
  { path, holder }: { readonly path: PathNode; readonly holder: Holder },
  policy: FieldPolicy,
  outcome: "ALLOW" | Outcome,
  reason: Reason,
  consentIds: readonly string[],
): void {
  const tally = tallyOf(path, policy, outcome, reason);
  tally.count += 1;
  for (const id of consentIds) tally.consentIds.add(id);
  for (let each: Holder | null = holder; each !== null; each = each.beside) {
    if (each.subject !== null) tally.subjects.add(each.subject);
  }
}

function tallyOf(path: PathNode, policy: FieldPolicy, outcome: Tally["outcome"], reason: Reason): Tally {
  const { coordinate, category } = policy;
  for (const known of path.tallies) {
    if (
      known.act === undefined &&
      known.reason === reason &&
      known.outcome === outcome &&
      known.coordinate === coordinate
    )
      return known;
  }
  const made: Tally = {
    coordinate,
    category,
    path,
    outcome,
    reason,
    count: 0,
    consentIds: new Set(),
    subjects: new Set(),
  };
  path.tallies.push(made);
  return made;
}

/**
 * Takes every annotated value back out of a response that may not leave, because its record could not be kept.
 * Returns what the client is told: the same places, denied as AUDIT_UNAVAILABLE.
 */
export function withhold(gathered: Gathered): readonly Tally[] {
  const withheld: Tally[] = [];
  const values = gathered.pending.filter(({ field }) => field !== null);
  for (const waiting of values) {
    waiting.out[waiting.key] = null;
    waiting.shown = false;
    waiting.path.tallies.length = 0;
  }
  for (const waiting of values) {
    if (waiting.field === null || waiting.parent?.field != null) continue;
    const known = waiting.path.tallies.length;
    count(waiting, waiting.field.policy, "DENY", "AUDIT_UNAVAILABLE", []);
    withheld.push(...waiting.path.tallies.slice(known));
  }
  // What was refused before it ran was refused all the same.
  const acts = gathered.pending.flatMap(({ act, path }) =>
    path.tallies.filter((tally) => tally.act === act && act !== null),
  );
  return [...new Set(acts), ...withheld];
}
