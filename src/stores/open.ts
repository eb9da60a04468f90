import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { ConsentStore } from "../consents/contract.ts";
import { sealedConsents } from "../consents/sealed.ts";
import { CONSENT_COMPONENT } from "../consents/sqlite/schema.ts";
import { openConsentStore } from "../consents/sqlite/store.ts";
import { type Clock, systemClock } from "../core/clock.ts";
import { FieldguardError } from "../core/errors.ts";
import { type Keyring, parseKeyring } from "../core/keys.ts";
import type { HeldKeys } from "../databases/held-keys.ts";
import { lostKeyFile } from "../databases/keys.ts";
import { type Loss, storeBehind } from "../databases/losses.ts";
import type { Marks } from "../databases/marks.ts";
import { usingStore } from "../databases/sqlite/database.ts";
import type { AccessLog, ProvableLog } from "../log/contract.ts";
import { gatewayEntry } from "../log/entry.ts";
import type { SpoolBounds } from "../log/mongo/access-log.ts";
import { madeOnce } from "../log/proof/evidence-beside.ts";
import { generateSigningKey, type SigningKey } from "../log/proof/note.ts";
import { NEW_KEY_ACTION, type RestoredLog, restoredEntry } from "../log/proof/restoring.ts";
import { type Evidence, openAccessLog } from "../log/sqlite/access-log.ts";
import type { Ended } from "../log/sqlite/ended-logs.ts";
import { SPOOL_COMPONENT } from "../log/sqlite/spool.ts";
import type { Acceptance } from "./acceptance.ts";
import { checkApart } from "./apart.ts";
import { type BackupManifest, backUp, putBack, readBackup } from "./sqlite/backup.ts";
import { type KeptBeside, keepFile, lostDatabase } from "./sqlite/keep.ts";
import { keyringIn } from "./sqlite/kept-keys.ts";

export { reasonOf } from "../databases/sqlite/database.ts";
export { lostDatabase } from "./sqlite/keep.ts";

/** What a gateway serves over: both stores, and the key under which the log names people. */
export interface ServedStores {
  readonly consents: ConsentStore;
  readonly accessLog: AccessLog;
  readonly keyring: Keyring;
  /** With MongoDB: how many records wait in the spool for the database. */
  readonly waiting: (() => number) | null;
}

/** A store that a URL names, with what proves its log. */
export interface Stores extends ServedStores {
  readonly accessLog: ProvableLog;
  /** What signs the log's checkpoints; null where none are made. */
  readonly signingKey: SigningKey | null;
  /** Public keys of those that signed earlier ones. */
  readonly formerKeys: readonly Buffer[];
  /** What the store does not hold though it was acknowledged: of one that is accepted as it is, or only looked at. */
  readonly losses?: readonly Loss[];
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
  /** Takes the store as it is, though something is missing or a key is another, and records that. */
  readonly accept?: Acceptance;
  /** The store is only looked at: what is missing holds nobody up. */
  readonly despite?: boolean;
}

/**
 * Opens what a store URL names. Throws CONFIGURATION_INVALID on an unknown kind, STORE_UNREADABLE and
 * STORE_VERSION_UNKNOWN on a store that cannot be used, STORE_BEHIND on one that does not hold what was acknowledged,
 * KEY_MISMATCH where its keys are gone or others.
 */
export async function openStores(url: string, options: StoresOptions): Promise<Stores> {
  return /^mongodb(\+srv)?:/.test(url) ? openMongo(url, options) : openSqlite(url, options);
}

async function openSqlite(url: string, options: StoresOptions): Promise<Stores> {
  const path = sqlitePath(url);
  const { clock, logKey } = options;
  if (path === MEMORY) {
    const keyring = parseKeyring(logKey ?? randomBytes(32).toString("hex"));
    const evidence = { keys: [generateSigningKey()] };
    const accessLog = await openAccessLog(path, { clock, evidence });
    const consents = sealedConsents(await openConsentStore(path, { clock }), keyring);
    return { consents, accessLog, signingKey: evidence.keys[0] ?? null, formerKeys: [], keyring, waiting: null };
  }
  mkdirFor(path);
  checkAnchor(options.anchor, path);
  const kept = await keepFile(path, [CONSENT_COMPONENT], options);
  const beside = besideOf(kept);
  const consents = sealedConsents(await openConsentStore(path, { clock, ...beside }), kept.keyring);
  try {
    const accessLog = await openAccessLog(path, { clock, ...beside, evidence: evidenceOf(kept, options) });
    await accept(kept, accessLog, options);
    return storesOf(kept, consents, accessLog, null);
  } catch (error) {
    await consents.close();
    throw error;
  }
}

