/** Waits for its client to send or to read, or is being worked on. */
export type Phase = "ARRIVING" | "RUNNING" | "LEAVING";

/** One request or operation that is under way. */
export interface Slot {
  move(to: Phase): void;
  /** The client is gone: what runs still counts until it is done. */
  abandon(): void;
  end(): void;
}

/** What is under way in the whole process, over HTTP and WebSocket, and whether there is room for more. */
export interface Admission {
  readonly closed: boolean;
  readonly size: number;
  /**
   * Room for one more; null where there is none, or where the gateway stops. Where all is taken, whatever has waited longest
   * for its client gives way: nobody keeps others out by being slow. `cut` ends it.
   */
  take(phase: Phase, cut: () => void): Slot | null;
  /** Takes nothing more, and cuts what has not arrived yet. */
  close(): void;
  /** When nothing runs any more. */
  drained(): Promise<void>;
  /** When nothing is under way any more. */
  emptied(): Promise<void>;
}

/** Milliseconds that a client has to send or to read while others wait for room. */
export const GRACE_MS = 1_000;

interface Held {
  phase: Phase;
  /** Since when it is in its phase, in milliseconds of `now`. */
  since: number;
  abandoned: boolean;
  readonly cut: () => void;
}

export function createAdmission(max: number, now: () => number = () => performance.now()): Admission {
  return new BoundedAdmission(max, now);
}

class BoundedAdmission implements Admission {
  readonly #max: number;
  readonly #now: () => number;
  readonly #all = new Set<Held>();
  readonly #watchers = new Set<() => void>();
  #closed = false;

  constructor(max: number, now: () => number) {
    this.#max = max;
    this.#now = now;
  }

  get closed(): boolean {
    return this.#closed;
  }

  get size(): number {
    return this.#all.size;
  }

  take(phase: Phase, cut: () => void): Slot | null {
    if (this.#closed || (this.#all.size >= this.#max && !this.#makeRoom())) return null;
    const held: Held = { phase, since: this.#now(), abandoned: false, cut };
    this.#all.add(held);
    return {
      move: (to) => this.#move(held, to),
      abandon: () => this.#abandon(held),
      end: () => this.#end(held),
    };
  }

  close(): void {
    this.#closed = true;
    for (const held of [...this.#all]) if (held.phase === "ARRIVING") this.#cut(held);
  }

  drained(): Promise<void> {
    return this.#until(() => ![...this.#all].some(({ phase }) => phase === "RUNNING"));
  }

  emptied(): Promise<void> {
    return this.#until(() => this.#all.size === 0);
  }

  #move(held: Held, to: Phase): void {
    if (held.abandoned && to !== "RUNNING") {
      this.#end(held);
      return;
    }
    held.phase = to;
    held.since = this.#now();
    this.#changed();
  }

  #abandon(held: Held): void {
    held.abandoned = true;
    if (held.phase !== "RUNNING") this.#end(held);
  }

  #end(held: Held): void {
    if (this.#all.delete(held)) this.#changed();
  }

  #cut(held: Held): void {
    this.#end(held);
    held.cut();
  }

  #makeRoom(): boolean {
    const at = this.#now();
    for (const held of this.#all) {
      if (held.phase === "RUNNING" || at - held.since < GRACE_MS) continue;
      this.#cut(held);
      return true;
    }
    return false;
  }

  #changed(): void {
    for (const watch of this.#watchers) watch();
  }

  #until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const watch = (): void => {
        if (!holds()) return;
        this.#watchers.delete(watch);
        resolve();
      };
      this.#watchers.add(watch);
      watch();
    });
  }
}
