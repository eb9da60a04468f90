import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll } from "@jest/globals";
import mongoose from "mongoose";
import type { ConsentEvent } from "../../src/consents/contract.ts";
import { systemClock } from "../../src/core/clock.ts";
import type { AccessRecord } from "../../src/log/contract.ts";
import type { StoredLeaf } from "../../src/log/mongo/model.ts";
import { fileAnchor, splitNotes } from "../../src/log/proof/anchor.ts";
import { recordOf } from "../../src/log/proof/leaf.ts";
import { signingKeyFromPem } from "../../src/log/proof/note.ts";
import { openAccessLog } from "../../src/log/sqlite/access-log.ts";
import type { Verification } from "../../src/log/verification.ts";
import { openStores } from "../../src/stores/open.ts";
import { post, type Reply, SECRET } from "../http/harness.ts";
import { type findMongo, type MongoServer, ownDatabase, startMongo } from "../stores/mongo-server.ts";

const LOG_KEY = "the key of the log's references, the same for all gateways";
const STARTS_MAX = 20;
/** How `serve.ts` ends where the database did not answer in time. */
const EX_TEMPFAIL = 75;
const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** A gateway as a process of its own, on a database that it shares with others and a spool that it does not. */
export interface GatewayProcess {
  readonly name: string;
  readonly spool: string;
  /** Where it serves; null while it does not. */
  readonly url: string | null;
  start(): Promise<void>;
  /** As if its machine had lost power. */
  kill(): Promise<void>;
  /** Answers what is under way, ships what it has, ends. */
  stop(): Promise<void>;
}

export function gatewayProcess(name: string, store: string, folder: string): GatewayProcess {
  const spool = join(folder, `${name}.db`);
  let child: ChildProcess | null = null;
  let url: string | null = null;
  const end = async (signal: "SIGKILL" | "SIGTERM") => {
    url = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, "exit");
    child.kill(signal);
    await exit;
  };
  const startOnce = async (): Promise<boolean> => {
    const loader = here("../stores/consent-child/typescript.mjs");
    const started = spawn(process.execPath, ["--import", loader, here("serve.ts"), store, spool, SECRET, LOG_KEY], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, NODE_OPTIONS: "" },
    });
    child = started;
    const exit = once(started, "exit").then(([code]) =>
      code === EX_TEMPFAIL ? [null] : Promise.reject(new Error(`${name} ended with ${code}`)),
    );
    exit.catch(() => undefined);
    const line = once(createInterface({ input: started.stdout }), "line") as Promise<[string]>;
    [url = null] = await Promise.race([line, exit]);
    return url !== null;
  };
  return {
    name,
    spool,
    get url() {
      return url;
    },
    async start() {
      // As its supervisor would: one that finds the database too slow to start by ends, and is started again.
      for (let tries = 1; !(await startOnce()); tries += 1) {
        if (tries === STARTS_MAX) throw new Error(`${name} found no database in ${STARTS_MAX} starts`);
      }
    },
    kill: () => end("SIGKILL"),
    stop: () => end("SIGTERM"),
  };
}

/** Three gateways on one database, for the tests of a file. */
export interface Three {
  readonly server: MongoServer;
  readonly store: string;
  readonly gateways: readonly GatewayProcess[];
}

/** Serves them before the tests and ends them afterwards; to be read from within tests. */
export function serveThree(found: NonNullable<ReturnType<typeof findMongo>>): () => Three {
  let folder = "";
  let three: Three | null = null;
  const get = () => {
    if (three === null) throw new Error("the gateways are not served yet");
    return three;
  };
  beforeAll(async () => {
    const server = await startMongo(found);
    folder = await mkdtemp(join(tmpdir(), "fieldguard-many-"));
    const store = server.url(ownDatabase());
    three = { server, store, gateways: ["one", "two", "three"].map((name) => gatewayProcess(name, store, folder)) };
    await Promise.all(three.gateways.map((gateway) => gateway.start()));
  }, 120_000);
  afterAll(async () => {
    const { server, gateways } = get();
    await Promise.all(gateways.map((gateway) => gateway.kill()));
    await server.stop();
    await rm(folder, { recursive: true });
  });
  return get;
}

