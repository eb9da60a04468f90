import { type DocumentNode, GraphQLError, visit } from "graphql";
import { fieldsAt, shapesBelow } from "../plan/below.ts";
import { type FieldShape, HIDDEN, type ObjectShape, type Selection } from "../plan/model.ts";
import { type Gathered, isTooSmall } from "./gather.ts";
import type { PendingValue } from "./model.ts";

type Path = readonly (string | number)[];
type Raw = Readonly<Record<string, unknown>>;

/** An answer that was decided on, and what it was made of. */
export interface Decided {
  readonly gathered: Gathered;
  /** As executed. */
  readonly data: unknown;
  readonly root: ObjectShape;
  readonly document: DocumentNode;
  /** Whether groups under their threshold were left out. */
  readonly grouped: boolean;
}

/** Where an error stands in the answer as sent. */
interface Place {
  readonly path: Path;
  /** The null of the answer that it stands below. */
  readonly below: Path | null;
  /** Whether it stands at or under what was never decided on, as the answer has a null above it. */
  readonly cut: boolean;
}

/**
 * Errors of an execution as the answer may tell them: those at or under positions of which every ancestor was delivered, at their
 * path in the answer as sent. What was denied, masked, withheld or left out as too small a group tells neither that something
 * failed under it nor how often. `errors` are what is said of each of `failures`.
 */
export function tellErrors(
  decided: Decided,
  failures: readonly GraphQLError[],
  errors: readonly GraphQLError[],
): GraphQLError[] {
  if (errors.length === 0) return [];
  const places = new Places(decided);
  const isPlaced = placedBy(decided.document);
  const told: GraphQLError[] = [];
  const explained = new Set<string>();
  const cut = new Map<string, Path>();
  for (const [at, error] of errors.entries()) {
    const failure = failures[at];
    if (failure?.path === undefined) {
      told.push(error);
      continue;
    }
    const place = isPlaced(failure) ? places.of(failure.path) : null;
    if (place === null) continue;
    const below = place.below === null ? null : JSON.stringify(place.below);
    if (place.cut) {
      if (below !== null && !cut.has(below)) cut.set(below, place.path);
      continue;
    }
    if (below !== null) explained.add(below);
    told.push(new GraphQLError(error.message, { path: place.path, extensions: error.extensions }));
  }
  // A null of the answer is explained once, without what failed.
  for (const [below, path] of cut) if (!explained.has(below)) told.push(unnamed(path));
  return told;
}

function unnamed(path: Path): GraphQLError {
  const extensions = { code: "INTERNAL_SERVER_ERROR" };
  return new GraphQLError("The field could not be resolved.", { ...(path.length > 0 ? { path } : {}), extensions });
}

/** graphql-js says where an error stands, unless the error has a path already: then nobody knows. */
function placedBy(document: DocumentNode): (error: GraphQLError) => boolean {
  const nodes = new Set<unknown>();
  visit(document, { enter: (node) => void nodes.add(node) });
  return ({ originalError, nodes: at }) =>
    originalError !== undefined &&
    !("path" in originalError && Array.isArray(originalError.path)) &&
    (at ?? []).every((node) => nodes.has(node));
}

class Places {
  readonly #decided: Decided;
  readonly #pending = new Map<object, Map<string, PendingValue>>();
  readonly #sent = new Map<readonly unknown[], readonly (number | null)[]>();

  constructor(decided: Decided) {
    this.#decided = decided;
    for (const waiting of decided.gathered.pending) {
      const fields = this.#pending.get(waiting.out) ?? new Map<string, PendingValue>();
      this.#pending.set(waiting.out, fields.set(waiting.key, waiting));
    }
  }

  /** null for what may not leave. */
  of(path: Path): Place | null {
    const { data, root, gathered } = this.#decided;
    let raw: unknown = data;
    let built: unknown = gathered.data;
    let selection: Selection | null = null;
    const sent: (string | number)[] = [];
    for (const [at, key] of path.entries()) {
      if (raw === null || raw === undefined) return this.#below(sent, path.slice(at), shapesOf(selection, root));
      if (typeof key === "number") {
        const to = Array.isArray(raw) ? this.#sentAt(raw, selection, key) : null;
        if (to === null) return null;
        raw = (raw as readonly unknown[])[key];
        built = (built as readonly unknown[])[to];
        sent.push(to);
        continue;
      }
      const of: ObjectShape | null = at === 0 ? root : shapeOf(raw, selection);
      if (of === null || this.#isLeftOut(raw, of)) return null;
      const field: FieldShape | undefined = of.fields.find((each) => each.key === key);
      // A hidden key that failed is an error of the object that it was to tell of.
      if (field === undefined) break;
      sent.push(key);
      if (field.annotated === null && field.act === null) {
        built = (built as Raw)[key];
      } else {
        const waiting = this.#pending.get(built as object)?.get(key);
        // Never asked to act: its arguments did not fit.
        if (waiting === undefined) return field.act !== null && at === path.length - 1 ? whole(sent) : null;
        if (!waiting.shown) return null;
        built = waiting.value;
      }
      raw = (raw as Raw)[key];
      selection = field.child;
      // Where nothing is made anew below, everything is sent as it is; of which type it is was not asked.
      if (selection !== null && !selection.rebuilt) return whole([...sent, ...path.slice(at + 1)]);
    }
    return whole(sent);
  }

  /** What failed below a null: nothing there was decided on. */
  #below(above: Path, rest: Path, from: readonly ObjectShape[]): Place {
    let shapes = from;
    let path = above;
    let items: number[] = [];
    for (const key of rest) {
      if (typeof key === "number") {
        items.push(key);
        continue;
      }
      if (this.#areGroups(shapes)) return { path, below: above, cut: true };
      path = [...path, ...items];
      items = [];
      const fields = fieldsAt(shapes, key);
      if (fields.length === 0) return { path, below: above, cut: false };
      if (fields.some(({ annotated, act }) => annotated !== null || act !== null)) {
        return { path, below: above, cut: true };
      }
      path = [...path, key];
      shapes = shapesBelow(fields);
    }
    const cut = items.length > 0 && this.#areGroups(shapes);
    return { path: cut ? path : [...path, ...items], below: above, cut };
  }

  #areGroups(shapes: readonly ObjectShape[]): boolean {
    return this.#decided.grouped && shapes.some(({ aggregate }) => aggregate !== null);
  }

  #isLeftOut(raw: unknown, of: ObjectShape): boolean {
    return this.#decided.grouped && isTooSmall(raw as Raw, of);
  }

  /** Where an item of a list is sent; null where it is left out. */
  #sentAt(list: readonly unknown[], selection: Selection | null, at: number): number | null {
    if (selection === null) return at;
    let sent = this.#sent.get(list);
    if (sent === undefined) {
      let next = 0;
      sent = list.map((item) => {
        const of = shapeOf(item, selection);
        return of !== null && this.#isLeftOut(item, of) ? null : next++;
      });
      this.#sent.set(list, sent);
    }
    return sent[at] ?? null;
  }
}

function whole(path: Path): Place {
  return { path, below: null, cut: false };
}

function shapesOf(selection: Selection | null, root: ObjectShape): readonly ObjectShape[] {
  return selection === null ? [root] : [...selection.shapes.values()];
}

function shapeOf(value: unknown, selection: Selection | null): ObjectShape | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  if (selection === null) return null;
  return selection.only ?? selection.shapes.get(String((value as Raw)[HIDDEN.type])) ?? null;
}
