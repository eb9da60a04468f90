import type { FieldNode } from "graphql";
import type { Decision, Reason } from "../../decision/model.ts";
import type { WritePolicy } from "../../policy/model.ts";
import type { Holder } from "../enforce/model.ts";

/** A field of an operation that is decided before it runs. */
export interface PlannedAct {
  /** Response keys from the root on. */
  readonly path: readonly string[];
  readonly type: string;
  readonly node: FieldNode;
  readonly write: WritePolicy;
}

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
  /** Annotated coordinates that the arguments write. */
  readonly written: readonly string[];
  effect: Effect;
}
