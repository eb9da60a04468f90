import {
  type FragmentDefinitionNode,
  type GraphQLResolveInfo,
  isObjectType,
  Kind,
  type SelectionSetNode,
  typeFromAST,
} from "graphql";

const known = new WeakMap<SelectionSetNode, number>();

/**
 * As how many nodes each object counts that a field returns. Counted by objects alone, a few names of leaves would multiply what
 * an execution makes without being bounded. Of what is asked of different types, the most asked of one counts.
 */
export function objectWeight({ fieldNodes, fragments, schema }: GraphQLResolveInfo): number {
  const set = fieldNodes[0]?.selectionSet;
  if (set === undefined) return 1;
  let weight = fieldNodes.length === 1 ? known.get(set) : undefined;
  if (weight === undefined) {
    const fields = countFields(
      fieldNodes.flatMap(({ selectionSet }) => selectionSet ?? []),
      fragments,
      (condition) => isObjectType(typeFromAST(schema, condition)),
    );
    weight = 1 + fields;
    if (fieldNodes.length === 1) known.set(set, weight);
  }
  return weight;
}

function countFields(
  sets: readonly SelectionSetNode[],
  fragments: Readonly<Record<string, FragmentDefinitionNode>>,
  isOneType: (condition: NonNullable<FragmentDefinitionNode["typeCondition"]>) => boolean,
): number {
  const seen = new Set<SelectionSetNode>();
  const byType = new Map<string, number>([["", 0]]);
  const visit = (set: SelectionSetNode, type: string): void => {
    if (seen.has(set)) return;
    seen.add(set);
    for (const node of set.selections) {
      if (node.kind === Kind.FIELD) {
        byType.set(type, (byType.get(type) ?? 0) + 1);
        continue;
      }
      const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments[node.name.value] : node;
      if (fragment === undefined) continue;
      const condition = fragment.typeCondition;
      visit(fragment.selectionSet, condition !== undefined && isOneType(condition) ? condition.name.value : type);
    }
  };
  for (const set of sets) visit(set, "");
  const { "": common = 0, ...rest } = Object.fromEntries(byType);
  return common + Math.max(0, ...Object.values(rest));
}
