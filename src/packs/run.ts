import { setUp } from "./before.ts";
import { checkStep } from "./check-step.ts";
import { type Case, type Clause, type Pack, stepsOf } from "./model.ts";
import { type ServedPack, servePack } from "./serve.ts";

export interface CaseResult {
  readonly title: string;
  /** Empty where the case holds. */
  readonly problems: readonly string[];
}

export interface ClauseResult {
  readonly id: string;
  readonly platform: string;
  readonly kind: Clause["kind"];
  readonly holds: boolean;
  readonly promise: string;
  readonly section: string;
  readonly cases: readonly CaseResult[];
  /** What keeps the clause from being shown at all. */
  readonly lacks: readonly string[];
}

/** Runs clauses of a pack against real gateways on loopback, in their order. */
export async function runClauses(pack: Pack, clauses: readonly Clause[] = pack.clauses): Promise<ClauseResult[]> {
  const results: ClauseResult[] = [];
  for await (const result of eachClause(pack, clauses)) results.push(result);
  return results;
}

/** As `runClauses`, one at a time. With `stopAtProblem` the rest of a clause is not run once a case of it does not hold. */
export async function* eachClause(
  pack: Pack,
  clauses: readonly Clause[],
  { stopAtProblem = false }: { readonly stopAtProblem?: boolean } = {},
): AsyncGenerator<ClauseResult> {
  const gateways = new Gateways(pack);
  try {
    for (const clause of clauses) yield await runClause(gateways, pack, clause, stopAtProblem);
  } finally {
    await gateways.stop();
  }
}

async function runClause(
  gateways: Gateways,
  pack: Pack,
  clause: Clause,
  stopAtProblem: boolean,
): Promise<ClauseResult> {
  const cases: CaseResult[] = [];
  for (const one of clause.cases ?? []) {
    if (stopAtProblem && cases.some(({ problems }) => problems.length > 0)) break;
    cases.push({ title: titleOf(one), problems: await runCase(gateways, pack, one) });
  }
  const lacks = lacksOf(clause);
  const holds = lacks.length === 0 && cases.every(({ problems }) => problems.length === 0);
  const { id, kind, promise, section } = clause;
  return { id, platform: pack.platform, kind, holds, promise, section, cases, lacks };
}

export function titleOf(one: Case): string {
  if (one.grant !== undefined) return `granted: ${one.grant}`;
  return one.refusal === undefined ? `shown: ${one.shows ?? ""}` : `refused: ${one.refusal}`;
}

/** An enforced clause is shown from both sides, a recorded one at all; what the gateway cannot do has a reason. */
function lacksOf({ kind, cases = [], reason }: Clause): string[] {
  const untitled = cases.some(
    (one) => [one.grant, one.refusal, one.shows].filter((title) => title !== undefined).length !== 1,
  );
  const idle = cases.some((one) => stepsOf(one).some((step) => step.ask === undefined && step.run === undefined));
  return [
    ...(untitled ? ["a case is titled by one of grant, refusal and shows"] : []),
    ...(idle ? ["a step either asks or runs"] : []),
    ...(kind === "enforced" && !cases.some((one) => one.grant !== undefined)
      ? ["a case in which something is granted"]
      : []),
    ...(kind === "enforced" && !cases.some((one) => one.refusal !== undefined)
      ? ["a case in which something is refused"]
      : []),
    ...(kind === "recorded" && cases.length === 0 ? ["a case"] : []),
    ...(kind === "outside" && reason === undefined ? ["the reason, and who has to do it"] : []),
  ];
}

async function runCase(gateways: Gateways, pack: Pack, one: Case): Promise<string[]> {
  const steps = stepsOf(one);
  let served: ServedPack | null = null;
  try {
    served = await gateways.forCase(one);
    const start = Date.parse(one.at ?? pack.at);
    served.clock.set(start);
    await setUp(served.gateway.consents, one.before ?? [], start);
    const kept = new Map<string, unknown>();
    const problems: string[] = [];
    for (const [at, step] of steps.entries()) {
      const found = await checkStep(served, pack, step, kept);
      problems.push(...found.map((each) => (steps.length > 1 ? `step ${at + 1}: ${each}` : each)));
    }
    return problems;
  } catch (error) {
    return [`it broke off: ${error instanceof Error ? error.message : String(error)}`];
  } finally {
    if (served !== null) await gateways.release(served);
  }
}

/** Cases that change nothing and look at no history share a gateway; every other has one of its own. */
class Gateways {
  readonly #pack: Pack;
  readonly #shared = new Map<string, Promise<ServedPack>>();

  constructor(pack: Pack) {
    this.#pack = pack;
  }

  forCase(one: Case): Promise<ServedPack> {
    const onDisk = stepsOf(one).some((step) => step.run === "kept");
    if (!isStateless(one)) return servePack(this.#pack, one.deployment, onDisk ? "folder" : "memory");
    const key = JSON.stringify(one.deployment ?? {});
    const shared = this.#shared.get(key) ?? servePack(this.#pack, one.deployment);
    this.#shared.set(key, shared);
    return shared;
  }

  async release(served: ServedPack): Promise<void> {
    for (const shared of this.#shared.values()) if ((await shared) === served) return;
    await served.stop();
  }

  async stop(): Promise<void> {
    const all = await Promise.allSettled(this.#shared.values());
    await Promise.all(all.map((each) => (each.status === "fulfilled" ? each.value.stop() : undefined)));
  }
}

function isStateless(one: Case): boolean {
  if ((one.before ?? []).length > 0) return false;
  return stepsOf(one).every((step) => step.run === undefined && !/^\s*mutation\b/.test(step.ask ?? ""));
}
