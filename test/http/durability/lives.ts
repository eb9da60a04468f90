/** When a gateway is killed. Times are in milliseconds. */
export type Death =
  /** Under load, so long after the first answer. */
  | { readonly during: "LOAD"; readonly afterMs: number }
  /** So long after the process was started, ready or not. */
  | { readonly during: "START"; readonly afterMs: number }
  /** Under load, as soon as a checkpoint reaches the file that anchors it. */
  | { readonly during: "CHECKPOINT" }
  /** Told to stop under load, and killed so long afterwards: its last records and its last checkpoint are under way. */
  | { readonly during: "STOP"; readonly afterMs: number; readonly graceMs: number };

/** Numbers from 0 up to 1 that look random, the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The next death: mostly under load, one in ten at the start, one in ten at the stop, one in twenty at a checkpoint. */
export function drawDeath(random: () => number): Death {
  const which = random();
  const afterMs = 50 + random() * 350;
  if (which < 0.1) return { during: "START", afterMs: random() * 2_000 };
  if (which < 0.2) return { during: "STOP", afterMs, graceMs: random() * 60 };
  if (which < 0.25) return { during: "CHECKPOINT" };
  return { during: "LOAD", afterMs };
}
