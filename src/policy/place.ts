import type { ASTNode, Location, Source } from "graphql";

/** `file:line:column` of a node (lines and columns from 1), or null for one that was not parsed from text. */
export function placeOf(node: ASTNode | null | undefined): string | null {
  const location: Location | undefined = node?.loc;
  return location === undefined ? null : placeAt(location.source, location.start);
}

/** `file:line:column` of a position in a source, the source's own offset in its file counted in. */
export function placeAt(source: Source, position: number): string {
  const starts = lineStarts(source);
  const line = lastAtMost(starts, position);
  const column = position - (starts[line] ?? 0) + 1;
  const offset = source.locationOffset;
  return `${source.name}:${line + offset.line}:${line === 0 ? column + offset.column - 1 : column}`;
}

/** graphql-js's `getLocation` reads the text from its start each time: with thousands of hints in one file that is what takes longest. */
const startsBySource = new WeakMap<Source, readonly number[]>();

function lineStarts(source: Source): readonly number[] {
  let starts = startsBySource.get(source);
  if (starts === undefined) {
    starts = [0, ...Array.from(source.body.matchAll(/\r\n|[\n\r]/g), (end) => end.index + end[0].length)];
    startsBySource.set(source, starts);
  }
  return starts;
}

/** Index of the greatest of ascending numbers that is at most `value`. */
function lastAtMost(ascending: readonly number[], value: number): number {
  let low = 0;
  let high = ascending.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? Number.POSITIVE_INFINITY) <= value) low = middle;
    else high = middle;
  }
  return low;
}
