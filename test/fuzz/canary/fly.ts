import { answerByReference, type ReferenceAnswer } from "../../reference/answer.ts";
import type { Reply } from "../client.ts";
import type { Draws } from "../draws.ts";
import { type DrawnOperation, drawOperation } from "../operations.ts";
import { hearing } from "../unheard.ts";
import { callerOf } from "../world/asks.ts";
import { compareRecord, compareReply, receiptOf, recordsOf } from "../world/compare.ts";
import { send } from "../world/serve.ts";
import { type Asker, drawArgument, drawAsker, likedBy } from "./askers.ts";
import type { Aviary } from "./aviary.ts";
import { drawChange } from "./changes.ts";

/** What came of one operation. */
export interface Flight {
  readonly kind: (typeof KINDS)[keyof typeof KINDS];
  readonly over: Way;
  /** How often the gateway refused it as a whole. */
  readonly refusals: number;
  /** Answers that were recorded. */
  readonly records: number;
  /** Mutations that ran. */
  readonly effects: number;
  /** Coordinates of the canaries that were seen by somebody who may: one each. */
  readonly seen: readonly string[];
  /** Lines that tell what is wrong, and all that led to it. */
  readonly wrong: readonly string[];
}

type Way = "POST" | "GET" | "WS";

const KINDS = { query: "QUERY", mutation: "MUTATION", subscription: "SUBSCRIPTION_EVENT" } as const;
type Root = keyof typeof KINDS;

/** Events to make happen in one subscription. */
const EVENTS_MAX = 3;
const BOUNDS = { depthMax: 4, breadthMax: 5 };
/** What is remembered of an operation (its document, plans, decisions) must not change the answer. */
export const TIMES = 4;

/** Draws an operation and somebody who asks it, and holds the answer, its effects and its record against the reference. */
export async function fly(aviary: Aviary, draws: Draws): Promise<Flight> {
  const lot = draws.below(100);
  const root: Root = lot < 68 ? "query" : lot < 88 ? "mutation" : "subscription";
  const over: Way =
    root === "subscription" ? "WS" : draws.mostly<Way>("POST", "POST", root === "query" ? "GET" : "WS", "WS");
  if (draws.chance(10)) await drawChange(aviary, draws);
  const asker = drawAsker(draws, aviary.world.annotations.vocabulary);
  const rootFieldsMax = { query: 3, mutation: 2, subscription: 1 }[root];
  const style = { root, ...BOUNDS, rootFieldsMax, argument: drawArgument(asker), likes: likedBy(asker) };
  const operation = drawOperation(draws, aviary.world.plain, style);
  const variables = Object.fromEntries(
    operation.variables
      .filter(({ optional }) => !(optional && draws.chance(30)))
      .map(({ name, values }) => [name, draws.pick(values)]),
  );
  aviary.log.lines.length = 0;
  const flight = new Asked(aviary, root, operation, asker, variables, over);
  for (let time = 0; time < TIMES; time += 1) {
    await (root === "subscription" ? flight.listen(draws, time === 0 ? EVENTS_MAX : 1) : flight.ask());
  }
  return flight.landed();
}

/** One operation on its way. */
class Asked {
  readonly #aviary: Aviary;
  readonly #root: Root;
  readonly #operation: DrawnOperation;
  readonly #asker: Asker;
  readonly #variables: Readonly<Record<string, unknown>>;
  readonly #over: Way;
  readonly #wrong: string[] = [];
  readonly #seen: string[] = [];
  readonly #replies: Reply[] = [];
  #records = 0;
  #effects = 0;
  #refusals = 0;
  #answer: ReferenceAnswer | null = null;

  constructor(
    aviary: Aviary,
    root: Root,
    operation: DrawnOperation,
    asker: Asker,
    variables: Readonly<Record<string, unknown>>,
    over: Way,
  ) {
    this.#aviary = aviary;
    this.#root = root;
    this.#operation = operation;
    this.#asker = asker;
    this.#variables = variables;
    this.#over = over;
  }

