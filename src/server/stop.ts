import { setImmediate as turn } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import type { Admission } from "./admission.ts";

/** Milliseconds that work under way has to end. */
const DRAIN_MS_MAX = 10_000;
/** Milliseconds that clients have to read their answers. */
const LINGER_MS_MAX = 1_000;

/**
 * Takes nothing more, answers what is under way, then ends every connection: neither a client that is silent nor work that
 * does not end keeps the gateway from stopping.
 */
export async function stopServing(
  admission: Admission,
  http: FastifyInstance,
  sockets: { close(): Promise<void> },
): Promise<void> {
  admission.close();
  const closed = http.close();
  await within(admission.drained(), DRAIN_MS_MAX);
  // Answers to operations are handed to their connections in the same turn.
  await turn();
  await sockets.close();
  await within(admission.emptied(), LINGER_MS_MAX);
  http.server.closeAllConnections();
  await closed;
}

async function within(done: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([done, late]);
  clearTimeout(timer);
}
