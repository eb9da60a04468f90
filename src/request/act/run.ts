import { isDeepStrictEqual } from "node:util";
import {
  type GraphQLField,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getArgumentValues,
  isObjectType,
} from "graphql";
import { FieldguardError } from "../../core/errors.ts";
import type { ActContext } from "./context.ts";
import { decideActs } from "./decide-act.ts";
import { tooMany } from "./find-acts.ts";
import { type AppliedAct, applyActs } from "./find-keys.ts";
import { actKey, type DecidedAct, type DecidedActs, type Effect, type PlannedAct, type Verdict } from "./model.ts";

/** What a run needs besides, to put on record what is about to happen. */
export interface Running extends ActContext {
  readonly mode: "enforce" | "report";
  readonly acts: readonly PlannedAct[];
  readonly actsMax: number;
  /** Coerced. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** Resolves once it is durable, with the record's id. */
  readonly recordIntent: (act: PlannedAct, verdict: Verdict) => Promise<string | null>;
  /** Response keys of the mutations that nobody decides on. */
  readonly open: readonly string[];
  /** The same for all of those. */
  readonly recordOpen: () => Promise<string | null>;
  /** Told of facts that could not be read, by their coordinates. */
  readonly onUnreadable: ((coordinates: ReadonlySet<string>) => void) | undefined;
}

/** An act with what it is about to be done with. */
interface Coming {
  readonly act: PlannedAct;
  readonly field: GraphQLField<unknown, unknown>;
  readonly args: Record<string, unknown>;
}

/** How often one key may stand in the arguments: an order's id beside each of its lines. */
const GIVEN_PER_OBJECT = 200;

/** The acts of one operation: each is decided, put on record, and then happens. */
export class ActRun {
  readonly #running: Running;
  readonly #planned: ReadonlyMap<string, PlannedAct>;
  readonly #verdicts = new Map<string, DecidedAct>();
  /** What the arguments of the acts that were decided beforehand told. */
  readonly #decidedOn = new Map<string, readonly AppliedAct[]>();
  readonly #intents: string[] = [];
  readonly #recording = new Set<Promise<void>>();
  /** What becomes of what nobody decides on, once that is on record. */
  readonly #open = new Map<string, { effect: Effect }>();
  #objects = 0;
  #ended = false;

  constructor(running: Running) {
    this.#running = running;
    this.#planned = new Map(running.acts.map((act) => [actKey(act.path, act.type), act]));
  }

  /** By `actKey`. */
  get verdicts(): DecidedActs {
    return this.#verdicts;
  }

  /** What became of the mutations that nobody decides on, by response key. */
  get open(): ReadonlyMap<string, { readonly effect: Effect }> {
    return this.#open;
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
    let given = 0;
    const early: Coming[] = [];
    for (const act of acts) {
      const field = fieldOf(schema, act);
      const args = argumentsOf(field, act, variables);
      // Arguments that do not fit are an error of the field's, which is never asked to act.
      if (args === null) continue;
      const applied = applyActs(act.write, args);
      count += applied.reduce((sum, { keys }) => sum + Math.max(1, keys.length), 0);
      given += applied.reduce((sum, each) => sum + each.given, 0);
      if (count > actsMax || given > actsMax * GIVEN_PER_OBJECT) throw tooMany(actsMax);
      if (all || act.path.length > 1) early.push({ act, field, args });
    }
    const verdicts = await this.#decide(early);
    for (const [at, { act, args }] of early.entries()) {
      const key = actKey(act.path, act.type);
      const verdict = verdicts[at];
      if (verdict === undefined) continue;
      this.#decidedOn.set(key, applyActs(act.write, args));
      this.#verdicts.set(key, { path: act.path, verdict });
    }
  }

