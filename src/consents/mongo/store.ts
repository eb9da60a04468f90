import type { Connection } from "mongoose";
import type { Clock } from "../../core/clock.ts";
import { FieldguardError } from "../../core/errors.ts";
import type { Marks } from "../../databases/marks.ts";
import { connect, isDuplicate, type MongoBounds, prepareMongo } from "../../databases/mongo/connection.ts";
import { KnownThere } from "../../databases/mongo/known-there.ts";
import { Reach } from "../../databases/mongo/reach.ts";
import {
  type Agreement,
  type ConsentEvent,
  type ConsentRecord,
  type ConsentStore,
  type HistoryPage,
  isSameState,
  prevailingAgreement,
  type StandingAnswer,
  type StandingQuestion,
  type SubjectState,
  withoutFreeText,
} from "../contract.ts";
import type { AgreementStanding, Erasure, Standing } from "../standing.ts";
import { appendEvents } from "./append.ts";
import { commitState, emptyHead, latestOf, recordsOf, standingFrom } from "./commit.ts";
import { CommitWriter } from "./commit-writer.ts";
import { Erasures } from "./erasures.ts";
import {
  CONSENT_MONGO,
  type Commit,
  type ConsentModels,
  consentModels,
  purposeField,
  type StoredAgreement,
  type StoredCommit,
} from "./model.ts";
import { streamEvents } from "./stream.ts";

export interface MongoConsentStoreOptions extends MongoBounds {
  readonly clock: Clock;
  /** Told of the last change, after every commit. */
  readonly marks?: Pick<Marks, "keepConsents">;
  /** What answers are held against before they are used; nothing, as left out. */
  readonly known?: KnownThere;
  /** How old, in milliseconds, what is known of who is erased may be; 0 (as left out): asked each time. */
  readonly erasuresMs?: number;
}

/**
 * Opens the consent store in MongoDB (or what speaks its protocol) on a connection of its own. Any number of gateways
 * share it; what one has acknowledged, all see. Nothing is kept in memory between questions, but for `erasuresMs`.
 * Throws CONFIGURATION_INVALID, STORE_UNAVAILABLE, STORE_UNREADABLE, STORE_VERSION_UNKNOWN; see `connect` and
 * `prepareMongo`.
 */
export async function openMongoConsentStore(url: string, options: MongoConsentStoreOptions): Promise<ConsentStore> {
  const connection = await connect(url, options);
  try {
    await prepareMongo(connection, CONSENT_MONGO);
    const { clock, marks, known = new KnownThere() } = options;
    known.watch(connection);
    const models = consentModels(connection);
    const writer = new CommitWriter(models.commits, clock, known, marks);
    await writer.finishErasures();
    const erasures = new Erasures(models, clock, options.erasuresMs ?? 0);
    return new MongoConsentStore(connection, models, writer, erasures, known);
  } catch (cause) {
    await connection.close();
    throw storeError(cause);
  }
}

class MongoConsentStore implements ConsentStore {
  readonly #connection: Connection;
  readonly #models: ConsentModels;
  readonly #writer: CommitWriter;
  readonly #erasures: Erasures;
  readonly #reach: Reach;
  readonly #known: KnownThere;
  readonly #underWay = new Set<Promise<unknown>>();
  /** The last change begun of each subject that is being changed. */
  readonly #turns = new Map<string, Promise<void>>();
  #closing: Promise<void> | null = null;

  constructor(
    connection: Connection,
    models: ConsentModels,
    writer: CommitWriter,
    erasures: Erasures,
    known: KnownThere,
  ) {
    this.#connection = connection;
    this.#known = known;
    this.#erasures = erasures;
    this.#models = models;
    this.#writer = writer;
    this.#reach = new Reach(() => this.#askServer());
  }

