import { setTimeout as pause } from "node:timers/promises";
import mongoose, { type Connection, type Model } from "mongoose";
import { FieldguardError } from "../../core/errors.ts";
import { connect, isDuplicate, type MongoBounds, prepareMongo } from "../../databases/mongo/connection.ts";
import type { KnownThere } from "../../databases/mongo/known-there.ts";
import { originOf } from "../proof/checkpoint.ts";
import { leafDigest } from "../proof/merkle.ts";
import { verifierKey } from "../proof/note.ts";
import { TILE_LEAVES } from "../proof/tree-parts.ts";
import { documentFor, LOG_MONGO, type LogDocument, type StoredLeaf } from "./model.ts";
import { type LogModels, logModels, type StoredCheckpoint, type StoredPart } from "./proof-model.ts";
import type { Spool } from "./spool.ts";

const BATCH_RECORDS = 200;
const RETRY_MS_MIN = 50;
const RETRY_MS_MAX = 5_000;
const END_MS_MAX = 1_000;
/** What no waiting mends: somebody has to migrate the database, or to run another version. */
const UNUSABLE: ReadonlySet<string> = new Set(["STORE_UNREADABLE", "STORE_VERSION_UNKNOWN"]);
const SETTLE_LOOK_MS = 20;
/** Tiles, each of 256 hashes, that are shipped in one go. */
const BATCH_TILES = 32;

/**
 * Carries records from the spool to MongoDB, each writer's in order. What could happen between any two steps:
 * - stored in MongoDB, not marked as shipped: shipped again, refused by its place, found to be the same.
 * - another process ships the same: likewise.
 * - MongoDB is away: tried again, less and less often; the records stay in the spool.
 * - MongoDB has another record in the place: two spools claim one writer (a copied file, an old backup). Nothing more is
 *   shipped, and `forked` tells.
 * - MongoDB lacks what was shipped: nothing more is, while that is so, and `behind` tells. The gap stays at the end.
 */
export class Shipper {
  readonly #url: string;
  readonly #bounds: MongoBounds;
  readonly #spool: Spool;
  #connection: Promise<Connection> | null = null;
  /** The connection from the moment on at which it is being made: what there is to end. */
  #begun: Connection | null = null;
  #running: Promise<void> | null = null;
  #wake = new AbortController();
  #again = false;
  #stopped = false;
  #forked: string | null = null;
  #refusal: FieldguardError | null = null;
  /** By writer: what of its proof is known to be in MongoDB. */
  readonly #proven = new Map<string, { tiles: number; checkpoint: number }>();
  readonly #publicKeys: readonly Buffer[];
  readonly #known: KnownThere;

  constructor(url: string, bounds: MongoBounds, spool: Spool, publicKeys: readonly Buffer[], known: KnownThere) {
    this.#url = url;
    this.#bounds = bounds;
    this.#spool = spool;
    this.#publicKeys = publicKeys;
    this.#known = known;
  }

  /** What MongoDB lacks of what is known to have been there, as an error; null where all is well. */
  get behind(): FieldguardError | null {
    return this.#known.behind;
  }

  /** The writer of whom MongoDB has other records than the spool; null where all is well. */
  get forked(): string | null {
    return this.#forked;
  }

  /** Why the database cannot be used as it is, though it answers; null where that is not known. */
  get refusal(): FieldguardError | null {
    return this.#refusal;
  }

  /** The records as MongoDB has them. Rejects where it cannot be reached. */
  async records(): Promise<Model<LogDocument>> {
    return (await this.models()).records;
  }

