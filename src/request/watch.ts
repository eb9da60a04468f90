import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { RequestFacts } from "../decision/model.ts";
import type { Vocabulary } from "../policy/model.ts";
import { decisionFor } from "./enforce/enforce.ts";
import { peopleOf } from "./enforce/holder.ts";
import type { PendingValue, Tally } from "./enforce/model.ts";

/** How much one caller may be shown within a window before it counts as unusual. */
export interface AccessThreshold {
  /** Distinct people. */
  readonly subjects: number;
  /** Values revealed clear. */
  readonly values: number;
}

/** What counts as unusual access, and whether it is refused. */
export interface WatchOptions {
  /** Milliseconds over which accesses are counted. */
  readonly windowMs: number;
  /** By role; the roles left out have the default of their reach. */
  readonly thresholds: Readonly<Record<string, AccessThreshold>>;
  /** Whether nothing is shown beyond the threshold, and to whom more would have been, nothing at all until the window ends. */
  readonly refuse: boolean;
}

/** Raised once per caller and window. */
export interface Alarm {
  readonly caller: string;
  /** People whose data the caller was shown within the window. */
  readonly subjects: number;
  /** Values that the caller was shown within the window. */
  readonly values: number;
  readonly threshold: AccessThreshold;
  /** Milliseconds over which they were counted. */
  readonly windowMs: number;
}

/** Counts what each caller is shown, on this instance: bulk reading by an insider is what it is for. */
export interface Watch {
  /**
   * Where the deployment wants it, refuses of a response what would be shown beyond the threshold: people and values count in the
   * order of the response. Returns whether anything was refused.
   */
  restrain(request: RequestFacts, pending: readonly PendingValue[]): boolean;
  /** Counts what a response reveals; an alarm where that crosses the threshold, or would have but for what was `restrained`. */
  count(request: RequestFacts, tallies: readonly Tally[], restrained: boolean): Alarm | null;
  /** What is remembered at the moment. */
  readonly kept: { readonly callers: number; readonly subjects: number };
}

export const DEFAULT_WINDOW_MS = 3_600_000;
/** People see themselves, their children, those they buy for. */
export const SELF_THRESHOLD: AccessThreshold = { subjects: 20, values: 5_000 };
export const OTHER_THRESHOLD: AccessThreshold = { subjects: 1_000, values: 50_000 };
const CALLERS_MAX = 10_000;
/** People remembered over all callers: some tens of megabytes. */
const SUBJECTS_MAX = 200_000;

/** How much is remembered; more makes room at the cost of exactness, never of a count. */
export interface WatchBounds {
  readonly callersMax: number;
  readonly subjectsMax: number;
}

interface Window {
  readonly endsAt: number;
  /** Who was shown, as long as there is room, and until the threshold is crossed. */
  readonly subjects: Set<string>;
  /** People counted whose names are forgotten: whoever of them comes again counts anew. */
  forgotten: number;
  values: number;
  raised: boolean;
}

const NOTHING: AccessThreshold = { subjects: 0, values: 0 };

/** Counts in bounded memory: see `Windows`. */
export function createWatch(
  options: WatchOptions,
  vocabulary: Vocabulary,
  bounds: WatchBounds = { callersMax: CALLERS_MAX, subjectsMax: SUBJECTS_MAX },
): Watch {
  const { windowMs, refuse } = options;
  const windows = new Windows(windowMs, bounds);
  const thresholdOf = (role: string): AccessThreshold =>
    options.thresholds[role] ?? (vocabulary.roles[role]?.reach === "SELF" ? SELF_THRESHOLD : OTHER_THRESHOLD);

  return {
    get kept() {
      return windows.kept;
    },
    restrain(request, pending) {
      const window = refuse ? windows.of(request) : null;
      if (window === null) return false;
      const threshold = window.raised ? NOTHING : thresholdOf(request.caller.role);
      return refuseBeyond(threshold, window, pending);
    },
    count(request, tallies, restrained) {
      const window = windows.of(request);
      if (window === null || window.raised) return null;
      const threshold = thresholdOf(request.caller.role);
      windows.add(window, tallies);
      const { values } = window;
      const subjects = window.forgotten + window.subjects.size;
      if (!restrained && subjects <= threshold.subjects && values <= threshold.values) {
        windows.makeRoom();
        return null;
      }
      window.raised = true;
      windows.forget(window);
      return { caller: request.caller.id ?? "", subjects, values, threshold, windowMs };
    },
  };
}

/**
 * What each caller was shown. Memory is bounded, and what is forgotten makes a caller look busier, never less busy: where
 * too many people are remembered, those of the callers that were seen least lately are kept as a number; a caller that has
 * to go leaves its counts to whoever comes under the same one of a fixed number of places, itself included.
 */
