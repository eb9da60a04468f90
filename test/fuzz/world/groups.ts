import type { Draws } from "../draws.ts";
import { withActs } from "./acts.ts";
import { accessSdl, drawGrant } from "./annotate.ts";
import { fieldSdl } from "./field-sdl.ts";
import type { FieldModel, TypeModel } from "./schema.ts";

/** A type that mutations stand on, below the root. */
export interface GroupModel {
  readonly name: string;
  /** The field that leads there, of Mutation or of the group before. */
  readonly at: string;
  readonly directives: readonly string[];
  readonly fields: readonly FieldModel[];
}

/** None, one, or one within the other. */
export function drawGroups(
  draws: Draws,
  types: readonly TypeModel[],
  field: (name: string) => FieldModel,
): readonly GroupModel[] {
  const names = (["Work", "Inner"] as const).slice(0, draws.mostly(1, 0, 2));
  return names.map((name) => {
    const fields = draws.list(draws.between(1, 3), (index) =>
      withActs(draws, field(`${name.charAt(0).toLowerCase()}${index}`), types),
    );
    return { name, at: name.toLowerCase(), directives: draws.chance(50) ? onGroup(draws, fields) : [], fields };
  });
}

/** Grants for all that say none themselves: where one of them says nothing of what it acts on, there must be none. */
function onGroup(draws: Draws, fields: readonly FieldModel[]): readonly string[] {
  const said = fields.map(fieldSdl);
  const acts = (text: string): boolean => text.includes("@acts");
  const grants = (text: string): boolean => text.includes("@purpose");
  const sensible = said.every((text) => acts(text) || grants(text)) && said.some((text) => acts(text) && !grants(text));
  if (!sensible) return [];
  return accessSdl({ grants: [drawGrant(draws, { named: false })], consents: [], retain: null });
}
