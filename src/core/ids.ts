import { v7 } from "uuid";
import { drawRandom } from "./random.ts";

const UUID_BYTES = 16;

/** A UUIDv7 (RFC 9562): sorts by the time it was made, which is what an append-only log wants of its keys. */
export function newId(milliseconds: number): string {
  return v7({ msecs: milliseconds, random: drawRandom(UUID_BYTES) });
}
