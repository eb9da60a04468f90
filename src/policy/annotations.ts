import {
  type ASTNode,
  type DirectiveNode,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
} from "graphql";
import type { ConsentDemand, FieldPolicy, Grant, Retention, SubjectKeys } from "./model.ts";

/** Types whose fields can carry values. */
export type CompositeType = GraphQLObjectType | GraphQLInterfaceType;
export type OutputField = GraphQLField<unknown, unknown>;

/** Object and interface types of the schema, without those of introspection, in the schema's order. */
export function compositeTypes(schema: GraphQLSchema): CompositeType[] {
  return Object.values(schema.getTypeMap()).filter(
    (type): type is CompositeType => (isObjectType(type) || isInterfaceType(type)) && !type.name.startsWith("__"),
  );
}

/** The interfaces that a type implements. SDL may name anything there; what is no interface is a fault of the schema, found elsewhere. */
export function interfacesOf(type: CompositeType): GraphQLInterfaceType[] {
  return type.getInterfaces().filter(isInterfaceType);
}

/** Directives of that name on a type, those of its extensions included. */
export function typeDirectives(type: CompositeType, name: string): readonly DirectiveNode[] {
  if (type.extensionASTNodes.length === 0) return ofName(type.astNode?.directives, name);
  return [type.astNode, ...type.extensionASTNodes].flatMap((part) => ofName(part?.directives, name));
}

/** Directives of that name on a field, argument, input field or enum value. */
export function directivesOn(
  element: { readonly astNode?: { readonly directives?: readonly DirectiveNode[] | undefined } | null | undefined },
  name: string,
): readonly DirectiveNode[] {
  return ofName(element.astNode?.directives, name);
}

const NONE: readonly DirectiveNode[] = [];

/** Most elements of most schemas have none. */
function ofName(directives: readonly DirectiveNode[] | undefined, name: string): readonly DirectiveNode[] {
  if (directives === undefined || directives.length === 0) return NONE;
  return directives.filter((directive) => directive.name.value === name);
}

/**
 * Where each piece of the policy was written, kept beside it: the policy itself is plain data, and later checks must
 * still point at the line.
 */
export interface Origins {
  readonly of: WeakMap<FieldPolicy | Grant | ConsentDemand | Retention | SubjectKeys, Origin>;
}

export interface Origin {
  readonly node: ASTNode;
  /** Coordinate that carries the directive: the field's, or the type's where it holds for all of the type's fields. */
  readonly coordinate: string;
}
