import { createRequire } from "node:module";
import { Command } from "commander";
import { columns } from "../evidence/views/text.ts";
import type { createGateway, Gateway } from "../gateway.ts";
import type { GatewayOptions } from "../options.ts";
import { authOf, type Environment, secretOf } from "./environment.ts";
import { runProgram } from "./program.ts";
import { addServeOptions, environmentOf, programLog, type ServeOptions, serve } from "./serve.ts";
import { signToken, type TokenClaims } from "./sign-token.ts";

export type { TokenClaims } from "./sign-token.ts";

/** What the operator says, by command line and environment. */
type OperatorOptions = "store" | "auth" | "mode" | "spool" | "anchor" | "logKey" | "log";

/** What a program of one's own serves. */
export interface Application {
  /** In the first line that is printed: "Fieldguard 1.0.0 serves NAME in enforce mode." */
  readonly name: string;
  /** For `createGateway`: schema, resolvers and what else is the same wherever the application runs. */
  readonly options: Omit<GatewayOptions, OperatorOptions>;
  /** Done before it listens. */
  prepare?(gateway: Gateway): Promise<void>;
  /**
   * What is printed after the addresses. `sign` makes a token of claims, good for as many seconds, with the secret that the gateway
   * verifies; null where tokens are an issuer's.
   */
  about?(sign: ((claims: TokenClaims, seconds: number) => string) | null): string;
  /** Done once it answers. */
  served?(): void;
  /** Done after it has stopped. */
  close?(): void;
}

/**
 * Serves an application as `fieldguard start` serves a pack: with its options, its environment, its log, its exit codes, and an
 * orderly end on SIGINT and SIGTERM. `make` is called once the command line is read; what it throws is printed as any fault of the
 * start is.
 */
export async function start(make: () => Application | Promise<Application>, argv = process.argv): Promise<void> {
  await runProgram(async () => {
    const program = addServeOptions(new Command().exitOverride().showHelpAfterError("(see --help)"));
    program.action((options: ServeOptions) => startApplication(make, options));
    await program.parseAsync(argv);
  });
}

async function startApplication(make: () => Application | Promise<Application>, options: ServeOptions): Promise<void> {
  const environment = environmentOf(options);
  const application = await make();
  const gateway = await (await import("../gateway.ts")).createGateway(optionsOf(application, environment));
  await serve(
    {
      gateway,
      prepare: async () => application.prepare?.(gateway),
      banner: (url) => bannerOf(application, url, environment),
      served: () => application.served?.(),
      close: () => application.close?.(),
    },
    { port: options.port ?? environment.port, host: options.host },
  );
}

function optionsOf({ options }: Application, environment: Environment): Parameters<typeof createGateway>[0] {
  return {
    ...options,
    store: environment.store,
    auth: authOf(environment),
    mode: environment.mode,
    spool: environment.spool,
    limits: { ...options.limits, ...environment.spoolBounds },
    ...(environment.anchor === null ? {} : { anchor: environment.anchor }),
    ...(environment.logKey === null ? {} : { logKey: environment.logKey }),
    log: programLog(),
  };
}

function bannerOf(application: Application, url: string, environment: Environment): string {
  const { version } = createRequire(import.meta.url)("../../package.json") as { version: string };
  const base = url.replace(/\/graphql$/, "");
  const head = [
    `Fieldguard ${version} serves ${application.name} in ${environment.mode} mode.`,
    "",
    columns([
      ["  GraphQL, and GraphiQL in a browser", url],
      ["  Health, readiness, metrics", `${base}/healthz  ${base}/readyz  ${base}/metrics`],
      ["  Consents and access log", environment.store],
    ]),
  ];
  const issuer = environment.jwksUri === null ? null : environment.jwtIssuer;
  if (issuer !== null) head.push("", `Tokens are those of the issuer ${issuer}.`);
  const about = application.about?.(issuer === null ? signer(secretOf(environment)) : null) ?? "";
  return [...head, ...(about === "" ? [] : ["", about])].join("\n");
}

function signer(secret: string): (claims: TokenClaims, seconds: number) => string {
  return (claims, seconds) => signToken(claims, secret, seconds);
}
