import type { Caller, Deployment } from "../../../src/decision/model.ts";
import { inSpace } from "../../reference/people.ts";
import type { Draws } from "../draws.ts";
import type { DrawnOperation } from "../operations.ts";
import { DECLARED, NOW, ORGANISATIONS, PEOPLE, REGIONS, ROLES, SPACE, STAFF } from "./terms.ts";

/** A token as it is sent: its claims, and what is wrong with it. null: no token. */
export interface Token {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly fault: "expired" | "forged" | "no such role" | "nobody's" | null;
}

/** One request: which operation, by whom, what it says besides. */
export interface Ask {
  readonly operation: number;
  readonly token: Token | null;
  /** Lower-case names, authorization left out. */
  readonly headers: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Sent as `@declare` on the operation: as literals, or by a variable. */
  readonly declared: {
    readonly purpose: string;
    readonly justification: string | null;
    readonly byVariable: boolean;
  } | null;
  /** How it travels. */
  readonly over: "POST" | "GET" | "WS";
}

/** Variables as they are sent: the operation's own, and that which declares the purpose. */
export function variablesOf({ variables, declared }: Ask): Readonly<Record<string, unknown>> {
  return declared?.byVariable ? { ...variables, declared: declared.purpose } : variables;
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
  const twice = inOperation && draws.chance(20);
  return {
    operation,
    token,
    headers: {
      ...(purpose === null || (inOperation && !twice) ? {} : { "x-purpose": oddly(draws, purpose) }),
      ...(justification === null || (inOperation && !twice)
        ? {}
        : { "x-justification": draws.chance(90) ? justification : "another case" }),
      ...(draws.chance(15) ? { "sec-gpc": draws.mostly("1", "0", "true", "1.0") } : {}),
      ...(draws.chance(10) ? { dnt: "1" } : {}),
    },
    declared: inOperation ? { purpose, justification, byVariable: draws.chance(30) } : null,
    variables: drawVariables(draws, operations[operation]),
    over: drawWay(draws, operations[operation]),
  };
}

/** Subscriptions come over WebSocket alone, and now and then all the same otherwise; GET is for queries. */
function drawWay(draws: Draws, operation: DrawnOperation | undefined): Ask["over"] {
  const type = operation?.text.split(" ", 1)[0];
  if (type === "subscription") return draws.chance(5) ? "POST" : "WS";
  return draws.mostly<Ask["over"]>("POST", "POST", type === "query" ? "GET" : "POST", "WS");
}

function oddly(draws: Draws, purpose: string): string {
  return draws.chance(4)
    ? draws.pick(["NOTHING_KNOWN", purpose.toLowerCase(), `${purpose}, ${purpose}`, "", "LEGAL_COMPLIANCE"])
    : purpose;
}

function drawVariables(draws: Draws, operation: DrawnOperation | undefined): Readonly<Record<string, unknown>> {
  const variables = (operation?.variables ?? []).filter(({ optional }) => !(optional && draws.chance(40)));
  return Object.fromEntries(variables.map(({ name, values }) => [name, draws.pick(values)]));
}

function drawToken(draws: Draws): Token | null {
  if (draws.chance(5)) return null;
  const role = draws.chance(3) ? "GUEST" : draws.mostly<string>(...ROLES);
  const claims = {
    sub: draws.chance(3) ? STAFF[0] : draws.pick(["c-1", "c-2", "u-1"]),
    role,
    ...(draws.chance(35) ? { space: draws.mostly(SPACE, SPACE, SPACE, "nowhere") } : {}),
    ...(draws.chance(75) ? { org: draws.mostly<string>(...ORGANISATIONS, "7") } : {}),
    ...(draws.chance(75) ? { tenants: draws.mostly<readonly string[]>(["t-1"], ["t-2"], ["t-1", "t-2"], []) } : {}),
    ...(draws.chance(75) ? { region: draws.mostly<string>(...REGIONS) } : {}),
    ...(draws.chance(10) ? { purposes: draws.some(DECLARED) } : {}),
    ...(draws.chance(15) ? { act: drawAct(draws) } : {}),
  };
  return {
    claims,
    fault: draws.chance(5) ? draws.pick(["expired", "forged", "no such role", "nobody's"] as const) : null,
  };
}

function drawAct(draws: Draws): unknown {
  const sub = draws.pick(PEOPLE);
  const space = draws.chance(25) ? { space: SPACE } : {};
  return draws.mostly<unknown>({ sub, as: "GUARDIAN", ...space }, { sub, as: "AGENT", ...space }, { sub }, sub);
}

/** Claims as they are signed. */
export function signedClaims({ claims, fault }: Token): object {
  if (fault === "no such role") return { ...claims, role: "NOBODY" };
  if (fault !== "nobody's") return claims;
  const { sub: _, ...rest } = claims;
  return { ...rest, role: "STAFF" };
}

interface ActClaim {
  readonly sub: string;
  readonly as?: Caller["actingAs"];
  readonly space?: string;
}

/**
 * Who a token says is asking; null where it is not to be believed: an id is of the space that is named, which there must be, and of
 * none where none is named. Where the schema knows no spaces, neither does the token.
 */
export function callerOf(token: Token | null, spaces: readonly string[]): Caller | null {
  if (token?.fault != null) return null;
  const claims = token?.claims ?? { role: "GUEST" };
  const text = (name: string): string | null => (claims[name] as string | undefined) ?? null;
  const given = claims["act"] as string | ActClaim | undefined;
  const act: ActClaim | undefined = typeof given === "string" ? { sub: given } : given;
  const space = spaces.length === 0 ? null : text("space");
  const person = (id: string, of: string | null | undefined): string | null =>
    of == null ? inSpace({}, spaces, id) : spaces.includes(of) ? inSpace({ space: of }, spaces, id) : null;
  const id = text("sub");
  const self = id === null ? null : person(id, space);
  const other = act === undefined ? null : person(act.sub, spaces.length === 0 ? null : (act.space ?? space));
  if ((id !== null && self === null) || (act !== undefined && other === null)) return null;
  return {
    id: self,
    role: String(claims["role"]),
    organisation: text("org"),
    tenants: (claims["tenants"] as readonly string[] | undefined) ?? [],
    region: text("region"),
    purposes: (claims["purposes"] as readonly string[] | undefined) ?? null,
    onBehalfOf: other,
    actingAs: act === undefined ? null : (act.as ?? "AGENT"),
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
