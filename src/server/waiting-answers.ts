import type { Socket } from "node:net";
import type { FastifyInstance } from "fastify";
import type { WaitingBytes, WaitingConnection } from "../request/waiting.ts";

/** Counts what an answer makes wait until the network has taken it; a client that leaves too much unread loses its connection. */
export function countAnswers(app: FastifyInstance, waiting: WaitingBytes): void {
  const connections = new WeakMap<Socket, WaitingConnection>();
  app.addHook("onSend", async (request, reply, payload) => {
    const bytes = typeof payload === "string" || Buffer.isBuffer(payload) ? Buffer.byteLength(payload) : 0;
    const { socket } = request.raw;
    if (bytes === 0 || socket.destroyed) return;
    const connection = connections.get(socket) ?? waiting.connection();
    connections.set(socket, connection);
    const share = connection.open(() => socket.destroy());
    reply.raw.once("finish", () => share.close());
    reply.raw.once("close", () => share.close());
    share.add(bytes);
  });
}
