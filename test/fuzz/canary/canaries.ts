import { createHash } from "node:crypto";
import type { IResolvers } from "@graphql-tools/utils";
import { type DocumentNode, Kind } from "graphql";
import type { FieldPolicy } from "../../../src/policy/model.ts";
import type { Annotations } from "../../reference/annotations.ts";

/** What canaries look like wherever they fly: words, and numbers that a Float or an Int can hold. */
const CANARY = /zq[0-9a-f]{14}|(?<![\w.-])(?:7\d{12}|20\d{8})(?![\w-])/g;
/** What a client sends: it may no more be told to others than what it asks for. */
export const SENT = "zq00000000000000";
/** One value in so many cannot be read at all: the error tells it. */
const FAILING_IN = 50;

type Resolve = (parent: unknown, args: unknown, context: unknown, info: unknown) => unknown;
type Row = Readonly<Record<string, unknown>>;

/** Resolvers in which every sensitive text and number is one of a kind, told by coordinate and row alone. */
export class Canaries {
  readonly #coordinates = new Map<string, string>();

  /** Coordinates of the canaries that a text holds, by canary. */
  in(text: string): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    for (const [canary] of text.matchAll(CANARY)) {
      const coordinate = canary === SENT ? "sent by the client" : this.#coordinates.get(canary);
      if (coordinate !== undefined) found.set(canary, coordinate);
    }
    return found;
  }

  /** How many there are so far. */
  get size(): number {
    return this.#coordinates.size;
  }

  /** Puts canaries in place of what is sensitive, but for fields that the gateway itself goes by, dates, enums and other objects. */
  release(resolvers: IResolvers, typeDefs: DocumentNode, { types, keys }: Annotations): IResolvers {
    const released: Record<string, unknown> = { ...resolvers };
    for (const node of typeDefs.definitions) {
      if (node.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
      const type = node.name.value;
      const own = { ...(released[type] as Record<string, Resolve> | undefined) };
      for (const policy of types.get(type)?.fields.values() ?? []) {
        if (keys.has(policy.field) || !LEAVES.has(policy.leaf)) continue;
        own[policy.field] = this.#releasing(policy, own[policy.field]);
      }
      released[type] = own;
    }
    return released as IResolvers;
  }

  #releasing(policy: FieldPolicy, resolve: Resolve | undefined): Resolve {
    const { coordinate, field } = policy;
    return async (parent, args, context, info) => {
      const row = parent as Row;
      const value = await (resolve === undefined ? row[field] : resolve(parent, args, context, info));
      const name = `${coordinate} ${String(row["id"] ?? row["customerId"])}`;
      if (this.#hash(name) % FAILING_IN === 0) throw new Error(`cannot read ${this.#word(name, coordinate)}`);
      return this.#replaced(value, policy, name);
    };
  }

  #replaced(value: unknown, policy: FieldPolicy, name: string): unknown {
    const { coordinate, leaf, mask } = policy;
    if (value === null || value === undefined) return value;
    if (leaf === "JSON") return { private: this.#word(name, coordinate) };
    if (Array.isArray(value)) return value.map((each, index) => this.#replaced(each, policy, `${name} ${index}`));
    if (leaf === "Int") return Number(this.#noted(`20${this.#digits(name, 8)}`, coordinate));
    if (leaf === "Float") return Number(this.#noted(`7${this.#digits(name, 12)}`, coordinate));
    if (leaf === "Money") return { ...value, amount: Number(this.#noted(`7${this.#digits(name, 12)}`, coordinate)) };
    return mask === "EMAIL" ? `${this.#word(name, coordinate)}@example.com` : this.#word(name, coordinate);
  }

  #word(name: string, coordinate: string): string {
    return this.#noted(`zq${createHash("sha256").update(name).digest("hex").slice(0, 14)}`, coordinate);
  }

  #digits(name: string, count: number): string {
    const hex = createHash("sha256").update(name).digest("hex").slice(0, 13);
    return String(Number.parseInt(hex, 16)).padStart(16, "0").slice(-count);
  }

  #hash(name: string): number {
    return Number.parseInt(createHash("sha256").update(name).digest("hex").slice(-8), 16);
  }

  #noted(canary: string, coordinate: string): string {
    this.#coordinates.set(canary, coordinate);
    return canary;
  }
}

const LEAVES: ReadonlySet<string> = new Set(["String", "ID", "JSON", "Int", "Float", "Money"]);
