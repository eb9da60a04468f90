import { parseKeyring } from "../../../src/core/keys.ts";
import { compileMask } from "../../../src/masks/index.ts";
import type { Mask } from "../../../src/masks/names.ts";
import { NOW, TEXTS } from "./terms.ts";

const MARKING: readonly Mask[] = ["REDACT", "PAN", "LAST4", "EMAIL", "PHONE", "ID_NUMBER", "PERSON_NAME", "HASH"];
const UNMARKED: readonly Mask[] = ["ADDRESS", "POSTCODE", "IP", "YEAR"];
const TOOLS = { keyring: parseKeyring("a passphrase for nobody's names, long enough"), clock: { now: () => NOW } };

/** What the masks make of the texts that stand in drawn data, which is what a form would save back. */
function madeBy(masks: readonly Mask[]): readonly string[] {
  const made: unknown[] = masks.flatMap((mask) => {
    const apply = compileMask(mask, { category: "PERSON_NAME", leaf: "String" }, TOOLS);
    return TEXTS.map((text) => apply(text, { tenant: null, purpose: null }));
  });
  return [...new Set(made)].filter((each): each is string => typeof each === "string" && each !== "");
}

const MARKED = madeBy(MARKING);
const known = new Set(MARKED);

export const isMarked = (text: string): boolean => known.has(text);

/** With a mark: refused wherever it stands. */
export const SAVED_MARKED = MARKED as readonly [string, ...string[]];

/** What is compared with what is there, where at all: masks without a mark, in the forms of every type, marks with more around. */
export const SAVED: readonly unknown[] = [
  ...madeBy(UNMARKED),
  ...TEXTS,
  ...["1990-01-01", "2024-01-01", "1990", "2024"],
  ...["1990-05-20", 42, 40, 0, -10, 100_000, 123_456, 12.5, 10, 90_000, true],
  ...["Dr J••• D•••, retired", "first • second", "new ••• text"],
];
