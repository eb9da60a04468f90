import { PathNode, type Tally } from "../enforce/model.ts";
import type { Verdict } from "./model.ts";

/** The place of an act in the response. */
export function placeOf(keys: readonly string[]): PathNode {
  return keys.reduce<PathNode>((node, key) => node.child(key), new PathNode(null, ""));
}

/** What is recorded and told of an act, at its place. */
export function tallyOfAct(act: Verdict, path: PathNode): Tally {
  const { coordinate, category } = act.write.policy;
  const subjects = new Set<string>();
  for (let each = act.people; each !== null; each = each.beside) {
    if (each.subject !== null) subjects.add(each.subject);
  }
  const { outcome, reason, consentIds } = act.decision;
  return { coordinate, category, path, outcome, reason, count: 1, consentIds: new Set(consentIds), subjects, act };
}
