import type { GraphQLNamedType } from "graphql";
import type { HashScope, Keyring } from "../../core/keys.ts";
import type { Mask } from "../../policy/model.ts";
import { maskAddress } from "./address.ts";
import { maskBucket } from "./bucket.ts";
import { type Carrier, compileCarrier } from "./carry.ts";
import { type Clear, isTextLeaf, readClear } from "./clear.ts";
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

/** Masks one leaf value; null where it cannot. */
type MaskClear = (clear: Clear, scope: MaskScope) => unknown;

/** GraphQL tools know no such depth of lists; a cyclic value ends here. */
const LIST_DEPTH_MAX = 16;

/** Compiles a mask for a field, once per coordinate; the function that it returns keeps nothing of any value. */
export function compileMask(mask: Mask, field: MaskedField, keyring: Pick<Keyring, "hash">): MaskFunction {
  if (mask === "NULLIFY") {
    return () => null;
  }
  const maskClear = compileClear(mask, field, keyring);
  const asText = isTextLeaf(field.leaf);
  const maskAny = (value: unknown, scope: MaskScope, depth: number): unknown => {
    if (Array.isArray(value)) {
      return depth < LIST_DEPTH_MAX ? Array.from(value, (element) => maskAny(element, scope, depth + 1)) : null;
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

function compileClear(mask: Exclude<Mask, "NULLIFY">, field: MaskedField, keyring: Pick<Keyring, "hash">): MaskClear {
  const { leaf, category } = field;
  const carries = compileCarrier(leaf, field.type);
  switch (mask) {
    case "HASH":
      return held(carries, (clear, { tenant, purpose }) => maskHash(clear, { tenant, category, purpose }, keyring));
    case "BUCKET":
      // A text that happens to be a number is no number; scalars of money and large integers write theirs so.
      return isTextLeaf(leaf) ? () => null : held(carries, maskBucket);
    case "YEAR":
      return compileYear(leaf, carries);
    case "REDACT":
      return compileRedact(carries);
    default: {
      const maskText = TEXT_MASKS[mask];
      return held(carries, (clear) => (typeof clear === "string" ? maskText(clear) : null));
    }
  }
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

function compileYear(leaf: string, carries: Carrier): MaskClear {
  if (isTextLeaf(leaf)) {
    return held(carries, (clear) => (typeof clear === "string" ? maskYear(clear) : null));
  }
  // Int and Float hold numbers of any meaning.
  if (leaf === "Int" || leaf === "Float") {
    return () => null;
  }
  return (clear) => {
    const candidates = typeof clear === "string" || typeof clear === "number" ? yearCandidates(clear, leaf) : [];
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
  POSTCODE: maskPostcode,
  IP: maskIp,
};
