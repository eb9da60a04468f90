import { expect } from "@jest/globals";
import { type Ask, type Reply, type Served, serveGateway } from "../harness.ts";
import { schoolResolvers } from "./resolvers.ts";
import { SCHOOL } from "./schema.ts";

/** What remembers something of the first asks (plans, documents, decisions) must not answer differently for it. */
const RUNS = 4;

export const REGISTRAR = { as: { sub: "r-1", role: "REGISTRAR" }, purpose: "ACCOUNT_MANAGEMENT" };
export const TUTOR = { as: { sub: "t-1", role: "TUTOR", tenants: ["oak"] }, purpose: "CUSTOMER_SUPPORT" };
export const NURSE = { as: { sub: "n-1", role: "NURSE", org: "clinic-a" }, purpose: "CUSTOMER_SUPPORT" };

export function serveSchool(): Promise<Served> {
  return serveGateway({ typeDefs: SCHOOL, resolvers: schoolResolvers() });
}

/** The same answer every time. */
export async function askOften(served: Served, ask: Ask): Promise<Reply> {
  const first = await served.ask(ask);
  for (let run = 1; run < RUNS; run += 1) {
    const again = await served.ask(ask);
    expect({ run, data: again.body.data, errors: withoutIds(again) }).toEqual({
      run,
      data: first.body.data,
      errors: withoutIds(first),
    });
  }
  return first;
}

type Shown = { readonly path: unknown; readonly code: unknown };

function withoutIds({ body }: Reply): Shown[] {
  const errors: { path?: unknown; extensions?: { code?: unknown } }[] = body.errors ?? [];
  return errors.map(({ path, extensions }) => ({ path: path ?? null, code: extensions?.code ?? null }));
}
