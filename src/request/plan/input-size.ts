import {
  type ArgumentNode,
  type FieldNode,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  Kind,
  type ValueNode,
} from "graphql";
import { LARGEST } from "./list-size.ts";

/** So many characters count as much as an item. */
const CHARACTERS = 64;

/** What the arguments of one place hold by themselves, and the variables that they hold besides, each as often as it stands there. */
export interface InputUse {
  readonly own: number;
  readonly variables: readonly string[];
}

/** The size of what a variable holds. */
export type SizeOfVariable = (name: string) => number;

/**
 * How much arguments hold: 1 an item of a list or a field of an object, and 1 for 64 characters. What is left out
 * holds its default; so does what a variable gives, which may not be given itself.
 */
export function inputUseOf(schema: GraphQLSchema, args: readonly GraphQLArgument[], node: FieldNode): InputUse {
  const variables: string[] = [];
  let own = sizeOfAll(args, node.arguments, variables);
  // Directives of the integrator's own are read by resolvers as well.
  for (const directive of node.directives ?? []) {
    own += sizeOfAll(schema.getDirective(directive.name.value)?.args ?? [], directive.arguments, variables);
  }
  return own === 0 && variables.length === 0 ? NONE : { own, variables };
}

function sizeOfAll(
  args: readonly GraphQLArgument[],
  given: readonly ArgumentNode[] | undefined,
  variables: string[],
): number {
  return args.reduce((sum, argument) => {
    const literal = given?.find(({ name }) => name.value === argument.name)?.value;
    return sum + sizeOfInput(argument, literal, variables);
  }, 0);
}

const NONE: InputUse = { own: 0, variables: [] };

/** The same as far as the document alone tells, where it is not known on which type the field stands. */
export function writtenInputOf({ arguments: given = [] }: FieldNode): InputUse {
  if (given.length === 0) return NONE;
  const variables: string[] = [];
  const own = given.reduce((sum, { value }) => sum + sizeOfLiteral(null, value, variables), 0);
  return { own, variables };
}

type Input = GraphQLArgument | GraphQLInputField;

function sizeOfInput(input: Input, literal: ValueNode | undefined, variables: string[]): number {
  const otherwise = literal === undefined || literal.kind === Kind.VARIABLE ? sizeOfDefault(input) : 0;
  return otherwise + (literal === undefined ? 0 : sizeOfLiteral(input.type, literal, variables));
}

function sizeOfLiteral(type: GraphQLInputType | null, literal: ValueNode, variables: string[]): number {
  switch (literal.kind) {
    case Kind.VARIABLE:
      variables.push(literal.name.value);
      return 0;
    case Kind.LIST:
      return literal.values.reduce((sum, item) => sum + 1 + sizeOfLiteral(type, item, variables), 0);
    case Kind.OBJECT: {
      const named = type === null ? null : getNamedType(type);
      // What is inside of a scalar the schema does not know.
      if (!isInputObjectType(named)) {
        return literal.fields.reduce((sum, { value }) => sum + 1 + sizeOfLiteral(null, value, variables), 0);
      }
      const given = new Map(literal.fields.map(({ name, value }) => [name.value, value]));
      return Object.values(named.getFields()).reduce(
        (sum, field) => sum + (given.has(field.name) ? 1 : 0) + sizeOfInput(field, given.get(field.name), variables),
        0,
      );
    }
    case Kind.STRING:
    case Kind.INT:
    case Kind.FLOAT:
      return sizeOfText(literal.value);
    default:
      return 0;
  }
}

function sizeOfText(text: string): number {
  return Math.floor(text.length / CHARACTERS);
}

const defaults = new WeakMap<Input, number>();

function sizeOfDefault(input: Input): number {
  if (input.defaultValue === undefined) return 0;
  const before = defaults.get(input);
  if (before !== undefined) return before;
  const size = sizeOfValue(input.defaultValue, new Map());
  defaults.set(input, size);
  return size;
}

/** Of variables as coerced: each is measured once, when it is first asked for. */
export function sizesOf(variables: Readonly<Record<string, unknown>>): SizeOfVariable {
  const sizes = new Map<string, number>();
  const known = new Map<object, number>();
  return (name) => {
    let size = sizes.get(name);
    if (size === undefined) {
      size = Object.hasOwn(variables, name) ? sizeOfValue(variables[name], known) : 0;
      sizes.set(name, size);
    }
    return size;
  };
}

/** Defaults are the same objects wherever coercion filled them in: each object is looked into once, and counts wherever it stands. */
function sizeOfValue(value: unknown, known: Map<object, number>): number {
  if (typeof value === "string") return sizeOfText(value);
  if (typeof value !== "object" || value === null) return 0;
  const before = known.get(value);
  if (before !== undefined) return before;
  // A scalar may make something of a value that leads back to itself.
  known.set(value, 0);
  const items = Array.isArray(value) ? value : isPlain(value) ? Object.values(value) : [];
  const size = items.reduce<number>((sum, item) => Math.min(LARGEST, sum + 1 + sizeOfValue(item, known)), 0);
  known.set(value, size);
  return size;
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