  async ask(): Promise<void> {
    // A query changes nothing: what it was to be answered the first time it must be each time.
    if (this.#root !== "query" || this.#answer === null) this.#answer = await this.#expected();
    const expected = this.#answer;
    const asked = () => send(this.#aviary.client, this.#over, this.#body(), this.#headers());
    const { result: replies, unheard } = await hearing(asked);
    this.#wrong.push(...unheard);
    if (replies.length !== 1) this.#wrong.push(`${replies.length} replies came.`);
    for (const reply of replies) await this.#compare(expected, reply);
    const { served, twin } = this.#aviary.ran;
    if (served.join() !== twin.join()) this.#wrong.push(`ran: ${served.join()}\nshould: ${twin.join()}`);
    this.#effects += twin.length;
    served.length = 0;
    twin.length = 0;
  }

  /** Subscribes, and makes events happen one after the other, now and then with a change of consents between. */
  async listen(draws: Draws, eventsMax: number): Promise<void> {
    const { client, parcels } = this.#aviary;
    const merchantId = merchantAskedFor(this.#operation, this.#variables);
    const choices = parcels.get(merchantId) ?? [];
    const events = draws.between(1, eventsMax);
    const before = this.#replies.length;
    let expected = await this.#expected();
    const deliver = async (): Promise<void> => {
      const event = await this.#aviary.deliver(merchantId, draws.pick(choices));
      expected = await this.#expected(event);
    };
    // nobody waits for it where the subscription is refused
    const first = this.#aviary.listening().then(deliver);
    const { heard } = await client.socket(this.#body(), this.#headers(), async (reply) => {
      if (expected.refused === null) await first;
      await this.#compare(expected, reply);
      if (expected.refused !== null || this.#replies.length - before >= events) return false;
      if (draws.chance(40)) await drawChange(this.#aviary, draws);
      await deliver();
      return true;
    });
    this.#mustHoldNone("what was heard besides", heard);
  }

  landed(): Flight {
    const wrong = this.#wrong;
    this.#mustHoldNone("log lines", this.#aviary.log.lines.join(""));
    const told = [
      this.#operation.text,
      JSON.stringify({ asker: this.#asker, variables: this.#variables, over: this.#over }),
      ...this.#replies.slice(-TIMES).map(({ text }) => text.slice(0, 3_000)),
    ];
    return {
      kind: KINDS[this.#root],
      over: this.#over,
      refusals: this.#refusals,
      records: this.#records,
      effects: this.#effects,
      seen: this.#seen,
      wrong: wrong.length === 0 ? [] : [...wrong, ...told],
    };
  }

  #body() {
    return { query: this.#operation.text, operationName: this.#operation.name, variables: this.#variables };
  }

  #headers() {
    return { ...this.#asker.headers, ...this.#aviary.authorization(this.#asker.claims) };
  }

  #expected(event?: unknown): Promise<ReferenceAnswer> {
    const { claims, headers } = this.#asker;
    const caller = callerOf(claims === null ? null : { claims: { ...claims }, fault: null }, []);
    return answerByReference(this.#aviary.world, {
      document: this.#operation.document,
      operationName: this.#operation.name,
      variables: this.#variables,
      caller: caller && { ...caller, expiresAt: null },
      headers,
      context: this.#aviary.context(),
      over: this.#over === "WS" ? "WS" : "HTTP",
      event,
    });
  }

  async #compare(expected: ReferenceAnswer, reply: Reply): Promise<void> {
    const { world, gateway, canaries } = this.#aviary;
    this.#replies.push(reply);
    if (expected.refused !== null) this.#refusals += 1;
    this.#wrong.push(...compareReply(world, expected, reply));
    const { data, ...rest } = JSON.parse(reply.text) as { data?: unknown };
    this.#mustHoldNone("what is not data", JSON.stringify(rest));
    this.#mustHoldNone("headers", JSON.stringify(reply.http?.headers ?? {}));
    const receipt = receiptOf(reply);
    const allowed = new Set<string>();
    if (receipt !== null) {
      this.#records += 1;
      const records = await recordsOf(gateway.accessLog, receipt);
      this.#wrong.push(...compareRecord(world, expected, KINDS[this.#root], records));
      this.#mustHoldNone("the record", JSON.stringify(records));
      for (const { decisions } of records) {
        for (const { coordinate, outcome } of decisions) if (outcome === "ALLOW") allowed.add(coordinate);
      }
    }
    for (const coordinate of canaries.in(JSON.stringify(data ?? null)).values()) {
      // what was sent may come back where it was stored in public; whether it may here, the data themselves tell
      if (coordinate === "sent by the client") continue;
      this.#seen.push(coordinate);
      if (!allowed.has(coordinate)) this.#wrong.push(`${coordinate} was shown and no record allows it`);
    }
  }

  #mustHoldNone(where: string, text: string): void {
    const flown = this.#aviary.canaries.in(text);
    if (flown.size > 0) this.#wrong.push(`canaries in ${where}: ${[...new Set(flown.values())].join(", ")}`);
  }
}

/** As a literal, or by a variable. */
function merchantAskedFor({ text }: DrawnOperation, variables: Readonly<Record<string, unknown>>): string {
  const [, literal, variable] = /merchantId: (?:"([^"]*)"|\$(\w+))/.exec(text) ?? [];
  return literal ?? String(variables[variable ?? ""]);
}
