import type { AccessRecord } from "../contract.ts";
import type { Finding } from "../verification.ts";

/** What `details` of the record of a pruning say. */
export const PRUNED_ACTION = "PRUNE";

/** Checks that what is pruned was pruned by an order on record. */
export class PruneCheck {
  readonly #upTo: Map<string, number>;

  /** `elsewhere`: by writer, the first record whose content is kept here and nowhere else. */
  constructor(elsewhere: ReadonlyMap<string, number> = new Map()) {
    this.#upTo = new Map(elsewhere);
  }

  take({ kind, details }: AccessRecord): void {
    if (kind !== "LOG_CHANGE" || details?.["action"] !== PRUNED_ACTION) return;
    const writer = String(details["writer"]);
    this.#upTo.set(writer, Math.max(this.#upTo.get(writer) ?? 0, Number(details["upTo"])));
  }

  finish(
    writers: readonly { readonly id: string; readonly pruned: number }[],
    report: (finding: Finding) => void,
  ): void {
    for (const { id, pruned } of writers) {
      const ordered = this.#upTo.get(id) ?? 0;
      if (pruned <= ordered) continue;
      const message = `records ${ordered} to ${pruned - 1} are gone, and no pruning on record says so`;
      report({ code: "MISSING", writer: id, from: ordered, to: pruned, message });
    }
  }
}
