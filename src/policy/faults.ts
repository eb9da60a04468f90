import type { ASTNode, Location } from "graphql";
import type { FaultCode, HintCode } from "./fault-codes.ts";
import type { Fault } from "./model.ts";
import { placeOf } from "./place.ts";

interface Entry {
  readonly fault: Fault;
  readonly location: Location | undefined;
}

/** Gathers faults (or hints) in whatever order they are found; gives them back in the order of the text, without doubles. */
export class FaultCollector<Code extends FaultCode | HintCode> {
  readonly #entries = new Map<string, Entry>();
  readonly #ignores: (node: ASTNode) => boolean;

  /** @param ignores pieces of SDL about which nothing is to be said */
  constructor(ignores: (node: ASTNode) => boolean = () => false) {
    this.#ignores = ignores;
  }

  /**
   * @param coordinate schema coordinate (`Customer.email`), or "" where the fault belongs to no one element
   * @param node the piece of SDL to point at; null where there is none
   * @param mend what to write instead
   */
  add(code: Code, coordinate: string, node: ASTNode | null | undefined, message: string, mend: string): void {
    if (node && this.#ignores(node)) return;
    const place = placeOf(node);
    const key = JSON.stringify([code, coordinate, place, place === null ? message : null]);
    // the same directive can be read on several ways (SDL rules, inheritance): the first word on it stands
    if (!this.#entries.has(key)) {
      this.#entries.set(key, { fault: { code, coordinate, message, mend, place }, location: node?.loc });
    }
  }

  /** A fault without a node, as the parser finds it. */
  addAt(code: Code, place: string | null, message: string, mend: string): void {
    const fault = { code, coordinate: "", message, mend, place };
    this.#entries.set(JSON.stringify([code, place, message]), { fault, location: undefined });
  }

  get size(): number {
    return this.#entries.size;
  }

  /** In the order of files as they come first, then of lines; those without a place last. */
  list(): Fault[] {
    const files = new Map<string, number>();
    for (const { location } of this.#entries.values()) {
      if (location !== undefined && !files.has(location.source.name)) files.set(location.source.name, files.size);
    }
    const rank = (entry: Entry): [number, number] =>
      entry.location === undefined
        ? [files.size, 0]
        : [files.get(entry.location.source.name) ?? files.size, entry.location.start];
    return [...this.#entries.values()]
      .map((entry) => ({ entry, rank: rank(entry) }))
      .sort((a, b) => a.rank[0] - b.rank[0] || a.rank[1] - b.rank[1])
      .map(({ entry }) => entry.fault);
  }
}
