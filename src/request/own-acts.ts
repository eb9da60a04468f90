import type { GraphQLError } from "graphql";
import type { OwnTypes } from "../policy/own-api.ts";
import type { ObjectShape, Plan } from "./plan/model.ts";

/** What a record says of the gateway's own acts in an operation. */
export interface ActsOutcome {
  /** `OK`, or the code with which the first of them was refused. */
  readonly outcome: string;
  /** Which, where there were several: they are done one after another, and one that is refused neither undoes nor stops another. */
  readonly details: Readonly<Record<string, string>> | null;
}

const ALL_DONE: ActsOutcome = { outcome: "OK", details: null };

/** Looks among the errors of a response for those of the gateway's own API: an act that was refused is not recorded as done. */
export function outcomeOfActs({ root, acts }: Plan, errors: readonly GraphQLError[], own: OwnTypes): ActsOutcome {
  const refusals = acts.length === 0 ? [] : errors.flatMap((error) => refusalIn(root, error, own));
  const [first] = refusals;
  if (first === undefined) return ALL_DONE;
  const refused = refusals.map(({ act, code }) => `${act} ${code}`).join(", ");
  return { outcome: first.code, details: acts.length === 1 ? null : { acts: acts.join(", "), refused } };
}

/** The act that an error ends at; what fails further down fails after the act. */
function refusalIn(root: ObjectShape, { path, extensions }: GraphQLError, types: OwnTypes) {
  const keys = (path ?? []).filter((key) => typeof key === "string");
  const last = keys.pop();
  let shapes: readonly ObjectShape[] = [root];
  for (const key of keys) {
    const below = shapes.flatMap(({ fields }) => fields.filter((field) => field.key === key));
    shapes = below.flatMap(({ child }) => [...(child?.shapes.values() ?? [])]);
  }
  const own = shapes.find(({ type }) => types.has(type));
  const act = own?.fields.find(({ key }) => key === last);
  return act === undefined ? [] : [{ act: act.name, code: String(extensions["code"]) }];
}
