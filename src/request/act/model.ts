import type { FieldNode } from "graphql";
import type { Decision, Reason } from "../../decision/model.ts";
import type { WritePolicy } from "../../policy/model.ts";
import type { Holder } from "../enforce/holder.ts";

/** A field of an operation that is decided before it runs. */
export interface PlannedAct {
  /** Response keys from the root on. */
  readonly path: readonly string[];
  readonly type: string;
  readonly node: FieldNode;
  readonly write: WritePolicy;
}

/** Tells apart what stands at one place of an answer: below an interface each type may have an act of its own there. */
export function actKey(path: readonly string[], type: string): string {
  return `${path.join(".")} ${type}`;
}

/** A decision, and where it stands: response keys from the root on, without list positions. */
export interface DecidedAct {
  readonly path: readonly string[];
  readonly verdict: Verdict;
}

/** By `actKey`. */
export type DecidedActs = ReadonlyMap<string, DecidedAct>;

/** How it was known whom an act concerns: looked up, the caller's own id, told by `subjectOf`, on trust, or by role and purpose alone. */
export type KnownBy = "LOOKED_UP" | "OWN_ID" | "TOLD" | "TRUSTED" | "ROLE_ALONE";

/** What became of an act: it did not run, its resolver answered, or failed, or was still running when the response was made. */
export type Effect = "NONE" | "DONE" | "FAILED" | "UNKNOWN";

/** The decision on one act. */
export interface Verdict {
  readonly write: WritePolicy;
  /** The real one, as it is recorded. */
  decision: Decision;
  /** What the caller is told: whether there is such an object at all must not be found out by acting on it. */
  told: Reason;
  /** Everybody concerned; a chain. null where nobody is known. */
  readonly people: Holder | null;
  readonly known: readonly { readonly on: string; readonly by: KnownBy }[];
  /** Ids of the objects that were looked up, by type. */
  readonly acted: ReadonlyMap<string, ReadonlySet<string>>;
  /** How many were looked up, or more: a key may find several. */
  readonly objects: number;
  /** Annotated coordinates that the arguments write. */
  readonly written: readonly string[];
  /** Coordinates of facts that were there and could not be read, which counted against the caller. */
  readonly unreadable: readonly string[];
  effect: Effect;
}
