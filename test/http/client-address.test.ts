import { connect } from "node:net";
import { describe, expect, test } from "@jest/globals";
import { createClient } from "graphql-ws";
import { WebSocket } from "ws";
import type { TrustProxy } from "../../src/server/client-address.ts";
import { type Served, serveGateway, tokenFor } from "./harness.ts";

const SDL = /* GraphQL */ `
  type Query { person: Person }
  type Person @subject(id: "id")
    @purpose(allow: [SELF_SERVICE], to: [CUSTOMER])
    @purpose(allow: [RIGHTS_FULFILMENT], to: [PRIVACY_OFFICER]) {
    id: ID!
    email: String @sensitive(category: EMAIL_ADDRESS)
  }
`;
const resolvers = { Query: { person: () => ({ id: "c-1", email: "a@example.com" }) } };
const query = "{ person { email } }";
const CUSTOMER = { sub: "c-1", role: "CUSTOMER" };

async function lastRecord({ gateway }: Served) {
  return (await gateway.accessLog.query({ kind: "QUERY" }, { first: 1 })).records[0];
}

async function addressOverHttp(served: Served, forwarded: string | null): Promise<string | null | undefined> {
  const headers = forwarded === null ? {} : { "x-forwarded-for": forwarded };
  await served.ask({ query, as: CUSTOMER, purpose: "SELF_SERVICE", headers });
  return (await lastRecord(served))?.client.ip;
}

async function addressOverSocket(served: Served, forwarded: string | null): Promise<string | null | undefined> {
  const headers = forwarded === null ? {} : { "x-forwarded-for": forwarded };
  class Through extends WebSocket {
    constructor(address: string, protocols: string) {
      super(address, protocols, { headers });
    }
  }
  const client = createClient({
    url: served.url.replace(/^http/, "ws"),
    webSocketImpl: Through,
    connectionParams: { authorization: `Bearer ${tokenFor(CUSTOMER)}`, "x-purpose": "SELF_SERVICE" },
    retryAttempts: 0,
  });
  for await (const _ of client.iterate({ query })) break;
  await client.dispose();
  return (await lastRecord(served))?.client.ip;
}

/** The connection itself is of 127.0.0.1; only networks are kept. */
const ROWS: readonly (readonly [TrustProxy, ...(readonly [forwarded: string | null, kept: string | null])[]])[] = [
  [false, [null, "127.0.0.0"], ["203.0.113.5", "127.0.0.0"]],
  [
    true,
    [null, "127.0.0.0"],
    ["203.0.113.5", "203.0.113.0"],
    ["203.0.113.5:51008", "203.0.113.0"],
    ["[2001:db8:1::7]:443", "2001:db8:1::"],
    ["[2001:db8:1::7]", "2001:db8:1::"],
    ['"[2001:db8:1::7]:443"', "2001:db8:1::"],
    ["2001:db8:1::7", "2001:db8:1::"],
    ["::ffff:203.0.113.5", "203.0.113.0"],
    ["fe80::1%eth0", "fe80::"],
    // What the client wrote itself stands in front of what the proxy adds.
    ["198.51.100.9, 203.0.113.5", "203.0.113.0"],
    ["198.51.100.9,203.0.113.5:51008", "203.0.113.0"],
    ["unknown", null],
    ["203.0.113.5,", "203.0.113.0"],
    ["203.0.113.5, , ", "203.0.113.0"],
    [",", "127.0.0.0"],
    ["203.0.113.5, unknown", null],
    ["_hidden", null],
    ["203.0.113.256", null],
    ["203.0.113.5 or so", null],
  ],
  [
    2,
    ["203.0.113.5", "203.0.113.0"],
    ["203.0.113.5, 10.0.0.1", "203.0.113.0"],
    ["198.51.100.9, 203.0.113.5:4711, 10.0.0.1:80", "203.0.113.0"],
  ],
  [
    ["127.0.0.1", "10.0.0.0/8", "2001:db8:ffff::/48"],
    ["203.0.113.5", "203.0.113.0"],
    ["203.0.113.5, 10.1.2.3", "203.0.113.0"],
    ["203.0.113.5, 10.1.2.3:80, [2001:db8:ffff::9]:80", "203.0.113.0"],
    ["10.9.9.9, 203.0.113.5, 10.1.2.3", "203.0.113.0"],
    ["198.51.100.9, 203.0.113.5", "203.0.113.0"],
    ["10.1.2.3", "10.1.2.0"],
    ["203.0.113.5, unknown, 10.1.2.3", null],
  ],
  // Whoever comes past the proxies is who connects.
  [["10.0.0.0/8"], ["203.0.113.5", "127.0.0.0"]],
];

