import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLOutputType,
  type GraphQLSchema,
  getIntrospectionQuery,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isIntrospectionType,
  isListType,
  isNonNullType,
  Kind,
  parse,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from "graphql";
import type { Operation } from "../parse-operation.ts";
import { fieldOf } from "./fields.ts";
import { inputUseOf, type SizeOfVariable, sizesOf } from "./input-size.ts";
import { introspectionSizes, type Reach } from "./introspection-size.ts";
import { askedSize, LARGEST, type ListSize, listSizeOf } from "./list-size.ts";

/** What an operation may make the gateway do: fields that are resolved, lists times their size. */
export interface Cost {
  readonly data: number;
  /** Of the schema itself, counted apart: tools ask for all of it, however large. */
  readonly schema: number;
  /** What the arguments hold, each time that a field is resolved with them. */
  readonly input: number;
}

/** Worked out once for an operation, and where sizes come from variables for each request. */
export type CostOf = (variables: Readonly<Record<string, unknown>>) => Cost;

/** A list whose size nothing tells. */
const UNSIZED = 10;

/** What one selection set asks of one type. */
interface Shape {
  readonly fields: Part[];
  readonly spreads: Shape[];
}

interface Part {
  readonly name: string;
  readonly isSchema: boolean;
  /** How many lists lie in each other; 0 for none. */
  readonly levels: number;
  readonly size: (variables: Readonly<Record<string, unknown>>) => number | null;
  readonly sizedFields: ReadonlySet<string> | null;
  readonly child: Shape | null;
  readonly input: (sizeOf: SizeOfVariable) => number;
}

/** What a request's variables tell. */
interface Given {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly sizeOf: SizeOfVariable;
}

/** A shape's own cost, and what each item of its lists costs whose size is for the field above to say. */
interface Weighed {
  readonly own: Cost;
  readonly lists: ReadonlyMap<string, Cost>;
}

const NOTHING: Cost = { data: 0, schema: 0, input: 0 };

function plus(one: Cost, other: Cost, times = 1): Cost {
  return {
    data: Math.min(LARGEST, one.data + other.data * times),
    schema: Math.min(LARGEST, one.schema + other.schema * times),
    input: Math.min(LARGEST, one.input + other.input * times),
  };
}

/** Linear in the operation: each selection set is looked at once for each type that it stands on. */
export function compileCost(
  schema: GraphQLSchema,
  { definition, fragments }: Pick<Operation, "definition" | "fragments">,
  included: (node: SelectionNode) => boolean,
): CostOf {
  const compiler = new Compiler(schema, fragments, included);
  const type = schema.getRootType(definition.operation);
  const root = type ? compiler.shape(definition.selectionSet, type, "ANY") : { fields: [], spreads: [] };
  if (compiler.dependsOnVariables) return costByVariables(root);
  const light = total(weigh(root, { variables: {}, sizeOf: () => 0 }, new Map()));
  return compiler.held.size === 0 ? sameCost(light) : costBySizes(root, light, [...compiler.held]);
}

function costByVariables(root: Shape): CostOf {
  return (variables) => total(weigh(root, { variables, sizeOf: sizesOf(variables) }, new Map()));
}

/** Most variables hold a word or a number: then the cost is the same for all. */
function costBySizes(root: Shape, light: Cost, held: readonly string[]): CostOf {
  return (variables) => {
    const sizeOf = sizesOf(variables);
    return held.every((name) => sizeOf(name) === 0) ? light : total(weigh(root, { variables, sizeOf }, new Map()));
  };
}

/** Keeps the sum alone. */
function sameCost(cost: Cost): CostOf {
  return () => cost;
}

class Compiler {
  readonly #schema: GraphQLSchema;
  readonly #fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly #included: (node: SelectionNode) => boolean;
  readonly #shapes = new Map<SelectionSetNode, Map<string, Shape>>();
  /** Sizes of lists do. */
  dependsOnVariables = false;
  /** Variables that arguments hold. */
  readonly held = new Set<string>();

