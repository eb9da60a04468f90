import type { GraphQLArgument } from "graphql";
import { sampleCallers } from "../../../src/samples/tokens.ts";
import { answerByReference } from "../../reference/answer.ts";
import type { Draws } from "../draws.ts";
import { drawOperation, type OperationStyle } from "../operations.ts";
import { callerOf } from "../world/asks.ts";
import { compareReply } from "../world/compare.ts";
import type { Aviary } from "./aviary.ts";

/** What came of one operation: how many canaries were seen by somebody who may, and what is wrong. */
export interface Flight {
  readonly seen: number;
  readonly wrong: readonly string[];
}

const STYLE: OperationStyle = { root: "query", depthMax: 4, breadthMax: 5, rootFieldsMax: 3, argument };

/** Draws an operation and somebody who asks it, and holds the answer against the reference. */
export async function fly(aviary: Aviary, draws: Draws): Promise<Flight> {
  const { world, canaries, gateway, logged } = aviary;
  const operation = drawOperation(draws, world.plain, STYLE);
  const { claims, headers } = drawAsker(draws, Object.keys(world.annotations.vocabulary.purposes));
  const variables = Object.fromEntries(operation.variables.map(({ name, values }) => [name, draws.pick(values)]));
  const caller = callerOf(claims === null ? null : { claims, fault: null });
  const expected = await answerByReference(world, {
    document: operation.document,
    operationName: operation.name,
    variables,
    caller: caller && { ...caller, expiresAt: null },
    headers,
    context: aviary.context(),
  });
  logged.length = 0;
  const reply = await aviary.ask({ query: operation.text, operationName: operation.name, variables }, claims, headers);
  const { data, ...rest } = JSON.parse(reply.text) as {
    data?: unknown;
    extensions?: { privacy?: { receipt: string | null } };
  };
  const wrong = [...compareReply(world, expected, reply)];
  const flown = canaries.in(JSON.stringify([rest, reply.headers, logged]));
  if (flown.size > 0) wrong.push(`canaries outside of the data: ${[...flown.values()].join(", ")}`);
  const seen = canaries.in(JSON.stringify(data ?? null));
  const allowed = new Set<string>();
  if (seen.size > 0) {
    const { records } = await gateway.accessLog.query(
      { id: rest.extensions?.privacy?.receipt ?? "(none)" },
      { first: 9 },
    );
    for (const { decisions } of records) {
      for (const { coordinate, outcome } of decisions) if (outcome === "ALLOW") allowed.add(coordinate);
    }
  }
  for (const coordinate of new Set(seen.values())) {
    if (!allowed.has(coordinate)) wrong.push(`${coordinate} was shown and no record allows it`);
  }
  const told = [operation.text, JSON.stringify({ claims, headers, variables }), reply.text.slice(0, 3_000)];
  return { seen: seen.size, wrong: wrong.length === 0 ? [] : [...wrong, ...told] };
}

function drawAsker(draws: Draws, purposes: readonly string[]) {
  const sample = draws.pick(sampleCallers);
  const guest = draws.chance(5);
  const purpose = draws.chance(75) ? sample.purpose : draws.chance(60) ? draws.pick(purposes) : null;
  return {
    claims: guest ? null : { ...sample.claims },
    headers: {
      ...(purpose === null ? {} : { "x-purpose": purpose }),
      ...(draws.chance(85) ? { "x-justification": "case 4711" } : {}),
      ...(draws.chance(10) ? { "sec-gpc": "1" } : {}),
    },
  };
}

/** What a client sends may no more be told to others than what it asks for. */
const SENT = "zq00000000000000";

const IDS: Readonly<Record<string, readonly [prefix: string, count: number]>> = {
  customer: ["c", 24],
  party: ["c", 24],
  order: ["o", 60],
  shipment: ["s", 60],
  payment: ["pay", 60],
  invoice: ["i", 9],
  merchant: ["m", 4],
  product: ["p", 9],
  review: ["r", 9],
  supportTicket: ["t", 24],
  customsDeclaration: ["cd", 5],
  liveRoom: ["l", 3],
  partner: ["lp", 2],
};

function argument(draws: Draws, field: string, { name, type }: GraphQLArgument): readonly unknown[] {
  switch (name) {
    case "id": {
      const known = IDS[field.replace("Query.", "")];
      const [prefix, count] = known ?? draws.pick(Object.values(IDS));
      return draws.list(3, () => `${prefix}-${draws.between(1, count)}`);
    }
    case "merchantId":
      return String(type).endsWith("!") || draws.chance(70) ? ["m-1", "m-4"] : [];
    case "carrierId":
      return ["lp-1", "lp-2"];
    case "partnerId":
      return ["pp-1"];
    case "brokerId":
      return ["cb-2", "cb-1"];
    case "text":
      return ["e", SENT];
    case "first":
      return [draws.between(1, 4), 2];
    case "where":
      return draws.chance(15) ? [{ region: "DE" }].filter(() => field === "Query.customers") : [];
    default:
      return [];
  }
}
