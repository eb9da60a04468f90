import type { RecordKind } from "../../../src/log/contract.ts";
import type { Aviary } from "./aviary.ts";
import { type Flight, TIMES } from "./fly.ts";

/** What many flights came to. */
export class Tally {
  operations = 0;
  /** Canaries seen by somebody who may. */
  seen = 0;
  /** Operations refused as a whole, and how often all in all. */
  refused = 0;
  refusals = 0;
  effects = 0;
  readonly kinds = new Map<RecordKind, number>();
  readonly ways = new Map<string, number>();
  readonly records = new Map<RecordKind, number>();
  /** Of which fields canaries were seen. */
  readonly coordinates = new Set<string>();

  add({ kind, over, refusals, records, effects, seen }: Flight): void {
    this.operations += 1;
    this.seen += seen.length;
    this.refused += refusals > 0 ? 1 : 0;
    this.refusals += refusals;
    this.effects += effects;
    this.kinds.set(kind, (this.kinds.get(kind) ?? 0) + 1);
    this.ways.set(over, (this.ways.get(over) ?? 0) + 1);
    this.records.set(kind, (this.records.get(kind) ?? 0) + records);
    for (const coordinate of seen) this.coordinates.add(coordinate);
  }

  /** What is wrong with what is left when all have flown: canaries in the metrics, records too many or too few. */
  async leftBehind(aviary: Aviary): Promise<readonly string[]> {
    const kept = new Map<RecordKind, number>();
    let intents = 0;
    for (let after: string | null = ""; after !== null; ) {
      const page = after === "" ? { first: 1_000 } : { first: 1_000, after };
      const { records, next } = await aviary.gateway.accessLog.query({}, page);
      for (const { kind, outcome } of records) {
        // what acts is on record before it happens
        if (outcome === "INTENT") intents += 1;
        else kept.set(kind, (kept.get(kind) ?? 0) + 1);
      }
      after = next;
    }
    const wrong: string[] = [];
    for (const [kind, count] of [...this.records, ["REFUSAL", this.refusals] as const]) {
      const found = kept.get(kind) ?? 0;
      if (found !== count) wrong.push(`${found} records of ${kind} are in the log, and ${count} should be.`);
    }
    if (intents !== this.effects) wrong.push(`${intents} intents are in the log, and ${this.effects} should be.`);
    const flown = aviary.canaries.in(await aviary.metrics());
    if (flown.size > 0) wrong.push(`canaries in the metrics: ${[...flown.values()].join(", ")}`);
    return wrong;
  }

  summary(): string {
    const counted = [...this.kinds, ...this.ways].map(([name, count]) => `${count} ${name}`).join(", ");
    return [
      `${this.operations} operations, each sent ${TIMES} times (${counted})`,
      `${this.refused} refused`,
      `${this.effects} mutations ran`,
      `${this.seen} canaries of ${this.coordinates.size} fields seen by who may`,
    ].join(", ");
  }
}
