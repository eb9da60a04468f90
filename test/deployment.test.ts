import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { readEnvironment } from "../src/cli/environment.ts";
import { DEFAULT_SPOOL } from "../src/options.ts";

const ROOT = new URL("..", import.meta.url).pathname;
const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const compose = parse(read("compose.yaml"), { merge: true }) as Compose;
const services = Object.entries(compose.services);
const gateways = services.filter(([, { build }]) => build !== undefined);
const dockerfile = read("Dockerfile");

/** Arguments of an instruction, one list each. */
function instructions(name: string): string[] {
  return [...dockerfile.matchAll(new RegExp(`^${name} (.+)$`, "gm"))].map(([, rest = ""]) => rest);
}

describe("compose.yaml", () => {
  test("names services and volumes that are there", () => {
    for (const [, { depends_on = {}, volumes = [] }] of services) {
      for (const name of Object.keys(depends_on)) expect(Object.keys(compose.services)).toContain(name);
      for (const volume of volumes) expect(Object.keys(compose.volumes)).toContain(volume.split(":")[0]);
    }
  });

  test("gives each gateway settings that it understands, a shared database, and a spool of its own", () => {
    expect(gateways.length).toBeGreaterThan(1);
    const settings = gateways.map(([, { environment = {} }]) => {
      const set = Object.entries(environment).map(([name, value]) => [
        name,
        value.replace(/^\$\{.*\}$/, "s".repeat(40)),
      ]);
      for (const [name = ""] of set) expect(read("README.md")).toContain(`\`${name}\``);
      return readEnvironment(Object.fromEntries(set));
    });
    expect(new Set(settings.map(({ store }) => store)).size).toBe(1);
    for (const { store, logKey, jwtSecret, spool } of settings) {
      expect(store).toMatch(/^mongodb:\/\/.*replicaSet=/);
      expect([logKey === null, jwtSecret === null, spool]).toEqual([false, false, DEFAULT_SPOOL]);
    }
    const spools = gateways.map(([, { volumes = [] }]) => volumes.find((volume) => volume.endsWith(":/app/data")));
    expect(new Set(spools).size).toBe(gateways.length);
    expect(spools).not.toContain(undefined);
  });

  test("connects to the members of the replica set that it starts", () => {
    const members = services.filter(([, { command = [] }]) => command.includes("--replSet")).map(([name]) => name);
    const [store = ""] = gateways.map(([, { environment = {} }]) => environment["FIELDGUARD_STORE"] ?? "");
    expect(new URL(store.replace(/,/g, ".")).hostname.split(".")).toEqual(members);
    expect(initiate(null).members.map(({ host }) => host)).toEqual(members);
  });

  test("initiates the replica set once, however often it is started", () => {
    expect(initiate(null).times).toBe(1);
    expect(initiate({ ok: 1 }).times).toBe(0);
  });
});

/** Runs what mongosh is given, in front of a server that has a replica set or none. */
function initiate(status: object | null): { times: number; members: { host: string }[] } {
  const script = compose.services["replica-set"]?.command?.at(-1) ?? "";
  const seen: { times: number; members: { host: string }[] } = { times: 0, members: [] };
  let looks = 0;
  const rs = {
    status: () => {
      if (status === null) throw new Error("no replset config has been received");
      return status;
    },
    initiate: ({ members }: { members: { host: string }[] }) => {
      seen.times += 1;
      seen.members = members;
    },
  };
  const db = {
    hello: () => {
      looks += 1;
      return looks < 3 ? {} : { isWritablePrimary: true };
    },
  };
  new Function("rs", "db", "sleep", script)(rs, db, () => undefined);
  return seen;
}

describe("Dockerfile", () => {
  test("copies files that are there, and what the package needs to run", () => {
    const [fromContext, fromBuild] = [
      instructions("COPY").filter((rest) => !rest.startsWith("--from")),
      instructions("COPY").filter((rest) => rest.startsWith("--from")),
    ];
    for (const rest of fromContext)
      for (const file of rest.split(" ").slice(0, -1)) expect(existsSync(join(ROOT, file))).toBe(true);
    const copied = fromBuild.map((rest) => /\/app\/(\S+)/.exec(rest)?.[1]);
    const { files } = JSON.parse(read("package.json")) as { files: readonly string[] };
    const needed = files.filter((file) => file !== "types");
    expect(copied).toEqual(expect.arrayContaining([...needed, "node_modules", "package.json", "examples/storefront"]));
    const ignored = read(".dockerignore").split("\n");
    for (const rest of fromContext) for (const file of rest.split(" ")) expect(ignored).not.toContain(file);
  });

  test("starts what npm start does, on a node that it supports", () => {
    const { scripts, engines } = JSON.parse(read("package.json"));
    const [command = "[]"] = instructions("CMD");
    const [node, file] = JSON.parse(command) as string[];
    expect(`${node} ${file}`).toBe(scripts.start);
    for (const image of instructions("FROM")) expect(image).toMatch(/^node:22-/);
    expect(engines.node).toBe(">=20.19");
  });

  test("keeps the spool and the keys beside it in a volume that the user may write to", () => {
    expect(instructions("VOLUME")).toEqual(["/app/data"]);
    expect(instructions("WORKDIR").at(-1)).toBe("/app");
    expect(instructions("RUN").join()).toContain("chown node:node data");
    expect(instructions("USER")).toEqual(["node"]);
    expect(join("/app", DEFAULT_SPOOL)).toMatch(/^\/app\/data\//);
  });
});
