import { LRUCache } from "lru-cache";
import type { Clock } from "../../core/clock.ts";
import type { Erasure } from "../standing.ts";
import type { Commit, ConsentModels } from "./model.ts";

/** People whose answer is kept, where a bound allows to keep any. */
const KEPT_MAX = 100_000;

interface Kept {
  readonly erasure: Erasure | null;
  /** Milliseconds since the epoch. */
  readonly askedAt: number;
}

/** Asks the database who of some people is erased or under a legal hold: each time, unless answers may be so many milliseconds old. */
export class Erasures {
  readonly #models: ConsentModels;
  readonly #clock: Clock;
  readonly #ageMaxMs: number;
  readonly #kept: LRUCache<string, Kept>;

  constructor(models: ConsentModels, clock: Clock, ageMaxMs: number) {
    this.#models = models;
    this.#clock = clock;
    this.#ageMaxMs = ageMaxMs;
    this.#kept = new LRUCache({ max: KEPT_MAX });
  }

  async of(subjects: readonly string[]): Promise<Map<string, Erasure>> {
    const erasures = new Map<string, Erasure>();
    const missing: string[] = [];
    const now = this.#clock.now();
    for (const subject of new Set(subjects)) {
      const kept = this.#ageMaxMs > 0 ? this.#kept.get(subject) : undefined;
      if (kept === undefined || !(now >= kept.askedAt && now < kept.askedAt + this.#ageMaxMs)) missing.push(subject);
      else if (kept.erasure !== null) erasures.set(subject, kept.erasure);
    }
    if (missing.length === 0) return erasures;
    const asked = await this.#ask(missing);
    for (const subject of missing) {
      const erasure = asked.get(subject) ?? null;
      if (erasure !== null) erasures.set(subject, erasure);
      if (this.#ageMaxMs > 0) this.#kept.set(subject, { erasure, askedAt: now });
    }
    return erasures;
  }

  /** After a change of one's own: what this gateway has acknowledged, it knows. */
  forget(subject: string): void {
    this.#kept.delete(subject);
  }

  /** As standings are read: a subject may be found twice, and the greatest number is the current one. */
  async #ask(subjects: readonly string[]): Promise<Map<string, Erasure>> {
    const wanted = { subject: 1, n: 1, "state.status": 1, "state.legalHold": 1 };
    const commits = await this.#models.commits.find({ current: { $in: subjects } }, wanted).lean<Commit[]>();
    const latest = new Map<string, Commit>();
    for (const commit of commits) {
      if (commit.n > (latest.get(commit.subject)?.n ?? 0)) latest.set(commit.subject, commit);
    }
    const found = new Map<string, Erasure>();
    for (const [subject, { state }] of latest) {
      const erased = state.status === "ERASED";
      if (erased || state.legalHold) found.set(subject, { erased, legalHold: state.legalHold });
    }
    return found;
  }
}
