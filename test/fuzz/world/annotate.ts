import type { Draws } from "../draws.ts";
import { DECLARED, ROLES, type RoleName } from "./terms.ts";

/** One field's annotations, before they are SDL: an interface's are copied and tightened for the types behind it. */
export interface Notes {
  readonly category: string;
  readonly mask: string | null;
  /** null: the category's own. */
  readonly otherwise: "MASK" | "DENY" | null;
  readonly sealed: boolean;
  readonly grants: readonly GrantNote[];
  readonly consents: readonly ConsentNote[];
  readonly retain: RetainNote | null;
}

export interface GrantNote {
  readonly allow: readonly string[];
  readonly to: readonly string[];
  readonly assigned: string | null;
  readonly until: string | null;
}

export interface ConsentNote {
  readonly purposes: readonly string[];
  readonly from: "SUBJECT" | "TENANT" | null;
  readonly form: string | null;
  readonly minorsOnly: boolean;
  readonly optOut: boolean;
  readonly named: boolean;
  readonly informed: boolean;
}

export interface RetainNote {
  readonly period: string;
  readonly after: string;
  readonly duty: boolean;
}

/** What kind of value a field holds: which masks it can carry. */
export type Kind = "text" | "number" | "day" | "anything" | "other" | "object";

/** Category and mask that together make a MASK which the kind can carry; null stands for the category's own. */
const MASKED: Readonly<Record<Exclude<Kind, "object">, readonly (readonly [category: string, mask: string | null])[]>> =
  {
    text: [
      ["EMAIL_ADDRESS", null],
      ["PHONE_NUMBER", null],
      ["PERSON_NAME", null],
      ["COMMUNICATION_CONTENT", "REDACT"],
      ["ACCOUNT_IDENTIFIER", "HASH"],
      ["PAYMENT_CARD", "LAST4"],
      ["HEALTH", "NULLIFY"],
      ["COARSE_LOCATION", "POSTCODE"],
      ["GOVERNMENT_ID", "ID_NUMBER"],
      ["POSTAL_ADDRESS", null],
      ["IP_ADDRESS", null],
      ["DATE_OF_BIRTH", "YEAR"],
      ["PAYMENT_CARD", null],
    ],
    number: [
      ["PROFILE_INFERENCE", "BUCKET"],
      ["FINANCIAL_PROFILE", "NULLIFY"],
    ],
    day: [
      ["DATE_OF_BIRTH", "YEAR"],
      ["DATE_OF_BIRTH", "NULLIFY"],
    ],
    anything: [
      ["COMMUNICATION_CONTENT", "REDACT"],
      ["DEVICE_IDENTIFIER", null],
      ["HEALTH", "NULLIFY"],
    ],
    other: [["DEMOGRAPHIC", "NULLIFY"]],
  };

const DENIED = ["GOVERNMENT_ID", "HEALTH", "PURCHASE_HISTORY", "EMAIL_ADDRESS"] as const;

export interface Names {
  /** Whether `assigned`, `until` and `after` may be used at all. */
  readonly named: boolean;
}

export function drawNotes(draws: Draws, kind: Kind, names: Names): Notes {
  const sealed = draws.chance(6);
  return {
    ...drawHandling(draws, kind),
    sealed,
    grants: sealed ? [] : draws.list(draws.mostly(1, 2, 3, 0), () => drawGrant(draws, names)),
    consents: draws.list(draws.mostly(0, 1, 2), () => drawConsent(draws)),
    retain: names.named && draws.chance(20) ? drawRetain(draws) : null,
  };
}

function drawHandling(draws: Draws, kind: Kind): Pick<Notes, "category" | "mask" | "otherwise"> {
  if (kind === "object" || draws.chance(40)) return { category: draws.pick(DENIED), mask: null, otherwise: "DENY" };
  const [category, mask] = draws.pick(MASKED[kind]);
  return { category, mask, otherwise: draws.chance(25) ? null : "MASK" };
}

export function drawGrant(draws: Draws, { named }: Names): GrantNote {
  const allow = draws.chance(85) ? [...DECLARED] : draws.some(DECLARED, 1);
  const usable = ROLES.filter((role) => isUsable(role, allow, named));
  const to = draws.chance(80) ? usable.filter((role) => role !== "OUTSIDER") : draws.some(usable, 1);
  const assigned = named && (to.includes("CARRIER") || draws.chance(10));
  return {
    allow,
    to,
    assigned: assigned ? draws.pick(["carrier", "broker"]) : null,
    until: named && draws.chance(25) ? draws.pick(["done", "cleared"]) : null,
  };
}

