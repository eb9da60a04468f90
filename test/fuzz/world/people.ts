import type { Draws } from "../draws.ts";
import { PEOPLE, REGIONS, STAFF, TENANTS } from "./terms.ts";

/** Fields that hold people, and the types that they are of. */
export const PEOPLE_TYPES: Readonly<Record<string, string>> = { buyer: "Person", seller: "Person", deal: "Deal" };

/** People whom objects lead to: nothing of them is annotated. */
export const PEOPLE_SDL = `
  type Person { id: ID tenant: ID region: String born: Day }
  type Deal { buyer: Person tenant: ID }`;

const WAYS: Readonly<Record<string, readonly string[]>> = {
  id: ["buyer.id", "seller.id", "deal.buyer.id"],
  tenant: ["buyer.tenant", "deal.tenant"],
  region: ["buyer.region", "deal.buyer.region"],
  born: ["seller.born", "deal.buyer.born"],
};

/** Paths to a fact of somebody, by way of the fields that there are. */
export function peoplePathsIn(fields: ReadonlyMap<string, unknown>, fact: string): readonly string[] {
  return (WAYS[fact] ?? []).filter((path) => fields.has(path.split(".")[0] ?? ""));
}

export function drawPerson(draws: Draws): object | null {
  if (draws.chance(20)) return null;
  return {
    id: drawId(draws),
    tenant: draws.mostly<unknown>(...TENANTS, null),
    region: draws.mostly<unknown>(...REGIONS, null),
    born: drawBirthDate(draws),
  };
}

export function drawDeal(draws: Draws): object | null {
  if (draws.chance(20)) return null;
  return { buyer: drawPerson(draws), tenant: draws.mostly<unknown>(...TENANTS, null) };
}

/** Whose something is, or nobody's. */
export function drawId(draws: Draws): unknown {
  return draws.mostly<unknown>(...PEOPLE, 7, null, STAFF[0]);
}

export function drawBirthDate(draws: Draws): unknown {
  return draws.mostly<unknown>(
    "1990-05-20",
    "2012-06-15",
    "2012-06-16",
    "2008-06-15",
    null,
    "2030-01-01",
    "27.11.2016",
  );
}
