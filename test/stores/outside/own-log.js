import { createHash } from "node:crypto";
import { FieldguardError, matchesFilter, newId, splitEntry } from "fieldguard";

const PART_BYTES = 40 * 1024;

/** An access log as somebody else may write one, in memory, from what the contract says alone. */
export class OwnLog {
  writer = "own";
  #records = [];
  #waiting = 0;
  #queueRecordsMax;
  #closed = false;

  constructor({ queueRecordsMax = 10_000 } = {}) {
    this.#queueRecordsMax = queueRecordsMax;
  }

  async append(entry) {
    this.#check();
    if (this.#waiting >= this.#queueRecordsMax) throw unavailable("too much waits");
    this.#waiting += 1;
    await new Promise(setImmediate);
    this.#waiting -= 1;
    const id = newId(entry.time);
    const text = JSON.stringify(entry);
    const whole = JSON.parse(text, (_, value) => (typeof value === "string" ? value.toWellFormed() : value));
    const shares = text.length < PART_BYTES ? [whole] : splitEntry(whole, PART_BYTES);
    for (const [part, share] of shares.entries()) {
      const last = process.env.FAULT === "UNCHAINED" ? undefined : this.#records.at(-1);
      const place = { id, part, parts: shares.length, writer: this.writer, seq: this.#records.length };
      const record = { ...share, ...place, prevHash: last?.hash ?? "0".repeat(64) };
      this.#records.push({ ...record, hash: createHash("sha256").update(JSON.stringify(record)).digest("hex") });
    }
    return id;
  }

  async query(filter, { first, after }) {
    this.#check();
    if (!Number.isInteger(first) || first < 1) throw new FieldguardError("BAD_INPUT", "`first` is no size of a page.");
    const before = after === undefined ? this.#records.length : Number(/^before-(\d+)$/.exec(after)?.[1] ?? Number.NaN);
    if (Number.isNaN(before)) throw new FieldguardError("BAD_INPUT", "`after` is no cursor.");
    const matches = this.#records.slice(0, before).filter((record) => matchesFilter(record, filter));
    const records = matches.reverse().slice(0, first);
    return { records, next: matches.length > first ? `before-${records.at(-1).seq}` : null };
  }

  async head() {
    this.#check();
    return { size: this.#records.length, hash: this.#records.at(-1)?.hash ?? "0".repeat(64) };
  }

  async ping() {
    this.#check();
  }

  async close() {
    this.#closed = true;
    while (this.#waiting > 0) await new Promise(setImmediate);
  }

  #check() {
    if (this.#closed) throw unavailable("it is closed");
  }
}

function unavailable(why) {
  return new FieldguardError("AUDIT_UNAVAILABLE", `Cannot use the log: ${why}.`);
}
