import type { Command } from "commander";
import { FieldguardError } from "../core/errors.ts";
import { readEnvironment, secretOf } from "./environment.ts";
import { print, printJson } from "./output.ts";
import { secondsOf, signToken, type TokenClaims } from "./sign-token.ts";

interface TokenOptions {
  readonly role: string;
  readonly sub: string;
  readonly org?: string;
  readonly tenant?: readonly string[];
  readonly region?: string;
  readonly purpose?: readonly string[];
  readonly onBehalfOf?: string;
  readonly guardian?: boolean;
  readonly expires: string;
  readonly json?: boolean;
}

export function addToken(program: Command): void {
  program
    .command("token")
    .description("sign a token with the gateway's secret (HS256), for trying things out")
    .requiredOption("--role <role>", "role, such as MERCHANT")
    .requiredOption("--sub <id>", "who it is, such as m-1")
    .option("--org <id>", "organisation, for roles that are assigned to")
    .option("--tenant <id...>", "tenants, for roles that reach tenants")
    .option("--region <region>", "region, such as CN")
    .option("--purpose <purpose...>", "narrow the purposes that may be declared")
    .option("--on-behalf-of <id>", "the person on whose behalf the caller acts")
    .option("--guardian", "acting as that person's guardian")
    .option("--expires <duration>", "lifetime: 90s, 15m, 8h, 7d", "8h")
    .option("--json", "print token and claims as JSON")
    .action((options: TokenOptions) => {
      const seconds = secondsOf(options.expires);
      if (seconds === null)
        throw new FieldguardError("BAD_INPUT", "Cannot read --expires: expected 90s, 15m, 8h or 7d.");
      const claims = claimsOf(options);
      const token = signToken(claims, secretOf(readEnvironment(process.env)), seconds);
      if (options.json) printJson({ token, claims, expiresInSeconds: seconds });
      else print(token);
    });
}

function claimsOf(options: TokenOptions): TokenClaims {
  const { role, sub, org, tenant, region, purpose, onBehalfOf, guardian } = options;
  return {
    sub,
    role,
    ...(org === undefined ? {} : { org }),
    ...(tenant === undefined ? {} : { tenants: tenant }),
    ...(region === undefined ? {} : { region }),
    ...(purpose === undefined ? {} : { purposes: purpose }),
    ...(onBehalfOf === undefined ? {} : { act: { sub: onBehalfOf, as: guardian ? "GUARDIAN" : "AGENT" } }),
  };
}
