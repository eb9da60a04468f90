import type { Socket } from "node:net";
import { setImmediate as nextTurnOfTheLoop } from "node:timers/promises";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Admission, Slot } from "./admission.ts";
import { RETRY_AFTER_SECONDS } from "./errors.ts";
import { errorBody } from "./http-errors.ts";

/** What tells an operator how it stands is answered whatever is under way. */
const ALWAYS_ANSWERED: ReadonlySet<string | undefined> = new Set(["/healthz", "/readyz", "/metrics"]);

const FULL = "More is under way than this gateway takes at once (option `limits.requestsMax`). Try again shortly.";
const PIPELINED =
  "More requests are under way on this connection than are taken at once (option `limits.connectionOperationsMax`). Wait for answers.";
const STOPPING = "The gateway is stopping. Try again shortly.";
const TOO_SLOW = "The request arrived too slowly while others waited (option `limits.requestsMax`). Try again shortly.";

/** What is under way on one connection. */
interface Connection {
  readonly requests: Set<() => void>;
  /** When the last request that came is answered. */
  last: Promise<void>;
}

/**
 * Bounds what is under way: in all, and on one connection, where requests can be sent before the answers are read. A request
 * counts from its head to the last byte of its answer, and as long as it is worked on.
 *
 * The requests of one connection run one after another, as their answers have to leave in order all the same: however many
 * are sent ahead, whoever else comes waits for one of them.
 */
export function boundInFlight(app: FastifyInstance, admission: Admission, connectionMax: number): void {
  const slots = new WeakMap<FastifyRequest, Slot>();
  const connections = new WeakMap<Socket, Connection>();

  app.addHook("onRequest", async (request, reply) => {
    const { socket } = request.raw;
    const connection = connectionOf(socket, connections);
    let slot: Slot | null = null;
    const before = lineUp(connection, reply, () => slot?.abandon());
    if (connection.requests.size > connectionMax) return refuse(reply, PIPELINED);
    if (before !== null) {
      await before;
      await nextTurnOfTheLoop();
      if (socket.destroyed) return void reply.hijack();
    }
    if (ALWAYS_ANSWERED.has(request.routeOptions.url)) return;
    slot = admission.take("ARRIVING", () => cutOff(request, reply));
    if (slot === null) return refuse(reply, admission.closed ? STOPPING : FULL);
    slots.set(request, slot);
  });
  app.addHook("preHandler", async (request) => slots.get(request)?.move("RUNNING"));
  app.addHook("onSend", async (request, reply) => {
    slots.get(request)?.move("LEAVING");
    // What is under way when the gateway stops is answered, and its connection not kept for more.
    if (admission.closed) reply.header("connection", "close");
  });
}

function connectionOf(socket: Socket, connections: WeakMap<Socket, Connection>): Connection {
  const known = connections.get(socket);
  if (known !== undefined) return known;
  const fresh: Connection = { requests: new Set(), last: Promise.resolve() };
  connections.set(socket, fresh);
  // Answers that wait for an earlier one are told nothing of their connection's end.
  socket.once("close", () => {
    for (const ended of fresh.requests) ended();
  });
  return fresh;
}

/**
 * Counts a request on its connection until its answer is gone, or the connection is: then `onEnd` is told. Returns when
 * those are answered that came before it; null where there are none.
 */
function lineUp(connection: Connection, reply: FastifyReply, onEnd: () => void): Promise<void> | null {
  const before = connection.requests.size > 0 ? connection.last : null;
  let tellEnd: () => void = () => undefined;
  connection.last = new Promise((resolve) => {
    tellEnd = resolve;
  });
  const ended = (): void => {
    connection.requests.delete(ended);
    onEnd();
    tellEnd();
  };
  connection.requests.add(ended);
  reply.raw.once("close", ended);
  return before;
}

function refuse(reply: FastifyReply, message: string): FastifyReply {
  return reply
    .code(503)
    .headers({ "retry-after": RETRY_AFTER_SECONDS, "cache-control": "no-store", connection: "close" })
    .send(errorBody("SERVICE_UNAVAILABLE", message));
}

/** Ends a request whose client is waited for: one that arrives is told so, of one that does not read its answer nothing is left. */
function cutOff(request: FastifyRequest, reply: FastifyReply): void {
  if (reply.sent) request.raw.socket.destroy();
  else refuse(reply, TOO_SLOW);
}
