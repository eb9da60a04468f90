import type { Draws } from "../draws.ts";
import { accessSdl, drawConsent, drawGrant, type GrantNote, type Notes } from "./annotate.ts";
import type { FieldModel, TypeModel } from "./schema.ts";

/** How a field of Mutation is decided before it runs. */
export interface ActsModel {
  /** `@acts`, and the grants and demands where no `@sensitive` carries them. */
  readonly directives: readonly string[];
}

/** What every field with `@acts` may be told, and what its keys are looked for in. */
export const KEYS = "key: ID, keys: [ID!], target: Target";
export const KEYS_INPUT = "input Target { key: ID keys: [ID!] of: [Target!] }";

const PATHS = ["key", "keys", "target.key", "target.of[].key", "target.keys", "target.of[].keys"] as const;
const ROLE_ALONE = ["STAFF", "OUTSIDER"] as const;

/** The query that finds an object by its id. */
export function lookUpOf(type: string): string {
  return type.toLowerCase();
}

/**
 * Some fields that nobody's data come by act all the same; and whatever is granted to somebody for somebody's data, or hangs on a
 * consent, must say whose they are.
 */
export function withActs(draws: Draws, field: FieldModel, types: readonly TypeModel[]): FieldModel {
  const { notes } = field;
  const how = draws.pick(["acts", "acts", "acts", "role alone", "nothing"] as const);
  if (how === "nothing") return notes === null ? field : { ...field, notes: { ...notes, grants: [], consents: [] } };
  if (how === "role alone") {
    const grants = draws.list(draws.between(1, 2), () => ({
      ...drawGrant(draws, { named: false }),
      to: draws.some(ROLE_ALONE, 1),
    }));
    if (notes !== null) return { ...field, notes: { ...notes, sealed: false, grants, consents: [] } };
    return { ...field, acts: { directives: accessSdl({ grants, consents: [], retain: null }) } };
  }
  const acts = draws.list(draws.mostly(1, 2), () => drawAct(draws, types));
  const found = acts.flatMap(({ on }) => (on === null ? [] : on.fields.map(({ name }) => name)));
  const directives = acts.map(({ sdl }) => sdl);
  if (notes !== null) {
    const fitted = { ...notes, grants: notes.grants.map((grant) => fitting(grant, found)) };
    return { ...field, notes: fitted, acts: { directives } };
  }
  const own: Pick<Notes, "grants" | "consents" | "retain"> = {
    grants: draws.list(draws.mostly(1, 2, 0), () => fitting(drawGrant(draws, { named: true }), found)),
    consents: draws.list(draws.mostly(0, 1), () => drawConsent(draws)),
    retain: null,
  };
  return { ...field, acts: { directives: [...directives, ...accessSdl(own)] } };
}

/** One `@acts`, and the type that is looked up for it, if any. */
function drawAct(draws: Draws, types: readonly TypeModel[]): { readonly sdl: string; readonly on: TypeModel | null } {
  const objects = types.filter(({ kind }) => kind === "type");
  const subjects = objects.filter(({ subject }) => subject);
  const paths = draws.some(PATHS, 1).slice(0, 2);
  const id = `id: [${paths.map((path) => `"${path}"`).join(", ")}]`;
  if (subjects.length === 0 || draws.chance(25)) {
    const { name } = draws.pick(objects);
    const keys = draws.chance(50) ? `, ${id}` : "";
    return { sdl: `@acts(on: "${name}"${keys}, reach: ${draws.pick(["SELF", "TENANT", "ALL", "NONE"])})`, on: null };
  }
  const on = draws.pick(subjects);
  const reach = draws.chance(15) ? draws.pick(["SELF", "TENANT", "ALL", "NONE", "ASSIGNED"]) : null;
  const by = reach !== null || draws.chance(50) ? `, by: "${lookUpOf(on.name)}"` : "";
  return { sdl: `@acts(on: "${on.name}", ${id}${by}${reach === null ? "" : `, reach: ${reach}`})`, on };
}

/** `assigned` and `until` name fields of what is acted on; without the first nothing is assigned to a carrier. */
function fitting(grant: GrantNote, names: readonly string[]): GrantNote {
  const known = (name: string | null): string | null => (name !== null && names.includes(name) ? name : null);
  const assigned = known(grant.assigned);
  const to = grant.to.filter((role) => role !== "CARRIER" || assigned !== null);
  return { ...grant, assigned, until: known(grant.until), to: to.length > 0 ? to : ["STAFF"] };
}
