import { EventEmitter, on } from "node:events";
import type { IResolvers } from "@graphql-tools/utils";
import { GraphQLError, GraphQLScalarType } from "graphql";

/**
 * A pharmacy made to be attacked: every sensitive value in it is a canary that stands nowhere else. Its fields say themselves
 * that they are masked, so that strangers get as far as anybody.
 */
export const ATTACKED = /* GraphQL */ `
  scalar JSON
  scalar Day
  scalar _Any
  "Executable: what an integrator's resolvers may go by."
  directive @arranged(by: Sort, where: Where) on FIELD | QUERY | FRAGMENT_SPREAD | INLINE_FRAGMENT | FRAGMENT_DEFINITION

  interface Node { id: ID! }
  interface Person implements Node { id: ID!  email: String  buddy: Person  find(emailIs: String): Person  peers(sort: Sort): [Person!] }
  union Found = Patient | Clerk | Order

  type Patient implements Person & Node @subject(id: "id", tenant: "shop")
    @purpose(allow: [SELF_SERVICE], to: [CUSTOMER])
    @purpose(allow: [ORDER_FULFILMENT, DIRECT_MARKETING], to: [MERCHANT])
    @purpose(allow: [ACCOUNT_MANAGEMENT], to: [PLATFORM_OPERATOR])
    @consent(for: [DIRECT_MARKETING]) {
    id: ID!
    shop: ID
    city: String
    name: String! @sensitive(category: PERSON_NAME, otherwise: MASK)
    email: String @sensitive(category: EMAIL_ADDRESS, mask: REDACT, otherwise: MASK)
    mails: [String!]! @sensitive(category: EMAIL_ADDRESS, mask: REDACT, otherwise: MASK)
    ssn: String! @sensitive(category: GOVERNMENT_ID)
    secret: String @sensitive(category: CREDENTIAL) @purpose(allow: [SECURITY_OPERATIONS], to: [SECURITY_AUDITOR])
    file: JSON @sensitive(category: HEALTH)
    born: Day @sensitive(category: HEALTH)
    chart: Chart @sensitive(category: HEALTH)
    buddy: Patient
    orders: [Order!]!
    find(emailIs: String @probes(field: "Patient.email")): Patient
    peers(sort: Sort = EMAIL): [Person!]
    broken(how: String!): String
  }
  type Clerk implements Person & Node { id: ID!  email: String  buddy: Patient  find(emailIs: String): Person  peers(sort: Sort): [Person!] }
  type Chart { diagnosis: String  notes: [Note!]! }
  type Note { text: String @sensitive(category: COMMUNICATION_CONTENT, otherwise: MASK) @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) }
  type Order implements Node {
    id: ID!
    total: Int
    carrier: ID
    street: String @sensitive(category: COMMUNICATION_CONTENT, otherwise: MASK) @purpose(allow: [DELIVERY], to: [LOGISTICS_PARTNER], assigned: "carrier")
    patient: Patient
  }
  type Stat @aggregate(count: "n", atLeast: 5) { n: Int!  label: String }
  type Page { nodes: [Patient!]!  endCursor: String @sensitive(category: EMAIL_ADDRESS, mask: NULLIFY, otherwise: MASK) @purpose(allow: [ACCOUNT_MANAGEMENT], to: [PLATFORM_OPERATOR]) }

  enum Sort { ID  EMAIL @probes(field: "Patient.email") }
  input Where { email: String @probes(field: "Patient.email")  city: String  sort: Sort  and: [Where!]  deep: Where }
  input Ordered { city: String  sort: Sort = EMAIL }

  type Query {
    patient(id: ID!): Patient
    patients(
      where: Where
      sort: Sort
      sorts: [Sort!]
      emailContains: String @probes(field: "Patient.email")
      free: JSON @probes(field: "Patient.email")
      first: Int
    ): [Patient!]!
    sorted(sort: Sort = EMAIL): [Patient!]!
    ordered(by: Ordered): [Patient!]!
    orderedByDefault(by: Ordered! = {}): [Patient!]!
    count(where: Where): Int!
    page(after: String @probes(field: "Patient.email")): Page!
    people: [Person!]!
    grid: [[Person]]
    flaky: Flaky
    boss: Person
    node(id: ID!): Node
    found: [Found!]!
    _entities(representations: [_Any!]!): [Found]!
    order(id: ID!): Order
    stats: [Stat!]!
    stat: Stat
    vault: String @sensitive(category: CREDENTIAL) @purpose(allow: [SECURITY_OPERATIONS], to: [SECURITY_AUDITOR])
    broken(how: String!): String
    strict(how: String!): Strict
    echo(text: String, number: Int, json: JSON, day: Day, sort: Sort, where: Where): String
    open: String
  }
  "Whose data it is fails to be told."
  type Flaky @subject(id: "id", tenant: "shop") @purpose(allow: [ORDER_FULFILMENT], to: [MERCHANT]) {
    id: ID!
    shop: ID
    note: String @sensitive(category: COMMUNICATION_CONTENT, otherwise: MASK)
  }
  type Strict { value: String!  list: [Int!]! }
  type Mutation {
    rename(id: ID!, name: String!): Payload!
    purge(where: [Where!]): Payload!
    wipe: Boolean @sensitive(category: CREDENTIAL) @purpose(allow: [SECURITY_OPERATIONS], to: [SECURITY_AUDITOR])
    fail(how: String!): Payload
  }
  type Payload { patient: Patient  node: Node  people: [Person!]!  again: Query! }
  type Subscription { silent: String  changed(where: Where): Patient  vault: String @sensitive(category: CREDENTIAL)  broken: String }
`;

