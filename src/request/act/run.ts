import {
  type GraphQLField,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getArgumentValues,
  isObjectType,
} from "graphql";
import { FieldguardError } from "../../core/errors.ts";
import type { Decider, RequestFacts } from "../../decision/model.ts";
import type { Policy } from "../../policy/model.ts";
import type { ConsentStore } from "../../stores/consent-store.ts";
import type { MaskFunction } from "../enforce/enforce.ts";
import type { Executor } from "../execute.ts";
import { decideAct } from "./decide-act.ts";
import { tooMany } from "./find-acts.ts";
import { applyActs } from "./find-keys.ts";
import type { PlannedAct, Verdict } from "./model.ts";
import type { SubjectOf } from "./subject-of.ts";
import type { ActDeciders } from "./trust.ts";

/** What acts are decided with. */
export interface Asking {
  readonly schema: GraphQLSchema;
  readonly policy: Policy;
  readonly executor: Executor;
  readonly consents: ConsentStore;
  readonly deciders: ActDeciders;
  /** Those of the coordinates that are read, for what is written back. */
  readonly fields: ReadonlyMap<string, Decider>;
  readonly masks: ReadonlyMap<string, MaskFunction>;
  readonly subjectOf: SubjectOf;
  readonly request: RequestFacts;
  readonly context: unknown;
}

/** What a run needs besides, to put on record what is about to happen. */
export interface Running extends Asking {
  readonly mode: "enforce" | "report";
  readonly acts: readonly PlannedAct[];
  readonly actsMax: number;
  /** Coerced. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** Resolves once it is durable, with the record's id. */
  readonly recordIntent: (act: PlannedAct, verdict: Verdict) => Promise<string | null>;
  /** The same for all that is not decided on; null where there is no such field. */
  readonly recordOpen: (() => Promise<string | null>) | null;
}

/** The acts of one operation: each is decided, put on record, and then happens. */
export class ActRun {
  readonly #running: Running;
  readonly #planned: ReadonlyMap<string, PlannedAct>;
  readonly #verdicts = new Map<string, Verdict>();
  /** What the arguments of the acts that were decided beforehand told. */
  readonly #decidedOn = new Map<string, string>();
  readonly #intents: string[] = [];
  #openRecorded = false;

  constructor(running: Running) {
    this.#running = running;
    this.#planned = new Map(running.acts.map((act) => [act.path.join("."), act]));
  }

  /** By response keys, joined by dots: they are names, and list positions are left out. */
  get verdicts(): ReadonlyMap<string, Verdict> {
    return this.#verdicts;
  }

  /** Ids of the records that were made before anything happened. */
  get intents(): readonly string[] {
    return this.#intents;
  }

  /**
   * Before anything runs: counts what is acted on, and decides what does not stand at the root, where GraphQL keeps no order;
   * `all`: what stands there as well. Throws OPERATION_TOO_LARGE.
   */
  async prepare(all: boolean): Promise<void> {
    const { schema, acts, actsMax, variables } = this.#running;
    let count = 0;
    const early: { act: PlannedAct; field: GraphQLField<unknown, unknown>; args: Record<string, unknown> }[] = [];
    for (const act of acts) {
      const field = fieldOf(schema, act);
      const args = argumentsOf(field, act, variables);
      // Arguments that do not fit are an error of the field's, which is never asked to act.
      if (args === null) continue;
      count += applyActs(act.write, args).reduce((sum, { keys }) => sum + Math.max(1, keys.length), 0);
      if (all || act.path.length > 1) early.push({ act, field, args });
    }
    if (count > actsMax) throw tooMany(actsMax);
    await Promise.all(
      early.map(async ({ act, field, args }) => {
        const path = act.path.join(".");
        this.#decidedOn.set(path, markOf(act, args));
        this.#verdicts.set(path, await decideAct(this.#running, act.write, act.type, field, args));
      }),
    );
  }

