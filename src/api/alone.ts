import { type FieldNode, type GraphQLResolveInfo, Kind, type SelectionSetNode } from "graphql";
import { isQuestion } from "../core/own-api.ts";

/** What an operation does besides an act of the gateway's own API, for those acts to which that matters. */
export function besides(info: GraphQLResolveInfo): { readonly alone: boolean; readonly onlyAsks: boolean } {
  const { roots, acts } = selected(info);
  const first = roots[0]?.name.value;
  const ofOneField = roots.every(({ name }) => name.value === first);
  const asks = acts.every(({ name }) => isQuestion(name.value));
  return { alone: roots.length === 1 && acts.length === 1, onlyAsks: ofOneField && asks };
}

/** The fields of the root, and those below them, of what is executed: what is skipped or denied as a whole is not there. */
function selected({ operation, fragments }: GraphQLResolveInfo) {
  const roots = fieldsOf([operation.selectionSet], fragments);
  const below = roots.flatMap(({ selectionSet }) => selectionSet ?? []);
  return { roots, acts: fieldsOf(below, fragments) };
}

/** The fields of selections, through their fragments, each looked at once however often it is spread; `__typename` asks for nothing. */
function fieldsOf(asked: readonly SelectionSetNode[], fragments: GraphQLResolveInfo["fragments"]) {
  const found: FieldNode[] = [];
  // Grows while it is walked.
  const sets = new Set(asked);
  for (const { selections } of sets) {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        if (selection.name.value !== "__typename") found.push(selection);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) sets.add(selection.selectionSet);
      else {
        const fragment = fragments[selection.name.value];
        if (fragment !== undefined) sets.add(fragment.selectionSet);
      }
    }
  }
  return found;
}
