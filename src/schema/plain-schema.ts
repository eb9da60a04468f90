import { MapperKind } from "@graphql-tools/utils";
import { GraphQLInterfaceType, GraphQLObjectType, type GraphQLSchema, GraphQLUnionType } from "graphql";
import { mapFields } from "./map-schema.ts";
import { withPrintableDefaults } from "./print-served.ts";

/**
 * The schema as a description: types and fields, and nothing behind them. What is handed to libraries and plugins is this
 * one, so that executing against it reaches no resolver and gets no data that were not decided on. Libraries
 * print it: in place of a default that graphql-js cannot print stands null.
 */
export function plainSchema(schema: GraphQLSchema): GraphQLSchema {
  const plain = mapFields(schema, {
    [MapperKind.COMPOSITE_FIELD]: ({ resolve: _, subscribe: __, ...config }) => config,
    [MapperKind.OBJECT_TYPE]: (type) => new GraphQLObjectType({ ...type.toConfig(), isTypeOf: undefined }),
    [MapperKind.INTERFACE_TYPE]: (type) => new GraphQLInterfaceType({ ...type.toConfig(), resolveType: undefined }),
    [MapperKind.UNION_TYPE]: (type) => new GraphQLUnionType({ ...type.toConfig(), resolveType: undefined }),
  });
  return withPrintableDefaults(plain);
}
