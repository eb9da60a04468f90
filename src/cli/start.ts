import type { Command } from "commander";
import { FieldguardError } from "../core/errors.ts";
import { addServeOptions, environmentOf, programLog, type ServeOptions, serve } from "./serve.ts";

interface StartOptions extends ServeOptions {
  readonly platform?: string;
}

export function addStart(program: Command): void {
  addServeOptions(program.command("start").description("serve a platform's pack behind a gateway"))
    .option("--platform <name>", "the pack (shoplive, marketplace, ...), in memory unless --store says otherwise")
    .action(startPlatform);
}

async function startPlatform({ platform, ...options }: StartOptions): Promise<void> {
  const environment = environmentOf(options);
  if (platform === undefined) {
    throw new FieldguardError(
      "CONFIGURATION_INVALID",
      "Cannot start: it is not said what to serve. Name a platform's pack, such as --platform shopastro; a schema of your own is served by a program that calls `createGateway`, or `start` of `fieldguard/start` (see the README). The sample storefront is started by npm start in a checkout.",
    );
  }
  const { createPlatform } = await import("./start-platform.ts");
  const started = await createPlatform(platform, environment, {
    store: options.store ?? "sqlite::memory:",
    log: programLog(),
  });
  await serve(started, { port: options.port ?? environment.port, host: options.host });
}
