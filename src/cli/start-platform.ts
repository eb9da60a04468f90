import jwt from "jsonwebtoken";
import type { Clock } from "../core/clock.ts";
import { systemClock } from "../core/clock.ts";
import { columns } from "../evidence/views/text.ts";
import { createGateway, type Gateway } from "../gateway.ts";
import type { GatewayOptions } from "../options.ts";
import { loadPack } from "../packs/load.ts";
import type { Case, Pack } from "../packs/model.ts";
import { titleOf } from "../packs/run.ts";
import { gatewayOptionsOf } from "../packs/serve.ts";
import { authOf, type Environment, secretOf } from "./environment.ts";

export interface StartedPlatform {
  readonly gateway: Gateway;
  /** What there is to try, once it is known where it listens. */
  banner(url: string): string;
}

/** A platform's pack behind a gateway. Its time starts when its cases play, so that its data are as old as they say. */
export async function createPlatform(
  name: string,
  environment: Environment,
  options: Pick<GatewayOptions, "store" | "log">,
): Promise<StartedPlatform> {
  const pack = loadPack(name);
  const { options: ofPack } = gatewayOptionsOf(pack);
  const gateway = await createGateway({
    ...ofPack,
    ...options,
    auth: authOf(environment),
    mode: environment.mode,
    clock: clockFrom(Date.parse(pack.at)),
    ...(environment.logKey === null ? {} : { logKey: environment.logKey }),
  });
  return { gateway, banner: (url) => bannerOf(pack, url, environment) };
}

function clockFrom(start: number): Clock {
  const begun = systemClock.now();
  return { now: () => start + (systemClock.now() - begun) };
}

function bannerOf(pack: Pack, url: string, environment: Environment): string {
  const about = Object.entries(pack.callers).map(([name, { role, sub, org = "" }]) => [`  ${name}`, role, sub, org]);
  const head = [
    `${pack.policy}: served at ${url}, with GraphiQL in a browser.`,
    `Its clock stood at ${pack.at} when it started, so that its data are as old as its clauses say.`,
    "",
    "Callers:",
    "",
    columns(about),
    "",
  ];
  if (environment.jwksUri !== null) return head.join("\n");
  const secret = secretOf(environment);
  // without times: the platform's clock is not ours
  const tokens = Object.entries(pack.callers).map(
    ([name, claims]) => `  ${variableOf(name)}=${jwt.sign(claims, secret, { algorithm: "HS256", noTimestamp: true })}`,
  );
  return [
    ...head,
    "Paste this into a shell:",
    "",
    `  ask() { curl -s ${url} -H 'content-type: application/json' -H "authorization: Bearer $1" -H "x-purpose: $2" -H "x-justification: $3" -d "$4"; echo; }`,
    ...tokens,
    "",
    "and then, for example:",
    ...samples(pack),
    "",
    `All clauses: fieldguard clauses ${pack.platform}`,
  ].join("\n");
}

function variableOf(caller: string): string {
  return caller.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

const SAMPLES_MAX = 4;

/** Clauses of which one question that is granted and one that is refused need nothing in the stores before. */
function samples(pack: Pack): string[] {
  const asked = pack.clauses.flatMap(({ id, promise, cases = [] }) => {
    const grant = cases.find((one) => one.grant !== undefined && isPlain(one));
    const refusal = cases.find((one) => one.refusal !== undefined && isPlain(one));
    if (grant === undefined || refusal === undefined) return [];
    return [["", `  # ${id}  ${promise}`, ...[grant, refusal].map(commandOf)]];
  });
  return asked.slice(0, SAMPLES_MAX).flat();
}

function isPlain(one: Case): boolean {
  const changes = one.before ?? one.deployment ?? one.steps ?? one.at ?? one.run ?? one.headers ?? one.refused;
  return (
    changes === undefined && one.as !== undefined && one.purpose !== undefined && one.ask?.startsWith("{") === true
  );
}

function commandOf(one: Case): string {
  const { as = "", purpose, because = "", ask } = one;
  const body = JSON.stringify({ query: ask }).replaceAll("'", "'\\''");
  return `  ask "$${variableOf(as)}" ${purpose} "${because}" '${body}'  # ${titleOf(one)}`;
}
