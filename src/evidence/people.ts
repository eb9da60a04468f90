import { dayEverywhere, isAged, readBirthDay } from "../core/dates.ts";
import type { Keyring } from "../core/keys.ts";

/** Somebody whom a list of people names. */
export interface Person {
  readonly id: string;
  /** ISO 8601 date; null where the list does not tell. */
  readonly birthDate: string | null;
}

/** `id`, or `id,2015-03-31`, one person a line. */
export function readPeople(text: string): Person[] {
  return text.split("\n").flatMap((line) => {
    const [, id = "", birthDate = null] = /^(.*?)(?:,(\d{4}-\d{2}-\d{2}))?$/.exec(line.trim()) ?? [];
    return id === "" ? [] : { id, birthDate };
  });
}

/** References are one-way: whose they are is told by computing those of people who are known. */
export class PeopleList {
  readonly #keyring: Keyring | null;
  readonly #wanted: ReadonlySet<string>;
  readonly #ids = new Map<string, string>();
  readonly #birthDates = new Map<string, string>();

  constructor(keyring: Keyring | null, people: readonly Person[], wanted: ReadonlySet<string>) {
    this.#keyring = keyring;
    this.#wanted = wanted;
    for (const { id, birthDate } of people) {
      if (this.isConcerned(id) && birthDate !== null) this.#birthDates.set(id, birthDate);
    }
  }

  /** Whether one of the references wanted is this person's. */
  isConcerned(id: string): boolean {
    let found = false;
    for (const reference of this.#keyring?.references(id) ?? []) {
      if (!this.#wanted.has(reference)) continue;
      this.#ids.set(reference, id);
      found = true;
    }
    return found;
  }

  idOf(reference: string): string | null {
    return this.#ids.get(reference) ?? null;
  }

  /** Whether a person was under an age (years) at a time; null where no birth date is known. */
  wasMinor(id: string | null, time: number, age: number): boolean | null {
    const text = id === null ? undefined : this.#birthDates.get(id);
    const born = text === undefined ? null : readBirthDay(text);
    const day = dayEverywhere(time);
    return born === null || day === null ? null : !isAged(born, age, day);
  }
}