const PEOPLE = ["ann", "bob", "cyd"] as const;
const SHOPS = { ann: "s-1", bob: "s-1", cyd: "s-2" } as const;
const FIELDS = ["name", "email", "mails", "ssn", "secret", "file", "born", "diagnosis", "note", "street"] as const;
export type Canary =
  | `${(typeof PEOPLE)[number]}.${(typeof FIELDS)[number]}`
  | "vault"
  | "thrown"
  | "stat"
  | "cursor"
  | "flaky";

/** By name, the text that must not be found anywhere but where a case says that its caller sees it. */
export const CANARIES: Readonly<Record<Canary, string>> = Object.fromEntries(
  [
    ...PEOPLE.flatMap((person) => FIELDS.map((field) => `${person}.${field}`)),
    ...["vault", "thrown", "stat", "cursor", "flaky"],
  ].map((name, index) => [name, `Zq${index}${name.replace(".", "")}Xw`]),
) as Record<Canary, string>;

const canary = (name: string): string => CANARIES[name as Canary];

function patient(id: (typeof PEOPLE)[number]): Record<string, unknown> {
  return {
    __typename: "Patient",
    id,
    shop: SHOPS[id],
    city: "Hangzhou",
    name: canary(`${id}.name`),
    email: canary(`${id}.email`),
    mails: [canary(`${id}.mails`)],
    ssn: canary(`${id}.ssn`),
    secret: canary(`${id}.secret`),
    file: { a: [{ b: canary(`${id}.file`) }] },
    born: canary(`${id}.born`),
    chart: { diagnosis: canary(`${id}.diagnosis`), notes: [{ text: canary(`${id}.note`) }] },
    buddy: () => patient(id === "ann" ? "cyd" : "ann"),
    orders: () => [order(id)],
  };
}

function order(id: (typeof PEOPLE)[number]): Record<string, unknown> {
  return {
    __typename: "Order",
    id: `o-${id}`,
    total: 5,
    carrier: "fast",
    street: canary(`${id}.street`),
    patient: () => patient(id),
  };
}

const clerk = { __typename: "Clerk", id: "clerk", email: "office@pharmacy.example", buddy: () => patient("ann") };
const everybody = (): unknown[] => [...PEOPLE.map(patient), clerk];
const known = (id: string): unknown => {
  const person = PEOPLE.find((each) => id.endsWith(each));
  if (person === undefined) return id === "clerk" ? clerk : null;
  return id.startsWith("o-") ? order(person) : patient(person);
};

