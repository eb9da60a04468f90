import mongoose, { type Connection } from "mongoose";
import { FieldguardError } from "../../core/errors.ts";

export interface MongoBounds {
  /** Connections kept at most. */
  readonly poolMax?: number;
  /** How long to look for a server that can answer, in milliseconds. */
  readonly selectMsMax?: number;
  /** How long to wait for an answer, in milliseconds. */
  readonly answerMsMax?: number;
}

export const MONGO_BOUNDS: Required<MongoBounds> = { poolMax: 20, selectMsMax: 2_000, answerMsMax: 5_000 };

/** An index as it must be; `name` is what it is found by. */
export interface IndexNeeded {
  readonly name: string;
  readonly keys: Readonly<Record<string, 1 | -1>>;
  readonly unique?: boolean;
  readonly sparse?: boolean;
}

/** A store's part of the database: its collections with their indexes. The version rises when either changes. */
export interface MongoComponent {
  readonly name: string;
  readonly version: number;
  readonly collections: Readonly<Record<string, readonly IndexNeeded[]>>;
}

const SCHEMA_COLLECTION = "fieldguard_schema";

/**
 * Connects to MongoDB, or what speaks its protocol, on a connection of the store's own. Writes wait for the majority;
 * reads come from the primary and see only what the majority has, so that nothing read is ever rolled back.
 * `began` gets the connection before it is there, for those who may have to end it. Throws STORE_UNAVAILABLE where no
 * server answers, CONFIGURATION_INVALID where the URL cannot be read.
 */
export async function connect(
  url: string,
  bounds: MongoBounds = {},
  began: (connection: Connection) => void = () => undefined,
): Promise<Connection> {
  const { poolMax, selectMsMax, answerMsMax } = { ...MONGO_BOUNDS, ...bounds };
  let connection: Connection;
  try {
    connection = mongoose.createConnection(url, {
      autoCreate: false,
      autoIndex: false,
      bufferCommands: false,
      maxPoolSize: poolMax,
      waitQueueTimeoutMS: selectMsMax,
      serverSelectionTimeoutMS: selectMsMax,
      connectTimeoutMS: selectMsMax,
      socketTimeoutMS: answerMsMax,
      writeConcern: { w: "majority", wtimeoutMS: answerMsMax },
      readConcern: { level: "majority" },
      readPreference: "primary",
      retryWrites: true,
      retryReads: true,
    });
    began(connection);
    await connection.asPromise();
  } catch (cause) {
    throw connectError(cause);
  }
  return connection;
}

function connectError(cause: unknown): FieldguardError {
  const name = cause instanceof Error ? cause.name : "";
  if (name === "MongoParseError" || name === "MongoInvalidArgumentError" || name === "MongoAPIError") {
    return new FieldguardError(
      "CONFIGURATION_INVALID",
      "Cannot read the store's URL: expected mongodb://[user:password@]host[:port]/database[?options].",
      { cause },
    );
  }
  return new FieldguardError(
    "STORE_UNAVAILABLE",
    "Cannot reach the store: no MongoDB server answers, or it does not accept the credentials. Look at the URL and the server.",
    { cause },
  );
}

/** What the driver throws once there is a connection, as an error that tells an operator what to do; our own as they are. */
export function unanswered(cause: unknown): FieldguardError {
  if (cause instanceof FieldguardError) return cause;
  return new FieldguardError(
    "STORE_UNAVAILABLE",
    "Cannot open the store: its MongoDB server broke off, refused or took too long. Try again; if it lasts, look at the server.",
    { cause },
  );
}

/**
 * Makes a component's indexes and notes its version; does nothing where all is there. Run by `fieldguard store migrate`,
 * and by itself on a database that holds nothing of the component yet. Several gateways may do it at once. `change` brings what is
 * stored up from an older version, and must be safe to repeat.
 * Throws STORE_VERSION_UNKNOWN where the database was made by a newer version.
 */
