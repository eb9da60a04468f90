import { type GraphQLResolveInfo, Kind, type SelectionSetNode } from "graphql";

/**
 * Whether an act of the gateway's own API is all that its operation asks for: one field of the root, and one below it. What
 * `@skip` or `@include` leave out counts, so that nobody has to work out what was shown beside it.
 */
export function doesNothingElse({ operation, fragments }: GraphQLResolveInfo): boolean {
  const roots = fieldsOf(operation.selectionSet, fragments);
  const acts = roots.flatMap(({ selectionSet }) =>
    selectionSet === undefined ? [] : fieldsOf(selectionSet, fragments),
  );
  return roots.length === 1 && acts.length === 1;
}

/** The fields of a selection, through its fragments; `__typename` asks for nothing. */
function fieldsOf(set: SelectionSetNode, fragments: GraphQLResolveInfo["fragments"]) {
  const found: { readonly selectionSet?: SelectionSetNode | undefined }[] = [];
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
