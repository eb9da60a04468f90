import mongoose, { type Connection } from "mongoose";
import type { FieldguardError } from "../../core/errors.ts";
import { mongoWentBack } from "../losses.ts";
import type { Marks } from "../marks.ts";

/** A connection that lasts may be to a database that is put back under it: that is seen after so many milliseconds. */
const LOOK_EVERY_MS = 1_000;

interface ShippedRecord {
  readonly _id: unknown;
  readonly writer: string;
  readonly seq: number;
}

/**
 * What this process knows MongoDB to hold: the newest change of consents that it made or read, whoever made it, and the
 * last record that it shipped. Neither is ever deleted, but for the pruning of records, so that a database without them
 * is an older state, put in the place of what was acknowledged. Answers are believed once that has been looked at: after
 * every connection that is made anew, as an older state comes with one where the server was stopped for it, and else
 * every second. Once the newest copy is there, all is well again.
 */
export class KnownThere {
  #marks: Marks | null = null;
  #commit: string | null = null;
  /** Newer than `commit`; takes its place once that was found to be there. */
  #read: string | null = null;
  #record: ShippedRecord | null = null;
  #isDue = true;
  #lookedAt = 0;
  #looking: Promise<void> = Promise.resolve();
  #behind: FieldguardError | null = null;

  /** Looks from now on. The mark is told what is missing, so that the next start refuses as well. */
  begin(marks: Marks): void {
    this.#marks = marks;
  }

  /** Why nothing is acknowledged; null while what is known was there when last looked at. */
  get behind(): FieldguardError | null {
    return this.#behind;
  }

  watch(connection: Connection): void {
    connection.getClient().on("connectionReady", () => {
      this.#isDue = true;
    });
  }

  read(commits: readonly { readonly _id: unknown }[]): void {
    for (const { _id } of commits) {
      const id = String(_id);
      if (isLater(id, this.#commit) && isLater(id, this.#read)) this.#read = id;
    }
  }

  /** To be called once `check` has passed after the change was stored. */
  made(commit: string): void {
    this.#commit = commit;
  }

  shipped(record: ShippedRecord): void {
    this.#record = record;
  }

  /** To be called between an answer and its use; `now`: however short ago it was looked. Throws STORE_BEHIND. */
  async check(connection: Connection, now = false): Promise<void> {
    if (this.#marks === null) return;
    if (now || this.#isDue || performance.now() - this.#lookedAt > LOOK_EVERY_MS) {
      this.#looking = this.#look(connection, this.#marks);
    }
    await this.#looking;
  }

  async #look(connection: Connection, marks: Marks): Promise<void> {
    this.#isDue = false;
    this.#lookedAt = performance.now();
    const [commit, record, read] = [this.#commit, this.#record, this.#read];
    try {
      const [hasCommit, hasRecord] = await Promise.all([
        holdsCommit(connection, commit),
        holdsRecord(connection, record),
      ]);
      this.#behind = hasCommit && hasRecord ? null : mongoWentBack();
      if (!hasCommit && commit !== null) marks.keepConsents(commit);
      if (this.#behind !== null) throw this.#behind;
    } catch (cause) {
      this.#isDue = true;
      throw cause;
    }
    if (read !== null && isLater(read, this.#commit)) this.#commit = read;
  }
}

/** By time, as ids begin with it. */
function isLater(id: string, than: string | null): boolean {
  return than === null || id > than;
}

/** As the primary has it: right after an election it may not know yet what of it the majority has. */
const AS_IT_IS = { projection: { _id: 1 }, readConcern: { level: "local" } } as const;

export async function holdsCommit(connection: Connection, id: string | null): Promise<boolean> {
  if (id === null || !mongoose.mongo.ObjectId.isValid(id)) return true;
  const where = { _id: new mongoose.mongo.ObjectId(id) };
  return (await connection.collection("consent_commits").findOne(where, AS_IT_IS)) !== null;
}

async function holdsRecord(connection: Connection, record: ShippedRecord | null): Promise<boolean> {
  if (record === null) return true;
  const { _id, writer, seq } = record;
  const where = { _id } as { readonly _id: mongoose.mongo.ObjectId };
  if ((await connection.collection("access_records").findOne(where, AS_IT_IS)) !== null) return true;
  const writers = connection.collection<{ _id: string; pruned: number }>("access_writers");
  return ((await writers.findOne({ _id: writer }))?.pruned ?? 0) > seq;
}
