import {
  type DefinitionNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";

/**
 * Writes a selection set that stands at several places once, as a fragment: where types are told apart at every level, a
 * document that repeats what they have in common grows with the power of its depth.
 */
export function shareSets(
  definitions: readonly (OperationDefinitionNode | FragmentDefinitionNode)[],
  typeOf: ReadonlyMap<SelectionSetNode, string>,
): readonly DefinitionNode[] {
  const uses = new Map<SelectionSetNode, number>();
  const count = (set: SelectionSetNode): void => {
    const known = uses.get(set) ?? 0;
    uses.set(set, known + 1);
    if (known > 0) return;
    for (const node of set.selections) {
      const below = setOf(node);
      if (below !== undefined) count(below);
    }
  };
  for (const { selectionSet } of definitions) count(selectionSet);
  if ([...uses.values()].every((times) => times === 1)) return definitions;

  const taken = new Set(definitions.flatMap(({ name }) => name?.value ?? []));
  const shared = new Map<SelectionSetNode, FragmentDefinitionNode>();
  const write = (set: SelectionSetNode): SelectionSetNode => ({
    ...set,
    selections: set.selections.map((node) => {
      const below = setOf(node);
      return below === undefined ? node : ({ ...node, selectionSet: place(below) } as SelectionNode);
    }),
  });
  const place = (set: SelectionSetNode): SelectionSetNode => {
    const type = typeOf.get(set);
    if (uses.get(set) === 1 || type === undefined) return write(set);
    let fragment = shared.get(set);
    if (fragment === undefined) {
      fragment = fragmentOn(type, freeName(taken), write(set));
      shared.set(set, fragment);
    }
    return { kind: Kind.SELECTION_SET, selections: [{ kind: Kind.FRAGMENT_SPREAD, name: fragment.name }] };
  };
  const written = definitions.map((definition) => ({ ...definition, selectionSet: write(definition.selectionSet) }));
  return [...written, ...shared.values()];
}

function setOf(node: SelectionNode): SelectionSetNode | undefined {
  return node.kind === Kind.FRAGMENT_SPREAD ? undefined : node.selectionSet;
}

function fragmentOn(type: string, name: string, selectionSet: SelectionSetNode): FragmentDefinitionNode {
  return {
    kind: Kind.FRAGMENT_DEFINITION,
    name: { kind: Kind.NAME, value: name },
    typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type } },
    selectionSet,
  };
}

/** Clients name their fragments as they like. */
function freeName(taken: Set<string>): string {
  let number = taken.size;
  while (taken.has(`_fg_set_${number}`)) number += 1;
  const name = `_fg_set_${number}`;
  taken.add(name);
  return name;
}
