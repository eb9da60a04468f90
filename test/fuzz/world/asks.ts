import type { Caller, Deployment } from "../../../src/decision/model.ts";
import type { Draws } from "../draws.ts";
import type { DrawnOperation } from "../operations.ts";
import { DECLARED, NOW, ORGANISATIONS, PEOPLE, REGIONS, ROLES } from "./terms.ts";

/** A token as it is sent: its claims, and what is wrong with it. null: no token. */
export interface Token {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly fault: "expired" | "forged" | null;
}

/** One request: which operation, by whom, what it says besides. */
export interface Ask {
  readonly operation: number;
  readonly token: Token | null;
  /** Lower-case names, authorization left out. */
  readonly headers: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Sent as `@declare` on the operation. */
  readonly declared: { readonly purpose: string; readonly justification: string | null } | null;
}

export function drawDeployment(draws: Draws): Deployment {
  const notices = [
    { id: "privacy", version: "1", effectiveFrom: "2025-01-01", materialFor: [] },
    { id: "privacy", version: "2", effectiveFrom: "2026-03-01T00:00:00Z", materialFor: ["CUSTOMER_SUPPORT"] },
    { id: "cookies", version: "1", effectiveFrom: "2026-06-15T12:00:00Z", materialFor: ["TARGETED_ADVERTISING"] },
    { id: "privacy", version: "3", effectiveFrom: "2026-07-01T00:00:00Z", materialFor: [...DECLARED] },
  ];
  return {
    region: draws.mostly<string | null>("EU", "CN", null),
    transfers: draws.pick<Deployment["transfers"]>([{ EU: ["CN"], CN: ["EU"] }, {}, { CN: ["EU"] }]),
    minimumAge: draws.mostly<number | null>(null, 18, 14),
    guardianAge: draws.mostly(14, 18),
    notices: draws.some(notices),
    doNotTrack: draws.chance(20),
  };
}

export function drawAsk(draws: Draws, operations: readonly DrawnOperation[]): Ask {
  const operation = draws.below(operations.length);
  const token = drawToken(draws);
  const purpose = draws.chance(85) ? draws.pick(DECLARED) : null;
  const justification = draws.chance(80) ? "case 4711" : null;
  const inOperation = purpose !== null && draws.chance(30);
  return {
    operation,
    token,
    headers: {
      ...(purpose === null || (inOperation && draws.chance(80)) ? {} : { "x-purpose": oddly(draws, purpose) }),
      ...(justification === null || inOperation ? {} : { "x-justification": justification }),
      ...(draws.chance(15) ? { "sec-gpc": draws.mostly("1", "0", "true", "1.0") } : {}),
      ...(draws.chance(10) ? { dnt: "1" } : {}),
    },
    declared: inOperation ? { purpose, justification } : null,
    variables: drawVariables(draws, operations[operation]),
  };
}

function oddly(draws: Draws, purpose: string): string {
  return draws.chance(4) ? draws.pick(["NOTHING_KNOWN", purpose.toLowerCase(), `${purpose}, ${purpose}`, ""]) : purpose;
}

function drawVariables(draws: Draws, operation: DrawnOperation | undefined): Readonly<Record<string, unknown>> {
  const variables = (operation?.variables ?? []).filter(({ optional }) => !(optional && draws.chance(40)));
  return Object.fromEntries(variables.map(({ name, values }) => [name, draws.pick(values)]));
}

function drawToken(draws: Draws): Token | null {
  if (draws.chance(5)) return null;
  const role = draws.mostly<string>(...ROLES);
  const claims = {
    sub: draws.pick(["c-1", "c-2", "u-1"]),
    role,
    ...(draws.chance(75) ? { org: draws.mostly<string>(...ORGANISATIONS, "7") } : {}),
    ...(draws.chance(75) ? { tenants: draws.mostly<readonly string[]>(["t-1"], ["t-2"], ["t-1", "t-2"], []) } : {}),
    ...(draws.chance(75) ? { region: draws.mostly<string>(...REGIONS) } : {}),
    ...(draws.chance(10) ? { purposes: draws.some(DECLARED) } : {}),
    ...(draws.chance(15) ? { act: { sub: draws.pick(PEOPLE), as: "GUARDIAN" } } : {}),
  };
  return { claims, fault: draws.chance(4) ? draws.pick(["expired", "forged"] as const) : null };
}

/** Who a token says is asking; null where it is not to be believed. */
export function callerOf(token: Token | null): Caller | null {
  if (token?.fault != null) return null;
  const claims = token?.claims ?? { role: "GUEST" };
  const text = (name: string): string | null => (claims[name] as string | undefined) ?? null;
  const act = claims["act"] as { readonly sub: string; readonly as: Caller["actingAs"] } | undefined;
  return {
    id: text("sub"),
    role: String(claims["role"]),
    organisation: text("org"),
    tenants: (claims["tenants"] as readonly string[] | undefined) ?? [],
    region: text("region"),
    purposes: (claims["purposes"] as readonly string[] | undefined) ?? null,
    onBehalfOf: act?.sub ?? null,
    actingAs: act?.as ?? null,
    tokenId: null,
    expiresAt: token === null ? null : secondsOf(token).exp,
    app: null,
  };
}

/** Unix seconds for a token's `iat` and `exp`. */
export function secondsOf({ fault }: Token): { readonly iat: number; readonly exp: number } {
  const now = Math.floor(NOW / 1000);
  return fault === "expired" ? { iat: now - 7_200, exp: now - 3_600 } : { iat: now - 60, exp: now + 3_600 };
}
