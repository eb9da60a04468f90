import type { GraphQLNamedType } from "graphql";
import type { HashScope, Keyring } from "../../core/keys.ts";
import type { Mask } from "../../policy/model.ts";
import { maskAddress } from "./address.ts";
import { maskBucket } from "./bucket.ts";
import { type Carrier, compileCarrier } from "./carry.ts";
import { maskEmail } from "./email.ts";
import { maskHash } from "./hash.ts";
import { maskIdNumber } from "./id-number.ts";
import { maskIp } from "./ip.ts";
import { maskLast4 } from "./last4.ts";
import { maskPan } from "./pan.ts";
import { maskPersonName } from "./person-name.ts";
import { maskPhone } from "./phone.ts";
import { maskPostcode } from "./postcode.ts";
import { maskRedact } from "./redact.ts";
import { maskYear, yearCandidates } from "./year.ts";

/** The field whose values are masked. */
export interface MaskedField {
  /** Its data category: part of a hash's scope. */
  readonly category: string;
  /** Name of its leaf type, lists and non-null unwrapped. */
  readonly leaf: string;
  /** That type, where a schema is at hand: a custom scalar's `parseValue` and an enum's values are then held to. */
  readonly type?: GraphQLNamedType;
}

/** Whose tenant's data it is and for which purpose it was asked: two purposes get hashes that cannot be joined. */
export type MaskScope = Pick<HashScope, "tenant" | "purpose">;

/**
 * Masks one serialised result value; lists element by element at any depth, null staying null. Never throws: null where the mask
 * cannot make a value that the field can carry.
 */
export type MaskFunction = (value: unknown, scope: MaskScope) => unknown;

/** A clear value that a mask may be tried on. */
type Clear = string | number | boolean | bigint;
/** What a mask makes of it, the likeliest form first; empty where it makes nothing. */
type Attempt = (clear: Clear, scope: MaskScope) => readonly unknown[];

/** GraphQL knows no such depth of lists; a cyclic value ends here. */
const LIST_DEPTH_MAX = 16;

/** Compiles a mask for a field, once per coordinate; the function it returns holds no state of any value. */
export function compileMask(mask: Mask, field: MaskedField, keyring: Pick<Keyring, "hash">): MaskFunction {
  if (mask === "NULLIFY") {
    return () => null;
  }
  const attempt = compileAttempt(mask, field, keyring);
  const carries = compileCarrier(field.leaf, field.type);
  const asText = field.leaf === "String" || field.leaf === "ID";
  return (value, scope) => {
    try {
      return maskValue(value, scope, { attempt, carries, asText }, 0);
    } catch {
      // A value that throws when it is looked at (a proxy, an invalid date) is withheld like any other that cannot be masked.
      return null;
    }
  };
}

/**
 * What the mask makes of a typical value, for trying a field's scalar when a policy is compiled; undefined where a field of this
 * leaf type can never carry the mask (`EMAIL` on `Int`, `BUCKET` on `String`). NULLIFY gives null, which any nullable field carries.
 */
export function maskSample(mask: Mask, leaf: string): unknown {
  if (mask === "NULLIFY") {
    return null;
  }
  const attempt = compileAttempt(mask, { category: "SAMPLE", leaf }, SAMPLE_KEYRING);
  const carries = compileCarrier(leaf);
  for (const clear of sampleValues(mask, leaf)) {
    const made = attempt(clear, { tenant: null, purpose: null }).find((masked) => carries(masked, clear));
    if (made !== undefined && made !== null) {
      return made;
    }
  }
  return undefined;
}

interface Compiled {
  readonly attempt: Attempt;
  readonly carries: Carrier;
  /** `String` and `ID`: numbers and booleans are taken as the scalar writes them. */
  readonly asText: boolean;
}

function maskValue(value: unknown, scope: MaskScope, compiled: Compiled, depth: number): unknown {
  if (value === null || value === undefined) {
    return null;
  }
  if (Array.isArray(value)) {
    return depth < LIST_DEPTH_MAX ? value.map((element) => maskValue(element, scope, compiled, depth + 1)) : null;
  }
  const clear = readClear(value, compiled.asText);
  if (clear === null) {
    return null;
  }
  for (const masked of compiled.attempt(clear, scope)) {
    if (masked !== null && compiled.carries(masked, clear)) {
      return masked;
    }
  }
  return null;
}

/** The value as masks read it; null for objects and what else is no leaf value. Dates count as they are sent. */
function readClear(value: unknown, asText: boolean): Clear | null {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
      return !Number.isFinite(value) ? null : asText ? String(value) : value;
    case "boolean":
    case "bigint":
      return asText ? String(value) : value;
    default:
      return value instanceof Date ? value.toISOString() : null;
  }
}

function compileAttempt(mask: Exclude<Mask, "NULLIFY">, field: MaskedField, keyring: Pick<Keyring, "hash">): Attempt {
  const { leaf, category } = field;
  switch (mask) {
    case "HASH":
      return (clear, { tenant, purpose }) => [maskHash(clear, { tenant, category, purpose }, keyring)];
    case "BUCKET":
      // A text that happens to be a number is no number; scalars of money and large integers write theirs so.
      return leaf === "String" || leaf === "ID" ? () => [] : (clear) => [maskBucket(clear)];
    case "YEAR":
      return compileYear(leaf);
    default: {
      const maskText = TEXT_MASKS[mask];
      return (clear) => (typeof clear === "string" ? [maskText(clear)] : []);
    }
  }
}

function compileYear(leaf: string): Attempt {
  if (leaf === "String" || leaf === "ID") {
    return (clear) => (typeof clear === "string" ? [maskYear(clear)] : []);
  }
  return (clear) => (typeof clear === "string" || typeof clear === "number" ? yearCandidates(clear, leaf) : []);
}

const TEXT_MASKS: Readonly<Record<Exclude<Mask, "NULLIFY" | "HASH" | "BUCKET" | "YEAR">, (text: string) => string>> = {
  REDACT: maskRedact,
  PAN: maskPan,
  LAST4: maskLast4,
  EMAIL: maskEmail,
  PHONE: maskPhone,
  ID_NUMBER: maskIdNumber,
  PERSON_NAME: maskPersonName,
  ADDRESS: maskAddress,
  POSTCODE: maskPostcode,
  IP: maskIp,
};

/** Hashes of the right form under no secret: for samples only. */
const SAMPLE_KEYRING: Pick<Keyring, "hash"> = { hash: () => `h:1:${"0".repeat(32)}` };

/** Values to try, of every JavaScript type that the leaf may have. */
function sampleValues(mask: Exclude<Mask, "NULLIFY">, leaf: string): readonly Clear[] {
  switch (mask) {
    case "PAN":
      return ["4111111111111111"];
    case "LAST4":
      return ["DE89370400440532013000"];
    case "EMAIL":
      return ["someone@example.com"];
    case "PHONE":
      return ["+4915112345678"];
    case "ID_NUMBER":
      return ["AB1234567"];
    case "PERSON_NAME":
      return ["Jane Doe"];
    case "ADDRESS":
      return ["1 High Street, London, UK"];
    case "POSTCODE":
      return ["94305"];
    case "IP":
      return ["203.0.113.7"];
    case "YEAR":
      return leaf === "Int" ? [1990] : ["1990-05-17", 642_902_400_000];
    case "BUCKET":
      return [1_234];
    case "REDACT":
    case "HASH":
      return ["someone"];
  }
}
