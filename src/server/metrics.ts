import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Answer } from "../request/respond.ts";

/** What operators watch. Labels are closed sets: codes, outcomes, reasons; never an id, a name or a value. */
export interface Metrics {
  readonly registry: Registry;
  answered(answer: Answer, seconds: number): void;
  refused(code: string): void;
  /** A caller crossed the threshold of unusual access. */
  alarmed(): void;
  /** So many facts of a response were there and could not be read. */
  unreadable(facts: number): void;
}

interface Listed {
  readonly outcome: string;
  readonly reason: string;
  readonly count: number;
}

/** `waiting`: how many records wait in the spool for MongoDB; null where there is no spool. */
export function createMetrics(waiting: (() => number) | null): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const { operations, values, alarms, unreadable } = createCounters(registry);
  const duration = createDuration(registry);
  if (waiting !== null) gaugeWaiting(registry, waiting);
  return {
    registry,
    answered(answer, seconds) {
      operations.inc({ outcome: "OK" });
      duration.observe(seconds);
      const privacy = answer.extensions?.["privacy"] as { decisions: readonly Listed[] } | undefined;
      for (const { outcome, reason, count } of privacy?.decisions ?? []) values.inc({ outcome, reason }, count);
    },
    refused(code) {
      operations.inc({ outcome: code });
    },
    unreadable(facts) {
      unreadable.inc(facts);
    },
    alarmed() {
      alarms.inc();
    },
  };
}

function createCounters(registry: Registry) {
  const registers = [registry];
  return {
    operations: new Counter({
      name: "fieldguard_operations_total",
      help: "Operations by outcome: OK, or the code with which the request was refused.",
      labelNames: ["outcome"],
      registers,
    }),
    values: new Counter({
      name: "fieldguard_withheld_values_total",
      help: "Values masked or denied, by reason.",
      labelNames: ["outcome", "reason"],
      registers,
    }),
    alarms: new Counter({
      name: "fieldguard_unusual_access_total",
      help: "Callers that crossed a threshold of unusual access.",
      registers,
    }),
    unreadable: new Counter({
      name: "fieldguard_unreadable_facts_total",
      help: "Birth dates and other dates that were there and could not be read, by field and response: they counted against the caller.",
      registers,
    }),
  };
}

function createDuration(registry: Registry) {
  return new Histogram({
    name: "fieldguard_operation_seconds",
    help: "Time from the parsed operation to its answer, record included.",
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
}

/** Asked whenever the metrics are read. */
function gaugeWaiting(registry: Registry, waiting: () => number): void {
  new Gauge({
    name: "fieldguard_log_waiting_records",
    help: "Access records that wait in the spool for MongoDB.",
    registers: [registry],
    collect() {
      this.set(waiting());
    },
  });
}