/** The driver is loaded only where it is used. */
async function openMongo(url: string, options: StoresOptions): Promise<Stores> {
  const { clock, logKey, spool, spoolBounds, erasuresMs = 0 } = options;
  if (logKey === null) {
    throw new FieldguardError(
      "CONFIGURATION_INVALID",
      "Cannot share a MongoDB store without a shared log key: set the option `logKey` (FIELDGUARD_LOG_KEY) to the same secret on every gateway.",
    );
  }
  const [{ openMongoConsentStore }, { openMongoAccessLog }] = await Promise.all([
    import("../consents/mongo/store.ts"),
    import("../log/mongo/access-log.ts"),
  ]);
  const [{ lossesElsewhere }, { KnownThere }] = await Promise.all([
    import("./mongo/keep.ts"),
    import("../databases/mongo/known-there.ts"),
  ]);
  const known = new KnownThere();
  mkdirFor(spool);
  checkAnchor(options.anchor, spool);
  const elsewhere = lossesElsewhere(url, options.accept?.newKey ?? false, known);
  const kept = await keepFile(spool, [SPOOL_COMPONENT], { ...options, elsewhere });
  if (kept.marks !== null) known.begin(kept.marks);
  const beside = { ...besideOf(kept), known };
  const consents = sealedConsents(await openMongoConsentStore(url, { clock, erasuresMs, ...beside }), kept.keyring);
  try {
    const evidence = evidenceOf(kept, options);
    const accessLog = await openMongoAccessLog(url, { clock, spool, ...beside, evidence, ...spoolBounds });
    await accept(kept, accessLog, options);
    return storesOf(kept, consents, accessLog, () => accessLog.waiting());
  } catch (error) {
    await consents.close();
    throw error;
  }
}

function storesOf(
  kept: KeptBeside,
  consents: ConsentStore,
  accessLog: ProvableLog,
  waiting: Stores["waiting"],
): Stores {
  const { keys, formerKeys } = kept.evidence;
  const { keyring, losses } = kept;
  return { consents, accessLog, signingKey: keys[0] ?? null, formerKeys, keyring, waiting, losses };
}

function besideOf({ marks, keys }: KeptBeside): { readonly keys: HeldKeys; readonly marks?: Marks } {
  return { keys, ...(marks === null ? {} : { marks }) };
}

function evidenceOf({ evidence }: KeptBeside, { onAnchorFailure }: StoresOptions): Evidence {
  return { ...evidence, ...(onAnchorFailure === undefined ? {} : { onAnchorFailure }) };
}

/** Puts an acceptance on record, a record for each log that it ended; only then the store counts as whole. */
async function accept(kept: KeptBeside, log: ProvableLog, { accept: accepted, clock }: StoresOptions): Promise<void> {
  if (accepted === undefined) return;
  const { because, by, backup } = accepted;
  const consents = kept.losses.find((loss) => loss.of === "consents");
  const lost = consents === undefined ? 0 : consents.changes;
  const restored = kept.ended.flatMap((ended) => restoredLogs(ended, kept.losses));
  for (const each of restored.length === 0 ? [{ writer: null }] : restored) {
    await log.append(restoredEntry(clock.now(), by, because, { ...each, consents: lost, backup }));
  }
  if (kept.newKey) {
    const current = kept.keyring.fingerprints[0]?.fingerprint ?? null;
    const details = { action: NEW_KEY_ACTION, fingerprint: current };
    const time = clock.now();
    await log.append(gatewayEntry({ kind: "LOG_CHANGE", time, caller: by, justification: because, details }));
  }
  await log.checkpoint();
  kept.settle();
}

/** What the record of an acceptance says of a log that it has ended: of each part that is lost, or once that none is. */
function restoredLogs({ writer, size, signed }: Ended, losses: readonly Loss[]): RestoredLog[] {
  const lossesOfWriter = losses.filter((loss) => "writer" in loss && loss.writer === writer);
  const there = lossesOfWriter.find((loss) => loss.of === "spool");
  const end = Math.max(size, there?.to ?? 0);
  const ended = { writer, end, signed: Math.max(signed, there?.signed ?? 0) };
  const lost = lossesOfWriter.flatMap((loss) =>
    loss.of === "records" && !loss.other ? [{ from: loss.from, upTo: loss.to }] : [],
  );
  return (lost.length === 0 ? [{ from: end, upTo: null }] : lost).map((part) => ({ ...ended, ...part }));
}

