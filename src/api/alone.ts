import { type FieldNode, type GraphQLResolveInfo, Kind, type SelectionSetNode } from "graphql";

/** What an operation does besides an act of the gateway's own API, for those acts to which that matters. */
export function besides(info: GraphQLResolveInfo): { readonly alone: boolean; readonly onlyAsks: boolean } {
  const { roots, acts } = selected(info);
  const first = roots[0]?.name.value;
  const ofOneField = roots.every(({ name }) => name.value === first);
  const asks = acts.every(({ name }) => name.value === "requestConsent");
  return { alone: roots.length === 1 && acts.length === 1, onlyAsks: ofOneField && asks };
}

/** The fields of the root, and those below them, of what is executed: what is skipped or denied as a whole is not there. */
function selected({ operation, fragments }: GraphQLResolveInfo) {
  const roots = fieldsOf(operation.selectionSet, fragments);
  const acts = roots.flatMap(({ selectionSet }) =>
    selectionSet === undefined ? [] : fieldsOf(selectionSet, fragments),
  );
  return { roots, acts };
}

/** The fields of a selection, through its fragments; `__typename` asks for nothing. */
function fieldsOf(set: SelectionSetNode, fragments: GraphQLResolveInfo["fragments"]) {
  const found: FieldNode[] = [];
  const sets = [set];
  for (let next = sets.pop(); next !== undefined; next = sets.pop()) {
    for (const selection of next.selections) {
      if (selection.kind === Kind.FIELD) {
        if (selection.name.value !== "__typename") found.push(selection);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) sets.push(selection.selectionSet);
      else {
        const fragment = fragments[selection.name.value];
        if (fragment !== undefined) sets.push(fragment.selectionSet);
      }
    }
  }
  return found;
}