  /** The whole log as MongoDB has it. Rejects likewise. */
  async models(): Promise<LogModels> {
    this.#connection ??= this.#connect();
    return logModels(await this.#connection);
  }

  /** How many of a writer's records MongoDB has with their part of the tree: what the spool need not keep. */
  kept(writer: string): number {
    const shipped = this.#spool.writers().find(({ id }) => id === writer)?.shipped ?? 0;
    const tiles = this.#proven.get(writer)?.tiles ?? 0;
    return shipped - (shipped % TILE_LEAVES) > tiles * TILE_LEAVES ? tiles * TILE_LEAVES : shipped;
  }

  /** Resolves once all that the spool holds is shipped, with its proof; rejects where that takes longer than `waitMsMax`. */
  async settle(waitMsMax: number): Promise<void> {
    const until = performance.now() + waitMsMax;
    this.start();
    while (this.#running !== null || this.#spool.writersBehind().length > 0) {
      if (this.behind !== null) throw this.behind;
      if (this.#forked !== null || this.#stopped || performance.now() > until) {
        throw new FieldguardError(
          "AUDIT_UNAVAILABLE",
          "Cannot do this while records wait for MongoDB. Look at the server and try again.",
        );
      }
      await pause(SETTLE_LOOK_MS);
    }
  }

  async #connect(): Promise<Connection> {
    try {
      const connection = await connect(this.#url, this.#bounds, (began) => {
        this.#begun = began;
      });
      await prepareMongo(connection, LOG_MONGO).catch(async (cause: unknown) => {
        await connection.close();
        throw cause;
      });
      this.#refusal = null;
      this.#known.watch(connection);
      return connection;
    } catch (cause) {
      this.#connection = null;
      if (cause instanceof FieldguardError && UNUSABLE.has(cause.code)) this.#refusal = cause;
      throw cause;
    }
  }

  /** Begins to ship what the spool holds, unless that is under way. */
  start(): void {
    if (this.#stopped || this.#forked !== null) return;
    this.#again = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
      if (this.#again) this.start();
    });
  }

  async #run(): Promise<void> {
    for (let failures = 0; this.#again && !this.#stopped && this.#forked === null; ) {
      this.#again = false;
      try {
        for (const writer of this.#spool.writersBehind()) await this.#drain(writer);
        for (const { id, shipped } of this.#spool.writers()) if (shipped > 0) await this.#shipProof(id, shipped);
        failures = 0;
      } catch {
        failures += 1;
        this.#again = true;
        await this.#wait(Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** failures));
      }
    }
  }

  async #drain(writer: string): Promise<void> {
    for (;;) {
      const batch = this.#spool.unshipped(writer, BATCH_RECORDS);
      const last = batch.at(-1);
      if (last === undefined || this.#stopped) return;
      const { db } = await this.records();
      await this.#known.check(db, true);
      const _id = await this.#ship(batch);
      await this.#known.check(db);
      this.#known.shipped({ _id, writer, seq: last.seq });
      this.#spool.markShipped(writer, last.seq + 1);
    }
  }

  /**
   * Ships the tree and the checkpoints over what is shipped; before them the keys that sign. Each is put in its place
   * where nothing is there, in order: what was shipped before is known by the last of it.
   */
  async #shipProof(writer: string, shipped: number): Promise<void> {
    let inMongo = this.#proven.get(writer);
    const complete = Math.floor(shipped / TILE_LEAVES);
    if (inMongo?.tiles === complete && this.#spool.checkpoints(writer, inMongo.checkpoint, shipped).length === 0)
      return;
    const models = await this.models();
    if (inMongo === undefined) {
      await this.#nameWriter(models, writer);
      inMongo = await readProven(models, writer);
      this.#proven.set(writer, inMongo);
    }
    while (inMongo.tiles < complete) {
      const to = Math.min(complete, inMongo.tiles + BATCH_TILES);
      const parts = this.#spool.treeParts(writer, inMongo.tiles, to);
      await putAll(models.tree, parts, ({ level, index }) => ({ writer, level, index }));
      inMongo.tiles = to;
    }
    const checkpoints = this.#spool.checkpoints(writer, inMongo.checkpoint, shipped);
    await putAll(models.checkpoints, checkpoints, ({ size }) => ({ writer, size }));
    inMongo.checkpoint = checkpoints.at(-1)?.size ?? inMongo.checkpoint;
  }

  async #nameWriter({ writers }: LogModels, writer: string): Promise<void> {
    const keys = this.#publicKeys.map((key) => verifierKey(originOf(writer), key));
    const update = { $setOnInsert: { pruned: 0 }, $addToSet: { keys: { $each: keys } } };
    await writers.updateOne({ _id: writer }, update, { upsert: true });
  }

  /** Returns by which id MongoDB has the last of them. */
  async #ship(batch: readonly StoredLeaf[]): Promise<unknown> {
    const records = await this.records();
    let id: unknown = null;
    for (let rest = batch; rest.length > 0; ) {
      const documents = rest.map((each) => ({ _id: new mongoose.mongo.ObjectId(), ...documentFor(each) }));
      try {
        await records.insertMany(documents, { ordered: true, throwOnValidationError: true });
        return documents.at(-1)?._id;
      } catch (cause) {
        if (!isDuplicate(cause)) throw cause;
        ({ rest, id } = await this.#withoutKnown(records, rest));
      }
    }
    return id;
  }

  /** What is left of a batch once those that MongoDB has are found to be the same; and the id of the last, if it has that. */
  async #withoutKnown(
    records: Model<LogDocument>,
    batch: readonly StoredLeaf[],
  ): Promise<{ readonly rest: readonly StoredLeaf[]; readonly id: unknown }> {
    const [first] = batch;
    const last = batch.at(-1);
    if (first === undefined || last === undefined) return { rest: [], id: null };
    const inPlace = await records
      .find({ writer: first.writer, seq: { $gte: first.seq, $lte: last.seq } }, { seq: 1, leaf: 1 })
      .lean<(Pick<StoredLeaf, "seq" | "leaf"> & { readonly _id: unknown })[]>();
    const leaves = new Map(inPlace.map(({ seq, leaf }) => [seq, leaf]));
    for (const { seq, leaf, writer } of batch) {
      const stored = leaves.get(seq);
      if (stored === undefined || leafDigest(stored) === leafDigest(leaf)) continue;
      this.#forked = writer;
      throw new FieldguardError("AUDIT_UNAVAILABLE", `The log of the writer ${writer} has forked at record ${seq}.`);
    }
    const id = inPlace.find(({ seq }) => seq === last.seq)?._id ?? null;
    return { rest: batch.filter(({ seq }) => !leaves.has(seq)), id };
  }

  async #wait(milliseconds: number): Promise<void> {
    this.#wake = new AbortController();
    await pause(milliseconds, undefined, { ref: false, signal: this.#wake.signal }).catch(() => undefined);
  }

  /**
   * Ships what is left for at most `waitMsMax`, then ends, in bounded time also where MongoDB hangs. What remains is
   * shipped after the next start.
   */
  async stop(waitMsMax: number): Promise<void> {
    this.#wake.abort();
    if (this.#running !== null) await within(waitMsMax, this.#running);
    this.#stopped = true;
    this.#again = false;
    this.#wake.abort();
    // The driver's own client: mongoose would first wait for a connection that is being made.
    const client = this.#begun?.getClient();
    if (client !== undefined) await within(END_MS_MAX, client.close());
    // What was under way fails now; should it not, it finds the spool closed.
    if (this.#running !== null) await within(END_MS_MAX, this.#running);
  }
}

/** What of a writer's proof MongoDB has: parts are put there in order, so that the last tells. */
async function readProven({ tree, checkpoints }: LogModels, writer: string) {
  const [tile] = await tree.find({ writer, level: 0 }).sort({ index: -1 }).limit(1).lean<StoredPart[]>();
  const [checkpoint] = await checkpoints.find({ writer }).sort({ size: -1 }).limit(1).lean<StoredCheckpoint[]>();
  return { tiles: tile === undefined ? 0 : tile.index + 1, checkpoint: checkpoint?.size ?? 0 };
}

/** Inserts each document in its place, unless something is there. */
async function putAll<T extends object>(model: Model<T>, documents: readonly T[], placeOf: (document: T) => object) {
  if (documents.length === 0) return;
  const writes = documents.map((document) => ({
    updateOne: { filter: placeOf(document), update: { $setOnInsert: document }, upsert: true },
  }));
  await model.bulkWrite(writes, { ordered: true });
}

/** Waits for a promise to settle, but no longer than so many milliseconds. */
export async function within(milliseconds: number, promise: Promise<unknown>): Promise<void> {
  const settled = new AbortController();
  const done = promise.then(
    () => undefined,
    () => undefined,
  );
  const late = pause(milliseconds, undefined, { signal: settled.signal }).catch(() => undefined);
  await Promise.race([done, late]);
  settled.abort();
}
