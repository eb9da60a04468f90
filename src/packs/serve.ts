import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "graphql";
import type { Clock } from "../core/clock.ts";
import { type Keyring, parseKeyring } from "../core/keys.ts";
import { createGateway, type Gateway } from "../gateway.ts";
import type { GatewayOptions } from "../options.ts";
import type { Case, Pack } from "./model.ts";
import { resolversFor, type Served } from "./resolvers.ts";

/** Known to the runner alone: a gateway of it lives as long as a few cases, on loopback. */
export const SECRET = "the runner of the clauses signs with this, and nobody else does";

/** As the tokens' secret: the runner resolves the log's references with it. */
const LOG_KEY = "1:the runner of the clauses reads its own logs with this";

/** A clock that a case can put forward. */
export interface MovableClock extends Clock {
  set(milliseconds: number): void;
}

export function movableClock(start: number): MovableClock {
  let time = start;
  return {
    now: () => time,
    set: (milliseconds) => {
      time = milliseconds;
    },
  };
}

export interface ServedPack {
  readonly gateway: Gateway;
  readonly url: string;
  readonly clock: MovableClock;
  readonly keyring: Keyring;
  readonly fetched: Served["fetched"];
  /** Where the store's files are; null in memory. */
  readonly folder: string | null;
  stop(): Promise<void>;
}

/** Schema, data and deployment of a pack as options of a gateway, with what its resolvers note. */
export function gatewayOptionsOf(pack: Pack, deployment: Case["deployment"] = {}) {
  const typeDefs = pack.parts.map(({ sdl }) => sdl);
  const document = parse(typeDefs.join("\n"));
  const { resolvers, fetched } = resolversFor(document, pack.tables);
  const { rightsDue: _, ...ofGateway } = { ...pack.deployment, ...deployment };
  const settings = withoutUndefined(ofGateway);
  return { options: { typeDefs, resolvers, ...settings }, fetched };
}

/** Serves a pack with a fresh store: in memory, or in a folder of its own that goes with it. */
export async function servePack(
  pack: Pack,
  deployment: Case["deployment"] = {},
  store: "memory" | "folder" = "memory",
): Promise<ServedPack> {
  const { options, fetched } = gatewayOptionsOf(pack, deployment);
  const clock = movableClock(Date.parse(pack.at));
  const auth = { secret: SECRET };
  const folder = store === "memory" ? null : mkdtempSync(join(tmpdir(), "fieldguard-pack-"));
  const gateway = await createGateway({
    ...options,
    store: folder === null ? "sqlite::memory:" : `sqlite:${join(folder, "store.db")}`,
    auth,
    clock,
    logKey: LOG_KEY,
    log: false,
    graphiql: false,
  });
  const { url } = await gateway.listen({ port: 0 });
  const stop = async (): Promise<void> => {
    await gateway.stop();
    if (folder !== null) rmSync(folder, { recursive: true });
  };
  return { gateway, url, clock, fetched, keyring: parseKeyring(LOG_KEY), folder, stop };
}

type Settings = Partial<
  Pick<GatewayOptions, "region" | "transfers" | "minimumAge" | "guardianAge" | "notices" | "doNotTrack">
>;

function withoutUndefined(settings: object): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as Settings;
}
