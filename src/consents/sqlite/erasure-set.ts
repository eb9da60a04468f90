import type { Erasure } from "../standing.ts";
import type { ConsentStatements } from "./statements.ts";

/**
 * Everybody who is erased or under a legal hold, kept in memory as of one revision of people's states: a look at that number
 * tells whether this or any other process has changed one since. Exact, not timed.
 */
export class ErasureSet {
  readonly #statements: ConsentStatements;
  #revision = -1;
  #all: ReadonlyMap<string, Erasure> = new Map();

  constructor(statements: ConsentStatements) {
    this.#statements = statements;
  }

  of(subjects: readonly string[]): Map<string, Erasure> {
    // Read before the set: a change between the two makes the set newer than its number, and it is read once more.
    const revision = this.#statements.subjectRevision.get() ?? 0;
    if (revision !== this.#revision) {
      this.#all = new Map(
        this.#statements.erasures
          .all()
          .map(([subject, erased, legalHold]) => [subject, { erased: erased === 1, legalHold: legalHold === 1 }]),
      );
      this.#revision = revision;
    }
    const erasures = new Map<string, Erasure>();
    if (this.#all.size === 0) return erasures;
    for (const subject of subjects) {
      const erasure = this.#all.get(subject);
      if (erasure !== undefined) erasures.set(subject, erasure);
    }
    return erasures;
  }
}
