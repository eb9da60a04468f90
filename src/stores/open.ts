import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { type Clock, systemClock } from "../core/clock.ts";
import { FieldguardError } from "../core/errors.ts";
import { type Keyring, parseKeyring } from "../core/keys.ts";
import type { ProvableLog } from "./access-log.ts";
import { checkApart } from "./apart.ts";
import type { ConsentStore } from "./consent-store.ts";
import type { SpoolBounds } from "./mongo/access-log.ts";
import { evidenceBeside, madeOnce } from "./proof/evidence-beside.ts";
import { generateSigningKey, type SigningKey } from "./proof/note.ts";
import { sealedConsents } from "./sealed-consents.ts";
import { type Evidence, openAccessLog } from "./sqlite/access-log.ts";
import { openConsentStore } from "./sqlite/consent-store.ts";

/** What a gateway keeps: both stores, and the key under which the log names people. */
export interface Stores {
  readonly consents: ConsentStore;
  readonly accessLog: ProvableLog;
  /** What signs the log's checkpoints; null where none are made. */
  readonly signingKey: SigningKey | null;
  /** Public keys of those that signed earlier ones. */
  readonly formerKeys: readonly Buffer[];
  readonly keyring: Keyring;
  /** With MongoDB: how many records wait in the spool for the database. */
  readonly waiting: (() => number) | null;
}

export interface StoresOptions {
  readonly clock: Clock;
  /** Secret of the keyed references; null: a file beside the database keeps one that is made at the first start. */
  readonly logKey: string | null;
  /** With MongoDB: the file in which this gateway's records wait for the database. */
  readonly spool: string;
  readonly spoolBounds?: SpoolBounds;
  /** With MongoDB: how old, in milliseconds, what is known of who is erased may be; 0: each response asks. */
  readonly erasuresMs?: number;
  /** File that checkpoints of the log are appended to besides, or http(s) URL that they are sent to; null: a file beside the database. */
  readonly anchor: string | null;
  /** Told when checkpoints could not be anchored, and why. */
  readonly onAnchorFailure?: (why: string) => void;
}

/**
 * Opens what a store URL names. Throws CONFIGURATION_INVALID on an unknown kind, STORE_UNREADABLE and
 * STORE_VERSION_UNKNOWN on a store that cannot be used.
 */
export async function openStores(url: string, options: StoresOptions): Promise<Stores> {
  return /^mongodb(\+srv)?:/.test(url) ? openMongo(url, options) : openSqlite(url, options);
}

async function openSqlite(url: string, { clock, logKey, anchor, onAnchorFailure }: StoresOptions): Promise<Stores> {
  const path = sqlitePath(url);
  if (path !== MEMORY) {
    mkdirFor(path);
    checkAnchor(anchor, path);
  }
  const keyring = parseKeyring(logKey ?? (path === MEMORY ? newSecret() : secretBeside(path)));
  const consents = sealedConsents(await openConsentStore(path, { clock }), keyring);
  try {
    const evidence: Evidence =
      path === MEMORY
        ? { keys: [generateSigningKey()] }
        : { ...evidenceBeside(path, anchor), ...(onAnchorFailure === undefined ? {} : { onAnchorFailure }) };
    const accessLog = await openAccessLog(path, { clock, evidence });
    const { keys, formerKeys = [] } = evidence;
    return { consents, accessLog, signingKey: keys[0] ?? null, formerKeys, keyring, waiting: null };
  } catch (error) {
    await consents.close();
    throw error;
  }
}

/** The driver is loaded only where it is used. */
async function openMongo(
  url: string,
  { clock, logKey, spool, spoolBounds, erasuresMs = 0, anchor, onAnchorFailure }: StoresOptions,
): Promise<Stores> {
  if (logKey === null) {
    throw new FieldguardError(
      "CONFIGURATION_INVALID",
      "Cannot share a MongoDB store without a shared log key: set the option `logKey` (FIELDGUARD_LOG_KEY) to the same secret on every gateway.",
    );
  }
  const keyring = parseKeyring(logKey);
  const [{ openMongoConsentStore }, { openMongoAccessLog }] = await Promise.all([
    import("./mongo/consent-store.ts"),
    import("./mongo/access-log.ts"),
  ]);
  mkdirFor(spool);
  checkAnchor(anchor, spool);
  const consents = sealedConsents(await openMongoConsentStore(url, { clock, erasuresMs }), keyring);
  try {
    const beside = evidenceBeside(spool, anchor);
    const evidence: Evidence = { ...beside, ...(onAnchorFailure === undefined ? {} : { onAnchorFailure }) };
    const accessLog = await openMongoAccessLog(url, { clock, spool, evidence, ...spoolBounds });
    const waiting = () => accessLog.waiting();
    const { keys, formerKeys } = beside;
    return { consents, accessLog, signingKey: keys[0] ?? null, formerKeys, keyring, waiting };
  } catch (error) {
    await consents.close();
    throw error;
  }
}

/**
 * Brings a store up to date: the collections and indexes of a MongoDB database, which gateways only check. A SQLite file
 * is brought up to date by whoever opens it. Returns the parts that are as they must be now. Throws as opening does.
 */
export async function migrateStore(url: string): Promise<string[]> {
  if (!/^mongodb(\+srv)?:/.test(url)) {
    const path = sqlitePath(url);
    mkdirFor(path);
    await (await openConsentStore(path, { clock: systemClock })).close();
    await (await openAccessLog(path, { clock: systemClock })).close();
    return ["consent", "log"];
  }
  const { migrateMongoStore } = await import("./mongo/migrate.ts");
  return migrateMongoStore(url);
}

const MEMORY = ":memory:";

/** The file whose name the evidence of a store goes by: the database of its own, or a MongoDB gateway's spool; null in memory. */
export function evidenceFile(url: string, spool: string): string | null {
  if (/^mongodb(\+srv)?:/.test(url)) return spool;
  const path = sqlitePath(url);
  return path === MEMORY ? null : path;
}

function sqlitePath(url: string): string {
  const match = /^sqlite:(?:\/\/)?(.+)$/.exec(url);
  if (match?.[1] === undefined) {
    throw new FieldguardError(
      "CONFIGURATION_INVALID",
      "Cannot open the store: expected sqlite:<file>, sqlite::memory: or mongodb://<host>.",
    );
  }
  return match[1];
}

function mkdirFor(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (cause) {
    throw new FieldguardError(
      "STORE_UNREADABLE",
      `Cannot make the folder of the store ${path}: check its permissions.`,
      { cause },
    );
  }
}

function checkAnchor(anchor: string | null, database: string): void {
  if (anchor !== null && !/^https?:/i.test(anchor)) checkApart("the anchor", anchor, database);
}

function newSecret(): string {
  return randomBytes(32).toString("hex");
}

/** Without it the references of the log could not be computed again: it is to be kept and backed up like the database. */
function secretBeside(path: string): string {
  return madeOnce(`${path}.key`, () => `${newSecret()}\n`);
}
