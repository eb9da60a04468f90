import type { ExecutionResult } from "graphql";

/**
 * What waits for slow clients in the whole process, in bytes, roughly: answers over HTTP, messages over WebSocket, and
 * events that are not delivered yet. One account, so that what one of them takes is not there for the others.
 */
export interface WaitingBytes {
  readonly bytes: number;
  /** What waits for one connection. */
  connection(): WaitingConnection;
}

export interface WaitingConnection {
  /** One share; `cutOff` is called where too much waits and it holds the most: then it is to let go of it. */
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

interface Connection {
  bytes: number;
  readonly shares: Set<Held>;
}

/** What waits for one connection may be so many-th of what may wait in all. */
const PART = 4;

/**
 * Where more than `bytesMax` wait in all, or more than a quarter of it for one connection, the largest share goes of the
 * connection that makes most wait. What comes while nothing else waits is let through, however large: it is one answer.
 */
export function createWaitingBytes(bytesMax: number): WaitingBytes {
  const busy = new Set<Connection>();
  let total = 0;
  const take = (connection: Connection, held: Held, bytes: number): void => {
    held.bytes += bytes;
    connection.bytes += bytes;
    total += bytes;
    if (connection.bytes > 0) busy.add(connection);
    else busy.delete(connection);
  };
  const close = (connection: Connection, held: Held): void => {
    take(connection, held, -held.bytes);
    connection.shares.delete(held);
  };
  const cutLargestOf = (connection: Connection): void => {
    const held = largest(connection.shares);
    close(connection, held);
    held.cutOff();
  };
  return {
    get bytes() {
      return total;
    },
    connection() {
      const connection: Connection = { bytes: 0, shares: new Set() };
      return {
        open(cutOff) {
          const held: Held = { bytes: 0, cutOff };
          connection.shares.add(held);
          return {
            add(bytes) {
              // Who was cut off holds nothing any more.
              if (!connection.shares.has(held)) return;
              const before = { own: connection.bytes, all: total };
              take(connection, held, bytes);
              while (before.own > 0 && connection.bytes > bytesMax / PART) cutLargestOf(connection);
              while (before.all > 0 && total > bytesMax) cutLargestOf(largest(busy));
            },
            close: () => {
              if (connection.shares.has(held)) close(connection, held);
            },
          };
        },
      };
    },
  };
}

function largest<T extends { readonly bytes: number }>(all: ReadonlySet<T>): T {
  return [...all].reduce((most, each) => (each.bytes > most.bytes ? each : most));
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
