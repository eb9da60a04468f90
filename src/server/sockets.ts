import type { IncomingMessage } from "node:http";
import { makeServer, type ServerOptions } from "graphql-ws";
import type { RawData, WebSocket, WebSocketServer } from "ws";
import { FieldguardError } from "../core/errors.ts";
import type { WaitingBytes, WaitingConnection } from "../request/waiting.ts";
import { Operations } from "./operations.ts";

/** What hooks know of a connection. */
export interface ConnectionExtra {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
  /** What waits for its client. */
  readonly waiting: WaitingConnection;
}

export interface SocketBounds {
  /** Operations under way at once on one connection: what runs counts, whether its id is given up or not. */
  readonly operationsMax: number;
  /** Milliseconds until `connection_init`. */
  readonly initMsMax: number;
  /** What waits for slow clients, all together. */
  readonly waiting: WaitingBytes;
}

export const SUBPROTOCOL = "graphql-transport-ws";
const BAD_REQUEST = 4400;
const UNAUTHORIZED = 4401;
const ID_IN_USE = 4409;
const TOO_MANY = 4429;
const INTERNAL_ERROR = 4500;
const PING_MS = 12_000;
/** Milliseconds that a client has to answer the end of a connection. */
const CLOSE_MS = 1_000;
/** What is sent with `connection_init` is kept as long as the connection. */
const INIT_BYTES_MAX = 32_768;
/** RFC 6455, 5.5: a control frame carries 125 bytes, two of them the code. */
const REASON_BYTES_MAX = 123;
const PONG = JSON.stringify({ type: "pong" });

/** What taking a connection's messages needs of it. */
interface Taking {
  readonly operationsMax: number;
  readonly send: Send;
  readonly onFailure: () => void;
}

type Send = (data: string) => Promise<void>;
/** What graphql-ws asks of whom it serves. */
export type SocketOptions = ServerOptions<Record<string, unknown>, ConnectionExtra>;

/**
 * Speaks graphql-transport-ws over `ws`. Whatever fails closes the connection with the same words, however the process
 * is set up, and is told to `onFailure` without them: an error's message may carry values.
 */
export function serveSockets(
  sockets: WebSocketServer,
  options: SocketOptions,
  bounds: SocketBounds,
  onFailure: () => void,
): { close(): Promise<void> } {
  const server = makeServer<Record<string, unknown>, ConnectionExtra>({
    ...options,
    connectionInitWaitTimeout: bounds.initMsMax,
  });
  sockets.on("connection", (socket, request) => {
    const waiting = bounds.waiting.connection();
    const send = countedSend(socket, waiting);
    // Too large a message, a broken frame: `ws` closes the connection with a code of its own.
    socket.on("error", onFailure);
    const stopPinging = keepAlive(socket);
    const pong = onlyOneWaiting(socket, (done) => socket.send(PONG, done));
    const closed = server.opened(
      {
        protocol: socket.protocol,
        send,
        close: (code, reason) => endConnection(socket, code, reason),
        // What a client sent along is not sent back.
        onPing: async () => pong(),
        onMessage: (take) => takeMessages(socket, take, { ...bounds, onFailure, send }),
      },
      { socket, request, waiting },
    );
    socket.once("close", (code, reason) => {
      stopPinging();
      closed(code, String(reason)).catch(onFailure);
    });
  });
  return { close: () => closeAll(sockets) };
}

/** `connection_init` first, and alone until it has come; then so many operations at once; nothing once the end is told. */
function takeMessages(
  socket: WebSocket,
  take: (message: string) => Promise<void>,
  { operationsMax, send, onFailure }: Taking,
): void {
  let begun = false;
  const operations = new Operations(operationsMax);
  const inTurn = oneAfterAnother(() => socket.readyState === socket.OPEN);
  socket.on("message", async (data) => {
    if (socket.readyState !== socket.OPEN) return;
    const text = String(data);
    const { type, id } = headOf(text);
    if (!begun && type !== "connection_init") {
      return type === null
        ? endConnection(socket, BAD_REQUEST, "Invalid message received")
        : endConnection(socket, UNAUTHORIZED, "Unauthorized");
    }
    if (!begun && sizeOf(data) > INIT_BYTES_MAX) {
      return endConnection(socket, BAD_REQUEST, `connection_init is larger than ${INIT_BYTES_MAX} bytes`);
    }
    begun = true;
    const begins = type === "subscribe";
    if (begins && operations.full) return refuseOne(id);
    const done = begins ? operations.begin(id) : () => undefined;
    if (type === "complete") operations.giveUp(id);
    try {
      // Comes back when all is done, the last message taken by the network.
      await inTurn(() => take(text), begins);
    } catch {
      onFailure();
      endConnection(socket, INTERNAL_ERROR, "Internal server error");
    } finally {
      done();
    }
  });

  /** One too many is told so by its id, and the others go on; whoever goes on and on, or asks by an id in use, is cut off. */
  function refuseOne(id: unknown): void {
    if (typeof id === "string" && operations.uses(id)) {
      endConnection(socket, ID_IN_USE, "Subscriber already exists");
    } else if (typeof id !== "string" || id === "" || !operations.refuse()) {
      endConnection(socket, TOO_MANY, "too many operations (option `limits.connectionOperationsMax`)");
    } else {
      send(JSON.stringify({ id, type: "error", payload: [tooMany(operationsMax)] })).catch(onFailure);
    }
  }
}

