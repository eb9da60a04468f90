import { setImmediate as nextTurnOfTheLoop } from "node:timers/promises";

/** Values from which on a step of the path is worth a turn of its own. */
const MANY = 500;

/** Between two steps over many values, lets everybody else have a turn: no answer keeps them waiting from its first step to its last. */
export async function giveWay(values: number): Promise<void> {
  if (values > MANY) await nextTurnOfTheLoop();
}
