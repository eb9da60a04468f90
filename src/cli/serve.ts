import { type Command, InvalidArgumentError } from "commander";
import { pino } from "pino";
import { FieldguardError } from "../core/errors.ts";
import type { Gateway } from "../gateway.ts";
import type { Log } from "../options.ts";
import { type Environment, readEnvironment } from "./environment.ts";
import { print } from "./output.ts";

/** What the command line of everything that serves can say. */
export interface ServeOptions {
  /** TCP port to listen on; 0 takes a free one. */
  readonly port?: number;
  readonly host: string;
  readonly store?: string;
  readonly mode?: "enforce" | "report";
}

/** A gateway with what is done before it listens, once it does, and after it has stopped. */
export interface Serving {
  readonly gateway: Gateway;
  prepare?(): Promise<void>;
  /** What is printed once it is known where it listens. */
  banner(url: string): string;
  /** Once it answers. */
  served?(): void;
  close?(): void;
}

/** Milliseconds after a signal: the gateway stops well before, whatever is under way. */
const STOP_MS_MAX = 25_000;

export function addServeOptions(command: Command): Command {
  return command
    .option("--port <port>", "port to listen on (PORT; 4000)", portOf)
    .option("--host <host>", "address to listen on", "127.0.0.1")
    .option("--store <url>", "sqlite:<file> or sqlite::memory: (FIELDGUARD_STORE; sqlite:./data/fieldguard.db)")
    .option("--mode <mode>", "enforce or report (FIELDGUARD_MODE; enforce)");
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError("expected a port from 0 to 65535");
}

/** The environment, with what the command line says before it. */
export function environmentOf({ store, mode }: ServeOptions): Environment {
  return readEnvironment({
    ...process.env,
    ...(store === undefined ? {} : { FIELDGUARD_STORE: store }),
    ...(mode === undefined ? {} : { FIELDGUARD_MODE: mode }),
  });
}

/** A log on stderr, as LOG_LEVEL says: standard output is the banner's. Throws CONFIGURATION_INVALID on a level that there is not. */
export function programLog(): Log {
  const level = process.env["LOG_LEVEL"] || "warn";
  const levels = [...Object.keys(pino.levels.values), "silent"];
  if (!levels.includes(level)) {
    throw new FieldguardError(
      "CONFIGURATION_INVALID",
      `Cannot use the environment:\n  LOG_LEVEL: expected one of ${levels.join(", ")}`,
    );
  }
  return pino({ name: "fieldguard", level }, pino.destination(2));
}

/** Listens, prints where, and serves until a signal stops it. */
export async function serve(serving: Serving, at: { readonly port: number; readonly host: string }): Promise<void> {
  const { gateway } = serving;
  const { url } = await orStopped(gateway, async () => {
    await serving.prepare?.();
    return gateway.listen(at);
  });
  stopOnSignals(gateway, () => serving.close?.());
  print(serving.banner(url));
  setImmediate(() => serving.served?.());
}

/** What fails before it serves ends the process: open stores would keep it there, serving nothing. */
async function orStopped<T>(gateway: Gateway, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    await gateway.stop().catch(() => undefined);
    throw cause;
  }
}

function stopOnSignals(gateway: Gateway, close: () => void): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) return;
    stopping = true;
    process.stderr.write(`\n${signal}: answering what is under way, then stopping.\n`);
    setTimeout(() => process.exit(1), STOP_MS_MAX).unref();
    gateway.stop().then(
      () => {
        close();
        process.exit(0);
      },
      () => process.exit(1),
    );
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
}
