import {
  type DirectiveNode,
  type FieldNode,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
} from "graphql";
import type { Policy } from "../../policy/model.ts";
import type { Operation } from "../parse-operation.ts";
import type { ProbeUse } from "./model.ts";

/**
 * Finds every use of a marked argument, input field or enum value, however it is written: as a literal, inside a list
 * or an object, through a variable, or by a default value of the variable, the argument or the input field.
 */
export function findProbes(
  schema: GraphQLSchema,
  policy: Policy,
  operation: Operation,
  variables: Readonly<Record<string, unknown>>,
  included: (node: SelectionNode) => boolean,
): readonly ProbeUse[] {
  if (Object.keys(policy.probes).length === 0) return [];
  const { definition, fragments } = operation;
  const search = new ProbeSearch(schema, policy, fragments, variables, included);
  search.visitDirectives(definition.directives);
  const root = schema.getRootType(definition.operation);
  if (root) search.visitSet(definition.selectionSet, root.name);
  return search.uses;
}

/** The uses in one operation, while they are looked for. */
class ProbeSearch {
  readonly #schema: GraphQLSchema;
  readonly #policy: Policy;
  readonly #fragments: Operation["fragments"];
  readonly #variables: Readonly<Record<string, unknown>>;
  readonly #included: (node: SelectionNode) => boolean;
  readonly #uses = new Map<string, ProbeUse>();
  /** Names of the fragments that were looked into. */
  readonly #seen = new Set<string>();
  readonly #noteValue = noteEach((at) => this.#note(at));

  constructor(
    schema: GraphQLSchema,
    policy: Policy,
    fragments: Operation["fragments"],
    variables: Readonly<Record<string, unknown>>,
    included: (node: SelectionNode) => boolean,
  ) {
    this.#schema = schema;
    this.#policy = policy;
    this.#fragments = fragments;
    this.#variables = variables;
    this.#included = included;
  }

