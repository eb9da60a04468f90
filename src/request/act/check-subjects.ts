import type { Holder, PathNode } from "../enforce/model.ts";
import type { Verdict } from "./model.ts";

/** An object in a response of a type that is acted on, known by its id. */
export interface KeyedObject {
  readonly type: string;
  readonly id: string;
  readonly holder: Holder;
  readonly path: PathNode;
}

/**
 * What was looked up and comes back as somebody's who was not decided on changed hands in between: the act has happened, and is
 * recorded as SUBJECT_CHANGED; nothing of its answer leaves.
 */
export function checkSubjects(objects: readonly KeyedObject[], verdicts: ReadonlyMap<string, Verdict>): void {
  for (const { type, id, holder, path } of objects) {
    const verdict = actAround(path, verdicts);
    if (verdict === null || verdict.acted.get(type)?.has(id) !== true) continue;
    const decidedOn = subjectsOf(verdict.people);
    const others = [...subjectsOf(holder)].some((subject) => !decidedOn.has(subject));
    if (!others) continue;
    verdict.decision = { outcome: "DENY", reason: "SUBJECT_CHANGED", consentIds: [] };
    verdict.told = "SUBJECT_CHANGED";
  }
}

function subjectsOf(holder: Holder | null): ReadonlySet<string> {
  const subjects = new Set<string>();
  for (let each = holder; each !== null; each = each.beside) if (each.subject !== null) subjects.add(each.subject);
  return subjects;
}

/** The nearest act that the object stands under. */
function actAround(path: PathNode, verdicts: ReadonlyMap<string, Verdict>): Verdict | null {
  for (let at: PathNode | null = path; at !== null; at = at.parent) {
    const verdict = verdicts.get(at.names().join("."));
    if (verdict !== undefined) return verdict;
  }
  return null;
}