describe("the client's address, over HTTP and WebSocket alike", () => {
  test.each(ROWS.map(([trustProxy, ...cases]) => ({ trustProxy, cases })))(
    "trustProxy: $trustProxy",
    async ({ trustProxy, cases }) => {
      const served = await serveGateway({ typeDefs: SDL, resolvers, trustProxy });
      for (const [forwarded, kept] of cases) {
        expect([forwarded, await addressOverHttp(served, forwarded)]).toEqual([forwarded, kept]);
        expect([forwarded, await addressOverSocket(served, forwarded)]).toEqual([forwarded, kept]);
      }
    },
  );

  test.each([[0], [-1], [1.5], [[]], [["10.0.0.0/33"]], [["1"]], [["proxy.example.com"]], ["10.0.0.1"], [[1]]])(
    "%j is no trustProxy",
    async (trustProxy) => {
      const options = { typeDefs: SDL, resolvers, trustProxy: trustProxy as TrustProxy };
      await expect(serveGateway(options)).rejects.toThrow(
        /trustProxy: expected true, a number of proxies .*10\.0\.0\.0/,
      );
    },
  );
});

/** As nothing but a socket can send it: `fetch` takes no such bytes. */
function sendBytes(served: Served, header: Buffer): Promise<string> {
  const { hostname, port } = new URL(served.url);
  const body = JSON.stringify({ query });
  const head = [
    "POST /graphql HTTP/1.1",
    "host: x",
    "content-type: application/json",
    `content-length: ${body.length}`,
    `authorization: Bearer ${tokenFor({ sub: "o-1", role: "PRIVACY_OFFICER" })}`,
    "x-purpose: RIGHTS_FULFILMENT",
    "connection: close",
    "x-justification: ",
  ].join("\r\n");
  return new Promise((resolve, reject) => {
    const heard: Buffer[] = [];
    const socket = connect(Number(port), hostname, () =>
      socket.write(Buffer.concat([Buffer.from(head), header, Buffer.from(`\r\n\r\n${body}`)])),
    );
    socket.on("data", (data) => heard.push(data));
    socket.on("end", () => resolve(Buffer.concat(heard).toString()));
    socket.on("error", reject);
  });
}

describe("a justification by header", () => {
  test.each<[string, Buffer, string]>([
    ["UTF-8", Buffer.from("工单 42 – Müller"), "工单 42 – Müller"],
    ["UTF-8 beyond the first plane", Buffer.from("🧾 #7"), "🧾 #7"],
    ["Latin-1", Buffer.from("Anfrage Müller", "latin1"), "Anfrage Müller"],
    ["ASCII", Buffer.from("case 42"), "case 42"],
    // A control character in UTF-8 (U+009B) moves a terminal's cursor like one in ASCII.
    ["UTF-8 with a control character", Buffer.from("case\u009b 42"), "case  42"],
  ])("is kept as it was meant: %s", async (_bytes, header, justification) => {
    const served = await serveGateway({ typeDefs: SDL, resolvers });
    expect(await sendBytes(served, header)).toContain("200 OK");
    expect((await lastRecord(served))?.justification).toBe(justification);
  });
});
