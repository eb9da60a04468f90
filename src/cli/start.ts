import { createRequire } from "node:module";
import { type Command, InvalidArgumentError } from "commander";
import { pino } from "pino";
import { systemClock } from "../core/clock.ts";
import { columns } from "../evidence/views/text.ts";
import { createGateway, type Gateway } from "../gateway.ts";
import { sampleDeployment } from "../samples/deployment.ts";
import { createStorefront, seedConsents } from "../samples/storefront.ts";
import { type SampleCaller, sampleCallers, sampleQueries } from "../samples/tokens.ts";
import { authOf, type Environment, readEnvironment, secretOf } from "./environment.ts";
import { print } from "./output.ts";
import { signToken } from "./sign-token.ts";

interface StartOptions {
  readonly port?: number;
  readonly host: string;
  readonly store?: string;
  readonly mode?: "enforce" | "report";
  readonly platform?: string;
}

/** Eight hours: a working day of trying things out. */
const SAMPLE_TOKEN_SECONDS = 8 * 3_600;
/** Milliseconds after a signal: the gateway stops well before, whatever is under way. */
const STOP_MS_MAX = 25_000;

export function addStart(program: Command): void {
  program
    .command("start")
    .description("serve the sample storefront, or a platform's pack, behind a gateway")
    .option("--port <port>", "port to listen on (PORT; 4000)", portOf)
    .option("--host <host>", "address to listen on", "127.0.0.1")
    .option("--store <url>", "sqlite:<file> or sqlite::memory: (FIELDGUARD_STORE; sqlite:./data/fieldguard.db)")
    .option("--mode <mode>", "enforce or report (FIELDGUARD_MODE; enforce)")
    .option(
      "--platform <name>",
      "serve a platform's pack instead (shoplive, marketplace, ...), in memory unless --store says otherwise",
    )
    .action(async (options: StartOptions) => {
      const environment = readEnvironment({
        ...process.env,
        ...(options.store === undefined ? {} : { FIELDGUARD_STORE: options.store }),
        ...(options.mode === undefined ? {} : { FIELDGUARD_MODE: options.mode }),
      });
      if (options.platform === undefined) await start(environment, options);
      else await startPlatform(options.platform, environment, options);
    });
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError("expected a port from 0 to 65535");
}

async function start(environment: Environment, { port, host }: StartOptions): Promise<void> {
  const storefront = createStorefront({ clock: systemClock });
  const log = pino({ name: "fieldguard", level: process.env["LOG_LEVEL"] ?? "warn" }, pino.destination(2));
  const gateway = await createGateway({
    ...sampleDeployment,
    typeDefs: storefront.typeDefs,
    resolvers: storefront.resolvers,
    context: () => storefront.context(),
    store: environment.store,
    auth: authOf(environment),
    mode: environment.mode,
    spool: environment.spool,
    limits: environment.spoolBounds,
    ...(environment.anchor === null ? {} : { anchor: environment.anchor }),
    ...(environment.logKey === null ? {} : { logKey: environment.logKey }),
    log,
  });
  const { url } = await orStopped(gateway, async () => {
    await seedConsents(gateway.consents, systemClock.now());
    return gateway.listen({ port: port ?? environment.port, host });
  });
  stopOnSignals(gateway, () => storefront.close());
  print(banner(url, environment));
  // After the gateway answers: until then, whoever is faster than this makes the data with the first request.
  setImmediate(() => storefront.fill());
}

async function startPlatform(name: string, environment: Environment, options: StartOptions): Promise<void> {
  const log = pino({ name: "fieldguard", level: process.env["LOG_LEVEL"] ?? "warn" }, pino.destination(2));
  const store = options.store ?? "sqlite::memory:";
  const { gateway, banner } = await (await import("./start-platform.ts")).createPlatform(name, environment, {
    store,
    log,
  });
  const { url } = await orStopped(gateway, () =>
    gateway.listen({ port: options.port ?? environment.port, host: options.host }),
  );
  stopOnSignals(gateway, () => undefined);
  print(banner(url));
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

function banner(url: string, environment: Environment): string {
  const { version } = createRequire(import.meta.url)("../../package.json") as { version: string };
  const base = url.replace(/\/graphql$/, "");
  const head = [
    `Fieldguard ${version} serves the sample storefront in ${environment.mode} mode.`,
    "",
    columns([
      ["  GraphQL, and GraphiQL in a browser", url],
      ["  Health, readiness, metrics", `${base}/healthz  ${base}/readyz  ${base}/metrics`],
      ["  Consents and access log", environment.store],
    ]),
  ];
  if (environment.jwksUri !== null) {
    return [...head, "", `Tokens are those of the issuer ${environment.jwtIssuer}.`].join("\n");
  }
  return [...head, "", ...tokens(secretOf(environment)), "", ...queries()].join("\n");
}

function tokens(secret: string): string[] {
  const rows = sampleCallers.map((caller) => [`  ${caller.name}`, caller.claims.role, headersOf(caller), caller.about]);
  const exports = sampleCallers.map(
    ({ name, claims }) => `  ${name.toUpperCase()}=${signToken(claims, secret, SAMPLE_TOKEN_SECONDS)}`,
  );
  return [
    "Callers to try, with the purpose that fits each:",
    "",
    columns(rows),
    "",
    "Their tokens, good for 8 hours (paste into a shell):",
    "",
    ...exports,
  ];
}

function headersOf({ purpose, justification }: SampleCaller): string {
  return justification === null ? purpose : `${purpose} (x-justification: ${justification})`;
}

function queries(): string[] {
  return [
    "Three queries to try, as the callers named:",
    ...sampleQueries.flatMap(({ title, query, runs, notice }, at) => [
      "",
      `  ${at + 1}. ${title}`,
      `     as ${runs.map(({ caller, purpose }) => `${caller} for ${purpose}`).join(", then ")}`,
      ...query
        .trim()
        .split("\n")
        .map((line) => `       ${line}`),
      `     ${notice}`,
    ]),
  ];
}
