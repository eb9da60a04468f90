import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  getNamedType,
  isInputObjectType,
} from "graphql";
import type { Policy } from "../../policy/model.ts";

/** What an argument or input field writes to an annotated coordinate. */
export interface WrittenValues {
  readonly coordinate: string;
  /** Names of the argument and of the input fields that lead there, the last its own. */
  readonly path: readonly string[];
  /** As coerced, each once, wherever they stand in lists. */
  readonly values: ReadonlySet<unknown>;
}

type Values = Readonly<Record<string, unknown>>;
type Input = GraphQLArgument | GraphQLInputField;

/** An input, by the way to it: one however many items the lists on that way have. */
class Place {
  readonly path: readonly string[];
  readonly values = new Set<unknown>();
  /** Objects and lists that were looked into: one may stand at many places. */
  readonly looked = new Set<object>();
  readonly #children = new Map<string, Place>();

  constructor(path: readonly string[]) {
    this.path = path;
  }

  child(name: string): Place {
    let place = this.#children.get(name);
    if (place === undefined) {
      place = new Place([...this.path, name]);
      this.#children.set(name, place);
    }
    return place;
  }
}

/** What the arguments of a field, as coerced, write: whatever `@writes` says of those that are given. */
export function findWritten(
  { written }: Policy,
  type: string,
  field: GraphQLField<unknown, unknown>,
  args: Values,
): readonly WrittenValues[] {
  if (Object.keys(written).length === 0) return [];
  const found = new Map<Place, readonly string[]>();
  const look = (input: Input, at: string, place: Place, value: unknown): void => {
    const coordinates = written[at];
    if (coordinates !== undefined) {
      found.set(place, coordinates);
      place.values.add(value);
    }
    const below = getNamedType(input.type);
    if (isInputObjectType(below)) lookInto(Object.values(below.getFields()), below.name, place, value);
  };
  const lookInto = (inputs: readonly GraphQLInputField[], name: string, place: Place, value: unknown): void => {
    if (typeof value !== "object" || value === null || place.looked.has(value)) return;
    place.looked.add(value);
    if (Array.isArray(value)) for (const item of value) lookInto(inputs, name, place, item);
    else {
      for (const input of inputs) {
        if (!Object.hasOwn(value, input.name)) continue;
        look(input, `${name}.${input.name}`, place.child(input.name), (value as Values)[input.name]);
      }
    }
  };
  const root = new Place([]);
  for (const argument of field.args) {
    if (!Object.hasOwn(args, argument.name)) continue;
    look(argument, `${type}.${field.name}(${argument.name}:)`, root.child(argument.name), args[argument.name]);
  }
  return Array.from(found, ([{ path, values }, coordinates]) =>
    coordinates.map((coordinate) => ({ coordinate, path, values })),
  ).flat();
}