export async function migrateMongo(
  connection: Connection,
  component: MongoComponent,
  change: (from: number) => Promise<void> = async () => undefined,
): Promise<void> {
  const from = await checkVersion(connection, component);
  for (const [collection, indexes] of Object.entries(component.collections)) {
    const present = await listIndexes(connection, collection);
    for (const needed of indexes) {
      if (present.some((index) => isIndex(index, needed))) continue;
      const { name, keys, unique = false, sparse = false } = needed;
      if (present.some((index) => index.name === name)) await connection.collection(collection).dropIndex(name);
      await connection.collection(collection).createIndex({ ...keys }, { name, unique, sparse });
    }
  }
  if (from !== null && from < component.version) await change(from);
  const versions = connection.collection<VersionDocument>(SCHEMA_COLLECTION);
  const note = () =>
    versions.updateOne({ _id: component.name }, { $set: { version: component.version } }, { upsert: true });
  // Of two that note the first version at once, the second finds it there.
  await note().catch((cause: unknown) => (isDuplicate(cause) ? note() : Promise.reject(cause)));
}

/**
 * Makes sure that a component's indexes are as they must be, without which two writers could both win. A database that
 * holds nothing of it is migrated by itself, so that a first start is one step. Throws STORE_VERSION_UNKNOWN; STORE_UNREADABLE where the migration is to be run first.
 */
export async function prepareMongo(connection: Connection, component: MongoComponent): Promise<void> {
  let version = await checkVersion(connection, component);
  if (version === null) {
    const full = await findContent(connection, component);
    if (full === null) return migrateMongo(connection, component);
    // Another gateway may have made it, and begun to use it, since we asked.
    version = await checkVersion(connection, component);
    if (version === null) throw toMigrate(component.name, `${full} holds something, and no version is noted`);
  }
  if (version < component.version) throw toMigrate(component.name, `it has version ${version}`);
  for (const [collection, indexes] of Object.entries(component.collections)) {
    const present = await listIndexes(connection, collection);
    for (const needed of indexes) {
      if (!present.some((index) => isIndex(index, needed))) {
        throw toMigrate(component.name, `the index ${needed.name} of ${collection} is missing or another`);
      }
    }
  }
}

/** The first of a component's collections that holds anything; null where none does. */
async function findContent(connection: Connection, { collections }: MongoComponent): Promise<string | null> {
  for (const name of Object.keys(collections)) {
    if ((await connection.collection(name).findOne({}, { projection: { _id: 1 } })) !== null) return name;
  }
  return null;
}

interface VersionDocument {
  readonly _id: string;
  readonly version: number;
}

/** The version that is stored; null where there is none. */
async function checkVersion(connection: Connection, { name, version }: MongoComponent): Promise<number | null> {
  const stored = await connection.collection<VersionDocument>(SCHEMA_COLLECTION).findOne({ _id: name });
  if (stored === null) return null;
  if (stored.version <= version) return stored.version;
  throw new FieldguardError(
    "STORE_VERSION_UNKNOWN",
    `Cannot use the store: its part "${name}" has version ${stored.version}, and this Fieldguard knows versions up to ${version}. Run the Fieldguard that wrote it, or a newer one.`,
  );
}

interface IndexFound {
  readonly name?: string;
  readonly key: Readonly<Record<string, unknown>>;
  readonly unique?: boolean;
  readonly sparse?: boolean;
}

async function listIndexes(connection: Connection, collection: string): Promise<readonly IndexFound[]> {
  try {
    return (await connection.collection(collection).listIndexes().toArray()) as IndexFound[];
  } catch (cause) {
    if (cause instanceof Error && "codeName" in cause && cause.codeName === "NamespaceNotFound") return [];
    throw cause;
  }
}

function isIndex(found: IndexFound, needed: IndexNeeded): boolean {
  return (
    found.name === needed.name &&
    JSON.stringify(found.key) === JSON.stringify(needed.keys) &&
    (found.unique ?? false) === (needed.unique ?? false)
  );
}

function toMigrate(component: string, why: string): FieldguardError {
  return new FieldguardError(
    "STORE_UNREADABLE",
    `Cannot use the store: its part "${component}" is not up to date, ${why}. Run \`fieldguard store migrate --store URL\`.`,
  );
}

/** Whether an insert was refused because its place is taken (E11000). */
export function isDuplicate(cause: unknown): boolean {
  return typeof cause === "object" && cause !== null && "code" in cause && cause.code === 11_000;
}
