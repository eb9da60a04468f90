import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  getNamedType,
  getOperationAST,
  isAbstractType,
  isCompositeType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  type SelectionNode,
  type SelectionSetNode,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
} from "graphql";

/** One operation of a document with the values of its variables: what every step of the reference reads anew. */
export interface AskedOperation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Coerced. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/** A response key of one object, with all places of the document that ask for it. */
export interface AskedField {
  readonly key: string;
  readonly name: string;
  readonly nodes: readonly FieldNode[];
}

export function askedOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null,
  variables: Readonly<Record<string, unknown>>,
): AskedOperation {
  const definition = getOperationAST(document, operationName);
  if (!definition) throw new Error("The document holds no such operation.");
  const fragments = new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
    ),
  );
  return { schema, document, definition, fragments, variables };
}

export function rootTypeOf({ schema, definition }: AskedOperation): GraphQLObjectType {
  const type = schema.getRootType(definition.operation);
  if (!type) throw new Error(`The schema has no ${definition.operation} type.`);
  return type;
}

/** What the selections ask of an object of `type`, in the order of the response (GraphQL specification, CollectFields). */
export function fieldsAskedOf(
  operation: AskedOperation,
  type: GraphQLObjectType,
  selections: readonly SelectionSetNode[],
): readonly AskedField[] {
  const found = new Map<string, FieldNode[]>();
  const seen = new Set<string>();
  const visit = (set: SelectionSetNode): void => {
    for (const node of set.selections) {
      if (!isIncluded(operation, node)) continue;
      switch (node.kind) {
        case Kind.FIELD: {
          const key = node.alias?.value ?? node.name.value;
          found.set(key, [...(found.get(key) ?? []), node]);
          break;
        }
        case Kind.INLINE_FRAGMENT:
          if (node.typeCondition === undefined || isOf(operation, type, node.typeCondition.name.value)) {
            visit(node.selectionSet);
          }
          break;
        case Kind.FRAGMENT_SPREAD: {
          const fragment = operation.fragments.get(node.name.value);
          if (fragment === undefined || seen.has(node.name.value)) break;
          seen.add(node.name.value);
          if (isOf(operation, type, fragment.typeCondition.name.value)) visit(fragment.selectionSet);
        }
      }
    }
  };
  for (const set of selections) visit(set);
  return [...found].map(([key, nodes]) => ({ key, name: nodes[0]?.name.value ?? key, nodes }));
}

export function isIncluded({ variables }: AskedOperation, node: SelectionNode): boolean {
  const values = { ...variables };
  const skipped = getDirectiveValues(GraphQLSkipDirective, node, values)?.["if"] === true;
  const included = getDirectiveValues(GraphQLIncludeDirective, node, values)?.["if"] !== false;
  return !skipped && included;
}

function isOf({ schema }: AskedOperation, type: GraphQLObjectType, condition: string): boolean {
  const wanted = schema.getType(condition);
  return wanted === type || (isAbstractType(wanted) && schema.isSubType(wanted, type));
}

export function selectionsUnder({ nodes }: AskedField): readonly SelectionSetNode[] {
  return nodes.flatMap(({ selectionSet }) => (selectionSet ? [selectionSet] : []));
}

export function outputTypeOf(type: GraphQLObjectType, field: string): GraphQLOutputType {
  for (const meta of [SchemaMetaFieldDef, TypeMetaFieldDef, TypeNameMetaFieldDef]) {
    if (meta.name === field) return meta.type;
  }
  const found = type.getFields()[field]?.type;
  if (found === undefined) throw new Error(`There is no field ${type.name}.${field}.`);
  return found;
}

export function objectTypesOf(schema: GraphQLSchema, type: GraphQLCompositeType): readonly GraphQLObjectType[] {
  return isObjectType(type) ? [type] : schema.getPossibleTypes(type);
}

/** Every coordinate that the operation can reach on some concrete type, whether or not there are data for it, and every type on the way. */
export function reachableIn(operation: AskedOperation): {
  readonly coordinates: ReadonlySet<string>;
  readonly types: ReadonlySet<string>;
} {
  const coordinates = new Set<string>();
  const types = new Set<string>();
  const visit = (type: GraphQLObjectType, selections: readonly SelectionSetNode[]): void => {
    types.add(type.name);
    for (const asked of fieldsAskedOf(operation, type, selections)) {
      coordinates.add(`${type.name}.${asked.name}`);
      const below = getNamedType(outputTypeOf(type, asked.name));
      if (!isCompositeType(below)) continue;
      for (const each of objectTypesOf(operation.schema, below)) visit(each, selectionsUnder(asked));
    }
  };
  visit(rootTypeOf(operation), [operation.definition.selectionSet]);
  return { coordinates, types };
}
