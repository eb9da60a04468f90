import type { OrderRow } from "./rows.ts";

/** How many events wait for a subscriber before the oldest is dropped: a slow reader must not fill the memory. */
const WAITING_MAX = 100;

type Listener = (order: OrderRow) => void;

/** Tells subscribers of orders as they are placed or change. */
export class OrderFeed {
  readonly #listeners = new Map<string, Set<Listener>>();

  publish(order: OrderRow): void {
    for (const listener of this.#listeners.get(order.merchantId) ?? []) listener(order);
  }

  /** Orders of one merchant from now on, until the reader stops. Listening begins with the call, not with the first read. */
  subscribe(merchantId: string): AsyncIterableIterator<OrderRow> {
    const waiting: OrderRow[] = [];
    let wake: (() => void) | null = null;
    let open = true;
    const listener: Listener = (order) => {
      if (waiting.length === WAITING_MAX) waiting.shift();
      waiting.push(order);
      wake?.();
    };
    this.#add(merchantId, listener);
    const stop = (): Promise<IteratorResult<OrderRow>> => {
      open = false;
      this.#remove(merchantId, listener);
      wake?.();
      return Promise.resolve({ done: true, value: undefined });
    };
    return {
      next: async () => {
        while (open && waiting.length === 0) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        const order = open ? waiting.shift() : undefined;
        return order === undefined ? { done: true, value: undefined } : { done: false, value: order };
      },
      return: stop,
      throw: stop,
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  #add(merchantId: string, listener: Listener): void {
    const listeners = this.#listeners.get(merchantId) ?? new Set();
    listeners.add(listener);
    this.#listeners.set(merchantId, listeners);
  }

  #remove(merchantId: string, listener: Listener): void {
    const listeners = this.#listeners.get(merchantId);
    listeners?.delete(listener);
    if (listeners?.size === 0) this.#listeners.delete(merchantId);
  }
}
