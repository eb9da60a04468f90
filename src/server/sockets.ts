import type { IncomingMessage } from "node:http";
import { makeServer, type ServerOptions } from "graphql-ws";
import type { WebSocket, WebSocketServer } from "ws";

/** What hooks know of a connection. */
export interface ConnectionExtra {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
}

const SUBPROTOCOL = "graphql-transport-ws";
const INTERNAL_ERROR = 4500;
const PING_MS = 12_000;
/** RFC 6455, 5.5: a control frame carries 125 bytes, two of them the code. */
const REASON_BYTES_MAX = 123;

/**
 * Speaks graphql-transport-ws over `ws`. Whatever fails closes the connection with the same words, however the process
 * is set up, and is told to `onFailure` without them: an error's message may carry values.
 */
export function serveSockets(
  sockets: WebSocketServer,
  options: ServerOptions<Record<string, unknown>, ConnectionExtra>,
  onFailure: () => void,
): { close(): Promise<void> } {
  const server = makeServer<Record<string, unknown>, ConnectionExtra>(options);
  sockets.options.handleProtocols = (protocols) => (protocols.has(SUBPROTOCOL) ? SUBPROTOCOL : false);
  sockets.on("connection", (socket, request) => {
    // Too large a message, a broken frame: `ws` closes the connection with a code of its own.
    socket.on("error", onFailure);
    const stopPinging = keepAlive(socket);
    const closed = server.opened(
      {
        protocol: socket.protocol,
        send: (data) => send(socket, data),
        close: (code, reason) => socket.close(code, shortened(reason ?? "")),
        onMessage: (take) =>
          socket.on("message", async (data) => {
            try {
              await take(String(data));
            } catch {
              onFailure();
              socket.close(INTERNAL_ERROR, "Internal server error");
            }
          }),
      },
      { socket, request },
    );
    socket.once("close", (code, reason) => {
      stopPinging();
      closed(code, String(reason)).catch(onFailure);
    });
  });
  return { close: () => closeAll(sockets) };
}

function send(socket: WebSocket, data: string): Promise<void> {
  return new Promise((resolve, reject) => {
    if (socket.readyState !== socket.OPEN) return resolve();
    socket.send(data, (error) => (error ? reject(error) : resolve()));
  });
}

function shortened(reason: string): string {
  return Buffer.byteLength(reason) <= REASON_BYTES_MAX ? reason : "";
}

/** A client that does not answer one ping by the next is gone. */
function keepAlive(socket: WebSocket): () => void {
  let answered = true;
  socket.on("pong", () => {
    answered = true;
  });
  const timer = setInterval(() => {
    if (!answered) return socket.terminate();
    answered = false;
    if (socket.readyState === socket.OPEN) socket.ping();
  }, PING_MS);
  return () => clearInterval(timer);
}

async function closeAll(sockets: WebSocketServer): Promise<void> {
  for (const client of sockets.clients) client.close(1001, "Going away");
  await new Promise<void>((resolve) => sockets.close(() => resolve()));
}
