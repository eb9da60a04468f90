import { existsSync } from "node:fs";
import { systemClock } from "../core/clock.ts";
import { FieldguardError } from "../core/errors.ts";
import type { RecordedCaller, RecordKind } from "../stores/access-log.ts";
import { openStores, type Stores } from "../stores/open.ts";
import { readEnvironment } from "./environment.ts";

/** Opens the store that is named (or that the environment names), and closes it again. A store that is not there is not made. */
export async function withStores<T>(url: string | undefined, work: (stores: Stores) => Promise<T>): Promise<T> {
  const environment = readEnvironment({ ...process.env, ...(url === undefined ? {} : { FIELDGUARD_STORE: url }) });
  const file = /^sqlite:(?:\/\/)?(.+)$/.exec(environment.store)?.[1];
  if (file !== undefined && !existsSync(file)) {
    throw new FieldguardError(
      "NOT_FOUND",
      `There is no store ${environment.store}. Name one with --store, or start a gateway first.`,
    );
  }
  const stores = await openStores(environment.store, {
    clock: systemClock,
    logKey: environment.logKey,
    spool: environment.spool,
    spoolBounds: environment.spoolBounds,
    anchor: environment.anchor,
  });
  try {
    return await work(stores);
  } finally {
    await Promise.all([stores.accessLog.close(), stores.consents.close()]);
  }
}

/** Who acts on the command line, as far as a process can tell. */
export const COMMAND_LINE: RecordedCaller = {
  id: process.env["USER"] ?? null,
  role: "COMMAND_LINE",
  organisation: null,
  tenants: [],
  region: null,
  onBehalfOf: null,
};

/** What the command line reads of the log is on record like what the API reads. */
export async function recordCommand(
  stores: Stores,
  kind: Extract<RecordKind, "LOG_READ" | "EXPORT" | "CONSENT_CHANGE" | "SUBJECT_CHANGE">,
  command: string,
  details: Readonly<Record<string, string | number | boolean | null>>,
): Promise<void> {
  await stores.accessLog.append({
    kind,
    time: systemClock.now(),
    caller: COMMAND_LINE,
    client: { app: "fieldguard", ip: null },
    operation: null,
    purpose: null,
    justification: null,
    decisions: [],
    subjects: [],
    policyHash: "",
    outcome: "OK",
    details: { command, ...details },
    flags: [],
  });
}
