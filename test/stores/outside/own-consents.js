import { FieldguardError, recordOf, recordsFrom, standingsOf } from "fieldguard";

const FAULT = process.env.FAULT;

/** A consent store as somebody else may write one, in memory, from what the contract says alone. */
export class OwnConsents {
  #events = [];
  #states = new Map();
  #agreements = new Map();
  #answers = new Map();
  #closed = false;

  async append(events, expected = new Map()) {
    this.#check();
    if (FAULT === "RACY") await new Promise(setImmediate);
    const taken = [];
    const told = events.map((event) => {
      const known = [...this.#events, ...taken].find(
        ({ id, subject, key }) =>
          subject === event.subject && (id === event.id || (event.key !== null && key === event.key)),
      );
      if (known === undefined) taken.push(event);
      return known ?? event;
    });
    const guards = FAULT === "RACY" ? [] : [...expected];
    for (const [key, id] of taken.length === 0 ? [] : guards) {
      const [subject, tenant, purpose] = JSON.parse(key);
      const own = this.#events.filter((event) => event.subject === subject && event.tenant === tenant);
      if ((own.findLast(({ purposes }) => purposes.includes(purpose))?.id ?? null) !== id) throw conflict();
    }
    if (taken.some(({ subject }) => this.#stateOf(subject).status === "ERASED")) throw conflict();
    this.#events.push(...taken);
    return told.flatMap((event) =>
      event.purposes.map((purpose) =>
        recordOf(
          this.#recordsOf(event.subject).filter((record) => record.purpose === purpose),
          event,
        ),
      ),
    );
  }

  async lookUp({ subjects, purpose, tenants, partner }) {
    this.#check();
    const standing = (subject) => {
      const { status, legalHold } = this.#stateOf(subject);
      const consents = this.#recordsOf(subject).filter((record) => record.purpose === purpose);
      return { status, legalHold, consents: consents.flatMap(standingsOf) };
    };
    const remembered = (subject) => {
      if (FAULT !== "STALE") return standing(subject);
      if (!this.#answers.has(subject + purpose)) this.#answers.set(subject + purpose, standing(subject));
      return this.#answers.get(subject + purpose);
    };
    const agreements = tenants.flatMap((tenant) => {
      const own = [...this.#agreements.values()].filter((each) => each.tenant === tenant);
      const [best] = own
        .filter((each) => each.purposes.includes(purpose) && [null, partner].includes(each.partner))
        .sort(
          (a, b) =>
            Number(b.partner !== null) - Number(a.partner !== null) || b.givenAt - a.givenAt || (a.id < b.id ? 1 : -1),
        );
      if (best === undefined) return [];
      const { id, state, form, givenAt, expiresAt } = best;
      return [[tenant, { id, tenant, state, form, givenAt, expiresAt }]];
    });
    return {
      subjects: new Map(subjects.map((subject) => [subject, remembered(subject)])),
      agreements: new Map(agreements),
    };
  }

  async erasures(subjects) {
    this.#check();
    const states = subjects.map((subject) => [subject, this.#stateOf(subject)]);
    const apart = states.filter(([, { status, legalHold }]) => status === "ERASED" || legalHold);
    return new Map(apart.map(([id, { status, legalHold }]) => [id, { erased: status === "ERASED", legalHold }]));
  }

  async records(subject) {
    this.#check();
    return this.#recordsOf(subject);
  }

  async history(subject, page) {
    this.#check();
    const own = this.#events.filter((event) => event.subject === subject);
    if (page === undefined) return own;
    const { first, skip = 0, newestFirst = false } = page;
    return (newestFirst ? own.reverse() : own).slice(skip, skip + first);
  }

  async *events(after) {
    this.#check();
    const at = after === undefined ? 0 : this.#events.findIndex(({ id }) => id === after) + 1;
    if (after !== undefined && at === 0) throw new FieldguardError("NOT_FOUND", "No event with this id is stored.");
    yield* this.#events.slice(at);
  }

  async subjectState(subject) {
    this.#check();
    return this.#stateOf(subject);
  }

  async setSubjectState(state, expected) {
    this.#check();
    const standing = this.#stateOf(state.subject);
    if (expected !== undefined && JSON.stringify(sorted(expected)) !== JSON.stringify(sorted(standing)))
      throw conflict();
    const endsHold = state.status === "ERASED" && standing.legalHold && !state.legalHold;
    if (standing.status === "ERASED" && !endsHold) throw conflict();
    this.#states.set(state.subject, state);
    if (state.status === "ERASED" && FAULT !== "FORGETFUL") {
      this.#events = this.#events.map((event) =>
        event.subject === state.subject
          ? {
              ...event,
              reason: null,
              key: null,
              evidence: null,
              expressedBy: { ...event.expressedBy, verification: null },
            }
          : event,
      );
    }
    return state;
  }

  async putAgreement(agreement) {
    this.#check();
    this.#agreements.set(agreement.id, agreement);
  }

  async agreements(tenant) {
    this.#check();
    const all = [...this.#agreements.values()].filter((each) => tenant === undefined || each.tenant === tenant);
    return all.sort((a, b) => (`${a.tenant} ${a.id}` < `${b.tenant} ${b.id}` ? -1 : 1));
  }

  async ping() {
    this.#check();
  }

  async close() {
    this.#closed = true;
  }

  #check() {
    if (this.#closed) throw new FieldguardError("STORE_UNAVAILABLE", "It is closed.");
  }

  #stateOf(subject) {
    const nothing = { subject, status: "ACTIVE", legalHold: false, time: 0, by: "", reason: null };
    return this.#states.get(subject) ?? nothing;
  }

  #recordsOf(subject) {
    return recordsFrom(this.#events.filter((event) => event.subject === subject));
  }
}

function sorted(state) {
  return Object.entries(state).sort(([a], [b]) => (a < b ? -1 : 1));
}

function conflict() {
  return new FieldguardError("CONSENT_STATE_CONFLICT", "It cannot follow.");
}
