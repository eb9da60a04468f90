import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { buildASTSchema, Kind, parse, Source } from "graphql";
import { ownTypeDefs } from "../../src/api/type-defs.ts";
import { LOG_READS, SUBJECT_CHANGES } from "../../src/core/own-api.ts";
import { compilePolicy } from "../../src/policy/compile.ts";
import { composeTypeDefs } from "../../src/schema/compose.ts";
import { serveGateway } from "../http/harness.ts";

const TICKETS = `
  type Query {
    tickets(about: String @probes(field: "subject"), ofShop: ID @probes(field: "tenant")): [String!]
    ticket: Ticket
  }
  type Ticket {
    subject: String @sensitive(category: COMMUNICATION_CONTENT)
    tenant: ID @sensitive(category: ACCOUNT_IDENTIFIER)
    email: String
  }
`;

describe.each([
  "schema.graphql",
  "gateway.graphql",
  "gateway-roots.graphql",
  "fieldguard/schema/gateway.graphql",
  "fieldguard/schema/gateway-roots.graphql",
])("an integrator's file named %s", (name) => {
  const integrator = composeTypeDefs(new Source(TICKETS, name));
  const typeDefs = composeTypeDefs([integrator, ownTypeDefs(integrator)]);
  const { policy, faults, hints } = compilePolicy(buildASTSchema(typeDefs));

  test("keeps its bare names in @probes, which mean none of the gateway's own types", () => {
    expect(faults).toEqual([]);
    expect(policy.types["Consent"]?.fields["subject"]).toBeDefined();
    expect(policy.probes["Query.tickets(about:)"]).toEqual(["Ticket.subject"]);
    expect(policy.probes["Query.tickets(ofShop:)"]).toEqual(["Ticket.tenant"]);
  });

  test("keeps its hints, and gets none about the gateway's own API", () => {
    expect(hints.map(({ code, coordinate }) => `${code} ${coordinate}`)).toContain("LOOKS_SENSITIVE Ticket.email");
    expect(hints.filter(({ coordinate }) => /^(Privacy|Consent|Access|Subject|Seen|Policy)/.test(coordinate))).toEqual(
      [],
    );
  });
});

/** Named like the gateway's own in every way that is allowed. */
const NAMESAKES = `
  schema { query: RootQuery mutation: PrivacyMutations }
  type RootQuery { accessLog: AccessRecord  whoSawMyData: [SeenEntry!]  state: MySubjectStateInfo  privacyQuery: PrivacyQueries }
  type PrivacyMutations { eraseSubject: MySubjectStateInfo  giveConsent: Consent  restrictSubject: SubjectStateInfo }
  type PrivacyQueries { accessLog: String }
  type MySubjectStateInfo { status: String }
  type SubjectStateInfo { status: String }
  type AccessRecord @subject(id: "id") { id: ID!  note: String @sensitive(category: COMMUNICATION_CONTENT) }
  type SeenEntry @subject(id: "id") { id: ID!  note: String @sensitive(category: COMMUNICATION_CONTENT) }
  type Consent @subject(id: "id") { id: ID!  note: String @sensitive(category: COMMUNICATION_CONTENT) }
`;
const row = () => ({ id: "x", note: "n", status: "s", accessLog: "a" });
const resolvers = {
  RootQuery: { accessLog: row, whoSawMyData: () => [row()], state: row, privacyQuery: row },
  PrivacyMutations: { eraseSubject: row, giveConsent: row, restrictSubject: row },
};

describe("types and fields that are named like the gateway's own", () => {
  const officer = {
    as: { sub: "o", role: "PRIVACY_OFFICER" },
    purpose: "RIGHTS_FULFILMENT",
    headers: { "x-justification": "case 1" },
  };
  test.each([
    ["{ accessLog { note } }", "QUERY"],
    ["{ whoSawMyData { note } }", "QUERY"],
    ["{ state { status } privacyQuery { accessLog } }", null],
    ["mutation { giveConsent { note } }", "MUTATION"],
    ['{ privacy { subjectState(subject: "x") { status } } }', "QUERY"],
    ['mutation { privacy { restrictSubject(subject: "x", reason: "r") { status } } }', "SUBJECT_CHANGE"],
    [
      'mutation { privacy { withdrawConsent(subject: "x", purposes: [DIRECT_MARKETING]) { state } } }',
      "CONSENT_CHANGE",
    ],
  ])("%s is recorded as what it is", async (query, kind) => {
    const { ask, gateway } = await serveGateway({ typeDefs: NAMESAKES, resolvers });
    for (let time = 0; time < 4; time += 1) {
      const { status } = await ask({ query, ...officer });
      expect(status).toBe(200);
      const { records } = await gateway.accessLog.query({}, { first: 1 });
      expect(records[0]?.kind).toBe(kind ?? "START");
    }
  });
});

const API = parse(readFileSync(new URL("../../schema/gateway.graphql", import.meta.url), "utf8"));

function fieldsOf(type: string) {
  return API.definitions.flatMap((node) =>
    node.kind === Kind.OBJECT_TYPE_DEFINITION && node.name.value === type ? (node.fields ?? []) : [],
  );
}

test("names of the gateway's own types and acts decide something in core/own-api.ts alone", () => {
  const src = new URL("../../src/", import.meta.url);
  const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  const acts = fieldsOf("PrivacyMutation").map(({ name }) => name.value);
  const names = ["PrivacyQuery", "PrivacyMutation", "whoSawMyData", ...acts];
  const quoted = new RegExp(`"(${names.join("|")})"`);
  const deciding = files.filter((file) => quoted.test(readFileSync(new URL(file, src), "utf8")));
  expect(deciding).toEqual(["core/own-api.ts"]);
});

test("every act of the gateway's own that answers with a person's state is recorded as a change of it, and no other", () => {
  const changing = fieldsOf("PrivacyMutation").filter(({ type }) =>
    JSON.stringify(type).includes('"value":"SubjectStateInfo"'),
  );
  expect(changing.map(({ name }) => name.value).sort()).toEqual([...SUBJECT_CHANGES].sort());
  const looks = fieldsOf("PrivacyQuery").map(({ name }) => name.value);
  expect([...LOG_READS].filter((name) => !looks.includes(name))).toEqual([]);
});
