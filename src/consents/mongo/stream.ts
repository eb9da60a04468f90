import type { Model } from "mongoose";
import { FieldguardError } from "../../core/errors.ts";
import { type ConsentEvent, withoutFreeText } from "../contract.ts";
import type { Commit } from "./model.ts";

const PAGE_COMMITS = 100;

type Read = <T>(read: (commits: Model<Commit>) => Promise<T>) => Promise<T>;
type Position = Pick<Commit, "at" | "subject" | "n">;

/**
 * Every event: by the time of storing, each subject's in their order. Gateways' clocks differ, so that of two subjects'
 * events the one stored later can come first; an export that goes on later may miss what another gateway stored meanwhile
 * with a clock that was behind.
 */
export async function* streamEvents(read: Read, after?: string): AsyncGenerator<ConsentEvent> {
  let position: Position | null = null;
  if (after !== undefined) {
    const found = await read((commits) => commits.findOne({ "events.id": after }).lean<Commit>());
    if (found === null) throw notStored();
    const [commit] = await withoutErased(read, [found]);
    const events = commit?.events ?? [];
    yield* events.slice(events.findIndex((event) => event.id === after) + 1);
    position = found;
  }
  for (;;) {
    const page = await readPage(read, position);
    for (const commit of await withoutErased(read, page)) yield* commit.events;
    const last = page.at(-1);
    if (last === undefined) return;
    position = last;
  }
}

function readPage(read: Read, position: Position | null): Promise<Commit[]> {
  return read((commits) =>
    commits
      .find(position === null ? {} : after(position), { at: 1, subject: 1, n: 1, events: 1 })
      .sort({ at: 1, subject: 1, n: 1 })
      .limit(PAGE_COMMITS)
      .lean<Commit[]>(),
  );
}

function after({ at, subject, n }: Position) {
  return { $or: [{ at: { $gt: at } }, { at, subject: { $gt: subject } }, { at, subject, n: { $gt: n } }] };
}

/** An erasure under way may not have reached every commit: what it takes away is not shown from its beginning on. */
async function withoutErased(read: Read, page: readonly Commit[]): Promise<Commit[]> {
  const underWay = await read((commits) => commits.find({ redacting: true }, { subject: 1 }).lean<Commit[]>());
  const erased = new Set(underWay.map(({ subject }) => subject));
  return page.map((commit) =>
    erased.has(commit.subject) ? { ...commit, events: commit.events.map(withoutFreeText) } : commit,
  );
}

function notStored(): FieldguardError {
  return new FieldguardError("NOT_FOUND", "Cannot go on after the event: no event with this id is stored.");
}
