import { type Caller, standsFor } from "../../decision/model.ts";
import type { Holder } from "../enforce/holder.ts";
import type { PathNode } from "../enforce/model.ts";
import type { DecidedActs, Verdict } from "./model.ts";

/** An object in a response of a type that is acted on, known by its id. */
export interface KeyedObject {
  readonly type: string;
  readonly id: string;
  readonly holder: Holder;
  readonly path: PathNode;
}

/**
 * What was looked up and comes back as somebody's who was not decided on changed hands in between: the act has happened, and is
 * recorded as SUBJECT_CHANGED; nothing of its answer leaves. What has become the caller's own is theirs to see.
 */
export function checkSubjects(objects: readonly KeyedObject[], verdicts: DecidedActs, caller: Caller): void {
  if (objects.length === 0) return;
  const byPath = new Map<string, Verdict[]>();
  for (const { path, verdict } of verdicts.values()) {
    if (verdict.effect === "NONE") continue;
    const place = path.join(".");
    byPath.set(place, [...(byPath.get(place) ?? []), verdict]);
  }
  const own = [caller.id, standsFor(caller)];
  const decidedOn = new Map(
    Array.from(verdicts.values(), ({ verdict }) => [verdict, subjectsOf(verdict.people)] as const),
  );
  for (const { type, id, holder, path } of objects) {
    for (const verdict of actsAround(path, byPath)) {
      if (verdict.acted.get(type)?.has(id) !== true) continue;
      const others = [...subjectsOf(holder)].filter((subject) => !own.includes(subject));
      if (others.every((subject) => decidedOn.get(verdict)?.has(subject) === true)) continue;
      verdict.decision = { outcome: "DENY", reason: "SUBJECT_CHANGED", consentIds: [] };
      verdict.told = "SUBJECT_CHANGED";
    }
  }
}

function subjectsOf(holder: Holder | null): ReadonlySet<string> {
  const subjects = new Set<string>();
  for (let each = holder; each !== null; each = each.beside) if (each.subject !== null) subjects.add(each.subject);
  return subjects;
}

/** The nearest acts that the object stands under. */
function actsAround(path: PathNode, byPath: ReadonlyMap<string, readonly Verdict[]>): readonly Verdict[] {
  for (let at: PathNode | null = path; at !== null; at = at.parent) {
    const found = byPath.get(at.names().join("."));
    if (found !== undefined) return found;
  }
  return [];
}
