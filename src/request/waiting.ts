import type { ExecutionResult } from "graphql";

/** What waits for slow subscribers in the whole process, in bytes, roughly. */
export interface WaitingEvents {
  readonly bytes: number;
  /** One subscriber's share; `cutOff` is called where too much waits and it holds the most: then it is to let go of it. */
  open(cutOff: () => void): WaitingShare;
}

export interface WaitingShare {
  /** Takes that many bytes more, or gives them back where negative. */
  add(bytes: number): void;
  /** Gives all back. */
  close(): void;
}

interface Held {
  bytes: number;
  readonly cutOff: () => void;
}

/** Where more than `bytesMax` wait in all, whoever makes most wait is cut off. */
export function createWaitingEvents(bytesMax: number): WaitingEvents {
  const all = new Set<Held>();
  let total = 0;
  const close = (held: Held): void => {
    total -= held.bytes;
    held.bytes = 0;
    all.delete(held);
  };
  const makeRoom = (): void => {
    while (total > bytesMax) {
      const slowest = [...all].reduce((most, held) => (held.bytes > most.bytes ? held : most));
      close(slowest);
      slowest.cutOff();
    }
  };
  return {
    get bytes() {
      return total;
    },
    open(cutOff) {
      const held: Held = { bytes: 0, cutOff };
      all.add(held);
      return {
        add(bytes) {
          // Who was cut off holds nothing any more.
          if (!all.has(held)) return;
          held.bytes += bytes;
          total += bytes;
          makeRoom();
        },
        close: () => close(held),
      };
    },
  };
}

const VALUE_BYTES = 16;

/** Memory that an event takes, roughly; no more is looked at than `bytesMax`. */
export function bytesOfEvent(event: ExecutionResult, bytesMax: number): number {
  const left: unknown[] = [event.data];
  let bytes = VALUE_BYTES;
  while (left.length > 0 && bytes <= bytesMax) {
    const value = left.pop();
    bytes += VALUE_BYTES;
    if (typeof value === "string") bytes += 2 * value.length;
    else if (typeof value === "object" && value !== null) for (const below of Object.values(value)) left.push(below);
  }
  return bytes;
}
