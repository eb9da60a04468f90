import type { Mask } from "../../policy/model.ts";
import type { Clear } from "./clear.ts";
import { compileMask } from "./compile.ts";

/** A typical clear value for each mask. */
const CLEAR: Readonly<Record<Exclude<Mask, "NULLIFY">, Clear>> = {
  REDACT: "someone",
  PAN: "4111111111111111",
  LAST4: "DE89370400440532013000",
  EMAIL: "someone@example.com",
  PHONE: "+4915112345678",
  ID_NUMBER: "AB1234567",
  PERSON_NAME: "Jane Doe",
  ADDRESS: "1 High Street, London, UK",
  POSTCODE: "94305",
  IP: "203.0.113.7",
  YEAR: "1990-05-17",
  BUCKET: 1_234,
  HASH: "someone",
};

/** Hashes of the right form under no secret: for samples only. */
const NO_KEYRING = { hash: () => `h:1:${"0".repeat(32)}` };

/**
 * What the mask makes of a typical value, to try a field's scalar with; undefined where a field of this leaf type can never carry the
 * mask (`EMAIL` on `Int`, `BUCKET` on `String`). NULLIFY gives null, which any nullable field carries.
 */
export function maskSample(mask: Mask, leaf: string): unknown {
  if (mask === "NULLIFY") {
    return null;
  }
  const made = compileMask(
    mask,
    { category: "SAMPLE", leaf },
    NO_KEYRING,
  )(CLEAR[mask], { tenant: null, purpose: null });
  return made === null ? undefined : made;
}
