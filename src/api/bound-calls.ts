import { defaultFieldResolver, type GraphQLSchema, isObjectType } from "graphql";
import { FieldguardError } from "../core/errors.ts";
import { ownTypesOf } from "../core/own-api.ts";

/**
 * So many fields of the gateway's own API in one request, under whatever aliases: each asks the stores. Counted as they are
 * called, because a document can ask for one in many ways. The schema is the gateway's own copy.
 */
export function boundCalls(schema: GraphQLSchema, ownFieldsMax: number): GraphQLSchema {
  const called = new WeakMap<object, number>();
  for (const [name] of ownTypesOf(schema)) {
    const type = schema.getType(name);
    for (const field of isObjectType(type) ? Object.values(type.getFields()) : []) {
      const resolve = field.resolve ?? defaultFieldResolver;
      field.resolve = (parent, args, context: object, info) => {
        // One a request.
        const calls = (called.get(context) ?? 0) + 1;
        called.set(context, calls);
        if (calls > ownFieldsMax) throw tooMany(ownFieldsMax);
        return resolve(parent, args, context, info);
      };
    }
  }
  return schema;
}

function tooMany(max: number): FieldguardError {
  return new FieldguardError(
    "OPERATION_TOO_LARGE",
    `The operation asks for more than ${max} fields of the gateway's own API (option \`limits.ownFieldsMax\`). Ask for less at once.`,
    { details: { limit: "ownFieldsMax" } },
  );
}
