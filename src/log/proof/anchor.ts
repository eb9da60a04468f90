import { createHash } from "node:crypto";
import { type FileHandle, open, readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { FieldguardError } from "../../core/errors.ts";

/**
 * Where checkpoints are kept out of reach of the owner of the database: without it, somebody who may rewrite the file
 * and has the signing key, or puts back an older copy, could not be found out.
 */
export interface Anchor {
  /** What the database knows it by: says neither where it is nor how to get in. */
  readonly name: string;
  /** Whether it is near enough for a checkpoint to be waited for until it is anchored. */
  readonly near: boolean;
  /** Resolves once the note is there to stay. Rejects where that is not known: the note is then given again. */
  append(note: string): Promise<void>;
  /** All notes, oldest first; null where they can only be had from their keeper. Rejects where it cannot be read. */
  read(): Promise<string[] | null>;
}

/** The anchor that a setting names: a file, or an http(s) URL. Throws CONFIGURATION_INVALID on a URL that is none. */
export function anchorAt(place: string): Anchor {
  return /^https?:/i.test(place) ? urlAnchor(place) : fileAnchor(place);
}

/** An anchor in a file that notes are only ever appended to: on another volume, append-only, or shipped away. */
export function fileAnchor(path: string): Anchor {
  return {
    name: nameOf(resolve(path)),
    near: true,
    append: async (note) => {
      const file = await open(path, "a+", 0o600);
      try {
        await file.writeFile(`${await apartFromCut(file)}${note}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
    },
    read: async () => splitNotes(await readFile(path, "utf8").catch((cause) => emptyWhereNone(path, cause))),
  };
}

/** How long the keeper of the notes may take for one, in milliseconds. */
export const ANCHOR_MS_MAX = 10_000;

/**
 * An anchor that each note is POSTed to, as text/plain; a status of 200 to 299 says that it is kept. What is in doubt is
 * sent again: a note may come twice. User name and password in the URL are sent as Basic authorization.
 */
export function urlAnchor(place: string, { timeoutMs = ANCHOR_MS_MAX }: { readonly timeoutMs?: number } = {}): Anchor {
  const { url, authorization } = readUrl(place);
  const headers = {
    "content-type": "text/plain; charset=utf-8",
    ...(authorization === null ? {} : { authorization }),
  };
  return {
    name: nameOf(url),
    near: false,
    append: async (note) => {
      const signal = AbortSignal.timeout(timeoutMs);
      // A redirect is not followed: the answer would choose where the evidence goes.
      const response = await fetch(url, { method: "POST", headers, body: note, redirect: "error", signal });
      await response.body?.cancel();
      if (!response.ok) throw new Error(`the anchor answered ${response.status}`);
    },
    read: async () => null,
  };
}

function readUrl(place: string): { readonly url: string; readonly authorization: string | null } {
  let url: URL;
  try {
    url = new URL(place);
  } catch (cause) {
    throw new FieldguardError("CONFIGURATION_INVALID", "Cannot use the anchor: expected a file or an http(s) URL.", {
      cause,
    });
  }
  const { username, password } = url;
  url.username = "";
  url.password = "";
  const said = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const authorization = username === "" ? null : `Basic ${Buffer.from(said).toString("base64")}`;
  return { url: url.href, authorization };
}

function nameOf(place: string): string {
  return createHash("sha256").update(place).digest("hex");
}

/**
 * Notes one after another, each followed by an empty line; the last may have been cut off by a crash. Ends of lines may have become
 * those of Windows on the way, and a byte order mark the beginning: what was signed has neither.
 */
export function splitNotes(given: string): string[] {
  const text = given.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n");
  const notes: string[] = [];
  let note = "";
  for (const line of text.split(/(?<=\n)/)) {
    const isSignature = line.startsWith("— ");
    if (line === "\n" && note.includes("\n\n")) {
      notes.push(note);
      note = "";
    } else if (isSignature || line !== "\n" || note !== "") note += line;
  }
  return note === "" ? notes : [...notes, note];
}

const NOTE_END = "\n\n";

/** What is to stand before the next note: where the last one was cut off by a crash, or by somebody, they would be read as one. */
async function apartFromCut(file: FileHandle): Promise<string> {
  const { size } = await file.stat();
  const { buffer } = await file.read(Buffer.alloc(NOTE_END.length), { position: Math.max(0, size - NOTE_END.length) });
  return size === 0 || buffer.toString() === NOTE_END ? "" : `${NOTE_END}\n`;
}

function emptyWhereNone(path: string, cause: NodeJS.ErrnoException): string {
  if (cause.code === "ENOENT") return "";
  throw new FieldguardError(
    "STORE_UNREADABLE",
    `Cannot read the anchor ${path} (${cause.code}): it is to be a file that may be read and appended to. Put it back, or name another by \`anchor\` (FIELDGUARD_ANCHOR).`,
    { cause },
  );
}
