/** The masks that a field can have, as `@sensitive(mask:)` names them. */
export const MASKS = [
  "REDACT",
  "NULLIFY",
  "PAN",
  "LAST4",
  "EMAIL",
  "PHONE",
  "ID_NUMBER",
  "PERSON_NAME",
  "ADDRESS",
  "POSTCODE",
  "IP",
  "YEAR",
  "BUCKET",
  "HASH",
] as const;
/** A mask, as `@sensitive(mask:)` names it. */
export type Mask = (typeof MASKS)[number];