class Windows {
  readonly #windowMs: number;
  readonly #subjectsMax: number;
  readonly #windows: LRUCache<string, Window>;
  readonly #left: ReturnType<typeof leftBehind>;
  #remembered = 0;

  constructor(windowMs: number, { callersMax, subjectsMax }: WatchBounds) {
    this.#windowMs = windowMs;
    this.#subjectsMax = subjectsMax;
    this.#left = leftBehind(callersMax, windowMs);
    this.#windows = new LRUCache<string, Window>({
      max: callersMax,
      dispose: (window, key, reason): void => {
        this.#remembered -= window.subjects.size;
        if (reason === "evict") this.#left.put(key, window);
      },
    });
  }

  get kept(): Watch["kept"] {
    return { callers: this.#windows.size, subjects: this.#remembered };
  }

  /** The caller's own at the moment; null where nobody knows who calls. */
  of({ caller, now }: RequestFacts): Window | null {
    if (caller.id === null) return null;
    const key = JSON.stringify([caller.role, caller.organisation, caller.id]);
    const known = this.#windows.get(key);
    if (known !== undefined && now < known.endsAt) return known;
    const counts = this.#left.of(key, now) ?? emptyUntil(now + this.#windowMs);
    const fresh = { subjects: new Set<string>(), ...counts };
    this.#windows.set(key, fresh);
    return fresh;
  }

  /** Adds what a response shows; what is done reveals nothing. */
  add(window: Window, tallies: readonly Tally[]): void {
    for (const { outcome, count, subjects, act } of tallies) {
      if (outcome !== "ALLOW" || act !== undefined) continue;
      window.values += count;
      for (const subject of subjects) this.#remember(window, subject);
    }
  }

  #remember({ subjects }: Window, subject: string): void {
    if (subjects.has(subject)) return;
    subjects.add(subject);
    this.#remembered += 1;
  }

  /** Keeps the people shown as a number alone. */
  forget(window: Window): void {
    this.#remembered -= window.subjects.size;
    window.forgotten += window.subjects.size;
    window.subjects.clear();
  }

  /** A tenth more than is needed, so that it is not done for every one. */
  makeRoom(): void {
    if (this.#remembered <= this.#subjectsMax) return;
    for (const window of this.#windows.rvalues()) {
      if (window === undefined || this.#remembered <= this.#subjectsMax * 0.9) return;
      this.forget(window);
    }
  }
}

/** Refuses every value with which more people or values than the threshold would have been shown within the window. */
function refuseBeyond(threshold: AccessThreshold, window: Window, pending: readonly PendingValue[]): boolean {
  const people = new Set<string>();
  let values = window.values;
  let refused = false;
  for (const waiting of pending) {
    if (waiting.field === null || decisionFor(waiting).outcome !== "ALLOW") continue;
    const added = subjectsOf(waiting).filter((subject) => !window.subjects.has(subject) && !people.has(subject));
    const subjects = window.forgotten + window.subjects.size + people.size + added.length;
    if (values >= threshold.values || subjects > threshold.subjects) {
      waiting.refused = true;
      refused = true;
    } else {
      values += 1;
      for (const subject of added) people.add(subject);
    }
  }
  return refused;
}

function subjectsOf({ holder }: PendingValue): string[] {
  return [...peopleOf(holder)].flatMap(({ subject }) => (subject === null ? [] : [subject]));
}

type Counts = Omit<Window, "subjects">;

function emptyUntil(endsAt: number): Counts {
  return { endsAt, forgotten: 0, values: 0, raised: false };
}

/** What callers counted that had to go, in a fixed number of places: of two in one place, both count as the busier. */
function leftBehind(places: number, windowMs: number) {
  const counts = new Map<number, Counts>();
  const placeOf = (key: string): number => createHash("sha256").update(key).digest().readUInt32BE(0) % places;
  return {
    put(key: string, { subjects, ...window }: Window): void {
      const place = placeOf(key);
      const known = counts.get(place);
      const there = known !== undefined && known.endsAt > window.endsAt - windowMs ? known : undefined;
      counts.set(place, {
        endsAt: Math.max(window.endsAt, there?.endsAt ?? 0),
        forgotten: Math.max(window.forgotten + subjects.size, there?.forgotten ?? 0),
        values: Math.max(window.values, there?.values ?? 0),
        raised: window.raised || (there?.raised ?? false),
      });
    },
    of(key: string, now: number): Counts | null {
      const place = placeOf(key);
      const there = counts.get(place);
      if (there === undefined) return null;
      if (now < there.endsAt) return { ...there };
      counts.delete(place);
      return null;
    },
  };
}
