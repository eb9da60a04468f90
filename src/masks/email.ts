import { firstGrapheme, hasVisible, isShowable, TEXT_UNITS_MAX } from "./graphemes.ts";
import { REDACTED } from "./redact.ts";

/** Host names of any script (RFC 5321, RFC 6531), written out or as punycode; no address literal, which is an IP address. */
const DOMAIN = /^[\p{L}\p{N}\p{M}_-]{1,63}(?:\.[\p{L}\p{N}\p{M}_-]{1,63}){0,30}\.?$/u;
const ASCII_DOMAIN = /^[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63}){0,30}\.?$/i;
const ALL_NUMBERS = /^[\p{N}.]*$/u;
/** What an unquoted local part cannot hold: it would be a list of addresses, a display name or free text. */
const NOT_LOCAL = /[\s\p{Cc}\p{Cs}\p{Bidi_Control}<>()[\],;:\\"]/u;
const QUOTED = /^"([\s\S]*)"$/;

/**
 * EMAIL: the first grapheme of the local part and the domain, `d•••@example.com` (as Hutool's DesensitizedUtil.email keeps them).
 * The domain is what follows the last `@`. Quotes are dropped. A local part of one grapheme is hidden, `•••@example.com`;
 * what is not one e-mail address is masked whole.
 */
export function maskEmail(written: string): string {
  const text = written.length > TEXT_UNITS_MAX ? "" : written.trim();
  const at = text.lastIndexOf("@");
  if (at < 1) {
    return REDACTED;
  }
  const domain = text.slice(at + 1);
  if (!(ASCII_DOMAIN.test(domain) || DOMAIN.test(domain)) || ALL_NUMBERS.test(domain)) {
    return REDACTED;
  }
  const before = text.slice(0, at);
  const quoted = QUOTED.exec(before)?.[1];
  if (quoted === undefined && NOT_LOCAL.test(before)) {
    return REDACTED;
  }
  const local = quoted ?? before;
  const first = firstGrapheme(local);
  return isShowable(first) && hasVisible(local.slice(first.length))
    ? `${first}${REDACTED}@${domain}`
    : `${REDACTED}@${domain}`;
}
