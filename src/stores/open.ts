import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { type Clock, systemClock } from "../core/clock.ts";
import { FieldguardError } from "../core/errors.ts";
import { type Keyring, parseKeyring } from "../core/keys.ts";
import type { ProvableLog } from "./access-log.ts";
import type { ConsentStore } from "./consent-store.ts";
import { fileAnchor } from "./proof/anchor.ts";
import { generateSigningKey, type SigningKey, signingKeyFromPem, signingKeyToPem } from "./proof/note.ts";
import { type Evidence, openAccessLog } from "./sqlite/access-log.ts";
import { openConsentStore } from "./sqlite/consent-store.ts";

/** What a gateway keeps: both stores, and the key under which the log names people. */
export interface Stores {
  readonly consents: ConsentStore;
  readonly accessLog: ProvableLog;
  /** What signs the log's checkpoints; null where none are made. */
  readonly signingKey: SigningKey | null;
  readonly keyring: Keyring;
}

export interface StoresOptions {
  readonly clock: Clock;
  /** Secret of the keyed references; null: a file beside the database keeps one that is made at the first start. */
  readonly logKey: string | null;
  /** With MongoDB: the file in which this gateway's records wait for the database. */
  readonly spool: string;
  /** How many records may wait there, and for how long; left out: the log's own bounds. */
  readonly spoolBounds?: { readonly spoolRecordsMax: number; readonly spoolMsMax: number };
  /** File that checkpoints of the log are appended to besides; null: one beside the database. */
  readonly anchor: string | null;
}

/**
 * Opens what a store URL names. Throws CONFIGURATION_INVALID on an unknown kind, STORE_UNREADABLE and
 * STORE_VERSION_UNKNOWN on a store that cannot be used.
 */
export async function openStores(url: string, options: StoresOptions): Promise<Stores> {
  return /^mongodb(\+srv)?:/.test(url) ? openMongo(url, options) : openSqlite(url, options);
}

async function openSqlite(url: string, { clock, logKey, anchor }: StoresOptions): Promise<Stores> {
  const path = sqlitePath(url);
  if (path !== MEMORY) mkdirFor(path);
  const keyring = parseKeyring(logKey ?? (path === MEMORY ? newSecret() : secretBeside(path)));
  const consents = await openConsentStore(path, { clock });
  try {
    const evidence = path === MEMORY ? { keys: [generateSigningKey()] } : evidenceBeside(path, anchor);
    const accessLog = await openAccessLog(path, { clock, evidence });
    return { consents, accessLog, signingKey: evidence.keys[0] ?? null, keyring };
  } catch (error) {
    await consents.close();
    throw error;
  }
}

/** The driver is loaded only where it is used. */
async function openMongo(url: string, { clock, logKey, spool, spoolBounds, anchor }: StoresOptions): Promise<Stores> {
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
  const consents = await openMongoConsentStore(url, { clock });
  try {
    const evidence = evidenceBeside(spool, anchor);
    const accessLog = await openMongoAccessLog(url, { clock, spool, evidence, ...spoolBounds });
    return { consents, accessLog, signingKey: evidence.keys[0] ?? null, keyring };
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

function newSecret(): string {
  return randomBytes(32).toString("hex");
}

/** Without it the references of the log could not be computed again: it is to be kept and backed up like the database. */
function secretBeside(path: string): string {
  return madeOnce(`${path}.key`, () => `${newSecret()}\n`);
}

/**
 * The key that signs checkpoints, and the file that they are appended to: made beside the database. Whoever owns the
 * database can rewrite a file beside it as well: name an `anchor` elsewhere where that matters.
 */
function evidenceBeside(path: string, anchor: string | null): Evidence {
  const file = `${path}.sign.pem`;
  const pem = madeOnce(file, () => signingKeyToPem(generateSigningKey()));
  try {
    return { keys: [signingKeyFromPem(pem)], anchor: fileAnchor(anchor ?? `${path}.checkpoints`) };
  } catch (cause) {
    throw new FieldguardError("STORE_UNREADABLE", `Cannot sign with ${file}: expected an Ed25519 private key in PEM.`, {
      cause,
    });
  }
}

/** The content of a file that is made, for its owner alone, where there is none. */
function madeOnce(file: string, make: () => string): string {
  try {
    writeFileSync(file, make(), { flag: "wx", mode: 0o600 });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EEXIST") {
      throw new FieldguardError("STORE_UNREADABLE", `Cannot write the key ${file}: check its permissions.`, { cause });
    }
  }
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new FieldguardError("STORE_UNREADABLE", `Cannot read the key ${file}: check its permissions.`, { cause });
  }
}
