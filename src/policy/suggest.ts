import { suggestionList } from "graphql/jsutils/suggestionList.js";

/** "Did you mean x? " for a name that resembles one of those known, else nothing. */
export function suggest(name: string, known: readonly string[]): string {
  const [first] = suggestionList(name, known);
  return first === undefined ? "" : `Did you mean "${first}"? `;
}
