import { FieldguardError } from "../core/errors.ts";
import type { Fault } from "./model.ts";

/**
 * A report for a terminal or a log: one block per fault (place, coordinate, what, mend), hints after them where they were
 * looked for, counts at the end. Holds names of the schema only, never data.
 */
export function formatFaults(faults: readonly Fault[], hints?: readonly Fault[]): string {
  const counts = [counted(faults.length, "fault"), ...(hints === undefined ? [] : [counted(hints.length, "hint")])];
  const blocks = [
    ...faults.map((fault) => block("fault", fault)),
    ...(hints ?? []).map((hint) => block("hint", hint)),
    counts.join(", "),
  ];
  return blocks.join("\n\n");
}

function block(kind: "fault" | "hint", fault: Fault): string {
  const where = [fault.place, fault.coordinate].filter((part) => part !== null && part !== "").join("  ");
  const lines = [`${kind} ${fault.code}`, fault.message, `mend: ${fault.mend}`];
  if (where !== "") lines.unshift(where);
  const [first = "", ...rest] = lines;
  return [first, ...rest.map((line) => `  ${line.replaceAll("\n", "\n  ")}`)].join("\n");
}

function counted(count: number, noun: string): string {
  return `${count === 0 ? "no" : count} ${noun}${count === 1 ? "" : "s"}`;
}

/** The error that start-up throws for a schema that cannot be enforced: its message is the whole report. */
export function policyError(faults: readonly Fault[]): FieldguardError {
  return new FieldguardError(
    "POLICY_INVALID",
    `Cannot enforce the schema's privacy annotations.\n\n${formatFaults(faults)}`,
    { details: { faults } },
  );
}
