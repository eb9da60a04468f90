import { expect, test } from "@jest/globals";
import { samplesOf } from "../../src/masks/index.ts";
import { MASKS, type Mask } from "../../src/masks/names.ts";

/** Written down here once more, so that a mask that begins to make something else shows. */
const MADE: Readonly<Record<Mask, readonly unknown[]>> = {
  REDACT: ["•••"],
  NULLIFY: [null],
  PAN: ["•••• •••• •••• 1111"],
  LAST4: ["••••1234"],
  EMAIL: ["d•••@example.com"],
  PHONE: ["138••••5678", "+49••••••56"],
  ID_NUMBER: ["1•••••••••••••••2X"],
  PERSON_NAME: ["张••", "J••• D•••"],
  ADDRESS: ["浙江省杭州市", "NY 101, USA"],
  POSTCODE: ["518"],
  IP: ["203.0.113.0", "2001:db8:1::"],
  YEAR: ["1990-01-01", "1990-01-01T00:00:00.000Z", "1990-01-01T00:00:00", "1990", 631_152_000_000, 631_152_000, 1990],
  BUCKET: [0, 100, "0", "100", 100n],
  HASH: [expect.stringMatching(/^h:1:[0-9a-f]{32}$/)],
};

test.each(MASKS)("%s has samples of what it makes", (mask) => {
  expect(samplesOf(mask)).toEqual(MADE[mask]);
});
