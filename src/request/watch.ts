import { LRUCache } from "lru-cache";
import type { Decider, Decision, RequestFacts } from "../decision/model.ts";
import type { Vocabulary } from "../policy/model.ts";
import type { Slot, Tally } from "./enforce/model.ts";

/** How much one caller may be shown within a window before it counts as unusual. */
export interface AccessThreshold {
  /** Distinct people. */
  readonly subjects: number;
  /** Values revealed clear. */
  readonly values: number;
}

export interface WatchOptions {
  readonly windowMs: number;
  /** By role; the roles left out have the default of their reach. */
  readonly thresholds: Readonly<Record<string, AccessThreshold>>;
  /** Whether somebody over the threshold is shown nothing more until the window ends. */
  readonly refuse: boolean;
}

/** Raised once per caller and window. */
export interface Alarm {
  readonly caller: string;
  readonly subjects: number;
  readonly values: number;
  readonly threshold: AccessThreshold;
  readonly windowMs: number;
}

/** Counts what each caller is shown, on this instance: bulk reading by an insider is what it is for. */
export interface Watch {
  /** Takes grants back from a caller who is over the threshold, where the deployment wants it. */
  restrain(request: RequestFacts, slots: ReadonlyMap<Decider, readonly Slot[]>): void;
  /** Counts what a response reveals; an alarm where that crosses the threshold. */
  count(request: RequestFacts, tallies: readonly Tally[]): Alarm | null;
}

export const DEFAULT_WINDOW_MS = 3_600_000;
/** People see themselves, their children, those they buy for. */
export const SELF_THRESHOLD: AccessThreshold = { subjects: 20, values: 5_000 };
export const OTHER_THRESHOLD: AccessThreshold = { subjects: 1_000, values: 50_000 };
const CALLERS_MAX = 10_000;

interface Window {
  readonly endsAt: number;
  /** No longer added to once the threshold is crossed: memory stays bounded. */
  readonly subjects: Set<string>;
  values: number;
  raised: boolean;
}

const REFUSED: Decision = { outcome: "DENY", reason: "ACCESS_LIMIT_REACHED", consentIds: [] };

export function createWatch(options: WatchOptions, vocabulary: Vocabulary): Watch {
  const windows = new LRUCache<string, Window>({ max: CALLERS_MAX });
  const windowOf = ({ caller, now }: RequestFacts): Window | null => {
    if (caller.id === null) return null;
    const key = JSON.stringify([caller.role, caller.organisation, caller.id]);
    const known = windows.get(key);
    if (known !== undefined && now < known.endsAt) return known;
    const fresh: Window = { endsAt: now + options.windowMs, subjects: new Set(), values: 0, raised: false };
    windows.set(key, fresh);
    return fresh;
  };
  const thresholdOf = (role: string): AccessThreshold =>
    options.thresholds[role] ?? (vocabulary.roles[role]?.reach === "SELF" ? SELF_THRESHOLD : OTHER_THRESHOLD);

  return {
    restrain(request, slots) {
      if (!options.refuse || !windowOf(request)?.raised) return;
      for (const ofClass of slots.values()) {
        for (const slot of ofClass) if (slot.decision?.reason === "GRANTED") slot.decision = REFUSED;
      }
    },
    count(request, tallies) {
      const window = windowOf(request);
      if (window === null || window.raised) return null;
      const threshold = thresholdOf(request.caller.role);
      for (const { outcome, count, subjects } of tallies) {
        if (outcome !== "ALLOW") continue;
        window.values += count;
        for (const subject of subjects) window.subjects.add(subject);
      }
      if (window.subjects.size <= threshold.subjects && window.values <= threshold.values) return null;
      window.raised = true;
      const alarm = {
        caller: request.caller.id ?? "",
        subjects: window.subjects.size,
        values: window.values,
        threshold,
        windowMs: options.windowMs,
      };
      window.subjects.clear();
      return alarm;
    },
  };
}
