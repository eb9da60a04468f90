import type { ConsentStanding, Notice } from "./model.ts";

/** The changes of notices that concern one purpose and are in force: what a consent must not be older than. */
export interface MaterialChanges {
  /** When each known version took effect, by notice id, then version. */
  readonly effective: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Time of the latest change material for the purpose, by notice id. */
  readonly latest: ReadonlyMap<string, number>;
  /** The latest of all of them; null where there is none. */
  readonly latestOfAll: number | null;
}

const NO_CHANGES: MaterialChanges = { effective: new Map(), latest: new Map(), latestOfAll: null };

/**
 * Collects what of the deployment's notices matters for a purpose now. A version whose `effectiveFrom` cannot be read is taken
 * for in force and newer than every other: rather ask a person once too often.
 */
export function collectChanges(notices: readonly Notice[], purpose: string | null, now: number): MaterialChanges {
  if (purpose === null || notices.length === 0) return NO_CHANGES;
  const effective = new Map<string, Map<string, number>>();
  const latest = new Map<string, number>();
  let latestOfAll: number | null = null;
  for (const notice of notices) {
    const parsed = Date.parse(notice.effectiveFrom);
    const from = Number.isNaN(parsed) ? Number.POSITIVE_INFINITY : parsed;
    const versions = effective.get(notice.id) ?? new Map<string, number>();
    effective.set(notice.id, versions.set(notice.version, from));
    const inForce = from <= now || from === Number.POSITIVE_INFINITY;
    if (!inForce || !notice.materialFor.includes(purpose)) continue;
    latest.set(notice.id, Math.max(from, latest.get(notice.id) ?? Number.NEGATIVE_INFINITY));
    latestOfAll = Math.max(from, latestOfAll ?? Number.NEGATIVE_INFINITY);
  }
  return { effective, latest, latestOfAll };
}

/**
 * Whether a consent was given under a notice that has since changed in what concerns its purpose (PIPL 14).
 * - A record that names a known version: by a later version of the same notice.
 * - One that names an unknown version of a known notice: by any change of that notice, as it may be older than all of them.
 * - One that names no notice, or one that is not known here: by any change after the consent was given.
 */
export function isOutdated(shown: ConsentStanding["notice"], givenAt: number, changes: MaterialChanges): boolean {
  if (changes.latestOfAll === null) return false;
  const versions = shown === null ? undefined : changes.effective.get(shown.id);
  if (shown === null || versions === undefined) return changes.latestOfAll > givenAt;
  const latest = changes.latest.get(shown.id);
  if (latest === undefined) return false;
  const effective = versions.get(shown.version);
  return effective === undefined || latest > effective;
}

/** Whether a consent names a version of a notice that is known here and was in force when the consent was given. */
export function wasInForce(shown: ConsentStanding["notice"], givenAt: number, { effective }: MaterialChanges): boolean {
  const from = shown === null ? undefined : effective.get(shown.id)?.get(shown.version);
  return from !== undefined && from <= givenAt;
}
