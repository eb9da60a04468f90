import type { AccessEntry, RecordedDecision } from "../contract.ts";

/** A record's JSON is kept under this many bytes; longer ones are stored in parts. */
export const RECORD_BYTES_MAX = 60 * 1024;

/** A decision that concerns more people, or rests on more consents, is divided before parts are filled. */
const PEOPLE_PER_PIECE = 100;
/** What a reference, a consent id and a position take in JSON at most, salts, quotes and commas included. */
const SUBJECT_BYTES = 120;
const CONSENT_BYTES = 90;
const POSITION_BYTES = 8;

/** One decision, or a share of one, with the references of those concerned. */
interface Piece {
  readonly decision: RecordedDecision | null;
  readonly subjects: readonly string[];
  /** Bytes that it takes in the record, roughly. */
  readonly bytes: number;
}

/**
 * Divides an entry into entries that each fit `roomBytes` beside what all of them repeat (caller, operation, purpose).
 * Nothing is lost: over the parts the counts add up, and each subject stands in the part of the decisions that concern it.
 */
export function splitEntry(entry: AccessEntry, roomBytes: number): AccessEntry[] {
  const parts: Piece[][] = [[]];
  let used = 0;
  for (const piece of piecesOf(entry)) {
    if (used > 0 && used + piece.bytes > roomBytes) {
      parts.push([]);
      used = 0;
    }
    parts.at(-1)?.push(piece);
    used += piece.bytes;
  }
  return parts.map((pieces) => join(entry, pieces));
}

function join(entry: AccessEntry, pieces: readonly Piece[]): AccessEntry {
  const positions = new Map<string, number>();
  const decisions: RecordedDecision[] = [];
  for (const { decision, subjects } of pieces) {
    for (const subject of subjects) if (!positions.has(subject)) positions.set(subject, positions.size);
    if (decision === null) continue;
    decisions.push({ ...decision, subjects: subjects.map((subject) => positions.get(subject) ?? 0) });
  }
  const { minors, ...rest } = entry;
  const minorsHere = (minors ?? []).flatMap((position) => positions.get(entry.subjects[position] ?? "") ?? []);
  return {
    ...rest,
    decisions,
    subjects: [...positions.keys()],
    ...(minorsHere.length === 0 ? {} : { minors: minorsHere }),
  };
}

function piecesOf(entry: AccessEntry): Piece[] {
  const pieces = entry.decisions.flatMap((decision) => divide(decision, entry.subjects));
  const named = new Set(entry.decisions.flatMap((decision) => decision.subjects));
  const others = entry.subjects.filter((_, position) => !named.has(position));
  for (let from = 0; from < others.length; from += PEOPLE_PER_PIECE) {
    pieces.push(piece(null, others.slice(from, from + PEOPLE_PER_PIECE)));
  }
  return pieces;
}

function divide(decision: RecordedDecision, references: readonly string[]): Piece[] {
  const subjects = decision.subjects.flatMap((position) => references[position] ?? []);
  const shares = Math.max(1, Math.ceil(Math.max(subjects.length, decision.consentIds.length) / PEOPLE_PER_PIECE));
  const pieces: Piece[] = [];
  let count = decision.count;
  // From the last: each later share counts its people, the first whatever is left.
  for (let share = shares - 1; share >= 0; share -= 1) {
    const from = share * PEOPLE_PER_PIECE;
    const concerned = subjects.slice(from, from + PEOPLE_PER_PIECE);
    const countHere = share === 0 ? count : Math.min(count, concerned.length);
    count -= countHere;
    const consentIds = decision.consentIds.slice(from, from + PEOPLE_PER_PIECE);
    pieces.unshift(piece({ ...decision, consentIds, count: countHere, subjects: [] }, concerned));
  }
  return pieces;
}

function piece(decision: RecordedDecision | null, subjects: readonly string[]): Piece {
  const { consentIds, ...rest } = decision ?? { consentIds: [] };
  const bytes =
    Buffer.byteLength(JSON.stringify(rest)) +
    subjects.length * (SUBJECT_BYTES + POSITION_BYTES) +
    consentIds.length * (CONSENT_BYTES + POSITION_BYTES);
  return { decision, subjects, bytes };
}
