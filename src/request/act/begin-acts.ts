import type { RequestFacts } from "../../decision/model.ts";
import type { Tally } from "../enforce/model.ts";
import type { Engine, Incoming } from "../model.ts";
import type { Operation } from "../parse-operation.ts";
import type { Plan } from "../plan/model.ts";
import { type Recorded, record } from "../record.ts";
import { findActs, findOpen } from "./find-acts.ts";
import type { PlannedAct, Verdict } from "./model.ts";
import { ActRun } from "./run.ts";
import { placeOf, tallyOfAct } from "./tally-act.ts";

interface Begun {
  readonly plan: Plan;
  readonly request: RequestFacts;
  readonly operation: Operation;
  readonly justification: string | null;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: unknown;
}

/** Makes ready for what an operation does; null where it does nothing. Throws OPERATION_TOO_LARGE on more than `limits.actsMax`. */
export function beginActs(engine: Engine, incoming: Pick<Incoming, "ip">, begun: Begun): ActRun | null {
  const { plan, request, context } = begun;
  const acts = plan.acting ? findActs(plan.root, engine.bounds.actsMax) : [];
  const open = findOpen(engine.schema, plan);
  if (acts.length + open.length === 0 || typeof context !== "object" || context === null) return null;
  const recordBefore = async (about: About): Promise<string | null> => {
    const receipt = await record(engine.recorder, { ...factsOf(engine, incoming, begun), ...about });
    return receipt.id;
  };
  const run = new ActRun({
    schema: engine.schema,
    policy: engine.policy,
    executor: engine.executor,
    consents: engine.consents,
    deciders: engine.acts.deciders,
    fields: engine.deciders,
    masks: engine.masks,
    subjectOf: engine.acts.subjectOf,
    people: engine.people,
    request,
    resolverContext: context,
    mode: engine.mode,
    acts,
    actsMax: engine.bounds.actsMax,
    variables: begun.variables,
    recordIntent: (act, verdict) => recordBefore(intentOf(plan.kind, act, verdict)),
    open,
    recordOpen: () => recordBefore(intentOfOpen(open)),
    onUnreadable: engine.recorder.onUnreadable,
  });
  engine.acts.runs.set(context, run);
  return run;
}

/** What is put on record before it happens. */
type About = Pick<Recorded, "kind" | "tallies" | "unreadable" | "details">;

function factsOf(engine: Engine, { ip }: Pick<Incoming, "ip">, begun: Begun): Omit<Recorded, keyof About> {
  return {
    request: begun.request,
    operation: begun.operation,
    justification: begun.justification,
    ip: ip === null ? null : engine.truncateIp(ip),
    outcome: "INTENT",
  };
}

function intentOf(kind: Plan["kind"], act: PlannedAct, verdict: Verdict): About {
  return {
    kind,
    tallies: [tallyOfAct(verdict, placeOf(act.path))],
    unreadable: new Set(verdict.unreadable),
    details: { writes: describeAct(act.path.join("."), verdict, "INTENT") },
  };
}

/** Of the mutations that nobody decides on, by response key. */
function intentOfOpen(open: readonly string[]): About {
  const writes = open.map((key) => `${key}: INTENT`).join("; ");
  return { kind: "MUTATION", tallies: [], details: { writes } };
}

/** `updateProfile: Customer LOOKED_UP, DONE`: on what, how that was known, and what became of it. */
function describeAct(path: string, { known }: Verdict, effect: string): string {
  const on = known.map((each) => `${each.on} ${each.by}`).join(", ");
  return `${path}: ${on === "" ? "" : `${on}, `}${effect}`;
}

/** What the response's record says of the acts. */
export function detailsOfActs(run: ActRun | null): Readonly<Record<string, string>> | null {
  if (run === null || run.verdicts.size + run.open.size === 0) return null;
  const decided = Array.from(run.verdicts.values(), ({ path, verdict }) =>
    describeAct(path.join("."), verdict, verdict.effect),
  );
  const open = Array.from(run.open, ([key, { effect }]) => `${key}: ${effect}`);
  const writes = [...decided, ...open].join("; ");
  return { writes, ...(run.intents.length > 0 ? { intents: run.intents.join(", ") } : {}) };
}

/** Coordinates of the facts that could not be read when the acts were decided. */
export function unreadableInActs(run: ActRun | null): ReadonlySet<string> {
  return new Set([...(run?.verdicts.values() ?? [])].flatMap(({ verdict }) => verdict.unreadable));
}

/** Acts of an operation that came to no answer, as far as they came. */
export function talliesOfActs(run: ActRun | null): readonly Tally[] {
  return Array.from(run?.verdicts.values() ?? [], ({ path, verdict }) => tallyOfAct(verdict, placeOf(path)));
}
