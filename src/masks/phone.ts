import { getCountries, getCountryCallingCode, parsePhoneNumberFromString } from "libphonenumber-js/min";
import { toAsciiDigits } from "./digits.ts";
import { DOT } from "./graphemes.ts";
import { REDACTED } from "./redact.ts";

/** Fixed, so that the length of the number does not show. */
const HIDDEN = DOT.repeat(6);
/** Longer than any number with its extension in any notation. */
const PHONE_UNITS_MAX = 64;
/** National numbers shorter than this are masked whole: with two digits kept, too few would be left to guess. */
const NATIONAL_DIGITS_MIN = 6;
/** Without a country code part of the digits are an area code, which is no secret: one more is asked for. */
const UNPARSED_DIGITS_MIN = 7;
/** E.164: at most 15 digits with the country code. */
const E164_DIGITS_MAX = 15;

/** A mobile number with the code of China in front, in any grouping. */
const CN_INTERNATIONAL = /^\(?(?:\+|00)86\)?[\s\p{Pd}]*(1[3-9]\d(?:[\s\p{Pd}]?\d){8})$/u;
/**
 * Without the code only in ranges that are assigned, and ungrouped or in 3-4-4: `1-415-555-2671` is a number of North America.
 */
const CN_NATIONAL =
  /^(?:86[\s\p{Pd}]?)?(1(?:[38]\d|4[5-9]|[59][0-35-9]|6[25-7]|7[0-8])[\s\p{Pd}]?\d{4}[\s\p{Pd}]?\d{4})$/u;
const INTERNATIONAL = /^\+[\d\s().\p{Pd}/]+$/u;
const PLUS = /^\s*＋/;

/**
 * PHONE: of a Chinese mobile number the first 3 and last 4 of its 11 digits, `138••••5678` (Hutool's DesensitizedUtil.mobilePhone);
 * of any other international number the country code and the last 2, `+49••••••56`; of a number without a country the last 2.
 * Country codes, extensions and notations are those of libphonenumber. What is too short or no number is masked whole.
 */
export function maskPhone(text: string): string {
  if (text.length > PHONE_UNITS_MAX) {
    return REDACTED;
  }
  const written = toAsciiDigits(text.trim()).replace(PLUS, "+");
  const mobile = CN_NATIONAL.exec(written) ?? CN_INTERNATIONAL.exec(written);
  if (mobile?.[1] !== undefined) {
    return maskChineseMobile(digitsOf(mobile[1]));
  }
  if (INTERNATIONAL.test(written)) {
    return maskInternational(digitsOf(written));
  }
  // Slow, and without a plus it cannot tell the country.
  const parsed = written.includes("+") ? parsePhoneNumberFromString(written) : undefined;
  if (parsed !== undefined) {
    return maskInternational(parsed.number.slice(1));
  }
  const digits = digitsOf(written);
  return digits.length < UNPARSED_DIGITS_MIN ? REDACTED : HIDDEN + digits.slice(-2);
}

function maskInternational(digits: string): string {
  const code = callingCodeOf(digits);
  if (code === null) {
    return digits.length < UNPARSED_DIGITS_MIN ? REDACTED : HIDDEN + digits.slice(-2);
  }
  const national = digits.slice(code.length);
  if (national.length < NATIONAL_DIGITS_MIN || digits.length > E164_DIGITS_MAX) {
    return `+${code}${HIDDEN}`;
  }
  return code === "86" && /^1[3-9]\d{9}$/.test(national)
    ? maskChineseMobile(national)
    : `+${code}${HIDDEN}${national.slice(-2)}`;
}

function maskChineseMobile(digits: string): string {
  return `${digits.slice(0, 3)}${DOT.repeat(4)}${digits.slice(-4)}`;
}

function digitsOf(text: string): string {
  return text.replace(/\D/g, "");
}

/** Codes are prefix-free (ITU-T E.164), so the first that fits is the one. */
function callingCodeOf(digits: string): string | null {
  for (let length = 1; length <= 3; length += 1) {
    const code = digits.slice(0, length);
    if (callingCodes.has(code)) {
      return code;
    }
  }
  return null;
}

const callingCodes: ReadonlySet<string> = new Set(getCountries().map((country) => getCountryCallingCode(country)));
