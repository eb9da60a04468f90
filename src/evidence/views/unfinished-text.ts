import { isoTime } from "../../core/clock.ts";
import type { UnfinishedAct } from "../unfinished-acts.ts";
import { columns } from "./text.ts";

/** The report as plain text: a line an act. */
export function unfinishedText(acts: readonly UnfinishedAct[]): string {
  if (acts.length === 0) return "Of every act whose intent is on record it is known what became of it.";
  return columns(acts.map(({ id, time, caller, writes }) => [id, isoTime(time), caller, writes]));
}