/**
 * Messages are taken in the order in which they came. After one that begins an operation everybody else has a turn before the next
 * is taken: what one connection sends in one piece keeps nobody waiting for more than one operation.
 */
function oneAfterAnother(goesOn: () => boolean): (take: () => Promise<void>, begins: boolean) => Promise<void> {
  let last = Promise.resolve();
  return async (take, begins) => {
    const before = last;
    let next: () => void = () => undefined;
    last = new Promise((resolve) => {
      next = resolve;
    });
    await before;
    if (!goesOn()) return next();
    const taken = take();
    if (begins) setImmediate(next);
    else next();
    await taken;
  };
}

function tooMany(operationsMax: number) {
  const { message, code, details } = new FieldguardError(
    "TOO_MANY_OPERATIONS",
    `More operations of this connection are under way than the ${operationsMax} that are taken at once (option \`limits.connectionOperationsMax\`). End one, or wait for its end.`,
    { details: { limit: "connectionOperationsMax" } },
  );
  return { message, extensions: { ...details, code } };
}

function headOf(text: string): { readonly type: unknown; readonly id: unknown } {
  try {
    const { type, id } = Object(JSON.parse(text));
    return { type: type ?? null, id };
  } catch {
    return { type: null, id: null };
  }
}

function sizeOf(data: RawData): number {
  return Array.isArray(data) ? data.reduce((sum, { byteLength }) => sum + byteLength, 0) : data.byteLength;
}

/** Comes back when the network has taken the message; what waits meanwhile is counted, and too much of it ends the connection. */
function countedSend(socket: WebSocket, waiting: WaitingConnection): Send {
  const share = waiting.open(() => socket.terminate());
  socket.once("close", () => share.close());
  return (data) =>
    new Promise((resolve, reject) => {
      if (socket.readyState !== socket.OPEN) return resolve();
      const bytes = Buffer.byteLength(data);
      share.add(bytes);
      if (socket.readyState !== socket.OPEN) return resolve();
      socket.send(data, (error) => {
        share.add(-bytes);
        if (error) reject(error);
        else resolve();
      });
    });
}

/** RFC 6455, 5.5.3: of several pings an answer to one is enough; a client that reads none makes none wait. */
function onlyOneWaiting(socket: WebSocket, answer: (done: () => void) => void): () => void {
  let waits = false;
  return () => {
    if (waits || socket.readyState !== socket.OPEN) return;
    waits = true;
    answer(() => {
      waits = false;
    });
  };
}

/** A client that does not answer one ping by the next is gone. */
function keepAlive(socket: WebSocket): () => void {
  let answered = true;
  let asked: Buffer = Buffer.alloc(0);
  const pong = onlyOneWaiting(socket, (done) => socket.pong(asked, false, done));
  socket.on("ping", (data) => {
    asked = data;
    pong();
  });
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

/** Says the end, and does not wait long for the client to say it too. */
export function endConnection(socket: WebSocket, code = INTERNAL_ERROR, reason = ""): void {
  socket.close(code, Buffer.byteLength(reason) <= REASON_BYTES_MAX ? reason : "");
  const timer = setTimeout(() => socket.terminate(), CLOSE_MS);
  socket.once("close", () => clearTimeout(timer));
}

async function closeAll(sockets: WebSocketServer): Promise<void> {
  for (const client of sockets.clients) endConnection(client, 1001, "Going away");
  await new Promise<void>((resolve) => sockets.close(() => resolve()));
}