/** What a shop asks about one of its people, for a purpose that needs the person's consent. */
export function askForMarketing(url: string, person: string): Promise<Reply> {
  return post(url, {
    query: `query Marketing { motto person(id: "${person}") { level name email } }`,
    as: { sub: "merchant-1", role: "MERCHANT", tenants: ["shop-1"] },
    purpose: "DIRECT_MARKETING",
  });
}

/** What a person says of its own consent to marketing; `key` names the event that comes of it. */
export function say(
  url: string,
  person: string,
  what: "giveConsent" | "withdrawConsent",
  key: string | null = null,
): Promise<Reply> {
  return post(url, {
    query: `mutation Say($key: String) { privacy { ${what}(purposes: [DIRECT_MARKETING], key: $key) { state } } }`,
    variables: { key },
    as: { sub: person, role: "CUSTOMER" },
    purpose: "SELF_SERVICE",
  });
}

/** Why nothing clear was told, one reason for all fields; null where something clear was, or nothing at all. */
export function refusalIn({ body, text }: Reply, person: string): string | null {
  if (text.includes(`Name ${person}`) || text.includes(`${person}@example.com`)) return null;
  const reasons = new Set(
    body?.extensions?.privacy?.decisions?.map(({ reason }: { readonly reason: string }) => reason),
  );
  return reasons.size === 1 ? [...reasons].join() : null;
}

export function isClear({ body }: Reply, person: string): boolean {
  return body?.data?.person?.name === `Name ${person}` && body.data.person.email === `${person}@example.com`;
}

/** Every record in the database, as its documents hold them, read without the gateways' own code for it. */
export async function recordsIn(store: string): Promise<AccessRecord[]> {
  const connection = await mongoose.createConnection(store).asPromise();
  try {
    const stored = await connection.collection<StoredLeaf>("access_records").find().toArray();
    return stored.map(recordOf);
  } finally {
    await connection.close();
  }
}

/** The keys under which `say` said something, as the database's events hold them, doubles and all. */
export async function saidIn(store: string): Promise<string[]> {
  const connection = await mongoose.createConnection(store).asPromise();
  try {
    const commits = await connection.collection<{ events: ConsentEvent[] }>("consent_commits").find().toArray();
    const keys = commits.flatMap(({ events }) => events.map(({ key }) => key));
    // An event's key names the change's, its purpose and its tenant.
    return keys.flatMap((key) => (key === null ? [] : [String(JSON.parse(key)[0])]));
  } finally {
    await connection.close();
  }
}

/** Verifies what a gateway that has ended kept in its spool, against its own signing key and anchored checkpoints. */
export async function verifySpool(spool: string): Promise<{ readonly size: number; readonly result: Verification }> {
  const keys = [signingKeyFromPem(readFileSync(`${spool}.sign.pem`, "utf8"))];
  const anchor = fileAnchor(`${spool}.checkpoints`);
  const log = await openAccessLog(spool, { clock: systemClock, evidence: { keys, anchor } });
  try {
    return { size: (await log.head()).size, result: await log.verify() };
  } finally {
    await log.close();
  }
}

/** Verifies all writers out of the database alone, with the gateways' public keys and what their anchors were given. */
export async function verifyDatabase(store: string, spools: readonly string[]): Promise<Verification> {
  const read = (file: string): string => readFileSync(file, "utf8");
  const publicKeys = spools.map((spool) => signingKeyFromPem(read(`${spool}.sign.pem`)).publicKey);
  const anchored = spools.flatMap((spool) => splitNotes(read(`${spool}.checkpoints`)));
  const folder = await mkdtemp(join(tmpdir(), "fieldguard-auditor-"));
  const options = { clock: systemClock, logKey: LOG_KEY, spool: join(folder, "auditor.db"), anchor: null };
  const { accessLog, consents, signingKey } = await openStores(store, options);
  try {
    const own = signingKey === null ? [] : [signingKey.publicKey];
    return await accessLog.verify({ publicKeys: [...publicKeys, ...own], anchored });
  } finally {
    await Promise.all([accessLog.close(), consents.close()]);
    await rm(folder, { recursive: true });
  }
}
