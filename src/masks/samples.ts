import { createKeyring } from "../core/keys.ts";
import { compileMask } from "./compile.ts";
import type { Mask } from "./names.ts";

/** A clear value, and how the scalar is called that holds it, where the mask makes something else of it for that. */
interface Example {
  readonly clear: unknown;
  readonly leaf?: string;
}

const DATE = "1990-05-17";
const TIME = Date.UTC(1990, 4, 17);

/** Of each mask, examples for every form that its results take for the sake of a type. NULLIFY makes null, which every type carries. */
const EXAMPLES: Readonly<Record<Exclude<Mask, "NULLIFY">, readonly Example[]>> = {
  REDACT: [{ clear: "a secret" }],
  PAN: [{ clear: "4111111111111111" }],
  LAST4: [{ clear: "6222020200001234" }],
  EMAIL: [{ clear: "david@example.com" }],
  PHONE: [{ clear: "13812345678" }, { clear: "+4915123456756" }],
  ID_NUMBER: [{ clear: "11010519491231002X" }],
  PERSON_NAME: [{ clear: "张三" }, { clear: "Jane Doe" }],
  ADDRESS: [{ clear: "浙江省杭州市西湖区文三路478号" }, { clear: "350 Fifth Avenue, New York, NY 10118, USA" }],
  POSTCODE: [{ clear: "518000" }],
  IP: [{ clear: "203.0.113.7" }, { clear: "2001:db8:1:2::3" }],
  YEAR: [
    { clear: DATE, leaf: "Date" },
    { clear: DATE, leaf: "DateTime" },
    { clear: DATE, leaf: "LocalDateTime" },
    { clear: DATE, leaf: "String" },
    { clear: TIME, leaf: "Timestamp" },
    { clear: TIME / 1000, leaf: "UnixSeconds" },
    { clear: 1990, leaf: "BirthYear" },
  ],
  BUCKET: [{ clear: 7 }, { clear: 150 }, { clear: "7" }, { clear: "150" }, { clear: 150n }],
  HASH: [{ clear: "cust-1" }],
};

/** A scalar of which nothing is known carries whatever a mask makes. */
const ANY_LEAF = "Any";

/** No key of anybody's: of a hash only the form counts here. */
const TOOLS = {
  keyring: createKeyring([{ version: 1, secret: Buffer.alloc(32) }]),
  clock: { now: () => Date.UTC(2026, 0, 1) },
};

const made = new Map<Mask, readonly unknown[]>();

/** What a mask makes, in every form that it can take for the sake of the type: made by the mask itself. */
export function samplesOf(mask: Mask): readonly unknown[] {
  if (mask === "NULLIFY") return [null];
  let samples = made.get(mask);
  if (samples === undefined) {
    samples = EXAMPLES[mask].map(({ clear, leaf = ANY_LEAF }) =>
      compileMask(mask, { category: "SAMPLE", leaf }, TOOLS)(clear, { tenant: null, purpose: null }),
    );
    made.set(mask, samples);
  }
  return samples;
}
