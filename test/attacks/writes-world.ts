import type { IResolvers } from "@graphql-tools/utils";
import { CANARIES, type Canary } from "./world.ts";

/** The pharmacy's other side: everything in it acts. Whose a prescription is can change while it is served. */
export const ACTING = /* GraphQL */ `
  scalar JSON
  interface Node { id: ID! }
  type Patient implements Node @subject(id: "id", tenant: "shop")
    @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) @purpose(allow: [ORDER_FULFILMENT], to: [MERCHANT]) {
    id: ID!
    shop: ID
    name: String @sensitive(category: PERSON_NAME)
    ssn: String @sensitive(category: GOVERNMENT_ID) @purpose(allow: [SELF_SERVICE], to: [CUSTOMER])
    postcode: String @sensitive(category: COARSE_LOCATION) @purpose(allow: [SELF_SERVICE], to: [CUSTOMER])
    file: JSON @sensitive(category: HEALTH)
  }
  type Script implements Node @subject(id: "owner", tenant: "shop") @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) {
    id: ID!
    number: Int
    owner: ID
    shop: ID
    text: String @sensitive(category: COMMUNICATION_CONTENT)
    patient: Patient
  }
  input Changes @writes(type: "Patient") { name: String, ssn: String, postcode: String, file: JSON, other: Changes }
  input Deep { scriptId: ID, more: [Deep!], patientId: ID = "ann" }
  input Default { scriptId: ID = "s-bob" }
  type Query {
    patient(id: ID!): Patient
    script(id: ID, number: Int): Script
    node(id: ID!): Node
    read(scriptId: ID!): String @acts(on: "Script", id: "scriptId") @purpose(allow: [SELF_SERVICE], to: [CUSTOMER])
  }
  type Mutation @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) @purpose(allow: [ORDER_FULFILMENT], to: [MERCHANT]) {
    rename(id: ID!, changes: Changes): Patient @acts(on: "Patient", id: "id")
    drop(scriptId: ID): Boolean @acts(on: "Script", id: "id: scriptId")
    dropMany(ids: [ID!]): Boolean @acts(on: "Script", id: "id: ids")
    dropNode(id: ID!): Boolean @acts(on: "Script", id: "id", by: "node")
    dropNumber(number: Int): Boolean @acts(on: "Script", id: "number")
    dropDeep(input: Deep): Boolean
      @acts(on: "Script", id: ["id: input.scriptId", "id: input.more[].scriptId", "id: input.more[].more[].scriptId"])
      @acts(on: "Patient", id: ["id: input.patientId", "id: input.more[].patientId"])
    dropDefault(scriptId: ID = "s-bob"): Boolean @acts(on: "Script", id: "id: scriptId")
    dropInputDefault(input: Default): Boolean @acts(on: "Script", id: "id: input.scriptId")
    pair(id: ID, key: ID): Boolean @acts(on: "Patient", id: "id") @acts(on: "Script", id: "id: key")
    give(scriptId: ID!, to: ID!): Boolean @acts(on: "Script", id: "id: scriptId")
    swap(scriptId: ID!): Script @acts(on: "Script", id: "id: scriptId")
    own: Patient @acts(on: "Patient", reach: SELF)
    sweep(mail: String): Boolean @acts(on: "Patient", id: "mail", reach: ALL)
    ward: Ward
    reset: Boolean
  }
  type Ward @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) {
    drop(scriptId: ID): Boolean @acts(on: "Script", id: "id: scriptId")
    inner: Ward
  }
  type Subscription { watch(scriptId: ID!): Script @acts(on: "Script", id: "id: scriptId") @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) }
`;

const PEOPLE = ["ann", "bob", "cyd"] as const;
const canary = (name: string): string => CANARIES[name as Canary];

const patient = (id: string) => ({
  __typename: "Patient",
  id,
  shop: id === "cyd" ? "s-2" : "s-1",
  name: canary(`${id}.name`),
  ssn: canary(`${id}.ssn`),
  postcode: canary(`${id}.email`),
  file: { a: [canary(`${id}.file`)] },
});

/** @param ran takes the names of whatever had an effect */
export function actingResolvers(ran: string[]): IResolvers {
  const owners = new Map<string, string>();
  const reset = (): void => {
    for (const id of PEOPLE) owners.set(`s-${id}`, id);
  };
  reset();
  const script = (id: string | undefined) => {
    const owner = owners.get(id ?? "");
    if (owner === undefined) return null;
    const at = PEOPLE.findIndex((each) => id === `s-${each}`);
    const shop = patient(owner).shop;
    return {
      __typename: "Script",
      id,
      number: at + 1,
      owner,
      shop,
      text: canary(`${owner}.note`),
      patient: patient(owner),
    };
  };
  const act =
    (name: string, answer: (args: Record<string, string>) => unknown = () => true) =>
    (_: unknown, args: Record<string, string>) => {
      ran.push(name);
      return answer(args);
    };
  const names = [
    "drop",
    "dropMany",
    "dropNode",
    "dropNumber",
    "dropDeep",
    "dropDefault",
    "dropInputDefault",
    "pair",
    "sweep",
  ];
  const person = (id: string) => (PEOPLE.some((each) => each === id) ? patient(id) : null);
  return {
    Node: { __resolveType: (value: { __typename: string }) => value.__typename },
    Query: {
      patient: (_: unknown, { id }: { id: string }) => person(id),
      script: (_: unknown, { id, number }: { id?: string; number?: number }) =>
        script(id ?? `s-${PEOPLE[(number ?? 0) - 1]}`),
      node: (_: unknown, { id }: { id: string }) => person(id) ?? script(id),
      read: act("read", () => "read"),
    },
    Mutation: {
      ...Object.fromEntries(names.map((name) => [name, act(name)])),
      rename: act("rename", ({ id = "" }) => person(id)),
      give: act("give", ({ scriptId = "", to = "" }) => {
        owners.set(scriptId, to);
        return true;
      }),
      swap: act("swap", ({ scriptId = "" }) => {
        owners.set(scriptId, "bob");
        return script(scriptId);
      }),
      own: act("own", () => patient("bob")),
      ward: () => ({}),
      reset: () => {
        reset();
        return true;
      },
    },
    Ward: { drop: act("ward.drop"), inner: () => ({}) },
    Subscription: {
      watch: {
        subscribe: act("watch", async function* watch() {
          yield { watch: script("s-bob") };
        } as never) as never,
      },
    },
  } as IResolvers;
}
