import { FieldguardError } from "../core/errors.ts";
import { reasonOf } from "../stores/open.ts";

/** 0 done; 1 what was asked about does not hold; 2 the command was not usable as given. */
export const EXIT = { ok: 0, failed: 1, unusable: 2 } as const;

/** The output is closed: its reader ended, or the failure has been reported. Thrown by `writeOut`. */
export class PipeClosed extends Error {}

/** Whether standard output was given up before its end. */
let closed = false;

/**
 * `fieldguard ... | head` closes the pipe. What only reads stops there (`writeOut`); what changes something goes on to its end without
 * being heard. Either way nothing is said of it. A full disk is: what is written would be taken for the whole.
 */
export function bearLostOutput(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (closed) return;
    closed = true;
    if (error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED") return;
    printError(
      new FieldguardError(
        "OUTPUT_UNWRITABLE",
        `Cannot write the output to its end (${error.code ?? "unknown"}): what is written is not the whole. Make room, or write elsewhere, and run the command again.`,
      ),
    );
    process.once("exit", () => {
      process.exitCode = EXIT.unusable;
    });
  });
  // Nobody is left to tell.
  process.stderr.on("error", () => undefined);
}

/** Writes a piece of a long output, at the pace at which it is read. Throws PipeClosed where it cannot be written any more. */
export async function writeOut(text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (closed || error) reject(new PipeClosed());
      else resolve();
    });
  });
}

export function print(text: string): void {
  process.stdout.write(`${harmless(text)}\n`);
}

/** A name in a token may be anything: it neither moves the reader's cursor nor turns the line round. */
export function harmless(text: string): string {
  return text.replace(/(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu, "\ufffd");
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** A coded error as one block on stderr; never a stack. */
export function printError(error: unknown): void {
  const own = error instanceof FieldguardError;
  const code = own ? error.code : "INTERNAL";
  const message = own ? error.message : "Something went wrong that Fieldguard did not foresee.";
  // What the operator of the store may know, and a client is not told.
  const why = own ? reasonOf(error.cause) : null;
  const told = why === null || message.includes(why) ? "" : `What failed: ${why}.\n`;
  process.stderr.write(`fieldguard: ${code}\n${message}\n${told}`);
  if (!own && process.env["FIELDGUARD_DEBUG"] === "1")
    process.stderr.write(`${String((error as Error)?.stack ?? error)}\n`);
}
