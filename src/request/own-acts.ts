import {
  type ASTNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  GraphQLIncludeDirective,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getArgumentValues,
  getDirectiveValues,
  Kind,
  type SelectionNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from "graphql";
import { isQuestion, type OwnTypes, ownTypesOf } from "../core/own-api.ts";
import type { Caller } from "../decision/model.ts";
import { coerceVariables, type Operation } from "./parse-operation.ts";
import { fieldsAt, shapesBelow } from "./plan/below.ts";
import type { ObjectShape, Plan } from "./plan/model.ts";

/** What a record says of the gateway's own acts in an operation. */
export interface ActsOutcome {
  /** `OK`, or the code with which the first of them was refused. */
  readonly outcome: string;
  /** Which, where there were several: they are done one after another, and one that is refused neither undoes nor stops another. */
  readonly details: Readonly<Record<string, string>> | null;
}

const ALL_DONE: ActsOutcome = { outcome: "OK", details: null };

/** Looks among the errors of a response for those of the gateway's own API: an act that was refused is not recorded as done. */
export function outcomeOfActs({ root, acts }: Plan, errors: readonly GraphQLError[], own: OwnTypes): ActsOutcome {
  const refusals = acts.length === 0 ? [] : errors.flatMap((error) => refusalIn(root, error, own));
  const [first] = refusals;
  if (first === undefined) return ALL_DONE;
  const refused = refusals.map(({ act, code }) => `${act} ${code}`).join(", ");
  return { outcome: first.code, details: acts.length === 1 ? null : { acts: acts.join(", "), refused } };
}

/** Whether an operation does nothing but ask people for consent: then nothing in its answer depends on what is known of them. */
export function onlyAsks({ root }: Plan, own: OwnTypes): boolean {
  return root.fields.every(({ child }) => {
    if (child?.only == null || own.get(child.only.type) !== "mutation") return false;
    return child.only.fields.every(({ name }) => isQuestion(name) || name === "__typename");
  });
}

/** The act that an error ends at; what fails further down fails after the act. */
function refusalIn(root: ObjectShape, { path, extensions }: GraphQLError, types: OwnTypes) {
  const keys = (path ?? []).filter((key) => typeof key === "string");
  const last = keys.pop();
  let shapes: readonly ObjectShape[] = [root];
  for (const key of keys) shapes = shapesBelow(fieldsAt(shapes, key));
  const own = shapes.find(({ type }) => types.has(type));
  const act = own?.fields.find(({ key }) => key === last);
  return act === undefined ? [] : [{ act: act.name, code: String(extensions["code"]) }];
}

/**
 * The people whom the changes of an operation are about, as its arguments name them: whoever is named by none, the caller, or the
 * person that it acts for. Recorded whether the change was made or refused, and whatever was selected of its answer.
 */
export function peopleOfActs(
  schema: GraphQLSchema,
  operation: Operation,
  input: Readonly<Record<string, unknown>>,
  { id, onBehalfOf }: Caller,
): ReadonlySet<string> {
  const people = new Set<string>();
  const variables = coerceVariables(schema, operation, input);
  const types = new TypeInfo(schema);
  const own = ownTypesOf(schema);
  const note = visitWithTypeInfo(types, {
    enter(node) {
      if (node.kind === Kind.FIELD || node.kind === Kind.INLINE_FRAGMENT || node.kind === Kind.FRAGMENT_SPREAD) {
        if (!isAsked(node, variables)) return false;
      }
      const field = node.kind === Kind.FIELD ? types.getFieldDef() : null;
      if (node.kind !== Kind.FIELD || field == null || own.get(types.getParentType()?.name ?? "") !== "mutation")
        return undefined;
      if (!field.args.some(({ name }) => name === "subject")) return undefined;
      const named = getArgumentValues(field, node, { ...variables })["subject"] ?? onBehalfOf ?? id;
      if (typeof named === "string") people.add(named);
      return undefined;
    },
  });
  for (const part of [operation.definition, ...fragmentsOf(operation)]) visit(part, note);
  return people;
}

/** Those that the operation uses, through others as well: a document may hold further operations. */
function fragmentsOf({ definition, fragments }: Operation): Iterable<FragmentDefinitionNode> {
  const used = new Set<FragmentDefinitionNode>();
  const collect = (node: ASTNode): void => {
    visit(node, {
      FragmentSpread({ name }) {
        const fragment = fragments[name.value];
        if (fragment === undefined || used.has(fragment)) return;
        used.add(fragment);
        collect(fragment);
      },
    });
  };
  collect(definition);
  return used;
}

function isAsked(node: SelectionNode, variables: Readonly<Record<string, unknown>>): boolean {
  const values = { ...variables };
  if (getDirectiveValues(GraphQLSkipDirective, node, values)?.["if"] === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, node, values)?.["if"] !== false;
}