  constructor(
    schema: GraphQLSchema,
    fragments: Readonly<Record<string, FragmentDefinitionNode>>,
    included: (node: SelectionNode) => boolean,
  ) {
    this.#schema = schema;
    this.#fragments = fragments;
    this.#included = included;
  }

  shape(set: SelectionSetNode, type: GraphQLCompositeType, reach: Reach): Shape {
    const byType = this.#shapes.get(set) ?? new Map<string, Shape>();
    this.#shapes.set(set, byType);
    const key = `${type.name} ${reach}`;
    const known = byType.get(key);
    if (known !== undefined) return known;
    const shape: Shape = { fields: [], spreads: [] };
    byType.set(key, shape);
    const spread = new Set<string>();
    for (const node of set.selections) {
      if (!this.#included(node)) continue;
      if (node.kind === Kind.FIELD) {
        shape.fields.push(this.#part(node, type, reach));
      } else if (node.kind === Kind.INLINE_FRAGMENT) {
        shape.spreads.push(this.shape(node.selectionSet, this.#typeNamed(node.typeCondition?.name.value, type), reach));
      } else if (!spread.has(node.name.value)) {
        spread.add(node.name.value);
        const fragment = this.#fragments[node.name.value];
        if (fragment === undefined) continue;
        const on = this.#typeNamed(fragment.typeCondition.name.value, type);
        shape.spreads.push(this.shape(fragment.selectionSet, on, reach));
      }
    }
    return shape;
  }

  #typeNamed(name: string | undefined, otherwise: GraphQLCompositeType): GraphQLCompositeType {
    const type = name === undefined ? undefined : this.#schema.getType(name);
    return isCompositeType(type) ? type : otherwise;
  }

  #part(node: FieldNode, parent: GraphQLCompositeType, reach: Reach): Part {
    const name = node.name.value;
    const field = fieldOf(this.#schema, parent, name);
    const named = field === undefined ? undefined : getNamedType(field.type);
    const isSchema = isIntrospectionType(parent) || (named !== undefined && isIntrospectionType(named));
    const levels = field === undefined ? 0 : listsIn(field.type);
    const child =
      node.selectionSet && isCompositeType(named)
        ? this.shape(node.selectionSet, named, reachBelow(parent, named, levels, reach))
        : null;
    const about = { name, isSchema, levels, child, input: this.#inputOf(node, field) };
    if (field === undefined) return { ...about, size: () => null, sizedFields: null };
    if (isSchema) {
      const size = levels === 0 ? null : introspectionSizes(this.#schema).of(`${parent.name}.${name}`, reach);
      return { ...about, size: () => size, sizedFields: null };
    }
    return { ...about, ...this.#sizeOf(node, parent, field, levels > 0 || child !== null) };
  }

  #inputOf(node: FieldNode, field: GraphQLField<unknown, unknown> | undefined): Part["input"] {
    const { own, variables } = inputUseOf(this.#schema, field?.args ?? [], node);
    for (const name of variables) this.held.add(name);
    if (variables.length === 0) return () => own;
    return (sizeOf) => variables.reduce((sum, name) => Math.min(LARGEST, sum + sizeOf(name)), own);
  }

  #sizeOf(node: FieldNode, parent: GraphQLCompositeType, field: GraphQLField<unknown, unknown>, hasSize: boolean) {
    // An interface's field is resolved by the object's, which may say more.
    const fields = hasSize ? [field, ...this.#implementations(parent, node.name.value)] : [];
    const sizes = fields.map((each) => [each, listSizeOf(each)] as const);
    const sized = sizes.flatMap(([, { sizedFields }]) => (sizedFields === null ? [] : [...sizedFields]));
    const sizedFields = sized.length > 0 ? new Set(sized) : null;
    const asked = (variables: Readonly<Record<string, unknown>>): number | null => {
      const given = sizes.flatMap(([each, size]) => askedSize(each, size, node, variables) ?? []);
      return given.length === 0 ? null : Math.max(...given);
    };
    if (sizes.some(([, size]) => usesVariables(size, node))) {
      this.dependsOnVariables = true;
      return { sizedFields, size: asked };
    }
    const fixed = asked({});
    return { sizedFields, size: () => fixed };
  }

  #implementations(parent: GraphQLCompositeType, name: string): GraphQLField<unknown, unknown>[] {
    if (!isInterfaceType(parent)) return [];
    return this.#schema.getPossibleTypes(parent).flatMap((type) => type.getFields()[name] ?? []);
  }
}

/** All types are looked at once by the schema's own list, and so are their fields and arguments; any other way leads to any of them. */
function reachBelow(parent: GraphQLCompositeType, named: GraphQLCompositeType, levels: number, reach: Reach): Reach {
  if (levels === 0 || !isIntrospectionType(named)) return "ANY";
  if (parent.name === "__Schema") return "EACH";
  return named.name === "__Type" ? "ANY" : reach;
}

function listsIn(type: GraphQLOutputType): number {
  if (isNonNullType(type)) return listsIn(type.ofType);
  return isListType(type) ? 1 + listsIn(type.ofType) : 0;
}

function usesVariables({ slicing }: ListSize, node: FieldNode): boolean {
  const roots = new Set(slicing.map(([first]) => first));
  let found = false;
  for (const argument of node.arguments ?? []) {
    if (!roots.has(argument.name.value)) continue;
    visit(argument.value, {
      Variable() {
        found = true;
      },
    });
  }
  return found;
}

function weigh(shape: Shape, given: Given, known: Map<Shape, Weighed>): Weighed {
  const before = known.get(shape);
  if (before !== undefined) return before;
  let own = NOTHING;
  const lists = new Map<string, Cost>();
  const addList = (name: string, item: Cost): void => {
    lists.set(name, plus(lists.get(name) ?? NOTHING, item));
  };
  for (const spread of shape.spreads) {
    const weighed = weigh(spread, given, known);
    own = plus(own, weighed.own);
    for (const [name, item] of weighed.lists) addList(name, item);
  }
  for (const part of shape.fields) {
    const input = part.input(given.sizeOf);
    const one: Cost = part.isSchema ? { data: 0, schema: 1, input } : { data: 1, schema: 0, input };
    own = plus(own, one);
    const child = part.child === null ? null : weigh(part.child, given, known);
    const size = part.size(given.variables);
    if (part.levels === 0) {
      if (child !== null) own = plus(own, total(child, size, part.sizedFields));
      continue;
    }
    const item = plus(NOTHING, child === null ? { ...one, input: 0 } : total(child), UNSIZED ** (part.levels - 1));
    if (size === null) addList(part.name, item);
    else own = plus(own, item, size);
  }
  const weighed = { own, lists };
  known.set(shape, weighed);
  return weighed;
}

/** `size` is what the field above says of lists in the object that it returns: connections, pages. */
function total(
  { own, lists }: Weighed,
  size: number | null = null,
  sizedFields: ReadonlySet<string> | null = null,
): Cost {
  let sum = own;
  for (const [name, item] of lists) {
    const isSized = size !== null && (sizedFields === null || sizedFields.has(name));
    sum = plus(sum, item, isSized ? size : UNSIZED);
  }
  return sum;
}

const whole = new WeakMap<GraphQLSchema, number>();

/** What asking for the whole schema costs, with everything that the usual introspection query can ask for. */
export function costOfSchema(schema: GraphQLSchema): number {
  const before = whole.get(schema);
  if (before !== undefined) return before;
  const query = getIntrospectionQuery({
    schemaDescription: true,
    inputValueDeprecation: true,
    specifiedByUrl: true,
    directiveIsRepeatable: true,
  });
  const fragments: Record<string, FragmentDefinitionNode> = {};
  const { definitions } = parse(query, { noLocation: true });
  for (const each of definitions) if (each.kind === Kind.FRAGMENT_DEFINITION) fragments[each.name.value] = each;
  const definition = definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION);
  const cost = definition === undefined ? 0 : compileCost(schema, { definition, fragments }, () => true)({}).schema;
  whole.set(schema, cost);
  return cost;
}
