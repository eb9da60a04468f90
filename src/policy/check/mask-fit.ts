import { type GraphQLLeafType, isEnumType } from "graphql";
import { MASKS, type Mask } from "../../masks/names.ts";

/**
 * What each mask makes, in every form that it can take for the sake of the type. Examples only: the masks themselves
 * belong to the decision. NULLIFY makes null, which every type carries, since masked fields are served as nullable.
 */
const SAMPLES: Readonly<Record<Exclude<Mask, "NULLIFY">, readonly unknown[]>> = {
  REDACT: ["•••"],
  PAN: ["•••• •••• •••• 1111"],
  LAST4: ["••••1234"],
  EMAIL: ["d•••@example.com"],
  PHONE: ["138••••5678", "+49•••••••67"],
  ID_NUMBER: ["1•••••••••••••••3X"],
  PERSON_NAME: ["张••", "J••• D•••"],
  ADDRESS: ["中国 广东省 深圳市", "NY 101, USA"],
  POSTCODE: ["518"],
  IP: ["203.0.113.0", "2001:db8:1::"],
  YEAR: ["1990-01-01", "1990-01-01T00:00:00.000Z", "1990-01-01T00:00:00", "1990", 631152000000, 631152000, 1990],
  BUCKET: [0, 100, "0", "100", 100n],
  HASH: [`h:1:${"0123456789abcdef".repeat(4)}`],
};

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
  return SAMPLES[mask].some((sample) => accepts(type, sample));
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
