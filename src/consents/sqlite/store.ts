import { setTimeout as pause } from "node:timers/promises";
import type { Clock } from "../../core/clock.ts";
import { FieldguardError } from "../../core/errors.ts";
import type { HeldKeys } from "../../databases/held-keys.ts";
import { wentBack } from "../../databases/losses.ts";
import type { Marks } from "../../databases/marks.ts";
import { BUSY_TIMEOUT_MS, type Database, isBusy, openDatabase, usingStore } from "../../databases/sqlite/database.ts";
import { HeldFiles } from "../../databases/sqlite/held-files.ts";
import { byScope } from "../choices.ts";
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
import type { AgreementStanding, ConsentStanding, Erasure, Standing } from "../standing.ts";
import { EventAppender } from "./append.ts";
import { StandingCache } from "./cache.ts";
import { ErasureSet } from "./erasure-set.ts";
import {
  agreementFromBody,
  agreementStanding,
  eventFromBody,
  recordsFromRows,
  standingFromRow,
  subjectStateFromRow,
} from "./rows.ts";
import { CONSENT_COMPONENT } from "./schema.ts";
import { type ConsentStatements, prepareConsentStatements } from "./statements.ts";

export interface ConsentStoreOptions {
  readonly clock: Clock;
  /** How many subjects' standings are kept in memory (they are exact all the same); 0 for none. */
  readonly cachedSubjectsMax?: number;
  /** How long a write waits for another connection's lock, in milliseconds. */
  readonly busyTimeoutMs?: number;
  /** Told of the last change, after every commit. */
  readonly marks?: Pick<Marks, "keepConsents">;
  /** Files beside the database without which what is written could not be used: looked at with every change. */
  readonly keys?: Pick<HeldKeys, "check">;
}

export const CACHED_SUBJECTS_MAX = 50_000;
const PAGE_CACHE_KIB = 32_768;
const EXPORT_PAGE = 250;
const BUSY_PAUSE_MS = 2;

/**
 * Opens the embedded consent store: a file (shared with the access log and with other processes), or `:memory:`.
 * Throws STORE_UNREADABLE, STORE_VERSION_UNKNOWN, STORE_UNAVAILABLE; see `openDatabase`.
 */
export async function openConsentStore(path: string, options: ConsentStoreOptions): Promise<ConsentStore> {
  const database = openDatabase(path, [CONSENT_COMPONENT]);
  return usingStore(path, () => {
    try {
      return new SqliteConsentStore(database, options);
    } catch (cause) {
      database.close();
      throw cause;
    }
  });
}

class SqliteConsentStore implements ConsentStore {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #statements: ConsentStatements;
  readonly #appender: EventAppender;
  readonly #cache: StandingCache;
  readonly #erasures: ErasureSet;
  readonly #busyTimeoutMs: number;
  readonly #files: HeldFiles;
  readonly #marks: ConsentStoreOptions["marks"];
  /** Writes wait for each other here rather than for SQLite's lock, which would hold up the whole process. */
  #writing: Promise<unknown> = Promise.resolve();
  #closed = false;
  /** The last change of which this process knows that the file held it. */
  #known: { readonly revision: number; readonly id: string | null };

  constructor(database: Database, options: ConsentStoreOptions) {
    // A lock that somebody else holds is waited for between attempts, with the event loop free.
    database.pragma("busy_timeout = 0");
    database.pragma(`cache_size = -${PAGE_CACHE_KIB}`);
    this.#database = database;
    this.#clock = options.clock;
    this.#statements = prepareConsentStatements(database);
    this.#appender = new EventAppender(database);
    this.#cache = new StandingCache(options.cachedSubjectsMax ?? CACHED_SUBJECTS_MAX);
    this.#files = new HeldFiles(database, options.keys);
    this.#marks = options.marks;
    this.#erasures = new ErasureSet(this.#statements);
    this.#busyTimeoutMs = options.busyTimeoutMs ?? BUSY_TIMEOUT_MS;
    this.#known = { revision: 0, id: null };
  }

