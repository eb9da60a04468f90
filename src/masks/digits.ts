const OTHER_DIGITS = /\p{Nd}/gu;
const ONE_DIGIT = /^\p{Nd}$/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII as such
const ASCII = /^[\x00-\x7f]*$/;

/** Values of digits already met; there are fewer than a thousand. */
const values = new Map<string, string>();

/** The text with every decimal digit of any script written in ASCII, so that `٤١١١` and `４１１１` are numbers like `4111`. */
export function toAsciiDigits(text: string): string {
  return ASCII.test(text) ? text : text.replace(OTHER_DIGITS, asciiDigit);
}

function asciiDigit(digit: string): string {
  let value = values.get(digit);
  if (value === undefined) {
    // Unicode keeps the ten digits of a script in one run, zero first (several runs may touch): the distance to its start tells the value.
    const point = digit.codePointAt(0) ?? 0;
    let start = point;
    while (ONE_DIGIT.test(String.fromCodePoint(start - 1))) {
      start -= 1;
    }
    value = String((point - start) % 10);
    values.set(digit, value);
  }
  return value;
}
