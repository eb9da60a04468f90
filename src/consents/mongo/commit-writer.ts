import { setTimeout as pause } from "node:timers/promises";
import mongoose, { type Connection, type Model } from "mongoose";
import type { Clock } from "../../core/clock.ts";
import { FieldguardError } from "../../core/errors.ts";
import type { Marks } from "../../databases/marks.ts";
import { isDuplicate } from "../../databases/mongo/connection.ts";
import type { KnownThere } from "../../databases/mongo/known-there.ts";
import { type ConsentEvent, withoutFreeText } from "../contract.ts";
import { type Head, headFrom } from "./commit.ts";
import type { Commit, StoredCommit } from "./model.ts";

/** How often a change is computed anew because another writer was faster. */
const RACES_MAX = 50;
const PAUSE_MS_MAX = 20;
const ASKED_ONE_BY_ONE_MAX = 20;
/** Of many, a slow server stores so many in the time that is waited for an answer. */
const INSERTED_AT_ONCE_MAX = 100;

/**
 * The writes of the consent store. Each step may be the last one before a crash:
 * - before `insert`: nothing happened.
 * - after it: the commit stands, for every reader; older ones may be current too, and readers take the latest.
 * - after superseding: as it should be. (Erasure: free text that is still stored is not shown, and goes at the next start.)
 */
export class CommitWriter {
  readonly #commits: Model<Commit>;
  readonly #clock: Clock;
  readonly #marks: Pick<Marks, "keepConsents"> | undefined;
  readonly #known: KnownThere;

  constructor(commits: Model<Commit>, clock: Clock, known: KnownThere, marks?: Pick<Marks, "keepConsents">) {
    this.#commits = commits;
    this.#clock = clock;
    this.#known = known;
    this.#marks = marks;
  }

  now(): number {
    return this.#clock.now();
  }

  /** Lets other writers get on before the next attempt; gives up where there were too many. */
  async pauseBefore(attempt: number): Promise<void> {
    if (attempt === 0) return;
    if (attempt >= RACES_MAX)
      throw new FieldguardError("STORE_UNAVAILABLE", "Too many writers change the same consents. Try again.");
    await pause(Math.random() * Math.min(PAUSE_MS_MAX, 2 ** attempt));
  }

  async readHeads(subjects: readonly string[]): Promise<Map<string, Head>> {
    const current = new Map<string, StoredCommit[]>(subjects.map((subject) => [subject, []]));
    for (const commit of await this.#commits.find({ current: { $in: subjects } }).lean<StoredCommit[]>()) {
      current.get(commit.subject)?.push(commit);
    }
    return new Map([...current].map(([subject, commits]) => [subject, headFrom(subject, commits)]));
  }

  /**
   * Events of the subjects that may be the same as one of these: by id, by key. To be asked after the heads were read:
   * what is stored later takes the place after the head, and the insert fails.
   */
  async findStored(heads: ReadonlyMap<string, Head>, events: readonly ConsentEvent[]): Promise<ConsentEvent[]> {
    const subjects = [...heads.values()].flatMap((head) => (head.n > 0 ? [head.subject] : []));
    if (subjects.length === 0) return [];
    const keys = events.flatMap((event) => (event.key === null ? [] : [event.key]));
    const asked = [
      { "events.id": { $in: events.map((event) => event.id) } },
      ...(keys.length === 0 ? [] : [{ "events.key": { $in: keys } }]),
    ];
    // Of many it is cheaper to read all that the subjects have than to ask for each.
    const filter = { subject: { $in: subjects }, ...(events.length > ASKED_ONE_BY_ONE_MAX ? {} : { $or: asked }) };
    const found = await this.#commits.find(filter, { events: 1 }).lean<Pick<Commit, "events">[]>();
    return found.flatMap((commit) => commit.events);
  }

  /** Inserts commits, then supersedes the heads they follow. Returns the subjects whose place was taken by another writer. */
  async insert(commits: readonly Commit[], heads: ReadonlyMap<string, Head>): Promise<Set<string>> {
    if (commits.length === 0) return new Set();
    const named = commits.map((commit) => ({ ...commit, _id: new mongoose.mongo.ObjectId() }));
    const lost = new Set<string>();
    for (let start = 0; start < named.length; start += INSERTED_AT_ONCE_MAX) {
      for (const subject of await this.#insertSome(named.slice(start, start + INSERTED_AT_ONCE_MAX))) lost.add(subject);
    }
    const stored = named.filter(({ subject }) => !lost.has(subject));
    const last = stored.at(-1);
    if (last !== undefined) await this.#acknowledge(last._id.toHexString());
    await this.#supersede(stored.flatMap(({ subject }) => heads.get(subject)?.current ?? []));
    return lost;
  }

  /** Only over what was known before: a mark of what was stored over a loss would hide that. */
  async #acknowledge(commit: string): Promise<void> {
    await this.#known.check(this.#commits.db as Connection, true);
    this.#known.made(commit);
    this.#marks?.keepConsents(commit);
  }

  async #insertSome(commits: readonly Commit[]): Promise<Set<string>> {
    try {
      await this.#commits.insertMany([...commits], { ordered: false, throwOnValidationError: true });
      return new Set();
    } catch (cause) {
      const refused = writeErrors(cause);
      if (refused === null || refused.some(({ code }) => code !== 11_000)) throw cause;
      return new Set(refused.flatMap(({ index }) => commits[index]?.subject ?? []));
    }
  }

  /** The commits stand already: where this fails, readers find several current ones and take the latest. */
  async #supersede(ids: readonly unknown[]): Promise<void> {
    if (ids.length === 0) return;
    const update = { $unset: { current: "", records: "" } };
    await this.#commits.updateMany({ _id: { $in: ids } }, update).catch(() => undefined);
  }

  /** Takes the free text out of what was stored before an erasure. Safe to repeat. */
  async redact(subject: string, erasedAt: number): Promise<void> {
    const earlier = await this.#commits
      .find({ subject, n: { $lt: erasedAt } }, { events: 1, current: 1 })
      .lean<StoredCommit[]>();
    for (const { _id, events, current } of earlier) {
      if (events.length === 0 && current === undefined) continue;
      // Where superseding was left undone, the snapshot holds what was said as well.
      const update = { $set: { events: events.map(withoutFreeText) }, $unset: { current: "", records: "" } };
      await this.#commits.updateOne({ _id }, update);
    }
    await this.#commits.updateOne({ subject, n: erasedAt }, { $unset: { redacting: "" } });
  }

  /** What erasures have left undone, of whichever gateway. */
  async finishErasures(): Promise<void> {
    const begun = await this.#commits.find({ redacting: true }, { subject: 1, n: 1 }).lean<Commit[]>();
    for (const { subject, n } of begun) await this.redact(subject, n);
  }
}

/** What a bulk insert refused, by position; null where it failed otherwise. */
function writeErrors(cause: unknown): readonly { readonly index: number; readonly code: number }[] | null {
  if (!isDuplicate(cause) || typeof cause !== "object" || cause === null || !("writeErrors" in cause)) return null;
  const errors = cause.writeErrors;
  if (!Array.isArray(errors) || errors.length === 0) return null;
  return errors.map((error: { index?: unknown; code?: unknown; err?: { index?: unknown; code?: unknown } }) => ({
    index: Number(error.index ?? error.err?.index),
    code: Number(error.code ?? error.err?.code),
  }));
}
