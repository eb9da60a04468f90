/** A decimal number in a text, as scalars for money and large integers write it. */
const DECIMAL = /^(-?)0*(\d{1,60})(?:\.(\d{1,60}))?$/;

/**
 * BUCKET: the lower bound of the range that a number lies in. Ranges begin at 0, 10, 20, 50, 100, 200, 500 and so on (1-2-5 in each
 * decade), below zero in mirror image: [-10, 0), [-20, -10) ... No range holds fewer than ten whole numbers, so 0 stands for 0 to 9 and
 * the result never tells the number. null for NaN, the infinities, and a range that the kind of number cannot begin.
 * Decimal numbers in texts give texts, big integers give big integers; other texts give null.
 */
export function maskBucket(value: unknown): number | bigint | string | null {
  switch (typeof value) {
    case "number":
      return bucketOfNumber(value);
    case "bigint":
      return BigInt(bucketOfDecimal(value.toString()) ?? 0);
    case "string":
      return bucketOfDecimal(value);
    default:
      return null;
  }
}

function bucketOfNumber(value: number): number | null {
  if (!Number.isFinite(value)) {
    return null;
  }
  if (value >= 0) {
    return BOUNDS[lastAtMost(value)] ?? 0;
  }
  const below = lastAtMost(-value);
  const bound = BOUNDS[below] === -value ? BOUNDS[below] : BOUNDS[below + 1];
  return bound === undefined ? null : -bound;
}

/** Index of the greatest bound that is at most `value`. */
function lastAtMost(value: number): number {
  let low = 0;
  let high = BOUNDS.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((BOUNDS[middle] ?? Number.POSITIVE_INFINITY) <= value) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return low;
}

/** The same ranges on digits, exact at any size. */
function bucketOfDecimal(text: string): string | null {
  const [, sign, whole = "", fraction = ""] = DECIMAL.exec(text) ?? [];
  if (sign === undefined) {
    return null;
  }
  if (sign === "" || (/^0+$/.test(whole) && /^0*$/.test(fraction))) {
    return whole.length < 2 ? "0" : leadOf(whole) + "0".repeat(whole.length - 1);
  }
  if (whole.length < 2) {
    return "-10";
  }
  const lead = leadOf(whole);
  const zeros = "0".repeat(whole.length - 1);
  if (whole === lead + zeros && /^0*$/.test(fraction)) {
    return `-${whole}`;
  }
  return lead === "5" ? `-10${zeros}` : `-${lead === "1" ? "2" : "5"}${zeros}`;
}

function leadOf(digits: string): string {
  return digits >= "5" ? "5" : digits >= "2" ? "2" : "1";
}

const BOUNDS: readonly number[] = [
  0,
  ...Array.from({ length: 308 }, (_, index) => [1, 2, 5].map((lead) => Number(`${lead}e${index + 1}`))).flat(),
].filter(Number.isFinite);
