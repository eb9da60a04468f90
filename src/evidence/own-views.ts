import type { Keyring } from "../core/keys.ts";
import type { AccessFilter, AccessRecord } from "../log/contract.ts";

/** Of a record, which of its references are the caller's own. */
export type OwnViews = (record: AccessRecord) => (reference: string | undefined) => boolean;

/** Callers whose references are remembered; with more, they are computed anew. */
const CALLERS_MAX = 10_000;

const NOBODY = (): boolean => false;

/**
 * Finds what people saw of their own data: not on behalf of somebody, nor as a tenant's or a company's staff, whose ids may be others'.
 * Nothing counts so where a caller or a token was asked for (it may have been somebody else who used it), nor without the keys.
 */
export function ownViewsOf(filter: AccessFilter, keyring: Keyring | null): OwnViews {
  if (keyring === null || filter.caller !== undefined || filter.token !== undefined) return () => NOBODY;
  const referencesByCaller = new Map<string, ReadonlySet<string>>();
  const referencesOf = (caller: string): ReadonlySet<string> => {
    let references = referencesByCaller.get(caller);
    if (references === undefined) {
      references = new Set(keyring.references(caller));
      if (referencesByCaller.size >= CALLERS_MAX) referencesByCaller.clear();
      referencesByCaller.set(caller, references);
    }
    return references;
  };
  return ({ caller }) => {
    if (caller.id === null || caller.onBehalfOf !== null || caller.organisation !== null || caller.tenants.length > 0) {
      return NOBODY;
    }
    const own = referencesOf(caller.id);
    return (reference) => reference !== undefined && own.has(reference);
  };
}
