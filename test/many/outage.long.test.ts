import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import mongoose from "mongoose";
import { checkChains } from "../../src/stores/conformance/log-fixtures.ts";
import { post, type Reply } from "../http/harness.ts";
import { findMongoToStop } from "../stores/mongo-server.ts";
import {
  askForMarketing,
  type GatewayProcess,
  isClear,
  recordsIn,
  refusalIn,
  saidIn,
  say,
  serveThree,
  verifyDatabase,
  verifySpool,
} from "./gateways.ts";

const FULL = process.env["CI"] === "true";
const OUTAGE_MS = FULL ? 10_000 : 2_500;
const CALM_MS = FULL ? 3_000 : 1_000;
const CLIENTS_PER_GATEWAY = 4;
const THINK_MS = 5;
const PEOPLE = ["c-1", "c-2", "c-3", "c-4"];
const found = findMongoToStop();

if (found === null) {
  test.skip("needs a MongoDB server of its own to stop", () => undefined);
} else {
  const three = serveThree(found);

  test("gateways killed and the database stopped under load: each receipt has one record, and nothing is doubled", async () => {
    const { server, store, gateways } = three();
    const load = new Load(gateways);
    for (const person of PEOPLE) {
      const reply = await say(gateways[0]?.url ?? "", person, "giveConsent", person);
      load.take("say", reply, { person, key: person, down: false });
    }
    load.begin();
    await pause(CALM_MS);
    await killAtRandom(gateways, CALM_MS);

    await server.kill?.();
    load.down = true;
    const killed = await killAtRandom(gateways, OUTAGE_MS, false);
    for (const { url } of gateways) if (url !== null) expect(await seenBy(url)).toEqual({ ready: 503, waits: true });
    load.down = false;
    await server.restart?.();
    await killed.start();
    await pause(CALM_MS);

    server.freeze?.();
    // What was under way finds out only when its time is up.
    load.down = true;
    await pause(OUTAGE_MS);
    load.down = false;
    server.thaw?.();
    await pause(CALM_MS);
    await load.end();

    await allShipped(gateways, store);
    for (const { url } of gateways) expect(await seenBy(url ?? "")).toEqual({ ready: 200, waits: false });
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    const logs = await Promise.all(gateways.map(({ spool }) => verifySpool(spool)));
    const records = await recordsIn(store);
    const times = new Map<string, number>();
    for (const { id } of records) times.set(id, (times.get(id) ?? 0) + 1);
    const missing = load.receipts.filter((id) => !times.has(id));
    const doubled = [...times].filter(([, count]) => count > 1);
    const said = await saidIn(store);
    process.stderr.write(
      `${load.responses} responses (${load.clear} clear, ${load.withheld} withheld for want of the consent store), ` +
        `${load.receipts.length} receipts, ${records.length} records, ${missing.length} missing, ${doubled.length} doubled; ` +
        `two outages of ${OUTAGE_MS / 1_000} s, two gateways killed; ${load.whileDown} responses during the outages, ` +
        `the slowest after ${Math.round(load.slowestMs)} ms\n`,
    );
    expect([missing, doubled, load.unexpected]).toEqual([[], [], []]);
    expect(load.said.filter((key) => said.filter((kept) => kept === key).length !== 1)).toEqual([]);
    expect(new Set(load.receipts).size).toBe(load.receipts.length);
    expect(load.clear).toBeGreaterThan(0);
    expect(load.withheld).toBeGreaterThan(0);
    expect(load.whileDown).toBeGreaterThan(0);
    for (const { result } of logs) expect([result.findings, result.holds]).toEqual([[], true]);
    const spools = gateways.map(({ spool }) => spool);
    const whole = await verifyDatabase(store, spools);
    expect([whole.findings, whole.holds]).toEqual([[], true]);
    expect(checkChains(records)).toBe(logs.reduce((sum, { size }) => sum + size, 0));
  }, 600_000);
}

/** Kills one of the gateways somewhere in the time given, and starts it again unless told otherwise. */
async function killAtRandom(gateways: readonly GatewayProcess[], ms: number, again = true): Promise<GatewayProcess> {
  const gateway = gateways[Math.floor(Math.random() * gateways.length)];
  if (gateway === undefined) throw new Error("no gateway to kill");
  const at = Math.random() * ms;
  await pause(at);
  await gateway.kill();
  if (again) await gateway.start();
  await pause(ms - at);
  return gateway;
}

/** What an operator sees of a gateway. */
async function seenBy(url: string): Promise<{ readonly ready: number; readonly waits: boolean }> {
  const { status } = await fetch(new URL("/readyz", url));
  const metrics = await (await fetch(new URL("/metrics", url))).text();
  const waiting = /^fieldguard_log_waiting_records (\d+)$/m.exec(metrics)?.[1];
  return { ready: status, waits: waiting !== "0" };
}

