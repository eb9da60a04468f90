import { MapperKind } from "@graphql-tools/utils";
import {
  type GraphQLFieldConfig,
  type GraphQLSchema,
  getNullableType,
  isAbstractType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
} from "graphql";
import { type CompositeType, compositeTypes, interfacesOf, type OutputField } from "../policy/annotations.ts";
import type { Policy } from "../policy/model.ts";
import { mapFields } from "./map-schema.ts";

/**
 * The schema as clients see it: whatever may be withheld is nullable, whatever the upstream says. That is every
 * `@sensitive` field, every field that is decided before it runs, every field that holds one `@aggregate` object (in lists, small groups are left out instead), and
 * every interface field that one of these implements. A new schema; the one given stays as it is.
 */
export function servedSchema(schema: GraphQLSchema, policy: Policy): GraphQLSchema {
  const relaxed = withheldFields(schema, policy);
  const relax = (
    config: GraphQLFieldConfig<unknown, unknown>,
    fieldName: string,
    typeName: string,
  ): GraphQLFieldConfig<unknown, unknown> | undefined => {
    if (!isNonNullType(config.type) || !relaxed.has(`${typeName}.${fieldName}`)) return undefined;
    const node = config.astNode;
    // tools that print a schema with its directives go by the nodes
    const astNode = node?.type.kind === Kind.NON_NULL_TYPE ? { ...node, type: node.type.type } : node;
    return { ...config, type: getNullableType(config.type), astNode };
  };
  return mapFields(schema, { [MapperKind.OBJECT_FIELD]: relax, [MapperKind.INTERFACE_FIELD]: relax });
}

function withheldFields(schema: GraphQLSchema, policy: Policy): ReadonlySet<string> {
  const withheld = new Set<string>();
  for (const type of compositeTypes(schema)) {
    for (const field of Object.values(type.getFields())) {
      const sensitive = policy.types[type.name]?.fields[field.name] !== undefined;
      const acts = policy.writes[`${type.name}.${field.name}`] !== undefined;
      if (sensitive || acts || holdsAggregate(schema, policy, field)) withheld.add(`${type.name}.${field.name}`);
    }
  }
  for (const type of compositeTypes(schema)) {
    for (const name of Object.keys(type.getFields())) {
      if (withheld.has(`${type.name}.${name}`)) relaxInterfaces(type, name, withheld);
    }
  }
  return withheld;
}

/** An object lists every interface that it implements, those of its interfaces included. */
function relaxInterfaces(type: CompositeType, field: string, withheld: Set<string>): void {
  for (const parent of interfacesOf(type)) {
    if (parent.getFields()[field] !== undefined) withheld.add(`${parent.name}.${field}`);
  }
}

function holdsAggregate(schema: GraphQLSchema, policy: Policy, field: OutputField): boolean {
  const type = getNullableType(field.type);
  if (isListType(type)) return false;
  const names = isAbstractType(type)
    ? schema.getPossibleTypes(type).map((each) => each.name)
    : isObjectType(type) || isInterfaceType(type)
      ? [type.name]
      : [];
  return names.some((name) => policy.types[name]?.aggregate != null);
}
