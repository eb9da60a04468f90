import { randomFillSync } from "node:crypto";

const POOL = Buffer.alloc(64 * 1024);
let used = POOL.length;

/**
 * Random bytes of the system's generator, drawn from a pool: asking the generator takes longer than all else that an id
 * needs. The bytes may be read until the next draw, and must be copied by a caller that keeps them.
 */
export function drawRandom(bytes: number): Buffer {
  if (used + bytes > POOL.length) {
    randomFillSync(POOL);
    used = 0;
  }
  used += bytes;
  return POOL.subarray(used - bytes, used);
}