/** Waits until the database has what the spools of the running gateways hold. */
async function allShipped(gateways: readonly GatewayProcess[], store: string): Promise<void> {
  const connection = await mongoose.createConnection(store).asPromise();
  try {
    for (let before = -1; ; ) {
      const stored = await connection.collection("access_records").countDocuments();
      if (stored === before) break;
      before = stored;
      await pause(1_000);
    }
  } finally {
    await connection.close();
  }
  expect(gateways.map(({ url }) => url !== null)).toEqual(gateways.map(() => true));
}

/** Clients of several gateways that ask without end, and what they were told. */
class Load {
  readonly receipts: string[] = [];
  /** Keys of what people said and were told to have said. */
  readonly said: string[] = [];
  /** What should not have come back. */
  readonly unexpected: unknown[] = [];
  responses = 0;
  clear = 0;
  withheld = 0;
  whileDown = 0;
  slowestMs = 0;
  /** Whether the database is away. */
  down = false;
  readonly #gateways: readonly GatewayProcess[];
  #clients: Promise<void>[] = [];
  #over = false;

  constructor(gateways: readonly GatewayProcess[]) {
    this.#gateways = gateways;
  }

  begin(): void {
    this.#clients = this.#gateways.flatMap((gateway, at) =>
      Array.from({ length: CLIENTS_PER_GATEWAY }, (_, client) =>
        this.#askOn(gateway, at * CLIENTS_PER_GATEWAY + client),
      ),
    );
  }

  async end(): Promise<void> {
    this.#over = true;
    await Promise.all(this.#clients);
  }

  async #askOn(gateway: GatewayProcess, client: number): Promise<void> {
    for (let turn = 0; !this.#over; turn += 1) {
      await pause(THINK_MS);
      const { url } = gateway;
      if (url === null) continue;
      const asking = TURNS[(turn + client) % TURNS.length] ?? "marketing";
      const person = asking === "say" ? `w-${client}` : (PEOPLE[client % PEOPLE.length] ?? "");
      const key = `${client}-${turn}`;
      const [downBefore, begun] = [this.down, performance.now()];
      let reply: Reply;
      try {
        reply = await ASK[asking](url, { person, key });
      } catch (error) {
        // The gateway was killed: whatever it had not answered is nobody's.
        if (!/^(fetch failed|terminated)$/.test((error as Error).message)) this.unexpected.push(error);
        continue;
      }
      const down = downBefore && this.down;
      if (down) this.slowestMs = Math.max(this.slowestMs, performance.now() - begun);
      this.take(asking, reply, { person, key, down });
    }
  }

  /** Judges an answer by what was asked, and whether the database was away all the time. */
  take(asking: Asking, reply: Reply, { person, key, down }: Asked): void {
    this.responses += 1;
    if (down) this.whileDown += 1;
    const { body, status } = reply;
    const receipt = body?.extensions?.privacy?.receipt;
    if (typeof receipt === "string") this.receipts.push(receipt);
    if (asking === "motto") {
      this.#expect(body.data.motto === "for everybody", reply);
      return;
    }
    this.#expect(status === 200 && typeof receipt === "string", reply);
    if (asking === "say") {
      const code = body.errors?.[0]?.extensions.code;
      if (code === undefined) this.said.push(key);
      // FIELD_DENIED: said, and then it could not be looked up whether the person may be told so. CONSENT_STATE_CONFLICT:
      // another client said something of the same person meanwhile, and won.
      const told = ["STORE_UNAVAILABLE", "FIELD_DENIED", "CONSENT_STATE_CONFLICT"];
      this.#expect(code === undefined ? !down : told.includes(code), reply);
      return;
    }
    this.#expect(body.data.motto === "for everybody" && body.data.person.level === "gold", reply);
    if (isClear(reply, person)) {
      this.clear += 1;
      this.#expect(!down, reply);
    } else {
      this.withheld += 1;
      this.#expect(refusalIn(reply, person) === "CONSENT_STORE_UNAVAILABLE", reply);
    }
  }

  #expect(holds: boolean, { status, text }: Reply): void {
    if (!holds) this.unexpected.push([status, text]);
  }
}

type Asking = "marketing" | "motto" | "say";
interface Asked {
  readonly person: string;
  /** Of what is said. */
  readonly key: string;
  readonly down: boolean;
}

const TURNS: readonly Asking[] = ["marketing", "motto", "marketing", "marketing", "say"];
const ASK: Readonly<Record<Asking, (url: string, asked: Pick<Asked, "person" | "key">) => Promise<Reply>>> = {
  marketing: (url, { person }) => askForMarketing(url, person),
  motto: (url) => post(url, { query: "{ motto }" }),
  say: (url, { person, key }) => say(url, person, "giveConsent", key),
};
