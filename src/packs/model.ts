import { z } from "../core/zod.ts";

/**
 * A pack: one platform's policy as data. `schema.graphql` is the annotated domain, `data.yaml` its rows by type,
 * `clauses.yaml` what this file describes: every promise of the policy with the cases that show it.
 */

const text = z.string().min(1);
const claims = z.strictObject({
  sub: text,
  role: text,
  org: text.optional(),
  tenants: z.array(text).optional(),
  region: text.optional(),
  purposes: z.array(text).optional(),
  act: z.strictObject({ sub: text, as: z.enum(["GUARDIAN", "AGENT"]) }).optional(),
});
export type Claims = z.infer<typeof claims>;

const notice = z.strictObject({
  id: text,
  version: text,
  effectiveFrom: text,
  materialFor: z.array(text),
});

const deployment = z.strictObject({
  region: text.optional(),
  transfers: z.record(text, z.array(text)).optional(),
  minimumAge: z.number().optional(),
  guardianAge: z.number().optional(),
  notices: z.array(notice).optional(),
  doNotTrack: z.boolean().optional(),
  rightsDue: z
    .strictObject({
      days: z.number(),
      count: z.enum(["CALENDAR", "WORKING"]),
      holidays: z.array(text).optional(),
      workedDays: z.array(text).optional(),
    })
    .optional(),
});

/** What stands in the stores before a case: a consent, a tenant's agreement, or a person's state. */
const before = z.union([
  z.strictObject({
    consent: z.enum(["GIVEN", "REFUSED", "WITHDRAWN", "REQUESTED"]),
    of: text,
    for: z.array(text).min(1),
    tenant: text.optional(),
    form: z.enum(["IMPLIED", "EXPRESSED", "EXPLICIT", "SEPARATE", "WRITTEN"]).optional(),
    by: z.enum(["DATA_SUBJECT", "GUARDIAN", "AGENT", "CONTROLLER"]).optional(),
    verified: z.boolean().optional(),
    categories: z.array(text).optional(),
    recipients: z.array(text).optional(),
    /** `id@version`. */
    notice: text.optional(),
    /** ISO 8601; left out, the day before. */
    time: text.optional(),
    until: text.optional(),
  }),
  z.strictObject({
    agreement: z.enum(["GIVEN", "WITHDRAWN"]),
    id: text.optional(),
    tenant: text,
    partner: text.optional(),
    for: z.array(text).min(1),
    until: text.optional(),
  }),
  z.strictObject({ state: z.enum(["RESTRICTED", "ERASED", "ACTIVE"]), of: text, legalHold: z.boolean().optional() }),
]);
export type Before = z.infer<typeof before>;

const step = {
  /** Name of a caller; left out, a guest. */
  as: text.optional(),
  purpose: text.optional(),
  because: text.optional(),
  headers: z.record(text, z.string()).optional(),
  /** ISO 8601: the gateway's clock stands there from this step on. */
  at: text.optional(),
  ask: text.optional(),
  /** The whole `data`. A text between slashes is a regular expression. */
  data: z.unknown().optional(),
  /** In place of `data`, for long lists: how many items there are at a path. */
  counts: z.record(text, z.number()).optional(),
  /** What was not granted, as `Type.field OUTCOME REASON`: all of it, each once. Left out: nothing was. */
  withheld: z.array(text).optional(),
  /** The code with which the whole request is refused. */
  refused: text.optional(),
  /** The code with which a field of the answer failed. */
  fails: text.optional(),
  /** What the access record must say besides: any of its members, lists as sets that hold at least these. */
  record: z.record(text, z.unknown()).optional(),
  /** Texts that must be nowhere in the answer. */
  absent: z.array(text).optional(),
  /** Fields that must have been, or must not have been, fetched. */
  reads: z.array(text).optional(),
  unread: z.array(text).optional(),
  /** Keeps values of the answer by name, as paths into `data`. */
  keep: z.record(text, text).optional(),
  same: z.array(z.tuple([text, text])).optional(),
  differ: z.array(z.tuple([text, text])).optional(),
  /** A report or command in place of an operation; see `reports.ts`. */
  run: text.optional(),
  with: z.record(text, z.unknown()).optional(),
  /** What the report must hold: objects at least these members, lists exactly these. */
  tells: z.unknown().optional(),
};
const stepSchema = z.strictObject(step);
export type Step = z.infer<typeof stepSchema>;

/** What the steps of a case hand on to each other. */
export type Kept = Map<string, unknown>;

const caseSchema = z.strictObject({
  /** Exactly one of these three says what the case shows: that something is given, refused, or told. */
  grant: text.optional(),
  refusal: text.optional(),
  shows: text.optional(),
  deployment: deployment.optional(),
  before: z.array(before).optional(),
  steps: z.array(stepSchema).min(1).optional(),
  ...step,
});
export type Case = z.infer<typeof caseSchema>;

const clauseSchema = z.strictObject({
  id: z.string().regex(/^[A-Z]{2}-[0-9A-Z]+$/),
  promise: text,
  /** Where in the policy it stands. */
  section: text,
  kind: z.enum(["enforced", "recorded", "outside"]),
  /** For `outside`: why the gateway cannot, and who has to do it. */
  reason: text.optional(),
  cases: z.array(caseSchema).optional(),
});
export type Clause = z.infer<typeof clauseSchema>;

export const packSchema = z.strictObject({
  platform: text,
  policy: text,
  /** Parts of `schema/platforms/shared` that the pack's schema stands on. */
  uses: z.array(text),
  /** ISO 8601: what time it is in every case that does not say otherwise. */
  at: text,
  deployment,
  callers: z.record(text, claims),
  clauses: z.array(clauseSchema).min(1),
});
export type PackFile = z.infer<typeof packSchema>;

export type Row = Record<string, unknown>;
export type Tables = Readonly<Record<string, readonly Row[]>>;

export interface Pack extends PackFile {
  /** Annotated SDL, by file name. */
  readonly parts: readonly { readonly name: string; readonly sdl: string }[];
  readonly tables: Tables;
}

/** The steps of a case: those listed, or the case itself as its only one. */
export function stepsOf(one: Case): readonly Step[] {
  if (one.steps !== undefined) return one.steps;
  const { grant: _g, refusal: _r, shows: _s, deployment: _d, before: _b, steps: _t, ...own } = one;
  return [own];
}
