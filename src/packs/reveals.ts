import type { Policy } from "../policy/model.ts";
import { ask } from "./ask.ts";
import type { Pack } from "./model.ts";
import type { ServedPack } from "./serve.ts";

/**
 * Which fields each caller of a pack sees clear for each purpose that its role may declare, when it asks for everything there is:
 * `shop for ORDER_FULFILMENT, RETURNS_AND_DISPUTES: Order.items`. A field of the pack that the operation leaves out has a row, too.
 */
export async function reveals(served: ServedPack, pack: Pack, operation: string): Promise<string[]> {
  const { policy, accessLog } = served.gateway;
  const missing = new Set(fieldsOf(pack, policy));
  const rows: string[] = [];
  for (const [as, { role }] of Object.entries(pack.callers)) {
    const purposesOf = new Map<string, string[]>();
    for (const purpose of policy.vocabulary.roles[role]?.declares ?? []) {
      const reply = await ask(served.url, pack, { as, purpose, because: "review", ask: operation });
      const { records } = await accessLog.query({ id: reply.privacy?.receipt ?? "none" }, { first: 1 });
      const decisions = records[0]?.decisions ?? [];
      for (const { coordinate } of decisions) missing.delete(coordinate);
      const clear = new Set(decisions.filter(({ outcome }) => outcome === "ALLOW").map(({ coordinate }) => coordinate));
      const fields = [...clear].sort().join(" ") || "nothing";
      purposesOf.set(fields, [...(purposesOf.get(fields) ?? []), purpose]);
    }
    for (const [fields, purposes] of purposesOf) rows.push(`${as} for ${purposes.join(", ")}: ${fields}`);
  }
  return [...rows, ...Array.from(missing, (coordinate) => `nobody asked for ${coordinate}`)];
}

/** Annotated fields of the pack's own types, those of the gateway's API left out. */
function fieldsOf({ parts }: Pack, { types }: Policy): string[] {
  const own = parts.flatMap(({ sdl }) => Array.from(sdl.matchAll(/^type (\w+)/gm), ([, type = ""]) => type));
  return own.flatMap((type) => Object.values(types[type]?.fields ?? {}).map(({ coordinate }) => coordinate));
}
