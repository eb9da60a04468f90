import { expect, test } from "@jest/globals";
import { serveGateway } from "./harness.ts";

const TYPE_DEFS = `
  type Query { people: [Person!]! }
  type Person @subject(id: "id", birthDate: "born") {
    id: ID!
    born: String
    name: String @sensitive(category: PERSON_NAME)
    group: Group
  }
  type Group @aggregate(count: "people", atLeast: 5) { people: Int!  clicks: Int }
`;
const PEOPLE = [
  { id: "child", born: "2024-01-01", name: "Ann", group: { people: 2, clicks: 7 } },
  { id: "grown", born: "1990-01-01", name: "Bob", group: { people: 2, clicks: 7 } },
  { id: "unknown", born: null, name: "Cid", group: { people: 2, clicks: 7 } },
];

test.each(["name", "group { clicks }", "name group { clicks }"])(
  "whoever is on record for { %s } and known to be a child is on record as one",
  async (asked) => {
    const { gateway, ask } = await serveGateway({
      typeDefs: TYPE_DEFS,
      resolvers: { Query: { people: () => PEOPLE } },
      clock: { now: () => Date.parse("2026-06-15T12:00:00Z") },
      logKey: "a passphrase for names in the log, long enough",
    });
    await ask({ query: `{ people { ${asked} } }` });
    const [record] = (await gateway.accessLog.query({ kind: "QUERY" }, { first: 1 })).records;
    expect([record?.subjects.length, record?.minors]).toEqual([3, [0]]);
  },
);
