import { type OwnTypes, ownRecordKind } from "../../core/own-api.ts";
import type { Plan } from "./model.ts";
import type { Shaper } from "./shape.ts";

/** A change counts before a look, wherever in the operation it stands: a payload may lead back to the root. */
export function kindOf(
  type: Plan["operationType"],
  shaper: Pick<Shaper, "ofType">,
  own: OwnTypes,
): Pick<Plan, "kind" | "alwaysRecorded" | "acts"> {
  const actsFirst = [...own].sort(([, one], [, other]) => (one < other ? -1 : 1));
  const fields = actsFirst.flatMap(([name, of]) =>
    shaper.ofType(name).flatMap((shape) => shape.fields.map((field) => ({ of, name: field.name }))),
  );
  const kinds = fields.flatMap(({ of, name }) => ownRecordKind(of, name) ?? []);
  const usual = type === "mutation" ? "MUTATION" : type === "query" ? "QUERY" : "SUBSCRIPTION_EVENT";
  return {
    kind: kinds[0] ?? usual,
    // Every mutation is on record, whatever it selects.
    alwaysRecorded: kinds.length > 0 || type === "mutation",
    acts: [...new Set(fields.map(({ name }) => name))],
  };
}
