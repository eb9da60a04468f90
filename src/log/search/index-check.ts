import type { Database } from "../../databases/sqlite/database.ts";
import type { AccessRecord } from "../contract.ts";
import type { Finding } from "../verification.ts";
import { OpenSegment } from "./open-segment.ts";
import { SEGMENT_RECORDS } from "./postings.js";
import { PostingsCheck } from "./postings-check.ts";
import { TimesCheck } from "./times-check.ts";

/** Compares the stored index with the records, which it is given one by one; memory stays flat. */
export class IndexCheck {
  readonly #postings: PostingsCheck | null;
  readonly #times = new TimesCheck();
  #segment = new OpenSegment(0);

  constructor(of: "all" | "times") {
    this.#postings = of === "all" ? new PostingsCheck() : null;
  }

  /** The next record, at its place; null for one that is not to be found, as it cannot be read or is pruned. */
  take(n: number, record: AccessRecord | null): void {
    const segment = Math.floor(n / SEGMENT_RECORDS);
    if (segment !== this.#segment.segment) {
      this.#complete();
      this.#segment = new OpenSegment(segment);
    }
    if (record !== null && n >= this.#segment.end) this.#segment.addAt(n, record);
  }

  /** Reads what is stored and returns what differs. `pause` lets others have their turn. */
  async finish(database: Database, pause: () => Promise<void>): Promise<Finding[]> {
    this.#complete();
    const postings = (await this.#postings?.compare(database, pause)) ?? [];
    return [...postings, ...this.#times.compare(database)];
  }

  #complete(): void {
    this.#postings?.take(this.#segment);
    this.#times.take(this.#segment);
  }
}
