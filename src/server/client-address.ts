import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";

/**
 * Which proxies' word for a client's address is believed: none, one (`true`), so many in a row in front of the gateway, or those
 * at these addresses and in these networks (CIDR).
 */
export type TrustProxy = boolean | number | readonly string[];

/** Whether who passed a request on is believed: `hop` counts from the gateway outwards, the connection itself being 0. */
export type Trusts = (address: string, hop: number) => boolean;

const RANGE = /^([^/]+?)(?:\/(\d{1,3}))?$/;
const V4_MAPPED = /^::ffff:(?=\d+\.)/i;
/** `203.0.113.5:51008`, `[2001:db8::1]`, `[2001:db8::1]:443`, `"[2001:db8::1]:443"`. */
const WRITTEN = /^"?(?:\[([^\]]*)\](?::\d{1,5})?|([^:]*):\d{1,5}|(.*?))"?$/;

export function isTrustProxy(value: unknown): value is TrustProxy {
  if (Array.isArray(value)) {
    return value.length > 0 && value.every((each) => typeof each === "string" && partsOf(each) !== null);
  }
  return typeof value === "boolean" || (Number.isSafeInteger(value) && Number(value) > 0);
}

export function compileTrust(trust: TrustProxy): Trusts {
  if (typeof trust === "boolean" || typeof trust === "number") {
    const hops = Number(trust);
    return (_address, hop) => hop < hops;
  }
  const trusted = new BlockList();
  for (const each of trust) {
    const parts = partsOf(each);
    if (parts !== null) trusted.addSubnet(parts.address, parts.bits, familyOf(parts.address));
  }
  return (address) => {
    const read = readAddress(address);
    return read !== null && trusted.check(read, familyOf(read));
  };
}

/**
 * Where a request comes from, for every way in. `X-Forwarded-For` is read from its end, which the nearest proxy wrote, only as far
 * as those are trusted who wrote it: what stands further in front can be anybody's. null where no address is told.
 */
export function clientAddress({ socket, headers }: IncomingMessage, trusts: Trusts): string | null {
  const sent = headers["x-forwarded-for"];
  // Empty elements of a list are none (RFC 9110, 5.6.1).
  const forwarded = (Array.isArray(sent) ? sent.join(",") : (sent ?? ""))
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "");
  let address = socket.remoteAddress ?? "";
  for (let hop = 0; trusts(address, hop); hop += 1) {
    const next = forwarded.at(-1 - hop);
    if (next === undefined) break;
    address = next;
  }
  return readAddress(address);
}

/** The address without port, brackets, quotes and zone, an IPv4 one inside IPv6 as IPv4; null for anything else. */
function readAddress(text: string): string | null {
  const [, bracketed, withPort, plain] = WRITTEN.exec(text.trim()) ?? [];
  const address = (bracketed ?? withPort ?? plain ?? "").replace(/%.*$/, "").replace(V4_MAPPED, "");
  return isIP(address) === 0 ? null : address;
}

function partsOf(text: string): { readonly address: string; readonly bits: number } | null {
  const [, written = "", length] = RANGE.exec(text) ?? [];
  const family = isIP(written);
  const most = family === 4 ? 32 : 128;
  const bits = length === undefined ? most : Number(length);
  return family === 0 || bits > most ? null : { address: written, bits };
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIP(address) === 4 ? "ipv4" : "ipv6";
}
