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
  const all = new Set<Held>();
  const watchers = new Set<() => void>();
  let closed = false;

  const changed = (): void => {
    for (const watch of watchers) watch();
  };
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const watch = (): void => {
        if (!holds()) return;
        watchers.delete(watch);
        resolve();
      };
      watchers.add(watch);
      watch();
    });
  const end = (held: Held): void => {
    if (all.delete(held)) changed();
  };
  const cut = (held: Held): void => {
    end(held);
    held.cut();
  };
  const makeRoom = (): boolean => {
    const at = now();
    for (const held of all) {
      if (held.phase === "RUNNING" || at - held.since < GRACE_MS) continue;
      cut(held);
      return true;
    }
    return false;
  };
  const slotOf = (held: Held): Slot => ({
    move(to) {
      if (held.abandoned && to !== "RUNNING") return end(held);
      held.phase = to;
      held.since = now();
      changed();
    },
    abandon() {
      held.abandoned = true;
      if (held.phase !== "RUNNING") end(held);
    },
    end: () => end(held),
  });

  return {
    get closed() {
      return closed;
    },
    get size() {
      return all.size;
    },
    take(phase, cutOff) {
      if (closed || (all.size >= max && !makeRoom())) return null;
      const held = { phase, since: now(), abandoned: false, cut: cutOff };
      all.add(held);
      return slotOf(held);
    },
    close() {
      closed = true;
      for (const held of [...all]) if (held.phase === "ARRIVING") cut(held);
    },
    drained: () => until(() => ![...all].some(({ phase }) => phase === "RUNNING")),
    emptied: () => until(() => all.size === 0),
  };
}