  async append(
    events: readonly ConsentEvent[],
    expected?: ReadonlyMap<string, string | null>,
  ): Promise<ConsentRecord[]> {
    return this.#write(
      () => this.#appender.append(events, expected, this.#clock.now()),
      ({ records, stored }) => ({ answer: records, changed: stored === 0 ? [] : events.map((event) => event.subject) }),
    );
  }

  async lookUp(question: StandingQuestion): Promise<StandingAnswer> {
    return this.#read(() => ({
      subjects: this.#standings(new Set(question.subjects), question.purpose),
      agreements: this.#agreementsFor(question),
    }));
  }

  async erasures(subjects: readonly string[]): Promise<Map<string, Erasure>> {
    return this.#read(() => this.#erasures.of(subjects));
  }

  #standings(subjects: ReadonlySet<string>, purpose: string): Map<string, Standing> {
    this.#cache.agreeOn(this.#lookForKnown());
    const answer = new Map<string, Standing>();
    const missing: string[] = [];
    for (const subject of subjects) {
      const cached = this.#cache.get(subject, purpose);
      if (cached === undefined) missing.push(subject);
      else answer.set(subject, cached);
    }
    if (missing.length === 0) return answer;
    const read = this.#readStandings(missing, purpose);
    for (const [index, subject] of missing.entries()) {
      const standing = read[index];
      if (standing === undefined) throw new Error("a subject asked for has no answer");
      this.#cache.set(subject, purpose, standing);
      answer.set(subject, standing);
    }
    return answer;
  }

  #readStandings(subjects: readonly string[], purpose: string): Standing[] {
    const asked = JSON.stringify(subjects);
    const consents: ConsentStanding[][] = subjects.map(() => []);
    for (const row of this.#statements.standings.all(asked, purpose)) {
      consents[row[0]]?.push(standingFromRow(row, purpose));
    }
    const standings: Standing[] = consents.map((own) => ({ status: "ACTIVE", legalHold: false, consents: own }));
    for (const [index, status, legalHold] of this.#statements.statuses.all(asked)) {
      standings[index] = { status, legalHold: legalHold === 1, consents: consents[index] ?? [] };
    }
    return standings;
  }

  #agreementsFor(question: StandingQuestion): Map<string, AgreementStanding> {
    const answer = new Map<string, AgreementStanding>();
    const tenants = [...new Set(question.tenants)];
    if (tenants.length === 0) return answer;
    const stored = this.#statements.agreementsOf.all(JSON.stringify(tenants)).map(agreementFromBody);
    const byTenant = new Map<string, Agreement[]>(tenants.map((tenant) => [tenant, []]));
    for (const agreement of stored) byTenant.get(agreement.tenant)?.push(agreement);
    for (const [tenant, own] of byTenant) {
      const agreement = prevailingAgreement(own, question.partner, question.purpose);
      if (agreement !== null) answer.set(tenant, agreementStanding(agreement));
    }
    return answer;
  }

  async records(subject: string): Promise<ConsentRecord[]> {
    return this.#read(() => recordsFromRows(this.#statements.recordsOf.all(subject)).sort(byScope));
  }

  async history(subject: string, page?: HistoryPage): Promise<ConsentEvent[]> {
    const { eventsOf, eventsOfPage, latestEventsOf } = this.#statements;
    return this.#read(() => {
      if (page === undefined) return eventsOf.all(subject).map(eventFromBody);
      const statement = page.newestFirst === true ? latestEventsOf : eventsOfPage;
      return statement.all(subject, page.first, page.skip ?? 0).map(eventFromBody);
    });
  }

  async *events(after?: string): AsyncIterable<ConsentEvent> {
    const pageFrom = (position: number) => this.#read(() => this.#statements.eventsAfter.all(position, EXPORT_PAGE));
    let page = await pageFrom(after === undefined ? 0 : await this.#position(after));
    for (let last = page.at(-1); last !== undefined; last = page.at(-1)) {
      for (const row of page) yield eventFromBody(row.body);
      page = await pageFrom(last.seq);
    }
  }

  async #position(eventId: string): Promise<number> {
    const position = await this.#read(() => this.#statements.position.get(eventId));
    if (position !== undefined) return position;
    throw new FieldguardError("NOT_FOUND", "Cannot go on after the event: no event with this id is stored.");
  }

  async subjectState(subject: string): Promise<SubjectState> {
    return this.#read(() => this.#subjectState(subject));
  }

  #subjectState(subject: string): SubjectState {
    const row = this.#statements.subject.get(subject);
    if (row !== undefined) return subjectStateFromRow(row);
    return { subject, status: "ACTIVE", legalHold: false, time: 0, by: "", reason: null };
  }

  async setSubjectState(state: SubjectState, expected?: SubjectState): Promise<SubjectState> {
    return this.#write(
      () => {
        const standing = this.#subjectState(state.subject);
        if (expected !== undefined && !isSameState(standing, expected)) throw stateMovedOn();
        if (standing.status === "ERASED" && !endsLegalHold(standing, state)) throw erasedIsFinal();
        this.#statements.putSubject.run({ ...state, legalHold: state.legalHold ? 1 : 0 });
        if (state.status === "ERASED") this.#removeFreeText(state.subject);
      },
      () => ({ answer: state, changed: [state.subject] }),
    );
  }

  #removeFreeText(subject: string): void {
    for (const body of this.#statements.eventsOf.all(subject)) {
      const event = withoutFreeText(eventFromBody(body));
      this.#statements.redactEvent.run(JSON.stringify(event), event.id);
    }
    this.#statements.unverifyRecords.run(subject);
  }

  async putAgreement(agreement: Agreement): Promise<void> {
    const { id, tenant, partner } = agreement;
    await this.#write(
      () => this.#statements.putAgreement.run(id, tenant, partner, JSON.stringify(agreement)),
      () => ({ answer: undefined, changed: [] }),
    );
  }

  async agreements(tenant?: string): Promise<Agreement[]> {
    return this.#read(() => {
      const { agreementsOf, allAgreements } = this.#statements;
      return (tenant === undefined ? allAgreements.all() : agreementsOf.all(JSON.stringify([tenant]))).map(
        agreementFromBody,
      );
    });
  }

  async ping(): Promise<void> {
    await this.#read(() => {
      this.#files.check(true);
      this.#lookForKnown();
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#writing.catch(() => undefined);
    this.#database.close();
  }

  async #read<T>(read: () => T): Promise<T> {
    this.#checkOpen();
    // What others change is not seen in files that are not at their places any more.
    this.#files.check();
    return this.#whenFree(read);
  }

  /** Runs `change` in a transaction of its own, after those begun before it, and tells the cache what it changed. */
  async #write<T, A>(change: () => T, outcome: (result: T) => { answer: A; changed: readonly string[] }): Promise<A> {
    this.#checkOpen();
    const attempt = this.#writing.then(async () => {
      let revision = 0;
      const result = await this.#whenFree(
        this.#database.transaction(() => {
          this.#files.check(true);
          this.#lookForKnown();
          const changed = change();
          revision = this.#statements.nextRevision.get() ?? 0;
          return changed;
        }).immediate,
      );
      // Looked at after the commit: files that are still in their places then held it when it was made.
      this.#files.check();
      const id = this.#statements.changeId.get(revision) ?? null;
      this.#known = { revision, id };
      this.#marks?.keepConsents(id === null ? String(revision) : `${revision}:${id}`);
      const { answer, changed } = outcome(result);
      this.#cache.wrote(revision, changed);
      return answer;
    });
    this.#writing = attempt.catch(() => undefined);
    return attempt;
  }

  /** The revision of the file. Throws STORE_BEHIND where it does not hold what it held before: an older copy is in its place. */
  #lookForKnown(): number {
    const { changeId, revision } = this.#statements;
    const { revision: last, id } = this.#known;
    const now = revision.get() ?? 0;
    if (now < last || (changeId.get(last) ?? null) !== id) throw wentBack();
    if (now > last) this.#known = { revision: now, id: changeId.get(now) ?? null };
    return now;
  }

  async #whenFree<T>(work: () => T): Promise<T> {
    for (let waited = 0; ; waited += BUSY_PAUSE_MS) {
      try {
        return work();
      } catch (cause) {
        if (!isBusy(cause) || waited >= this.#busyTimeoutMs) throw storeError(cause);
      }
      await pause(BUSY_PAUSE_MS);
    }
  }

  #checkOpen(): void {
    if (this.#closed) throw unavailable(new Error("closed"));
  }
}

function endsLegalHold(standing: SubjectState, next: SubjectState): boolean {
  return next.status === "ERASED" && standing.legalHold && !next.legalHold;
}

function stateMovedOn(): FieldguardError {
  return new FieldguardError(
    "CONSENT_STATE_CONFLICT",
    "Cannot change the subject's state: somebody else changed it meanwhile. Read how it stands now and decide anew.",
  );
}

function erasedIsFinal(): FieldguardError {
  return new FieldguardError("CONSENT_STATE_CONFLICT", "Cannot change the subject's state: erasure is final.");
}

function storeError(cause: unknown): FieldguardError {
  return cause instanceof FieldguardError ? cause : unavailable(cause);
}

function unavailable(cause: unknown): FieldguardError {
  return new FieldguardError(
    "STORE_UNAVAILABLE",
    "The consent store cannot answer now. Try again; if it lasts, look at its file and disk.",
    { cause },
  );
}
