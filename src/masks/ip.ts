import ipaddr from "ipaddr.js";
import { REDACTED } from "./redact.ts";

const OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const IPV4 = new RegExp(`^(${OCTET}\\.${OCTET}\\.${OCTET})\\.${OCTET}$`);
/** The longest notation of an address, with a zone. */
const IP_UNITS_MAX = 64;
/** 2002::/16 (RFC 3056): bits 17 to 48 are an IPv4 address, of which /24 may stay as of any other. */
const SIX_TO_FOUR = 0x2002;

/**
 * IP: the network, /24 of IPv4 and /48 of IPv6 (Google Analytics' IP masking): `203.0.113.0`, `2001:db8:1::`.
 * An IPv4 address inside IPv6 (mapped, 6to4) keeps no more than it would alone. What is no single address is masked whole.
 */
export function maskIp(text: string): string {
  return networkOf(text) ?? REDACTED;
}

/** The network of an address; null where the text is none. */
export function networkOf(text: string): string | null {
  const trimmed = text.trim();
  const network = IPV4.exec(trimmed)?.[1];
  if (network !== undefined) {
    return `${network}.0`;
  }
  const address = trimmed.length > IP_UNITS_MAX ? null : parseIpv6(trimmed);
  if (address === null) {
    return null;
  }
  if (address.isIPv4MappedAddress()) {
    const [first, second, third] = address.toIPv4Address().octets;
    return `${first}.${second}.${third}.0`;
  }
  const [first = 0, second = 0, third = 0] = address.parts;
  const kept = first === SIX_TO_FOUR ? third & 0xff00 : third;
  return new ipaddr.IPv6([first, second, kept, 0, 0, 0, 0, 0]).toString();
}

function parseIpv6(text: string): ipaddr.IPv6 | null {
  if (!text.includes(":")) {
    return null;
  }
  try {
    return ipaddr.IPv6.parse(text);
  } catch {
    return null;
  }
}