  get uses(): readonly ProbeUse[] {
    return [...this.#uses.values()];
  }

  /** A directive of the integrator's own may sort or filter; `@probes` on its arguments themselves is refused at start. */
  visitDirectives(directives: readonly DirectiveNode[] | undefined): void {
    for (const node of directives ?? []) {
      for (const argument of this.#schema.getDirective(node.name.value)?.args ?? []) {
        const literal = node.arguments?.find((given) => given.name.value === argument.name)?.value;
        this.#noteValue(argument.type, argumentValue(argument, literal, this.#variables));
      }
    }
  }

  visitSet(set: SelectionSetNode, typeName: string): void {
    for (const node of set.selections) {
      if (!this.#included(node)) continue;
      this.visitDirectives(node.directives);
      if (node.kind === Kind.FIELD) this.#visitField(node, typeName);
      else if (node.kind === Kind.FRAGMENT_SPREAD) this.#visitFragment(node.name.value);
      else this.visitSet(node.selectionSet, node.typeCondition?.name.value ?? typeName);
    }
  }

  #visitField(node: FieldNode, typeName: string): void {
    const type = this.#schema.getType(typeName);
    const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[node.name.value] : undefined;
    if (field === undefined) return;
    this.#visitArguments(node, typeName);
    const below = getNamedType(field.type);
    if (node.selectionSet && isCompositeType(below)) this.visitSet(node.selectionSet, below.name);
  }

  #visitArguments(node: FieldNode, typeName: string): void {
    for (const [name, owned] of argumentsOf(this.#schema, this.#policy, typeName, node.name.value)) {
      const literal = node.arguments?.find((argument) => argument.name.value === name)?.value;
      const plain = literal === undefined ? undefined : plainValue(literal, this.#variables);
      for (const { at, argument } of owned) {
        const given = withDefault(argument, plain);
        if (given === undefined) continue;
        this.#note(at);
        this.#noteValue(argument.type, given);
      }
    }
  }

  #visitFragment(name: string): void {
    if (this.#seen.has(name)) return;
    this.#seen.add(name);
    const fragment = this.#fragments[name];
    if (fragment === undefined) return;
    this.visitDirectives(fragment.directives);
    this.visitSet(fragment.selectionSet, fragment.typeCondition.name.value);
  }

  #note(at: string): void {
    for (const coordinate of this.#policy.probes[at] ?? []) this.#uses.set(`${at} ${coordinate}`, { at, coordinate });
  }
}

interface Owned {
  readonly at: string;
  readonly argument: GraphQLArgument;
}

type ByName = ReadonlyMap<string, readonly Owned[]>;

const known = new WeakMap<Policy, Map<string, ByName>>();

/**
 * The arguments of a field that may be or hold a probe, by name: worked out once, for however many operations. An
 * interface's field is resolved by the object's, whose arguments may be marked where the interface's are not.
 */
function argumentsOf(schema: GraphQLSchema, policy: Policy, typeName: string, fieldName: string): ByName {
  const ofPolicy = known.get(policy) ?? new Map<string, ByName>();
  known.set(policy, ofPolicy);
  const key = `${typeName} ${fieldName}`;
  const before = ofPolicy.get(key);
  if (before !== undefined) return before;
  const found = new Map<string, Owned[]>();
  const seen = new Set<string>();
  for (const owner of ownersOf(schema, typeName, fieldName)) {
    for (const argument of owner.field.args) {
      const at = `${owner.type}.${fieldName}(${argument.name}:)`;
      const named = getNamedType(argument.type);
      if (seen.has(at) || !(at in policy.probes || isEnumType(named) || isInputObjectType(named))) continue;
      seen.add(at);
      found.set(argument.name, [...(found.get(argument.name) ?? []), { at, argument }]);
    }
  }
  ofPolicy.set(key, found);
  return found;
}

function ownersOf(schema: GraphQLSchema, typeName: string, fieldName: string) {
  const type = schema.getType(typeName);
  const owners: { type: string; field: GraphQLField<unknown, unknown> }[] = [];
  const types = isInterfaceType(type) ? [type, ...schema.getPossibleTypes(type)] : isObjectType(type) ? [type] : [];
  for (const owner of types) {
    const field = owner.getFields()[fieldName];
    if (field !== undefined) owners.push({ type: owner.name, field });
    for (const parent of isObjectType(owner) ? owner.getInterfaces() : []) {
      const inherited = parent.getFields()[fieldName];
      if (inherited !== undefined) owners.push({ type: parent.name, field: inherited });
    }
  }
  return owners;
}

/** The value as plain data: undefined where the argument is not used at all. */
function argumentValue(
  argument: GraphQLArgument,
  literal: ValueNode | undefined,
  variables: Readonly<Record<string, unknown>>,
): unknown {
  return withDefault(argument, literal === undefined ? undefined : plainValue(literal, variables));
}

function withDefault(argument: GraphQLArgument, given: unknown): unknown {
  return given === undefined ? argument.defaultValue : given;
}

function plainValue(node: ValueNode, variables: Readonly<Record<string, unknown>>): unknown {
  switch (node.kind) {
    case Kind.VARIABLE:
      return Object.hasOwn(variables, node.name.value) ? variables[node.name.value] : undefined;
    case Kind.NULL:
      return null;
    case Kind.LIST:
      return node.values.map((item) => plainValue(item, variables));
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map((field) => [field.name.value, plainValue(field.value, variables)]));
    default:
      return node.value;
  }
}

/**
 * Looks into values, each once for a type, however many places give it: what a variable holds times what uses it, or a default
 * times the objects that leave it out, may be more than anybody waits for.
 */
function noteEach(note: (at: string) => void): (type: GraphQLInputType, given: unknown) => void {
  const known = new Map<GraphQLNamedType, Set<unknown>>();
  const noteValue = (type: GraphQLInputType, given: unknown): void => {
    const named = getNamedType(type);
    // What is inside of a scalar the schema does not know; it may be nested without end.
    if (!isEnumType(named) && !isInputObjectType(named)) return;
    const looked = known.get(named) ?? new Set();
    known.set(named, looked);
    if (looked.has(given)) return;
    looked.add(given);
    if (Array.isArray(given)) {
      for (const item of given) noteValue(named, item);
    } else if (isEnumType(named)) {
      // Enum values may be given by name (a literal) or by the internal value that coercion made of the variable.
      for (const value of named.getValues()) {
        if (value.name === given || value.value === given) note(`${named.name}.${value.name}`);
      }
    } else if (typeof given === "object" && given !== null) {
      for (const field of Object.values(named.getFields())) {
        const own = Object.hasOwn(given, field.name) ? (given as Record<string, unknown>)[field.name] : undefined;
        const value = own === undefined ? field.defaultValue : own;
        if (value === undefined) continue;
        note(`${named.name}.${field.name}`);
        noteValue(field.type, value);
      }
    }
  };
  return noteValue;
}
