import { type GraphQLLeafType, isEnumType } from "graphql";
import { samplesOf } from "../../masks/index.ts";
import { MASKS, type Mask } from "../../masks/names.ts";

const NUMBERS: ReadonlySet<string> = new Set(["Int", "Float"]);
const TEXTS: ReadonlySet<string> = new Set(["String", "ID"]);

/** Whether values of the type can be masked so and still be values of the type: the type itself is asked. */
export function canCarry(type: GraphQLLeafType, mask: Mask): boolean {
  if (mask === "NULLIFY") return true;
  // a mask's word could be one of the enum's values only by accident
  if (isEnumType(type)) return false;
  // numbers have no year, and text no range: what masks would find there by chance is no protection
  if (NUMBERS.has(type.name)) return mask === "BUCKET";
  if (TEXTS.has(type.name) && mask === "BUCKET") return false;
  return samplesOf(mask).some((sample) => accepts(type, sample));
}

/** The masks that the type can carry, for the mend. */
export function masksFor(type: GraphQLLeafType): Mask[] {
  return MASKS.filter((mask) => canCarry(type, mask));
}

function accepts(type: GraphQLLeafType, sample: unknown): boolean {
  try {
    const parsed: unknown = type.parseValue(sample);
    return parsed !== undefined && parsed !== null && !Number.isNaN(parsed);
  } catch {
    return false;
  }
}