function isUsable(role: RoleName, allow: readonly string[], named: boolean): boolean {
  if (role === "CLERK") return allow.every((purpose) => purpose === "CUSTOMER_SUPPORT");
  return role !== "CARRIER" || named;
}

export function drawConsent(draws: Draws): ConsentNote {
  const from = draws.mostly<ConsentNote["from"]>(null, "SUBJECT", "TENANT");
  const optOut = draws.chance(20);
  const ofPerson = from !== "TENANT" && !optOut;
  return {
    purposes: draws.chance(50) ? [...DECLARED] : draws.some(DECLARED, 1),
    from,
    form: draws.mostly<string | null>(null, "EXPRESSED", "EXPLICIT", "SEPARATE"),
    minorsOnly: draws.chance(20),
    optOut,
    named: ofPerson && draws.chance(15),
    informed: ofPerson && draws.chance(15),
  };
}

export function drawRetain(draws: Draws): RetainNote {
  return {
    period: draws.pick(["P30D", "P1M", "P1Y", "PT12H", "P0D"]),
    after: draws.pick(["closed", "done"]),
    duty: draws.chance(40),
  };
}

/** As strict as the interface's, or stricter in one way. */
export function tighten(draws: Draws, notes: Notes): Notes {
  switch (draws.mostly("same", "denied", "fewer grants", "more consents", "sealed", "no excuses", "no duty")) {
    case "denied":
      return { ...notes, mask: null, otherwise: "DENY" };
    case "sealed":
      return { ...notes, sealed: true, grants: [] };
    case "no excuses":
      return {
        ...notes,
        consents: notes.consents.map((demand) => ({ ...demand, minorsOnly: false, optOut: false })),
      };
    case "no duty":
      return { ...notes, retain: notes.retain && { ...notes.retain, duty: false } };
    case "fewer grants":
      return { ...notes, grants: notes.grants.slice(0, 1) };
    case "more consents":
      return { ...notes, consents: [...notes.consents, drawConsent(draws)] };
    default:
      return notes;
  }
}

/** Fields that the notes name. */
export function namesIn({ grants, retain }: Pick<Notes, "grants" | "retain">): readonly string[] {
  const names = grants.flatMap(({ assigned, until }) => [assigned, until]);
  return [...names, retain?.after].filter((name) => typeof name === "string");
}

export function notesSdl({ category, mask, otherwise, sealed, ...rest }: Notes): string {
  const handling = [
    mask === null ? "" : `, mask: ${mask}`,
    otherwise === null ? "" : `, otherwise: ${otherwise}`,
    sealed ? ", sealed: true" : "",
  ].join("");
  return [`@sensitive(category: ${category}${handling})`, ...accessSdl(rest)].join(" ");
}

/** What may stand on a type as well. */
export function accessSdl({ grants, consents, retain }: Pick<Notes, "grants" | "consents" | "retain">): string[] {
  const more = (values: Readonly<Record<string, string | null>>): string =>
    Object.entries(values)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => `, ${name}: ${value}`)
      .join("");
  const flag = (raised: boolean): string | null => (raised ? "true" : null);
  const flagged = (flags: Readonly<Record<string, boolean>>) =>
    Object.fromEntries(Object.entries(flags).map(([name, raised]) => [name, flag(raised)]));
  const quoted = (name: string | null): string | null => (name === null ? null : `"${name}"`);
  return [
    ...grants.map(
      ({ allow, to, assigned, until }) =>
        `@purpose(allow: [${allow.join(", ")}], to: [${to.join(", ")}]${more({ assigned: quoted(assigned), until: quoted(until) })})`,
    ),
    ...consents.map(
      ({ purposes, from, form, ...flags }) =>
        `@consent(for: [${purposes.join(", ")}]${more({ from, form, ...flagged(flags) })})`,
    ),
    ...(retain === null
      ? []
      : [`@retain(for: "${retain.period}", after: "${retain.after}"${more({ duty: flag(retain.duty) })})`]),
  ];
}