/**
 * Brings a store up to date: the collections and indexes of a MongoDB database, which gateways only check. A SQLite file
 * is brought up to date when it is opened. Returns the parts that are as they must be now. Throws as opening does.
 */
export async function migrateStore(url: string): Promise<string[]> {
  if (!/^mongodb(\+srv)?:/.test(url)) {
    const path = sqlitePath(url);
    mkdirFor(path);
    const lost = lostDatabase(path);
    if (lost !== null) throw storeBehind(path, [lost]);
    await (await openConsentStore(path, { clock: systemClock })).close();
    await (await openAccessLog(path, { clock: systemClock })).close();
    return ["consent", "log"];
  }
  const { migrateMongoStore } = await import("./mongo/migrate.ts");
  return migrateMongoStore(url);
}

/** Copies a SQLite store into a folder; see `backUp`. Throws BAD_INPUT for a store of another kind. */
export async function backUpStore(url: string, folder: string, madeAt: string): Promise<BackupManifest> {
  return backUp(fileOf(url, "back up"), folder, madeAt);
}

/**
 * Puts a backup in the place of a SQLite store; `openStores` with `accept` is to follow. Returns what was put back, and
 * where the store that was there is kept. Throws BAD_INPUT, STORE_UNAVAILABLE, KEY_MISMATCH; see `putBack`.
 */
export async function restoreStore(
  url: string,
  folder: string,
  logKey: string | null,
  suffix: string,
): Promise<{ readonly manifest: BackupManifest; readonly aside: string | null }> {
  const path = fileOf(url, "restore");
  const manifest = await readBackup(folder);
  const file = `${path}.key`;
  if (logKey === null && !existsSync(file)) throw lostKeyFile(file, "a log key");
  const keyring =
    logKey === null
      ? keyringIn(
          file,
          madeOnce(file, () => ""),
        )
      : parseKeyring(logKey);
  return { manifest, aside: await usingStore(path, () => putBack(path, folder, keyring, suffix)) };
}

function fileOf(url: string, what: string): string {
  const path = /^mongodb(\+srv)?:/.test(url) ? MEMORY : sqlitePath(url);
  if (path !== MEMORY) return path;
  throw new FieldguardError(
    "BAD_INPUT",
    `Cannot ${what} this store: only a SQLite file can be. MongoDB has tools of its own; after a restore by them, \`fieldguard store accept\`.`,
  );
}

const MEMORY = ":memory:";

/** The file whose name the evidence of a store goes by: the database of its own, or a MongoDB gateway's spool; null in memory. */
export function evidenceFile(url: string, spool: string): string | null {
  if (/^mongodb(\+srv)?:/.test(url)) return spool;
  const path = sqlitePath(url);
  return path === MEMORY ? null : path;
}

/** What other programs read as a host, or as nothing: `sqlite://localhost/x.db`, `sqlite://db:1/x.db`. */
const HOST = /^sqlite:\/\/(?!\.{0,2}\/)[^/]+\//;

/** What a store is named by. */
export const STORE_FORMS =
  "expected sqlite:<file>, sqlite::memory: or mongodb://<host>; a file's name begins with no colon and no `file:`, and holds no ? and no #; no host (write sqlite:/srv/x.db for sqlite://localhost/srv/x.db, sqlite:./data/x.db for sqlite://data/x.db), and no ~, which only a shell knows (write sqlite:/home/you/x.db)";

/** Whether a text names a store. */
export function isStoreUrl(url: string): boolean {
  return /^mongodb(\+srv)?:\/\/./.test(url) || sqliteFile(url) !== null;
}

/**
 * The file that a URL names, or `:memory:`; null where it names none. Parameters, `:memory` and SQLite's own `file:` URLs would be
 * names of new, empty files, and so would a host or a shell's `~`: refused.
 */
export function sqliteFile(url: string): string | null {
  if (HOST.test(url)) return null;
  const path = /^sqlite:(?:\/\/)?(.+)$/s.exec(url)?.[1];
  return path === undefined || (path !== MEMORY && /^[:~]|^file:|[?#\p{Cc}]/iu.test(path)) ? null : path;
}

function sqlitePath(url: string): string {
  const path = sqliteFile(url);
  if (path !== null) return path;
  throw new FieldguardError("CONFIGURATION_INVALID", `Cannot open the store: ${STORE_FORMS}.`);
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
