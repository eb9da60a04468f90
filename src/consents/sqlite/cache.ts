import { LRUCache } from "lru-cache";
import type { Standing } from "../standing.ts";

/**
 * Standings as they were at one revision of the store. Exact, not timed: whoever reads asks the store's revision first,
 * and what was kept at another revision is dropped whole. Bounded by the number of subjects.
 */
export class StandingCache {
  readonly #bySubject: LRUCache<string, Map<string, Standing>> | null;
  #revision = -1;

  /** `subjectsMax` 0: keeps nothing. */
  constructor(subjectsMax: number) {
    this.#bySubject = subjectsMax > 0 ? new LRUCache({ max: subjectsMax }) : null;
  }

  /** Makes the cache one of `revision`. To be called before every `get`. */
  agreeOn(revision: number): void {
    if (revision === this.#revision) return;
    this.#bySubject?.clear();
    this.#revision = revision;
  }

  get(subject: string, purpose: string): Standing | undefined {
    return this.#bySubject?.get(subject)?.get(purpose);
  }

  set(subject: string, purpose: string, standing: Standing): void {
    if (this.#bySubject === null) return;
    const standings = this.#bySubject.get(subject);
    if (standings !== undefined) standings.set(purpose, standing);
    else this.#bySubject.set(subject, new Map([[purpose, standing]]));
  }

  /** After a write of one's own that led to `revision`: only its subjects are dropped, where nobody else wrote meanwhile. */
  wrote(revision: number, subjects: Iterable<string>): void {
    if (revision !== this.#revision + 1) return;
    for (const subject of subjects) this.#bySubject?.delete(subject);
    this.#revision = revision;
  }
}