  append(events: readonly ConsentEvent[], expected?: ReadonlyMap<string, string | null>): Promise<ConsentRecord[]> {
    return this.#run(() =>
      this.#inTurn(
        events.map((event) => event.subject),
        () => appendEvents(this.#writer, events, expected ?? new Map()),
      ),
    );
  }

  lookUp(question: StandingQuestion): Promise<StandingAnswer> {
    return this.#run(async () => {
      const [subjects, agreements] = await Promise.all([this.#standings(question), this.#agreementsFor(question)]);
      return { subjects, agreements };
    });
  }

  erasures(subjects: readonly string[]): Promise<Map<string, Erasure>> {
    return this.#run(() => this.#erasures.of(subjects));
  }

  async #standings({ subjects, purpose }: StandingQuestion): Promise<Map<string, Standing>> {
    const asked = [...new Set(subjects)];
    const nothing: Standing = { status: "ACTIVE", legalHold: false, consents: [] };
    const answer = new Map<string, Standing>(asked.map((subject) => [subject, nothing]));
    if (asked.length === 0) return answer;
    const wanted = { subject: 1, n: 1, state: 1, [`records.${purposeField(purpose)}`]: 1 };
    // A later commit is inserted before an older one ceases to be current, and an index is read from older to newer: a
    // subject that has a commit is found in any case, at times twice.
    const found = await this.#models.commits.find({ current: { $in: asked } }, wanted).lean<StoredCommit[]>();
    this.#known.read(found);
    const latest = new Map<string, Commit>();
    for (const commit of found) {
      if (commit.n > (latest.get(commit.subject)?.n ?? 0)) latest.set(commit.subject, commit);
    }
    for (const [subject, commit] of latest) answer.set(subject, standingFrom(commit, purpose));
    return answer;
  }

  async #agreementsFor({ tenants, partner, purpose }: StandingQuestion): Promise<Map<string, AgreementStanding>> {
    const answer = new Map<string, AgreementStanding>();
    if (tenants.length === 0) return answer;
    const stored = await this.#findAgreements({ tenant: { $in: [...new Set(tenants)] } });
    for (const tenant of new Set(tenants)) {
      const own = stored.filter((agreement) => agreement.tenant === tenant);
      const found = prevailingAgreement(own, partner, purpose);
      if (found === null) continue;
      const { id, state, form, givenAt, expiresAt } = found;
      answer.set(tenant, { id, tenant, state, form, givenAt, expiresAt });
    }
    return answer;
  }

  records(subject: string): Promise<ConsentRecord[]> {
    return this.#run(async () => {
      const heads = await this.#writer.readHeads([subject]);
      return recordsOf(heads.get(subject) ?? emptyHead(subject));
    });
  }

  history(subject: string, page?: HistoryPage): Promise<ConsentEvent[]> {
    return this.#run(async () => {
      if (page !== undefined) return this.#pageOf(subject, page);
      const commits = await this.#models.commits.find({ subject }).sort({ n: 1 }).lean<Commit[]>();
      const events = commits.flatMap((commit) => commit.events);
      return latestOf(commits)?.state.status === "ERASED" ? events.map(withoutFreeText) : events;
    });
  }

  /** Commits are read one after another until the page is full. */
  async #pageOf(subject: string, { first, skip = 0, newestFirst = false }: HistoryPage): Promise<ConsentEvent[]> {
    const latest = await this.#models.commits.findOne({ subject }).sort({ n: -1 }).lean<Commit>();
    const erased = latest?.state.status === "ERASED";
    const commits = this.#models.commits
      .find({ subject })
      .sort({ n: newestFirst ? -1 : 1 })
      .lean<Commit[]>()
      .cursor();
    const page: ConsentEvent[] = [];
    let passed = 0;
    for await (const commit of commits as unknown as AsyncIterable<Commit>) {
      for (const event of newestFirst ? [...commit.events].reverse() : commit.events) {
        passed += 1;
        if (passed > skip) page.push(erased ? withoutFreeText(event) : event);
        if (page.length >= first) return page;
      }
    }
    return page;
  }

  events(after?: string): AsyncIterable<ConsentEvent> {
    return streamEvents((read) => this.#run(() => read(this.#models.commits)), after);
  }

  subjectState(subject: string): Promise<SubjectState> {
    return this.#run(async () => {
      const heads = await this.#writer.readHeads([subject]);
      return { subject, ...(heads.get(subject) ?? emptyHead(subject)).state };
    });
  }

  setSubjectState(state: SubjectState, expected?: SubjectState): Promise<SubjectState> {
    return this.#run(async () => {
      const { subject } = state;
      for (let attempt = 0; ; attempt += 1) {
        await this.#writer.pauseBefore(attempt);
        const heads = await this.#writer.readHeads([subject]);
        const head = heads.get(subject) ?? emptyHead(subject);
        if (expected !== undefined && !isSameState({ subject, ...head.state }, expected)) throw stateMovedOn();
        const commit = commitState(head, state, this.#writer.now());
        const lost = await this.#writer.insert([commit], heads);
        if (lost.size > 0) continue;
        this.#erasures.forget(subject);
        if (commit.redacting === true) await this.#writer.redact(subject, commit.n);
        return state;
      }
    });
  }

  async putAgreement({ id, ...agreement }: Agreement): Promise<void> {
    const stored: StoredAgreement = { _id: id, ...agreement };
    await this.#run(async () => {
      await new this.#models.agreements(stored).validate();
      const put = () => this.#models.agreements.replaceOne({ _id: id }, stored, { upsert: true });
      // Of two that put a new one at once, the second finds it there.
      await put().catch((cause: unknown) => (isDuplicate(cause) ? put() : Promise.reject(cause)));
    });
  }

  agreements(tenant?: string): Promise<Agreement[]> {
    return this.#run(() => this.#findAgreements(tenant === undefined ? {} : { tenant }));
  }

  async #findAgreements(filter: { tenant?: string | { $in: string[] } }): Promise<Agreement[]> {
    const stored = await this.#models.agreements.find(filter).sort({ tenant: 1, _id: 1 }).lean<StoredAgreement[]>();
    return stored.map(({ _id, ...agreement }) => ({ id: _id, ...agreement }));
  }

  /** One change of a subject after the other within this gateway: they would only take each other's place. */
  #inTurn<T>(subjects: readonly string[], change: () => Promise<T>): Promise<T> {
    const [subject, ...others] = new Set(subjects);
    if (subject === undefined || others.length > 0) return change();
    const turn = (this.#turns.get(subject) ?? Promise.resolve()).then(change);
    const settled = turn.then(
      () => undefined,
      () => undefined,
    );
    this.#turns.set(subject, settled);
    void settled.then(() => {
      if (this.#turns.get(subject) === settled) this.#turns.delete(subject);
    });
    return turn;
  }

  ping(): Promise<void> {
    return this.#run(() => this.#askServer());
  }

  async #askServer(): Promise<void> {
    await this.#connection.db?.admin().command({ ping: 1 });
  }

  close(): Promise<void> {
    this.#closing ??= (async () => {
      await Promise.allSettled(this.#underWay);
      this.#reach.end();
      await this.#connection.close();
    })();
    return this.#closing;
  }

  async #run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closing !== null) throw storeError(new Error("closed"));
    const running = this.#reach.whileThere(async () => {
      const answer = await work();
      await this.#known.check(this.#connection);
      return answer;
    });
    this.#underWay.add(running);
    try {
      return await running;
    } catch (cause) {
      throw storeError(cause);
    } finally {
      this.#underWay.delete(running);
    }
  }
}

function stateMovedOn(): FieldguardError {
  return new FieldguardError(
    "CONSENT_STATE_CONFLICT",
    "Cannot change the subject's state: somebody else changed it meanwhile. Read how it stands now and decide anew.",
  );
}

function storeError(cause: unknown): FieldguardError {
  if (cause instanceof FieldguardError) return cause;
  return new FieldguardError(
    "STORE_UNAVAILABLE",
    "The consent store cannot answer now. Try again; if it lasts, look at the MongoDB server.",
    { cause },
  );
}
