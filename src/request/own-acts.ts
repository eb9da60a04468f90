import type { GraphQLError } from "graphql";
import type { FieldShape, ObjectShape } from "./plan/model.ts";

/** What a record says of the gateway's own acts in an operation. */
export interface ActsOutcome {
  /** `OK`, or the code with which the first of them was refused. */
  readonly outcome: string;
  /** Which, where there were several: they are done side by side, and one that is refused undoes no other. */
  readonly details: Readonly<Record<string, string>> | null;
}

const OWN_TYPES: ReadonlySet<string> = new Set(["PrivacyQuery", "PrivacyMutation"]);
const ALL_DONE: ActsOutcome = { outcome: "OK", details: null };

/** Looks among the errors of a response for those of the gateway's own API: an act that was refused is not recorded as done. */
export function outcomeOfActs(root: ObjectShape, errors: readonly GraphQLError[]): ActsOutcome {
  if (errors.length === 0) return ALL_DONE;
  const acts = root.fields.flatMap((field) =>
    actsUnder(field).map((act) => ({ act, path: `${field.key} ${act.key}` })),
  );
  const refusals = errors.flatMap(({ path, extensions }) => {
    const of = path?.length === 2 ? acts.find((each) => each.path === path.join(" ")) : undefined;
    return of === undefined ? [] : [{ name: of.act.name, code: String(extensions["code"]) }];
  });
  const [first] = refusals;
  if (first === undefined) return ALL_DONE;
  const names = acts.map(({ act }) => act.name).join(", ");
  const refused = refusals.map(({ name, code }) => `${name} ${code}`).join(", ");
  return { outcome: first.code, details: acts.length === 1 ? null : { acts: names, refused } };
}

function actsUnder({ child }: FieldShape): readonly FieldShape[] {
  const of = child?.only ?? null;
  return of !== null && OWN_TYPES.has(of.type) ? of.fields : [];
}
