import type { DocumentNode, FieldNode } from "graphql";
import type { Decider, Decision } from "../../decision/model.ts";
import type { RecordKind } from "../../log/contract.ts";
import type { Aggregate, FieldPolicy, SubjectKeys, WritePolicy } from "../../policy/model.ts";

/**
 * A plan is plain data: the document to execute, and the shape that the client asked for, with what each position needs
 * in order to be decided. It does not know who executes. Cached per operation x stance x boolean conditions.
 */
export interface Plan {
  /** What is executed: without what is statically denied, with the hidden keys. */
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly operationType: "query" | "mutation" | "subscription";
  readonly root: ObjectShape;
  /** Fields of the operation's root type that the plan executes; 0 means that nothing need be executed. */
  readonly executedRootFields: number;
  readonly kind: RecordKind;
  /** Whether it is recorded even where nothing annotated is selected: changes of consents and of subjects' states. */
  readonly alwaysRecorded: boolean;
  /** Whether anything in it acts: is decided and recorded before it runs. */
  readonly acting: boolean;
  /** Fields of the gateway's own API that are asked for, wherever they stand, each once. */
  readonly acts: readonly string[];
  /** Every annotated coordinate that the operation can reach. */
  readonly coordinates: ReadonlySet<string>;
  /** Probes that the operation uses: see `check-probes.ts`. */
  readonly probes: readonly ProbeUse[];
}

/** The use of an argument, input field or enum value that can reveal `coordinate`. */
export interface ProbeUse {
  readonly at: string;
  readonly coordinate: string;
}

/** What was asked of a position in the response. */
export interface Selection {
  /** The shape where only one type can stand here; null where the type is known only from the result. */
  readonly only: ObjectShape | null;
  readonly shapes: ReadonlyMap<string, ObjectShape>;
  /** Whether any possible shape is touched. */
  readonly touched: boolean;
  /** Whether any possible shape is rebuilt. Where not, the value passes as it is. */
  readonly rebuilt: boolean;
}

/** What was asked of an object of one concrete type. */
export interface ObjectShape {
  readonly type: string;
  /** In the client's order. */
  readonly fields: readonly FieldShape[];
  /** Whether anything at or under this object is annotated: then its subject is looked up. */
  readonly touched: boolean;
  /** Whether it is built anew: it is touched, or something at or under it has only excluded selections and holds a hidden key instead. */
  readonly rebuilt: boolean;
  readonly subject: SubjectKeys | null;
  readonly aggregate: Aggregate | null;
  /** Fields of this type fetched under hidden names for `assigned`, `until`, `after`. */
  readonly names: ReadonlySet<string>;
  /** Names that no field of this type bears and that are wanted of the enclosing subject's object. */
  readonly wanted: ReadonlySet<string>;
  /** Field by which an object of a type that is acted on is known again; null where nothing asks. */
  readonly identity: string | null;
  /** Deciders of the annotated fields, one per class: fields of a class share one examination. */
  readonly classes: readonly Decider[];
}

export interface FieldShape {
  /** Response key. */
  readonly key: string;
  readonly name: string;
  readonly annotated: AnnotatedField | null;
  /** What it does; null for what is only read. */
  readonly act: FieldAct | null;
  /** null for leaves. */
  readonly child: Selection | null;
}

/** A field that is decided before it runs, with the arguments that it was given. */
export interface FieldAct {
  readonly write: WritePolicy;
  readonly node: FieldNode;
}

export interface AnnotatedField {
  readonly policy: FieldPolicy;
  readonly decider: Decider;
  /** Position of the decider in the shape's `classes`. */
  readonly classIndex: number;
  /** Decided before execution; null where the subject decides. */
  readonly fixed: Decision | null;
  /** Statically denied: not fetched, null in the response. */
  readonly dropped: boolean;
}

/** Hidden response keys. Clients may not use the prefix. */
export const RESERVED_PREFIX = "_fg";
export const WRITTEN_PREFIX = "_fg_w_";
export const HIDDEN = {
  type: "_fg_type",
  nothing: "_fg_nothing",
  /** Of the person at that position of the subject's ids. */
  subject: (at: number): string => (at === 0 ? "_fg_subject" : `_fg_subject_${at}`),
  tenant: "_fg_tenant",
  region: "_fg_region",
  birthDate: "_fg_birth",
  count: "_fg_count",
  named: (field: string): string => `_fg_n_${field}`,
  /** What is compared with what is written: one that fails is not there to compare with. */
  written: (field: string): string => `${WRITTEN_PREFIX}${field}`,
  /** What a hidden path leads through, below its first step. */
  inner: "_fg_inner",
} as const;
