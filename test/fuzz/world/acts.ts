import type { Draws } from "../draws.ts";
import { accessSdl, drawConsent, drawGrant, type GrantNote, type Notes } from "./annotate.ts";
import type { FieldModel, TypeModel } from "./schema.ts";

/** How a field of Mutation is decided before it runs. */
export interface ActsModel {
  /** `@acts`, and the grants and demands where no `@sensitive` carries them. */
  readonly directives: readonly string[];
  /** The type that its argument `edit` writes. */
  readonly edits: string;
}

/** What every field with `@acts` may be told, and what its keys are looked for in. */
export const KEYS = "key: ID, keys: [ID!], target: Target, note: String";
export const KEYS_INPUT = "input Target { key: ID keys: [ID!] of: [Target!] }";

const PATHS = ["key", "keys", "target.key", "target.of[].key", "target.keys", "target.of[].keys"] as const;
const ROLE_ALONE = ["STAFF", "OUTSIDER"] as const;

/** Input types that write the fields of their names: of the objects, and of those below them. */
export function editsSdl(types: readonly TypeModel[]): readonly string[] {
  const objects = types.filter(({ kind }) => kind === "type");
  return objects.map(({ name, fields }) => {
    const inputs = fields.flatMap((field) => {
      if (field.role !== "link") return [`${field.name}: Anything`];
      if (!objects.some((each) => each.name === field.type)) return [];
      return [`${field.name}: ${field.wrap.includes("[") ? `[${editOf(field.type)}]` : editOf(field.type)}`];
    });
    const annotated = fields.some(
      ({ name: field, notes }) => notes !== null && inputs.some((input) => input.startsWith(`${field}:`)),
    );
    return `input ${editOf(name)}${annotated ? ` @writes(type: "${name}")` : ""} { ${inputs.join(" ")} }`;
  });
}

export function editOf(type: string): string {
  return `Edit${type}`;
}

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
  const how = draws.pick(["acts", "acts", "acts", "acts", "role alone", "nothing"] as const);
  if (how === "nothing") return notes === null ? field : { ...field, notes: { ...notes, grants: [], consents: [] } };
  if (how === "role alone") {
    const grants = draws.list(draws.between(1, 2), () => ({
      ...drawGrant(draws, { named: false }),
      to: draws.some(ROLE_ALONE, 1),
    }));
    if (notes !== null) return { ...field, notes: { ...notes, sealed: false, grants, consents: [] } };
    const directives = accessSdl({ grants, consents: [], retain: null });
    return { ...field, acts: { directives, edits: draws.pick(objectsOf(types)).name } };
  }
  const acts = draws.list(draws.mostly(1, 2), () => drawAct(draws, types));
  const found = acts.flatMap(({ on }) => (on === null ? [] : on.fields.map(({ name }) => name)));
  const directives = acts.map(({ sdl }) => sdl);
  const [on] = acts.flatMap((each) => (each.on === null ? [] : [each.on]));
  const edits = (draws.chance(80) ? on : undefined)?.name ?? draws.pick(objectsOf(types)).name;
  if (notes !== null) {
    // Nobody's who is told, and sensitive: then it must say to whom it is granted.
    const open = directives.some((each) => each.includes("reach: NONE")) && notes.grants.length === 0;
    const granted = open ? [drawGrant(draws, { named: true })] : notes.grants;
    const fitted = { ...notes, sealed: false, grants: granted.map((grant) => fitting(grant, found)) };
    return { ...field, notes: fitted, acts: { directives, edits } };
  }
  const own: Pick<Notes, "grants" | "consents" | "retain"> = {
    grants: draws.list(draws.mostly(1, 2, 0), () => fitting(drawGrant(draws, { named: true }), found)),
    consents: draws.list(draws.mostly(0, 1), () => drawConsent(draws)),
    retain: null,
  };
  return { ...field, acts: { directives: [...directives, ...accessSdl(own)], edits } };
}

function objectsOf(types: readonly TypeModel[]): readonly TypeModel[] {
  return types.filter(({ kind }) => kind === "type");
}

/** One `@acts`, and the type that is looked up for it, if any. */
function drawAct(draws: Draws, types: readonly TypeModel[]): { readonly sdl: string; readonly on: TypeModel | null } {
  const objects = objectsOf(types);
  const subjects = objects.filter(({ subject }) => subject);
  const paths = draws.some(PATHS, 1).slice(0, 2);
  const id = `id: [${paths.map((path) => `"${path}"`).join(", ")}]`;
  const tellers = objects.filter((type) => type.told === true);
  if (tellers.length > 0 && draws.chance(50)) {
    const reach = draws.chance(50) ? `, reach: ${draws.pick(["SELF", "TENANT", "ALL", "NONE"])}` : "";
    return { sdl: `@acts(on: "${draws.pick(tellers).name}", ${id}${reach})`, on: null };
  }
  if (subjects.length === 0 || draws.chance(25)) {
    const { name } = draws.pick(objects);
    const keys = draws.chance(50) ? `, ${id}` : "";
    return { sdl: `@acts(on: "${name}"${keys}, reach: ${draws.pick(["SELF", "TENANT", "ALL", "NONE"])})`, on: null };
  }
  const on = draws.pick(subjects);
  const reach = draws.chance(15) ? draws.pick(["SELF", "TENANT", "ALL", "NONE", "ASSIGNED"]) : null;
  const by = reach !== null || draws.chance(50) ? `, by: "${lookUpOf(on.name)}"` : "";
  // Whoever can tell is asked where no query is named.
  const found = by !== "" || on.told !== true ? on : null;
  return { sdl: `@acts(on: "${on.name}", ${id}${by}${reach === null ? "" : `, reach: ${reach}`})`, on: found };
}

/** `assigned` and `until` name fields of what is acted on; without the first nothing is assigned to a carrier. */
function fitting(grant: GrantNote, names: readonly string[]): GrantNote {
  const known = (name: string | null): string | null => (name !== null && names.includes(name) ? name : null);
  const assigned = known(grant.assigned);
  const to = grant.to.filter((role) => role !== "CARRIER" || assigned !== null);
  return { ...grant, assigned, until: known(grant.until), to: to.length > 0 ? to : ["STAFF"] };
}
