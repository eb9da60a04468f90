import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLResolveInfo,
  isObjectType,
  Kind,
  type SelectionSetNode,
  typeFromAST,
} from "graphql";
import { type SizeOfVariable, writtenInputOf } from "./plan/input-size.ts";

const known = new WeakMap<SelectionSetNode, number>();

/**
 * As how many nodes each object counts that a field returns. Counted by objects alone, a few names of leaves would multiply what
 * an execution makes without being bounded. Of what is asked of different types, the most asked of one counts.
 */
export function objectWeight(info: GraphQLResolveInfo): number {
  const { fieldNodes } = info;
  const set = fieldNodes[0]?.selectionSet;
  if (set === undefined) return 1;
  let weight = fieldNodes.length === 1 ? known.get(set) : undefined;
  if (weight === undefined) {
    weight = 1 + sumOfFields(info, () => 1);
    if (fieldNodes.length === 1) known.set(set, weight);
  }
  return weight;
}

/** Sets whose fields are given nothing that has a size. */
const bare = new WeakSet<SelectionSetNode>();

/** What the arguments hold that the fields of each object are resolved with: executed, literals are made anew for each. */
export function objectInput(info: GraphQLResolveInfo, sizeOf: SizeOfVariable): number {
  const set = info.fieldNodes[0]?.selectionSet;
  const alone = set !== undefined && info.fieldNodes.length === 1;
  if (set === undefined || (alone && bare.has(set))) return 0;
  let isBare = true;
  const input = sumOfFields(info, (node) => {
    const { own, variables } = writtenInputOf(node);
    if (own > 0 || variables.length > 0) isBare = false;
    return variables.reduce((sum, name) => sum + sizeOf(name), own);
  });
  if (alone && isBare) bare.add(set);
  return input;
}

function sumOfFields({ fieldNodes, fragments, schema }: GraphQLResolveInfo, of: (node: FieldNode) => number): number {
  const isOneType = (condition: NonNullable<FragmentDefinitionNode["typeCondition"]>): boolean =>
    isObjectType(typeFromAST(schema, condition));
  const seen = new Set<SelectionSetNode>();
  const byType = new Map<string, number>([["", 0]]);
  const visit = (set: SelectionSetNode, type: string): void => {
    if (seen.has(set)) return;
    seen.add(set);
    for (const node of set.selections) {
      if (node.kind === Kind.FIELD) {
        byType.set(type, (byType.get(type) ?? 0) + of(node));
        continue;
      }
      const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments[node.name.value] : node;
      if (fragment === undefined) continue;
      const condition = fragment.typeCondition;
      visit(fragment.selectionSet, condition !== undefined && isOneType(condition) ? condition.name.value : type);
    }
  };
  for (const { selectionSet } of fieldNodes) if (selectionSet !== undefined) visit(selectionSet, "");
  const { "": common = 0, ...rest } = Object.fromEntries(byType);
  return common + Math.max(0, ...Object.values(rest));
}
