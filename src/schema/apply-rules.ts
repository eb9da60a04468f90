import { MapperKind } from "@graphql-tools/utils";
import {
  defaultFieldResolver,
  type GraphQLFieldConfig,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  isObjectType,
} from "graphql";
import { FieldguardError } from "../core/errors.ts";
import { mapFields } from "./map-schema.ts";
import { type Ask, createSoundRules, type ShieldRule } from "./sound-rules.ts";

/** `{ Type: { field: rule } }` or `{ Type: rule }`, as graphql-shield has it. */
export type RuleTree = Readonly<Record<string, ShieldRule | Readonly<Record<string, ShieldRule>>>>;

/**
 * Hangs an integrator's graphql-shield rules on the resolvers. Only fields that have a rule are wrapped.
 * Throws CONFIGURATION_INVALID on rules that would silently do nothing: for unknown types and fields, for interfaces,
 * unions and input types.
 */
export function applyRules(schema: GraphQLSchema, tree: RuleTree): GraphQLSchema {
  const byField = flatten(schema, tree);
  if (byField.size === 0) return schema;
  const sound = createSoundRules();
  return mapFields(schema, {
    [MapperKind.COMPOSITE_FIELD]: (config, fieldName, typeName) => {
      const rule = byField.get(`${typeName}.${fieldName}`);
      return rule === undefined ? config : guarded(config, sound(rule), `${typeName}.${fieldName}`);
    },
  });
}

function flatten(schema: GraphQLSchema, tree: RuleTree): Map<string, ShieldRule> {
  const problems: string[] = [];
  const byField = new Map<string, ShieldRule>();
  for (const [typeName, rules] of Object.entries(tree)) {
    const type = schema.getType(typeName);
    if (!isObjectType(type)) {
      problems.push(
        `${typeName}: ${type ? "rules are enforced on object types only; put them on the types that implement it" : "no such type"}`,
      );
      continue;
    }
    const entries = isRule(rules)
      ? Object.keys(type.getFields()).map((field) => [field, rules] as const)
      : Object.entries(rules);
    for (const [field, rule] of entries) {
      if (type.getFields()[field] === undefined) problems.push(`${typeName}.${field}: no such field`);
      else if (!isRule(rule)) problems.push(`${typeName}.${field}: not a graphql-shield rule`);
      else byField.set(`${typeName}.${field}`, rule);
    }
  }
  if (problems.length > 0) {
    throw new FieldguardError(
      "CONFIGURATION_INVALID",
      `Cannot enforce the option \`rules\`:\n  ${problems.join("\n  ")}`,
    );
  }
  return byField;
}

function isRule(value: unknown): value is ShieldRule {
  return typeof value === "object" && value !== null && "resolve" in value && typeof value.resolve === "function";
}

function guarded<C extends GraphQLFieldConfig<unknown, unknown>>(config: C, ask: Ask, coordinate: string): C {
  const { resolve = defaultFieldResolver, subscribe } = config;
  const after =
    (go: GraphQLFieldResolver<unknown, unknown>): GraphQLFieldResolver<unknown, unknown> =>
    async (parent, args, context, info) => {
      const verdict = await ask(parent, args, context, info);
      if (verdict !== true) throw refused(verdict, coordinate);
      return go(parent, args, context, info);
    };
  // A subscription without its rule held would already have side effects upstream: the rule goes before `subscribe` too.
  return { ...config, resolve: after(resolve), ...(subscribe && { subscribe: after(subscribe) }) };
}

function refused(verdict: unknown, coordinate: string): FieldguardError {
  if (verdict instanceof FieldguardError) return verdict;
  return new FieldguardError("FORBIDDEN", `A rule forbids ${coordinate} to this caller.`, {
    cause: verdict,
    details: { coordinate },
  });
}