  async #decide(about: readonly Coming[]): Promise<readonly Verdict[]> {
    const asked = about.map(({ act: { write, type }, field, args }) => ({ write, type, field, args }));
    const verdicts = await decideActs(this.#running, asked);
    const unreadable = new Set(verdicts.flatMap((verdict) => verdict.unreadable));
    if (unreadable.size > 0) this.#running.onUnreadable?.(unreadable);
    // Only of what the caller may act on is it told how many there are.
    for (const { decision, objects } of verdicts) if (decision.outcome === "ALLOW") this.#objects += objects;
    if (this.#objects > this.#running.actsMax) throw tooMany(this.#running.actsMax);
    return verdicts;
  }

  /** Nothing begins any more: what is not under way does not happen. Resolves once nothing is being put on record. */
  async end(): Promise<void> {
    this.#ended = true;
    await Promise.allSettled(this.#recording);
  }

  #checkGoingOn(): void {
    if (this.#ended) throw new FieldguardError("REQUEST_TIMEOUT", "The operation has ended before the field began.");
  }

  /** What nobody decides on is on record before it runs, too. Rejects with AUDIT_UNAVAILABLE: then nothing runs. */
  async recordOpen(): Promise<void> {
    this.#checkGoingOn();
    const { open, recordOpen } = this.#running;
    if (open.length > 0) await this.#record(recordOpen());
    for (const key of open) this.#open.set(key, { effect: "NONE" });
  }

  /** In place of the resolver of a mutation that nobody decides on. */
  async performOpen({ path }: GraphQLResolveInfo, go: () => unknown): Promise<unknown> {
    this.#checkGoingOn();
    const recorded = this.#open.get(String(path.key));
    if (recorded !== undefined) return happen(recorded, go);
    throw new FieldguardError("INTERNAL", "A mutation was about to run that is not on record, and did not.");
  }

  async #record(recording: Promise<string | null>): Promise<void> {
    const kept = recording.then((id) => {
      if (id !== null) this.#intents.push(id);
    });
    this.#recording.add(kept);
    await kept.finally(() => this.#recording.delete(kept));
  }

  /** In place of a resolver: decides, records the intent, then lets it happen. */
  async perform(args: Record<string, unknown>, info: GraphQLResolveInfo, go: () => unknown): Promise<unknown> {
    const key = actKey(keysOf(info), info.parentType.name);
    const act = this.#planned.get(key);
    if (act === undefined) throw new FieldguardError("INTERNAL", "A field that acts was not planned, and did not run.");
    this.#checkGoingOn();
    const verdict = await this.#verdictOn(act, key, args);
    const { mode, recordIntent } = this.#running;
    if (verdict.decision.outcome !== "ALLOW" && mode === "enforce") return null;
    this.#checkGoingOn();
    try {
      await this.#record(recordIntent(act, verdict));
    } catch {
      verdict.decision = { outcome: "DENY", reason: "AUDIT_UNAVAILABLE", consentIds: [] };
      verdict.told = "AUDIT_UNAVAILABLE";
      return null;
    }
    this.#checkGoingOn();
    return happen(verdict, go);
  }

  async #verdictOn(act: PlannedAct, key: string, args: Record<string, unknown>): Promise<Verdict> {
    const known = this.#verdicts.get(key);
    if (known === undefined) {
      const [verdict] = await this.#decide([{ act, field: fieldOf(this.#running.schema, act), args }]);
      if (verdict === undefined)
        throw new FieldguardError("INTERNAL", "A field that acts was not decided, and did not run.");
      this.#verdicts.set(key, { path: act.path, verdict });
      return verdict;
    }
    const decidedOn = this.#decidedOn.get(key);
    if (decidedOn !== undefined && !isDeepStrictEqual(decidedOn, applyActs(act.write, args))) {
      throw new FieldguardError("INTERNAL", "A field was about to act on something else than was decided on.");
    }
    return known.verdict;
  }
}

/** A resolver that gives an error back has thrown it. */
async function happen(verdict: { effect: Effect }, go: () => unknown): Promise<unknown> {
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

function keysOf({ path }: GraphQLResolveInfo): readonly string[] {
  const keys: string[] = [];
  for (let at: GraphQLResolveInfo["path"] | undefined = path; at !== undefined; at = at.prev) {
    if (typeof at.key === "string") keys.unshift(at.key);
  }
  return keys;
}
