import { existsSync } from "node:fs";
import { userInfo } from "node:os";
import { systemClock } from "../core/clock.ts";
import { FieldguardError } from "../core/errors.ts";
import { type Reading, recordReading } from "../evidence/record-reading.ts";
import type { RecordedCaller } from "../log/contract.ts";
import { lostDatabase, openStores, type Stores, type StoresOptions, sqliteFile } from "../stores/open.ts";
import { type Environment, readEnvironment } from "./environment.ts";

/**
 * Opens the store that is named (or that the environment names), and closes it again. A store that is not there is not
 * made; one that does not hold what was acknowledged is refused, unless it is only looked at or accepted.
 */
export async function withStores<T>(
  url: string | undefined,
  work: (stores: Stores) => Promise<T>,
  kept: Pick<StoresOptions, "accept" | "despite"> = {},
): Promise<T> {
  const environment = environmentOf(url);
  const file = sqliteFile(environment.store);
  // Where only what stands beside it is left, opening says so, and `store accept` goes on.
  if (file !== null && !existsSync(file) && lostDatabase(file) === null) {
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
    ...kept,
  });
  try {
    return await work(stores);
  } finally {
    await Promise.all([stores.accessLog.close(), stores.consents.close()]);
  }
}

/** What the environment says, with the store that the command line names. */
export function environmentOf(url: string | undefined): Environment {
  return readEnvironment({ ...process.env, ...(url === undefined ? {} : { FIELDGUARD_STORE: url }) });
}

/** The user as the operating system has it, whatever the environment says; its number where it has no name (in containers). */
function systemUser(): string | null {
  try {
    return userInfo().username;
  } catch {
    return process.getuid === undefined ? null : `uid:${process.getuid()}`;
  }
}

/** Who acts on the command line, as far as a process can tell. */
export const COMMAND_LINE: RecordedCaller = {
  id: systemUser(),
  role: "COMMAND_LINE",
  organisation: null,
  tenants: [],
  region: null,
  onBehalfOf: null,
};

/** What the command line reads is on record like what the API reads. To be called before anything is shown. */
export async function recordCommand(
  { accessLog }: Pick<Stores, "accessLog">,
  kind: Reading["kind"],
  command: string,
  details: NonNullable<Reading["details"]>,
  subjects: readonly string[] = [],
): Promise<void> {
  await recordReading(accessLog, { kind, by: COMMAND_LINE, time: systemClock.now(), command, details, subjects });
}
