import jwt from "jsonwebtoken";
import type { Clock } from "../core/clock.ts";
import { systemClock } from "../core/clock.ts";
import { createGateway, type Gateway } from "../gateway.ts";
import type { GatewayOptions } from "../options.ts";
import { loadPack } from "../packs/load.ts";
import { type Pack, stepsOf } from "../packs/model.ts";
import { gatewayOptionsOf } from "../packs/serve.ts";
import { authOf, type Environment, secretOf } from "./environment.ts";
import { columns } from "./output.ts";

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
  const head = [`${pack.policy}: served at ${url}, where it is ${pack.at}.`, "", "Callers:", "", columns(about), ""];
  if (environment.jwksUri !== null) return head.join("\n");
  const secret = secretOf(environment);
  // without times: the platform's clock is not ours
  const tokens = Object.entries(pack.callers).map(
    ([name, claims]) =>
      `  ${name.toUpperCase()}=${jwt.sign(claims, secret, { algorithm: "HS256", noTimestamp: true })}`,
  );
  return [
    ...head,
    "Their tokens:",
    "",
    ...tokens,
    "",
    "Some of its clauses, to ask yourself:",
    "",
    ...samples(pack),
  ].join("\n");
}

const SAMPLES_MAX = 5;

function samples(pack: Pack): string[] {
  const asked = pack.clauses.flatMap(({ id, promise, cases = [] }) => {
    const step = cases.flatMap(stepsOf).find((each) => each.ask !== undefined && each.as !== undefined);
    if (step === undefined) return [];
    return [`  ${id}  ${promise}`, `      as ${step.as} for ${step.purpose ?? "no purpose"}: ${step.ask}`];
  });
  return asked.slice(0, 2 * SAMPLES_MAX);
}
