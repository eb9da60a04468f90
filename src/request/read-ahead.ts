import type { ExecutionResult } from "graphql";
import { FieldguardError } from "../core/errors.ts";
import { bytesOfEvent, type WaitingConnection, type WaitingShare } from "./waiting.ts";

/** What may wait for a subscriber that is slow. */
export interface EventBounds {
  /** Events of one subscription. */
  readonly eventsMax: number;
  /** Bytes of everything that waits for slow clients. */
  readonly waitingBytesMax: number;
  /** What waits for the subscriber's connection. */
  readonly waiting: WaitingConnection;
}

interface WaitingEvent {
  readonly event: ExecutionResult;
  readonly bytes: number;
}

/** Reads a source ahead of the client: at most `eventsMax` events, and its share of the bytes; more ends the stream. */
export class ReadAhead {
  readonly #bounds: EventBounds;
  readonly #iterator: AsyncIterator<ExecutionResult>;
  readonly #waiting: WaitingEvent[] = [];
  readonly #share: WaitingShare;
  #wake: () => void = () => undefined;
  #ended: { readonly error: unknown } | null = null;

  constructor(source: AsyncIterable<ExecutionResult>, bounds: EventBounds) {
    this.#bounds = bounds;
    this.#iterator = source[Symbol.asyncIterator]();
    this.#share = bounds.waiting.open(() => this.#cutOff());
  }

  /** Events as the client takes them, until the end; asked for once. */
  async *events(): AsyncGenerator<ExecutionResult> {
    this.#read().catch((error) => this.end(error));
    try {
      for (;;) {
        const next = this.#waiting.shift();
        if (next !== undefined) {
          this.#share.add(-next.bytes);
          yield next.event;
        } else if (this.#ended === null) await this.#nextSign();
        else if (this.#ended.error === null) return;
        else throw this.#ended.error;
      }
    } finally {
      this.stop();
    }
  }

  /** Waits for no more events than wait already: null is a quiet end, an error comes as the last. */
  end(error: unknown): void {
    this.#ended ??= { error };
    this.#wake();
  }

  /** Ends quietly and lets go of what waits. */
  stop(): void {
    this.end(null);
    this.#waiting.length = 0;
    this.#share.close();
    endQuietly(this.#iterator);
  }

  async #read(): Promise<void> {
    const { eventsMax, waitingBytesMax } = this.#bounds;
    while (this.#ended === null) {
      const next = await this.#iterator.next();
      if (next.done) return this.end(null);
      if (this.#waiting.length >= eventsMax) {
        return this.end(slowClient(`${eventsMax} events were waiting`, "eventsMax"));
      }
      if (this.#ended !== null) return;
      this.#keep(next.value, bytesOfEvent(next.value, waitingBytesMax));
    }
  }

  #keep(event: ExecutionResult, bytes: number): void {
    this.#waiting.push({ event, bytes });
    this.#share.add(bytes);
    this.#wake();
  }

  #nextSign(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** Too much waits for slow clients, and most of it here. */
  #cutOff(): void {
    // It would take them as slowly as before.
    this.#waiting.length = 0;
    this.end(slowClient("too many bytes were waiting", "waitingBytesMax"));
    endQuietly(this.#iterator);
  }
}

/** A generator that waits for its next event hears of the end only then: nobody waits for that. */
export function endQuietly(iterator: AsyncIterator<ExecutionResult>): void {
  Promise.resolve(iterator.return?.()).catch(() => undefined);
}

function slowClient(what: string, limit: string): FieldguardError {
  return new FieldguardError(
    "SLOW_CLIENT",
    `The client did not take its events in time: ${what} (option \`limits.${limit}\`).`,
  );
}
