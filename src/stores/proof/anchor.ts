import { open, readFile } from "node:fs/promises";

/**
 * Where checkpoints are kept out of reach of whoever owns the database: without it, somebody who may rewrite the file
 * and has the signing key, or puts back an older copy, could not be found out.
 */
export interface Anchor {
  /** Resolves once the note is there to stay. */
  append(note: string): Promise<void>;
  /** All notes, oldest first. */
  read(): Promise<string[]>;
}

/** An anchor in a file that notes are only ever appended to: on another volume, append-only, or shipped away. */
export function fileAnchor(path: string): Anchor {
  return {
    append: async (note) => {
      const file = await open(path, "a", 0o600);
      try {
        await file.writeFile(`${note}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
    },
    read: async () => splitNotes(await readFile(path, "utf8").catch(emptyWhereNone)),
  };
}

/** Notes one after another, each followed by an empty line; the last may have been cut off by a crash. */
export function splitNotes(text: string): string[] {
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

function emptyWhereNone(error: NodeJS.ErrnoException): string {
  if (error.code === "ENOENT") return "";
  throw error;
}
