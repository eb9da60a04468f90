import { createHash } from "node:crypto";
import type { AccessRecord, RedactionOrder } from "../contract.ts";
import type { Finding } from "../verification.ts";
import { isWithheld, itemDigest, type Leaf } from "./leaf.ts";
import type { SealedItem } from "./model.ts";

/** What `details` of the record of a redaction say. */
export const REDACTED_ACTION = "REDACT";

/** The positions of the items of a record that tell of the people of an order. */
export function itemsToTake(
  record: { readonly leaf: string; readonly sealed: string },
  order: RedactionOrder,
): number[] {
  const { decisions, sealed: shape } = JSON.parse(record.leaf) as Leaf;
  const sealed = JSON.parse(record.sealed) as SealedItem[];
  const subjectsAt = shape.texts.length + shape.consents;
  const isGone = (position: number): boolean => {
    const item = sealed[subjectsAt + position];
    return item === undefined || isWithheld(item) || order.subjects.includes(item[2] ?? "");
  };
  const people = Array.from({ length: shape.subjects }, (_, position) => position);
  const nobodyLeft = people.length > 0 && people.every(isGone);
  const consentsOfGone = new Set(
    decisions
      .filter(({ subjects }) => subjects.length > 0 && subjects.every(isGone))
      .flatMap(({ consents }) => consents),
  );
  const goes = (item: SealedItem, index: number): boolean => {
    if (isWithheld(item)) return false;
    const [, kind, value] = item;
    switch (kind) {
      case "subject":
        return order.subjects.includes(value ?? "");
      case "consent":
        return (order.consentIds ?? []).includes(value ?? "") || consentsOfGone.has(index - shape.texts.length);
      case "caller":
      case "onBehalfOf":
        return value !== null && (order.callers ?? []).includes(value ?? "");
      case "justification":
      case "details":
        return nobodyLeft;
    }
  };
  return sealed.flatMap((item, index) => (goes(item, index) ? [index] : []));
}

/** Digest over all that a redaction took, in order: what its record says, so that nothing can be taken beside it. */
export function digestOfTaken(
  taken: readonly { readonly writer: number | string; readonly seq: number; readonly item: number }[],
): string {
  const hash = createHash("sha256");
  for (const { writer, seq, item } of taken) hash.update(`${writer} ${seq} ${item}\n`);
  return hash.digest("hex");
}

/** What is left of a record's sealed parts, as JSON, once the items are taken: of each its digest. */
export function sealedWithout(sealedJson: string, items: readonly number[]): string {
  const gone = new Set(items);
  const sealed = JSON.parse(sealedJson) as SealedItem[];
  return JSON.stringify(sealed.map((item, index) => (gone.has(index) ? [itemDigest(item)] : item)));
}

/** The redaction that a record tells of: its id, and the digest over all that it took; null where it tells of none. */
export function redactionTold({ kind, details, id }: AccessRecord): { id: string; digest: unknown } | null {
  if (kind !== "LOG_CHANGE" || details?.["action"] !== REDACTED_ACTION) return null;
  return { id: String(details["redaction"] ?? id), digest: details["digest"] };
}

/** Positions of what is gone from a record. */
export function withheldItems(sealedJson: string): number[] {
  const sealed = JSON.parse(sealedJson) as SealedItem[];
  return sealed.flatMap((item, index) => (isWithheld(item) ? [index] : []));
}

export function withheld(writer: string | null, seq: number | null, message: string): Finding {
  return { code: "WITHHELD", writer, from: seq, to: seq === null ? null : seq + 1, message };
}
