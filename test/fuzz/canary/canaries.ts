import { createHash } from "node:crypto";
import type { IResolvers } from "@graphql-tools/utils";
import { type DocumentNode, Kind } from "graphql";
import type { FieldPolicy } from "../../../src/policy/model.ts";
import type { Annotations } from "../../reference/annotations.ts";

/** What a canary looks like wherever it flies. */
const CANARY = /zq[0-9a-f]{14}/g;
/** One value in so many cannot be read at all: the error tells it. */
const FAILING_IN = 50;

type Resolve = (parent: unknown, args: unknown, context: unknown, info: unknown) => unknown;

/** Resolvers in which every sensitive text is one of a kind, told by coordinate and row alone. */
export class Canaries {
  readonly #coordinates = new Map<string, string>();

  /** Coordinates of the canaries that a text holds, by canary. */
  in(text: string): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    for (const [canary] of text.matchAll(CANARY)) {
      found.set(canary, this.#coordinates.get(canary) ?? "sent by the client");
    }
    return found;
  }

  /** Puts canaries in place of sensitive text and JSON, but for fields that the gateway itself goes by. */
  release(resolvers: IResolvers, typeDefs: DocumentNode, { types, keys }: Annotations): IResolvers {
    const released: Record<string, unknown> = { ...resolvers };
    for (const node of typeDefs.definitions) {
      if (node.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
      const type = node.name.value;
      const own = { ...(released[type] as Record<string, Resolve> | undefined) };
      for (const policy of types.get(type)?.fields.values() ?? []) {
        if (keys.has(policy.field) || !["String", "ID", "JSON"].includes(policy.leaf)) continue;
        own[policy.field] = this.#releasing(policy, own[policy.field]);
      }
      released[type] = own;
    }
    return released as IResolvers;
  }

  #releasing(policy: FieldPolicy, resolve: Resolve | undefined): Resolve {
    const { coordinate, field } = policy;
    return async (parent, args, context, info) => {
      const row = parent as Readonly<Record<string, unknown>>;
      const value = await (resolve === undefined ? row[field] : resolve(parent, args, context, info));
      const name = `${coordinate} ${String(row["id"] ?? JSON.stringify(parent))}`;
      const canary = this.#canary(name, coordinate);
      if (Number.parseInt(canary.slice(-6), 16) % FAILING_IN === 0) throw new Error(`cannot read ${canary}`);
      if (value === null || value === undefined) return value;
      if (policy.leaf === "JSON") return { private: canary };
      if (Array.isArray(value)) return value.map((_, index) => this.#canary(`${name} ${index}`, coordinate));
      return policy.mask === "EMAIL" ? `${canary}@example.com` : canary;
    };
  }

  #canary(name: string, coordinate: string): string {
    const canary = `zq${createHash("sha256").update(name).digest("hex").slice(0, 14)}`;
    this.#coordinates.set(canary, coordinate);
    return canary;
  }
}
