import type { GraphQLNamedType } from "graphql";
import type { Clock } from "../core/clock.ts";
import type { HashScope, Keyring } from "../core/keys.ts";
import { maskAddress } from "./address.ts";
import { maskBucket } from "./bucket.ts";
import { type Carrier, compileCarrier } from "./carry.ts";
import { type Clear, isTextLeaf, readClear } from "./clear.ts";
import { maskCoarseLocation } from "./coarse-location.ts";
import { maskEmail } from "./email.ts";
import { maskHash } from "./hash.ts";
import { maskIdNumber } from "./id-number.ts";
import { maskIp } from "./ip.ts";
import { maskLast4 } from "./last4.ts";
import type { Mask } from "./names.ts";
import { maskPan } from "./pan.ts";
import { maskPersonName } from "./person-name.ts";
import { maskPhone } from "./phone.ts";
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
 * cannot make a value that the field can carry, for a list as a whole where it cannot for one of its elements.
 */
export type MaskFunction = (value: unknown, scope: MaskScope) => unknown;

/** Masks one leaf value; null where it cannot. */
type MaskClear = (clear: Clear, scope: MaskScope) => unknown;

/** What masks need beside the value: the key of hashes, and the time, from which ages are reckoned. */
export interface MaskTools {
  readonly keyring: Pick<Keyring, "hash">;
  readonly clock: Clock;
}

/** GraphQL tools know no such depth of lists; a cyclic value ends here. */
const LIST_DEPTH_MAX = 16;

/** Compiles a mask for a field, once per coordinate; the function that it returns keeps nothing of any value. */
export function compileMask(mask: Mask, field: MaskedField, tools: MaskTools): MaskFunction {
  if (mask === "NULLIFY") {
    return () => null;
  }
  const maskClear = compileClear(mask, field, tools);
  const asText = isTextLeaf(field.leaf);
  const maskAny = (value: unknown, scope: MaskScope, depth: number): unknown => {
    if (Array.isArray(value)) {
      if (depth >= LIST_DEPTH_MAX) return null;
      const masked = Array.from(value, (element) => maskAny(element, scope, depth + 1));
      // One that cannot be masked withholds them all: the list may not hold null in its place.
      return masked.every((each, at) => each !== null || isAbsent(value[at])) ? masked : null;
    }
    const clear = readClear(value, asText);
    return clear === null ? null : maskClear(clear, scope);
  };
  return (value, scope) => {
    try {
      return maskAny(value, scope, 0);
    } catch {
      // A value that throws when it is looked at (a proxy, an invalid date) is withheld like any other that cannot be masked.
      return null;
    }
  };
}

function isAbsent(value: unknown): boolean {
  return value === null || value === undefined;
}

function compileClear(mask: Exclude<Mask, "NULLIFY">, field: MaskedField, { keyring, clock }: MaskTools): MaskClear {
  const { leaf, category } = field;
  const carries = compileCarrier(leaf, field.type);
  switch (mask) {
    case "HASH":
      return held(carries, (clear, { tenant, purpose }) => maskHash(clear, { tenant, category, purpose }, keyring));
    case "BUCKET":
      // A text that happens to be a number is no number; scalars of money and large integers write theirs so.
      if (isTextLeaf(leaf)) return () => null;
      return held(carries, category === BIRTH ? (clear) => maskBucket(withoutOldAge(clear)) : maskBucket);
    case "YEAR":
      return compileYear(leaf, carries, clock);
    case "REDACT":
      return compileRedact(carries);
    default: {
      const maskText = TEXT_MASKS[mask];
      return held(carries, (clear) => (typeof clear === "string" ? maskText(clear) : null));
    }
  }
}

/** The category of ages and dates of birth. */
const BIRTH = "DATE_OF_BIRTH";
/** Of people over 89 only that is told (Safe Harbor): no range begins there. */
const AGE_MAX = 89;

function withoutOldAge(age: Clear): Clear {
  if (typeof age === "number") return Math.min(age, AGE_MAX);
  if (typeof age === "bigint") return age > AGE_MAX ? BigInt(AGE_MAX) : age;
  return Number(age) > AGE_MAX ? String(AGE_MAX) : age;
}

/** The mask, with null in place of what the field cannot carry. */
function held(carries: Carrier, mask: MaskClear): MaskClear {
  return (clear, scope) => {
    const masked = mask(clear, scope);
    return masked !== null && carries(masked, clear) ? masked : null;
  };
}

/** The result never varies, so the scalar is asked once. */
function compileRedact(carries: Carrier): MaskClear {
  const redacted = maskRedact();
  let carried: boolean | null = null;
  return (clear) => {
    if (typeof clear !== "string") {
      return null;
    }
    carried ??= carries(redacted, clear);
    return carried ? redacted : null;
  };
}

function compileYear(leaf: string, carries: Carrier, clock: Clock): MaskClear {
  if (isTextLeaf(leaf)) {
    return held(carries, (clear) => (typeof clear === "string" ? maskYear(clear, clock.now()) : null));
  }
  // Int and Float hold numbers of any meaning.
  if (leaf === "Int" || leaf === "Float") {
    return () => null;
  }
  return (clear) => {
    const candidates =
      typeof clear === "string" || typeof clear === "number" ? yearCandidates(clear, leaf, clock.now()) : [];
    return candidates.find((masked) => carries(masked, clear)) ?? null;
  };
}

const TEXT_MASKS: Readonly<
  Record<Exclude<Mask, "NULLIFY" | "HASH" | "BUCKET" | "YEAR" | "REDACT">, (text: string) => string>
> = {
  PAN: maskPan,
  LAST4: maskLast4,
  EMAIL: maskEmail,
  PHONE: maskPhone,
  ID_NUMBER: maskIdNumber,
  PERSON_NAME: maskPersonName,
  ADDRESS: maskAddress,
  POSTCODE: maskCoarseLocation,
  IP: maskIp,
};
