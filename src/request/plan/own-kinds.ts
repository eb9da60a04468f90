import type { OwnTypes } from "../../core/own-api.ts";
import type { RecordKind } from "../../log/contract.ts";
import type { Plan } from "./model.ts";
import type { Shaper } from "./shape.ts";

/** What of the gateway's own queries is recorded as more than a query. */
export const LOG_READS: ReadonlySet<string> = new Set(["accessLog", "whoSawMyData"]);
/** Its acts that change a person's state; every other is one of a consent: a tenant's agreement is its consent. */
export const SUBJECT_CHANGES: ReadonlySet<string> = new Set([
  "restrictSubject",
  "liftRestriction",
  "setLegalHold",
  "eraseSubject",
]);

/** What a field of the gateway's own API is recorded as; null for what needs no record of its own. */
function kindOfField(of: "query" | "mutation", name: string): RecordKind | null {
  if (of === "query") return LOG_READS.has(name) ? "LOG_READ" : null;
  if (name === "__typename") return null;
  return SUBJECT_CHANGES.has(name) ? "SUBJECT_CHANGE" : "CONSENT_CHANGE";
}

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
  const kinds = fields.flatMap(({ of, name }) => kindOfField(of, name) ?? []);
  const usual = type === "mutation" ? "MUTATION" : type === "query" ? "QUERY" : "SUBSCRIPTION_EVENT";
  return {
    kind: kinds[0] ?? usual,
    // Every mutation is on record, whatever it selects.
    alwaysRecorded: kinds.length > 0 || type === "mutation",
    acts: [...new Set(fields.map(({ name }) => name))],
  };
}
