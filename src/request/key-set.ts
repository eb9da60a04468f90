import { setTimeout as pause } from "node:timers/promises";
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey, type LocalJWKSet } from "jose";
import type { Clock } from "../core/clock.ts";
import { FieldguardError } from "../core/errors.ts";

/** The issuer is asked at most so often, whatever tokens name. */
export const FETCH_EVERY_MS = 1_000;
/** Milliseconds after which keys are fetched anew, beside the requests: those that the issuer took back go. */
export const RELOAD_AFTER_MS = 600_000;
/** Tokens that wait for a fetch at once; their requests are under way meanwhile. */
export const WAITING_MAX = 50;
const FETCH_MS_MAX = 5_000;
const BYTES_MAX = 1_048_576;
const KEYS_MAX = 100;

/**
 * Keys of an issuer, fetched as a set and looked up in it. A token whose key is not there waits for the next fetch; one whose
 * key is there never waits. The last good set is kept where the issuer cannot be reached. Rejects with KEYS_UNAVAILABLE
 * where it cannot be told whether the key is the issuer's. `onFailure` is told why a fetch failed.
 */
export function createKeySet(uri: string, clock: Clock, onFailure: (why: string) => void): JWTVerifyGetKey {
  const keys = new FetchedKeys(uri, clock, onFailure);
  return (header, token) => keys.find(header, token);
}

class FetchedKeys {
  readonly #uri: string;
  readonly #clock: Clock;
  readonly #onFailure: (why: string) => void;
  #set: LocalJWKSet | null = null;
  #loadedAt = 0;
  #triedAt: number | null = null;
  #next: Promise<LocalJWKSet> | null = null;
  #waiting = 0;

  constructor(uri: string, clock: Clock, onFailure: (why: string) => void) {
    this.#uri = uri;
    this.#clock = clock;
    this.#onFailure = onFailure;
  }

  async find(...[header, token]: Parameters<JWTVerifyGetKey>): Promise<Awaited<ReturnType<LocalJWKSet>>> {
    if (this.#set !== null) {
      const age = Math.abs(this.#clock.now() - this.#loadedAt);
      if (age >= RELOAD_AFTER_MS) this.#nextLoad().catch(() => undefined);
      try {
        return await this.#set(header, token);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      }
    }
    const fresh = await this.#waitForNext();
    return fresh(header, token);
  }

  async #waitForNext(): Promise<LocalJWKSet> {
    if (this.#waiting >= WAITING_MAX) throw unavailable();
    this.#waiting += 1;
    try {
      return await this.#nextLoad();
    } catch (cause) {
      throw unavailable(cause);
    } finally {
      this.#waiting -= 1;
    }
  }

  #nextLoad(): Promise<LocalJWKSet> {
    this.#next ??= this.#load().finally(() => {
      this.#next = null;
    });
    return this.#next;
  }

  async #load(): Promise<LocalJWKSet> {
    // A clock that was set back makes nobody wait longer.
    const since = this.#triedAt === null ? FETCH_EVERY_MS : Math.max(0, this.#clock.now() - this.#triedAt);
    if (since < FETCH_EVERY_MS) await pause(FETCH_EVERY_MS - since);
    this.#triedAt = this.#clock.now();
    try {
      this.#set = createLocalJWKSet(await fetchKeySet(this.#uri));
    } catch (error) {
      this.#onFailure(whyOf(error));
      throw error;
    }
    this.#loadedAt = this.#clock.now();
    return this.#set;
  }
}

function unavailable(cause?: unknown): FieldguardError {
  return new FieldguardError(
    "KEYS_UNAVAILABLE",
    "Cannot tell who is calling: the issuer's keys cannot be had just now. Try again shortly.",
    cause === undefined ? {} : { cause },
  );
}

/** One answer, of the address that was configured and no other, whole within its time and size. */
async function fetchKeySet(uri: string): Promise<JSONWebKeySet> {
  const response = await fetch(uri, {
    headers: { accept: "application/json" },
    redirect: "manual",
    signal: AbortSignal.timeout(FETCH_MS_MAX),
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new KeySetError(`its answer has the status ${response.status}; redirects are not followed`);
  }
  const text = await boundedText(response);
  let body: { readonly keys?: unknown } | null;
  try {
    body = JSON.parse(text);
  } catch {
    throw new KeySetError("its answer is not JSON");
  }
  if (!Array.isArray(body?.keys)) throw new KeySetError("its answer is not a key set (`keys`)");
  if (body.keys.length > KEYS_MAX) throw new KeySetError(`its key set has more than ${KEYS_MAX} keys`);
  return body as JSONWebKeySet;
}

async function boundedText({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    // Leaving the loop ends the connection.
    if (bytes > BYTES_MAX) throw new KeySetError(`its answer is larger than ${BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

class KeySetError extends Error {}

/** Never the answer itself, nor the address, which may carry a secret. */
function whyOf(error: unknown): string {
  if (error instanceof KeySetError) return error.message;
  if (error instanceof errors.JOSEError) return "its answer is not a key set";
  return Object(error).name === "TimeoutError" ? "it did not answer in time" : "it cannot be reached";
}
