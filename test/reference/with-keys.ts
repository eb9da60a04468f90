import {
  type DocumentNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  Kind,
  print,
  type SelectionNode,
  TypeInfo,
  type VariableDefinitionNode,
  visit,
  visitWithTypeInfo,
} from "graphql";
import { objectTypesOf } from "./operation.ts";

/** Response keys under which the reference has every object tell of itself. No operation that it is given uses the prefix. */
const PREFIX = "ref__";
export const TYPE_KEY = `${PREFIX}type`;
export const keyOf = (type: string, field: string): string => `${PREFIX}${type}__${field}`;

/** Steps of the longest path that leads to a key, from the object on. */
const DEPTH_MAX = 2;

/** The value at the end of a path of keys, out of what came back under them. */
export function keyAt(type: string, raw: Readonly<Record<string, unknown>>, path: string): unknown {
  let at: unknown = raw;
  let name = type;
  for (const step of path.split(".")) {
    if (typeof at !== "object" || at === null) return null;
    const object = at as Readonly<Record<string, unknown>>;
    name = at === raw ? name : String(object[TYPE_KEY]);
    at = object[keyOf(name, step)];
  }
  return at;
}

/**
 * The client's document, in which every object brings its type and whatever of it any annotation anywhere names; less the
 * declaration of a purpose, whose type the plain schema does not have.
 */
export function withKeys(schema: GraphQLSchema, document: DocumentNode, keys: ReadonlySet<string>): DocumentNode {
  const types = new TypeInfo(schema);
  const added = (type: GraphQLCompositeType, depth = 0): SelectionNode[] => [
    field(TYPE_KEY, "__typename"),
    ...objectTypesOf(schema, type).map((object): SelectionNode => {
      const own = Object.values(object.getFields()).filter(({ name }) => keys.has(name));
      return {
        kind: Kind.INLINE_FRAGMENT,
        typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: object.name } },
        selectionSet: {
          kind: Kind.SELECTION_SET,
          selections: [
            field(TYPE_KEY, "__typename"),
            ...own.map(({ name, type: held }) => {
              const inner = getNamedType(held);
              const asked = field(keyOf(object.name, name), name);
              if (!isCompositeType(inner)) return asked;
              const selections = depth < DEPTH_MAX ? added(inner, depth + 1) : [field(TYPE_KEY, "__typename")];
              return { ...asked, selectionSet: { kind: Kind.SELECTION_SET, selections } } as const;
            }),
          ],
        },
      };
    }),
  ];
  return visit(
    document,
    visitWithTypeInfo(types, {
      VariableDefinition: (node) => (isPurpose(node) ? null : undefined),
      Directive: (node) => (node.name.value === "declare" ? null : undefined),
      Field: {
        leave(node) {
          const type = getNamedType(types.getType());
          if (!node.selectionSet || !isCompositeType(type) || type.name.startsWith("__")) return undefined;
          const selections = [...node.selectionSet.selections, ...added(type)];
          return { ...node, selectionSet: { ...node.selectionSet, selections } };
        },
      },
    }),
  );
}

function field(alias: string, name: string): FieldNode {
  return { kind: Kind.FIELD, alias: { kind: Kind.NAME, value: alias }, name: { kind: Kind.NAME, value: name } };
}

export function isPurpose({ type }: VariableDefinitionNode): boolean {
  return print(type).replace("!", "") === "Purpose";
}