/** Throws the canary `thrown` in every way that there is. */
export function fail(how: string): unknown {
  const secret = CANARIES.thrown;
  switch (how) {
    case "message":
      throw new Error(`no row for ${secret}`);
    case "name":
      throw Object.assign(new Error("x"), { name: secret });
    case "constructor":
      throw Object.defineProperty(new Error("x"), "constructor", { value: { name: secret } });
    case "code":
      throw new GraphQLError("x", { extensions: { code: secret.toUpperCase() } });
    case "plain code":
      throw Object.assign(new Error("x"), { extensions: { code: secret.toUpperCase() } });
    case "extensions":
      throw new GraphQLError("x", { extensions: { code: "NOT_FOUND", row: secret, http: { status: 418 } } });
    case "path":
      throw new GraphQLError("x", { path: [secret, 0, "x"] });
    case "null":
      throw new Error(`Cannot return null for non-nullable field ${secret}.name.`);
    case "own words":
      throw new Error(`Cannot return null for non-nullable field Patient.${secret}.`);
    case "string":
      throw secret;
    case "object":
      throw { message: secret, extensions: { code: secret } };
    case "nothing":
      throw undefined;
    case "rejection":
      return Promise.reject(new Error(secret));
    case "error as value":
      return new Error(secret);
    case "cause":
      throw new Error("x", { cause: new Error(secret) });
    case "aggregate":
      throw new AggregateError([new Error(secret)], secret);
    default:
      return null;
  }
}

const day = new GraphQLScalarType({
  name: "Day",
  parseValue: (value) => {
    throw new Error(`cannot be a day: ${String(value)}`);
  },
  parseLiteral: (node) => {
    throw new Error(`cannot be a day: ${"value" in node ? String(node.value).toUpperCase() : ""}`);
  },
});

/** @param ran takes the names of resolvers that have effects or could answer a probe */
export function attackedResolvers(ran: string[]): IResolvers {
  const noting = (name: string, answer: () => unknown) => (): unknown => {
    ran.push(name);
    return answer();
  };
  const byArgument = (_parent: unknown, { how }: { how: string }): unknown => fail(how);
  const payload = () => ({ patient: patient("bob"), node: patient("ann"), people: everybody(), again: {} });
  async function* two(): AsyncGenerator<unknown> {
    yield { changed: patient("ann"), vault: canary("vault") };
    yield { changed: patient("cyd"), vault: canary("vault") };
  }
  return {
    Day: day,
    Node: { __resolveType: (value: { __typename: string }) => value.__typename },
    Person: { __resolveType: (value: { __typename: string }) => value.__typename },
    Found: { __resolveType: (value: { __typename: string }) => value.__typename },
    Patient: { broken: byArgument, find: noting("find", () => patient("ann")), peers: noting("peers", everybody) },
    Clerk: { find: noting("find", () => patient("ann")) },
    Query: {
      patient: (_parent: unknown, { id }: { id: string }) => known(id),
      patients: noting("patients", () => PEOPLE.map(patient)),
      sorted: noting("sorted", () => PEOPLE.map(patient)),
      ordered: noting("ordered", () => PEOPLE.map(patient)),
      orderedByDefault: noting("orderedByDefault", () => PEOPLE.map(patient)),
      count: noting("count", () => 1),
      page: noting("page", () => ({ nodes: PEOPLE.map(patient), endCursor: btoa(canary("cursor")) })),
      people: everybody,
      grid: () => [[patient("ann"), null], null, [clerk, patient("cyd")], []],
      flaky: () => ({ id: "f", shop: () => fail("message"), note: canary("flaky") }),
      boss: () => clerk,
      node: (_parent: unknown, { id }: { id: string }) => known(id),
      found: () => [...everybody(), order("ann")],
      _entities: (_parent: unknown, { representations }: { representations: { id?: string }[] }) =>
        representations.map(({ id }) => known(String(id))),
      order: (_parent: unknown, { id }: { id: string }) => known(id),
      stats: () => [
        { n: 2, label: canary("stat") },
        { n: 9, label: "many" },
      ],
      stat: () => ({ n: 4, label: canary("stat") }),
      vault: noting("vault", () => canary("vault")),
      broken: byArgument,
      strict: (_parent: unknown, { how }: { how: string }) =>
        how === "list" ? { value: "x", list: [1, canary("thrown")] } : { value: fail(how), list: [] },
      echo: () => "echo",
      open: () => "open",
    },
    Mutation: {
      rename: noting("rename", payload),
      purge: noting("purge", payload),
      wipe: noting("wipe", () => true),
      fail: byArgument,
    },
    Subscription: {
      silent: { subscribe: () => on(new EventEmitter(), "never"), resolve: () => "never" },
      changed: { subscribe: noting("changed", two) as never },
      vault: { subscribe: noting("vault", two) as never },
      broken: { subscribe: () => Promise.reject(new Error(canary("thrown"))), resolve: () => canary("thrown") },
    },
  } as IResolvers;
}
