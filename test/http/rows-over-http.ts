import { beforeAll, describe, expect, test } from "@jest/globals";
import type { Clock } from "../../src/core/clock.ts";
import type { AccessRecord } from "../../src/index.ts";
import type { Case, ConsentRow } from "../decision/case.ts";
import { CASES } from "../decision/cases/index.ts";
import { claimsOf, fillStore, optionsOf, toSdl, whyNotServed } from "../decision/served.ts";
import type { StoreKind } from "../stores/both.ts";
import { type Reply, type Served, serveGateway } from "./harness.ts";

/** A row as it is served: on which gateway, by which field, with ids that no other row on it has. */
interface ServedRow {
  readonly name: string;
  readonly row: Case;
  readonly group: Group;
  readonly field: string;
}

/** Rows that one gateway can serve: they stand in one deployment, and none finds what another has stored. */
interface Group {
  readonly rows: Case[];
  served: Served;
  now: number;
}

function arrange(): ServedRow[] {
  const groups = new Map<string, Group>();
  const rows = CASES.filter((row) => whyNotServed(row) === null);
  return rows.map((given) => {
    const alone = !canShare(given);
    const key = alone ? given.name : JSON.stringify([given.deployment, given.store.down]);
    const group = groups.get(key) ?? { rows: [], served: undefined as unknown as Served, now: 0 };
    groups.set(key, group);
    const index = group.rows.length;
    const row = alone ? given : withOwnIds(given, `${index}/`);
    group.rows.push(row);
    return { name: given.name, row, group, field: `customer${index}` };
  });
}

/** Whether its ids can be told apart by a prefix: texts that no annotation compares with something else. */
function canShare({ field, object }: Case): boolean {
  const { id, tenant } = field.subject ?? {};
  const keys = [id, tenant].filter((key) => key !== undefined);
  const isText = (value: unknown): boolean =>
    value === undefined || value === null || (typeof value === "string" && value !== "");
  return (
    keys.every((key) => isText(object[key])) && !field.grants.some(({ assigned }) => keys.includes(assigned ?? ""))
  );
}

/** The row with every id of people, tenants, consents and agreements prefixed: nothing that is equal or differs changes. */
function withOwnIds(row: Case, prefix: string): Case {
  const own = <T>(id: T): T => (typeof id === "string" ? (`${prefix}${id}` as T & string) : id);
  const { id, tenant } = row.field.subject ?? {};
  const { caller, store, expect: expected } = row;
  const object: Record<string, unknown> = { ...row.object };
  for (const key of new Set([id, tenant ?? "tenantId"])) if (key !== undefined) object[key] = own(object[key]);
  const consentOf = (consent: ConsentRow, index: number): ConsentRow => ({
    ...consent,
    id: own(consent.id ?? `consent-${index + 1}`),
    ...(consent.subject === undefined ? {} : { subject: own(consent.subject) }),
    ...(consent.tenant === undefined ? {} : { tenant: own(consent.tenant) }),
  });
  return {
    ...row,
    caller: {
      ...caller,
      sub: own(caller.sub),
      tenants: caller.tenants.map(own),
      act: caller.act === null ? null : { ...caller.act, sub: own(caller.act.sub) },
    },
    object,
    store: {
      ...store,
      consents: store.consents.map(consentOf),
      agreements: store.agreements.map((agreement, index) => ({
        ...agreement,
        id: own(agreement.id ?? `agreement-${index + 1}`),
        ...(agreement.tenant === undefined ? {} : { tenant: own(agreement.tenant) }),
      })),
    },
    expect: { ...expected, consents: expected.consents.map(own) },
  };
}

async function serveGroup(group: Group, kind: StoreKind): Promise<Served> {
  const [first] = group.rows;
  if (first === undefined) throw new Error("a group without rows");
  const clock: Clock = { now: () => group.now };
  group.now = Date.parse(first.now);
  const resolvers = Object.fromEntries(group.rows.map((row, index) => [`customer${index}`, () => row.object]));
  const { url, spool } = await kind.own();
  const served = await serveGateway({
    typeDefs: toSdl(group.rows),
    resolvers: { Query: resolvers },
    ...optionsOf(first),
    store: url,
    ...(spool === "" ? {} : { spool }),
    logKey: "a log key that only this table knows, long enough",
    clock,
    graphiql: false,
  });
  for (const row of group.rows) await fillStore(served.gateway.consents, row);
  if (first.store.down) await served.gateway.consents.close();
  return served;
}

async function askFor({ row, group, field }: ServedRow): Promise<{ reply: Reply; record: AccessRecord | undefined }> {
  group.now = Date.parse(row.now);
  const claims = claimsOf(row.caller);
  const reply = await group.served.ask({
    query: `{ ${field} { value } }`,
    as: claims && { ...claims, exp: Math.floor(group.now / 1000) + 3_600 },
    ...(row.purpose === null ? {} : { purpose: row.purpose }),
    headers: { ...row.headers, "x-justification": "a case of the table" },
  });
  const id: unknown = reply.body?.extensions?.privacy?.receipt;
  const { records } = await group.served.gateway.accessLog.query(typeof id === "string" ? { id } : {}, { first: 1 });
  return { reply, record: records[0] };
}

/** Every row that can be served, on one kind of store: the same table that the decision alone is held to. */
export function rowsOverHttp(kind: StoreKind): void {
  const rows = arrange();

  describe(`the table of decisions over HTTP, on ${kind.name}`, () => {
    beforeAll(async () => {
      for (const group of new Set(rows.map((row) => row.group))) group.served = await serveGroup(group, kind);
    }, 600_000);

    test("nearly every row is served", () => {
      expect(rows.length).toBeGreaterThan(CASES.length * 0.95);
    });

    test.each(rows)("$name", expectRow);
  });
}

async function expectRow(served: ServedRow): Promise<void> {
  const { row, field } = served;
  const { outcome, reason, consents } = row.expect;
  const { reply, record } = await askFor(served);
  const coordinate = `C${field.slice(1)}.value`;
  const path = `${field}.value`;
  const category = row.field.category;

  const value = reply.body.data?.[field]?.value;
  const clear = row.object["value"] ?? null;
  if (outcome === "ALLOW") expect(value).toEqual(clear);
  else if (outcome === "DENY" || clear === null) expect(value).toBeNull();
  else expect(value).not.toEqual(clear);

  const { decisions } = reply.body.extensions.privacy;
  expect(decisions).toEqual(outcome === "ALLOW" ? [] : [{ coordinate, path, outcome, reason, count: 1 }]);
  const denial = {
    message: expect.stringContaining(reason),
    path: [field, "value"],
    extensions: { code: "FIELD_DENIED", coordinate, reason },
  };
  expect(reply.body.errors ?? []).toEqual(outcome === "DENY" ? [denial] : []);

  const { sub, role, org, tenants, region, act } = row.caller;
  expect(record).toMatchObject({
    time: Date.parse(row.now),
    kind: "QUERY",
    outcome: "OK",
    purpose: row.purpose,
    caller:
      role === "GUEST"
        ? { role, id: null }
        : { id: sub, role, organisation: org, tenants, region, onBehalfOf: act?.sub ?? null },
    decisions: [{ coordinate, path, category, outcome, reason, count: 1, consentIds: consents }],
  });
  expect(reply.headers.get("cache-control")).toBe("no-store");
}
