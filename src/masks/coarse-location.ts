import { maskAddress } from "./address.ts";
import { isRegionAnywhere } from "./countries.ts";
import { maskPostcode } from "./postcode.ts";

const DIGIT = /\p{Nd}/u;

/**
 * POSTCODE of what a field of coarse locations holds: the beginning of a postal code; of a place's name what an address shows of it,
 * and the name of a region. The beginning of any other name would tell the town: masked whole.
 */
export function maskCoarseLocation(text: string): string {
  if (DIGIT.test(text.normalize("NFKC"))) return maskPostcode(text);
  const name = text.trim();
  return isRegionAnywhere(name) ? name : maskAddress(text);
}
