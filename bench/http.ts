/**
 * HTTP throughput of Fieldguard, with consent look-ups and durable records, against an unprotected @apollo/server that
 * serves the same schema and rows. Each server is a process of its own; both are asked in the same run, in turn.
 * Prints requests per second and CPU time a request (all threads of the server), each with its ratio, for 1, 50 and 1,000
 * rows of 8 fields, 4 of them sensitive. On a machine that does other work as well, go by the CPU time.
 */
import { type ChildProcess, fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";
import autocannon from "autocannon";
import jwt from "jsonwebtoken";
import { createGateway } from "../dist/index.js";

const SECRET = "only this benchmark knows this secret, which is long enough";
const ROWS = (process.env["BENCH_ROWS"] ?? "1,50,1000").split(",").map(Number);
const CONNECTIONS = 16;
const SECONDS = Number(process.env["BENCH_SECONDS"] ?? 4);
const WARM_UP_SECONDS = 1;
const ROUNDS = Number(process.env["BENCH_ROUNDS"] ?? 3);
/** Of the gateway; `sqlite::memory:` leaves out the disk. The default is a file. */
const STORE = process.env["BENCH_STORE"];

const bare = (protectedSdl: string): string =>
  protectedSdl.replace(/ @(sensitive|purpose|consent|subject)\([^)]*\)/g, "");

const SDL = /* GraphQL */ `
  type Query { customers(first: Int!): [Customer!]! }
  type Customer @subject(id: "id", tenant: "shop") @purpose(allow: [DIRECT_MARKETING], to: [MERCHANT]) @consent(for: [DIRECT_MARKETING]) {
    id: ID!
    shop: ID!
    level: String!
    points: Int!
    name: String @sensitive(category: PERSON_NAME)
    email: String @sensitive(category: EMAIL_ADDRESS)
    phone: String @sensitive(category: PHONE_NUMBER)
    city: String @sensitive(category: COARSE_LOCATION)
  }
`;

const rows = Array.from({ length: 1_000 }, (_, at) => ({
  id: `c-${at}`,
  shop: "m-1",
  level: at % 3 === 0 ? "gold" : "basic",
  points: at,
  name: `Person Number ${at}`,
  email: `person${at}@example.com`,
  phone: `+86138${String(10_000_000 + at)}`,
  city: "200000",
}));
const resolvers = { Query: { customers: (_: unknown, { first }: { first: number }) => rows.slice(0, first) } };

async function serveUnprotected(): Promise<string> {
  const server = new ApolloServer({ typeDefs: bare(SDL), resolvers, introspection: false });
  const { url } = await startStandaloneServer(server, { listen: { port: 0, host: "127.0.0.1" } });
  return url;
}

async function serveProtected(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "fieldguard-bench-"));
  const gateway = await createGateway({
    typeDefs: SDL,
    resolvers,
    store: STORE ?? `sqlite:${join(folder, "bench.db")}`,
    auth: { secret: SECRET },
  });
  const now = Date.now();
  // Every second customer has consented, so that clear and masked values are mixed.
  await gateway.consents.append(
    rows
      .filter((_, at) => at % 2 === 0)
      .map((row, at) => ({
        id: `e-${at}`,
        recordId: `r-${at}`,
        subject: row.id,
        tenant: null,
        purposes: ["DIRECT_MARKETING"],
        categories: null,
        recipients: null,
        state: "GIVEN",
        form: "EXPLICIT",
        time: now - 1_000,
        expiresAt: null,
        expressedBy: { id: row.id, role: "DATA_SUBJECT", verification: null },
        notice: null,
        language: null,
        method: null,
        jurisdiction: null,
        storageLocations: null,
        retention: null,
        withdrawalMethod: null,
        reason: null,
        key: null,
      })),
  );
  const { url } = await gateway.listen({ port: 0 });
  process.on("message", async (message) => {
    if (message !== "stop") return;
    await gateway.stop();
    await rm(folder, { recursive: true });
    process.exit(0);
  });
  return url;
}

const kind = process.argv[2];
if (kind === "unprotected" || kind === "protected") {
  process.on("message", (message) => {
    if (message === "cpu") process.send?.({ cpu: process.cpuUsage() });
  });
  process.send?.({ url: await (kind === "protected" ? serveProtected() : serveUnprotected()) });
} else {
  await compare();
}

/** Of one server under load: requests answered in a second, and microseconds of CPU for each. */
interface Measured {
  readonly rate: number;
  readonly cpu: number;
}

async function compare(): Promise<void> {
  const [unprotectedServer, protectedServer] = await Promise.all([start("unprotected"), start("protected")]);
  const token = jwt.sign({ sub: "m-1", role: "MERCHANT", tenants: ["m-1"] }, SECRET, { expiresIn: "1h" });
  const headers = { authorization: `Bearer ${token}`, "x-purpose": "DIRECT_MARKETING" };
  const results = [];
  for (const first of ROWS) {
    await load(unprotectedServer, first, {}, WARM_UP_SECONDS);
    await load(protectedServer, first, headers, WARM_UP_SECONDS);
    const unprotectedRounds: Measured[] = [];
    const protectedRounds: Measured[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      unprotectedRounds.push(await load(unprotectedServer, first, {}, SECONDS));
      protectedRounds.push(await load(protectedServer, first, headers, SECONDS));
    }
    results.push({ rows: first, unprotected: typical(unprotectedRounds), fieldguard: typical(protectedRounds) });
  }
  unprotectedServer.child.kill();
  protectedServer.child.send("stop");
  console.log("HTTP throughput, requests a second (median of rounds), consents looked up and records durable");
  console.table(
    results.map(({ rows: count, unprotected, fieldguard }) => ({
      rows: count,
      "@apollo/server": Math.round(unprotected.rate),
      fieldguard: Math.round(fieldguard.rate),
      ratio: Number((fieldguard.rate / unprotected.rate).toFixed(2)),
      "@apollo/server CPU us": Math.round(unprotected.cpu),
      "fieldguard CPU us": Math.round(fieldguard.cpu),
      "CPU ratio": Number((unprotected.cpu / fieldguard.cpu).toFixed(2)),
    })),
  );
}

interface Server {
  readonly url: string;
  readonly child: ChildProcess;
}

function start(which: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), [which], { env: { ...process.env, NODE_ENV: "production" } });
    child.once("message", (message) => resolve({ url: (message as { url: string }).url, child }));
    child.once("exit", (code) => reject(new Error(`the ${which} server ended with ${code}`)));
  });
}

/** Microseconds of CPU that the server has used so far. */
function cpuOf({ child }: Server): Promise<number> {
  return new Promise((resolve) => {
    child.once("message", (message) => {
      const { cpu } = message as { cpu: NodeJS.CpuUsage };
      resolve(cpu.user + cpu.system);
    });
    child.send("cpu");
  });
}

async function load(
  server: Server,
  first: number,
  headers: Record<string, string>,
  seconds: number,
): Promise<Measured> {
  const query = "query Q($first: Int!) { customers(first: $first) { id shop level points name email phone city } }";
  const before = await cpuOf(server);
  const result = await autocannon({
    url: server.url,
    connections: CONNECTIONS,
    duration: seconds,
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ query, variables: { first } }),
  });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${server.url}: ${result.non2xx} refused, ${result.errors} failed`);
  return { rate: result.requests.average, cpu: ((await cpuOf(server)) - before) / result.requests.total };
}

function typical(rounds: readonly Measured[]): Measured {
  return { rate: median(rounds.map(({ rate }) => rate)), cpu: median(rounds.map(({ cpu }) => cpu)) };
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
