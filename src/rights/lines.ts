/**
 * The lines of a text that comes in pieces, without their ends. Of one that is longer than `charsMax` no more than one
 * character beyond is handed on, and no more than that is kept: a file without a line's end cannot fill the memory.
 */
export async function* readLines(pieces: AsyncIterable<string>, charsMax: number): AsyncGenerator<string> {
  let begun = "";
  for await (const piece of pieces) {
    const [first = "", ...others] = piece.split("\n");
    begun = grow(begun, first, charsMax);
    for (const next of others) {
      yield begun;
      begun = grow("", next, charsMax);
    }
  }
  if (begun !== "") yield begun;
}

function grow(line: string, more: string, charsMax: number): string {
  return line.length > charsMax ? line : line + more.slice(0, charsMax + 1 - line.length);
}
