import type { Case } from "./case.ts";

/** Ids of people, tenants and organisations as rows write them. */
const ID = /^(org:)?((?:c|u|g|a|t|org|agency)-\d+)$/;

/**
 * The same row among other people: every id in it gets a prefix, so that many rows can be served from one store and none meets
 * what another put there. What is compared with an id and differs from it still differs.
 */
export function amongOthers(row: Case, prefix: string): Case {
  const rename = (value: unknown): unknown => {
    if (typeof value === "string") return value.replace(ID, `$1${prefix}.$2`);
    if (Array.isArray(value)) return value.map(rename);
    if (value === null || typeof value !== "object" || value instanceof Date) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, rename(inner)]));
  };
  const idOf = (id: string | undefined, fallback: string) => `${prefix}.${id ?? fallback}`;
  const renamed = rename(row) as Case;
  return {
    ...renamed,
    store: {
      ...renamed.store,
      consents: renamed.store.consents.map((consent, at) => ({ ...consent, id: idOf(consent.id, `consent-${at}`) })),
      agreements: renamed.store.agreements.map((one, at) => ({ ...one, id: idOf(one.id, `agreement-${at}`) })),
    },
    expect: { ...renamed.expect, consents: row.expect.consents.map((id) => `${prefix}.${id}`) },
  };
}