  /** What nobody decides on is on record before it runs, too. Rejects with AUDIT_UNAVAILABLE: then nothing runs. */
  async recordOpen(): Promise<void> {
    const id = (await this.#running.recordOpen?.()) ?? null;
    if (id !== null) this.#intents.push(id);
    this.#openRecorded = true;
  }

  /** In front of the resolver of a mutation that nobody decides on. */
  checkRecorded(): void {
    if (this.#openRecorded) return;
    throw new FieldguardError("INTERNAL", "A mutation was about to run that is not on record, and did not.");
  }

  /** In place of a resolver: decides, records the intent, then lets it happen. */
  async perform(args: Record<string, unknown>, info: GraphQLResolveInfo, go: () => unknown): Promise<unknown> {
    const path = keysOf(info).join(".");
    const act = this.#planned.get(path);
    if (act === undefined) throw new FieldguardError("INTERNAL", "A field that acts was not planned, and did not run.");
    const verdict = await this.#verdictOn(act, path, args);
    const { mode, recordIntent } = this.#running;
    if (verdict.decision.outcome !== "ALLOW" && mode === "enforce") return null;
    try {
      const id = await recordIntent(act, verdict);
      if (id !== null) this.#intents.push(id);
    } catch {
      verdict.decision = { outcome: "DENY", reason: "AUDIT_UNAVAILABLE", consentIds: [] };
      verdict.told = "AUDIT_UNAVAILABLE";
      return null;
    }
    return happen(verdict, go);
  }

  async #verdictOn(act: PlannedAct, path: string, args: Record<string, unknown>): Promise<Verdict> {
    const known = this.#verdicts.get(path);
    if (known === undefined) {
      const verdict = await decideAct(this.#running, act.write, act.type, fieldOf(this.#running.schema, act), args);
      this.#verdicts.set(path, verdict);
      return verdict;
    }
    const decidedOn = this.#decidedOn.get(path);
    if (decidedOn !== undefined && decidedOn !== markOf(act, args)) {
      throw new FieldguardError("INTERNAL", "A field was about to act on something else than was decided on.");
    }
    return known;
  }
}

/** A resolver that gives an error back has thrown it. */
async function happen(verdict: Verdict, go: () => unknown): Promise<unknown> {
  const failedBefore = verdict.effect === "FAILED";
  verdict.effect = "UNKNOWN";
  try {
    const value = await go();
    if (value instanceof Error) throw value;
    verdict.effect = failedBefore ? "FAILED" : "DONE";
    return value;
  } catch (error) {
    verdict.effect = "FAILED";
    throw error;
  }
}

function fieldOf(schema: GraphQLSchema, { type, node }: PlannedAct): GraphQLField<unknown, unknown> {
  const parent = schema.getType(type);
  const field = isObjectType(parent) ? parent.getFields()[node.name.value] : undefined;
  if (field === undefined) throw new FieldguardError("INTERNAL", "A field that acts is not in the schema.");
  return field;
}

function argumentsOf(
  field: GraphQLField<unknown, unknown>,
  { node }: PlannedAct,
  variables: Readonly<Record<string, unknown>>,
): Record<string, unknown> | null {
  try {
    return getArgumentValues(field, node, { ...variables });
  } catch {
    return null;
  }
}

function markOf({ write }: PlannedAct, args: Record<string, unknown>): string {
  return JSON.stringify(
    applyActs(write, args).map(({ act, keys }) => [
      write.acts.indexOf(act),
      keys.map(({ argument, value }) => [argument, typeof value, String(value)]),
    ]),
  );
}

function keysOf({ path }: GraphQLResolveInfo): readonly string[] {
  const keys: string[] = [];
  for (let at: GraphQLResolveInfo["path"] | undefined = path; at !== undefined; at = at.prev) {
    if (typeof at.key === "string") keys.unshift(at.key);
  }
  return keys;
}
