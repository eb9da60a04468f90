import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import mongoose from "mongoose";

/** A MongoDB server, or what speaks its protocol. */
export interface MongoServer {
  /** URL of a database by this name. */
  url(database: string): string;
  /** Ends the process as if its machine had lost power; null for a server that is not ours to stop. */
  readonly kill: (() => Promise<void>) | null;
  /** Starts it again on the same port, over the same data. */
  readonly restart: (() => Promise<void>) | null;
  /** Lets it hang: connections stay, no answer comes, until it is thawed. null as above. */
  readonly freeze: (() => void) | null;
  readonly thaw: (() => void) | null;
  stop(): Promise<void>;
}

/** What can be started: found on PATH or in Go's bin folder. */
type Found = { readonly kind: "mongod" | "ferretdb"; readonly path: string };

/**
 * The server that the tests are to use: MONGODB_URI, else a mongod or ferretdb that can be started; null where there is
 * none, which counts as a failure in CI (`CI=true`): tests that never run prove nothing.
 */
export function findMongo(): Found | { readonly kind: "uri"; readonly path: string } | null {
  const uri = process.env["MONGODB_URI"];
  return uri !== undefined && uri !== "" ? { kind: "uri", path: uri } : findMongoToStop();
}

/** As `findMongo`, for tests that kill and stop the server: never one that is somebody else's. */
export function findMongoToStop(): Found | null {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), goBin()];
  for (const kind of ["mongod", "ferretdb"] as const) {
    const path = folders.map((folder) => join(folder, kind)).find((candidate) => existsSync(candidate));
    if (path !== undefined) return { kind, path };
  }
  if (process.env["CI"] === "true") {
    throw new Error("No MongoDB to test with: set MONGODB_URI, or run .ci/install-ferretdb.");
  }
  process.stderr.write("SKIPPED: no MongoDB to test with. Set MONGODB_URI, or run .ci/install-ferretdb.\n");
  return null;
}

function goBin(): string {
  try {
    const [bin = "", path = ""] = execFileSync("go", ["env", "GOBIN", "GOPATH"], { encoding: "utf8" }).split("\n");
    return bin === "" ? join(path.split(delimiter)[0] ?? "", "bin") : bin;
  } catch {
    return join(homedir(), "go", "bin");
  }
}

export async function startMongo(found: NonNullable<ReturnType<typeof findMongo>>): Promise<MongoServer> {
  if (found.kind === "uri") {
    return {
      url: (name) => withDatabase(found.path, name),
      kill: null,
      restart: null,
      freeze: null,
      thaw: null,
      stop: async () => undefined,
    };
  }
  const folder = await mkdtemp(join(tmpdir(), "fieldguard-mongo-"));
  const port = await freePort();
  let server = await start(found as Found, folder, port);
  const kill = async () => {
    const exit = once(server, "exit");
    server.kill("SIGKILL");
    await exit;
  };
  return {
    url: (name) => `mongodb://127.0.0.1:${port}/${name}`,
    kill,
    restart: async () => {
      server = await start(found as Found, folder, port);
    },
    freeze: () => {
      server.kill("SIGSTOP");
    },
    thaw: () => {
      server.kill("SIGCONT");
    },
    stop: async () => {
      if (server.exitCode === null && server.signalCode === null) await kill();
      await rm(folder, { recursive: true });
    },
  };
}

function withDatabase(uri: string, name: string): string {
  const url = new URL(uri);
  url.pathname = `/${name}`;
  return url.href;
}

async function start({ kind, path }: Found, folder: string, port: number): Promise<ChildProcess> {
  const data = join(folder, "data");
  await mkdir(data, { recursive: true });
  const args =
    kind === "mongod"
      ? ["--dbpath", data, "--port", String(port), "--bind_ip", "127.0.0.1"]
      : [
          "--handler=sqlite",
          `--sqlite-url=file:${data}/`,
          `--listen-addr=127.0.0.1:${port}`,
          `--state-dir=${data}`,
          "--debug-addr=-",
          "--telemetry=disable",
          "--log-level=error",
        ];
  const server = spawn(path, args, { stdio: "ignore" });
  await answering(`mongodb://127.0.0.1:${port}/admin`, server);
  return server;
}

async function answering(url: string, server: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (server.exitCode !== null) throw new Error(`the server ended with code ${server.exitCode}`);
    const connection = mongoose.createConnection(url, { serverSelectionTimeoutMS: 300, connectTimeoutMS: 300 });
    try {
      await connection.asPromise();
      return;
    } catch {
      // not yet
    } finally {
      await connection.close().catch(() => undefined);
    }
  }
  throw new Error("the server does not answer");
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return address.port;
}

let databases = 0;

/** A database of one's own on the server, by a name that no other test has. */
export function ownDatabase(): string {
  databases += 1;
  return `fieldguard_${process.pid}_${Date.now().toString(36)}_${databases}`;
}

/** Removes a database and what it holds. */
export async function dropDatabase(url: string): Promise<void> {
  const connection = await mongoose.createConnection(url).asPromise();
  await connection.dropDatabase();
  await connection.close();
}
