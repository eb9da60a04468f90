import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A way to a MongoDB server that breaks off for good after so many writes have been carried out. */
export interface CuttableWay {
  /** URL of the same database, by this way. */
  readonly url: string;
  /** Writes that were handed on. */
  readonly writes: number;
  readonly isCut: boolean;
  close(): Promise<void>;
}

const WRITES: ReadonlySet<string> = new Set(["insert", "update", "delete", "findAndModify"]);

/**
 * `writesMax`: the answer to that write is still awaited, so that it is done, and is not handed back; then nothing goes
 * through any more. To the server and what it holds this is a client that died between that write and the next.
 */
export async function openCuttableWay(to: string, writesMax: number): Promise<CuttableWay> {
  const target = new URL(to);
  const sockets = new Set<Socket>();
  let writes = 0;
  let isCut = false;
  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((client) => {
    if (isCut) return client.destroy();
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    }
    client.on("close", () => upstream.destroy());
    upstream.on("close", () => client.destroy());
    let isLast = false;
    onMessages(client, (message) => {
      if (isCut || isLast) return;
      if (WRITES.has(commandOf(message))) {
        if (writes === writesMax) return cut();
        writes += 1;
        isLast = writes === writesMax;
      }
      upstream.write(message);
    });
    onMessages(upstream, (message) => {
      if (isLast) cut();
      else if (!isCut) client.write(message);
    });
    return undefined;
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: to.replace(target.host, `127.0.0.1:${port}`),
    get writes() {
      return writes;
    },
    get isCut() {
      return isCut;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** Calls `take` with each whole message of the wire protocol, which begins with its length. */
function onMessages(socket: Socket, take: (message: Buffer) => void): void {
  let waiting = Buffer.alloc(0);
  socket.on("data", (chunk) => {
    waiting = Buffer.concat([waiting, chunk]);
    while (waiting.length >= 4 && waiting.length >= waiting.readInt32LE(0)) {
      const length = waiting.readInt32LE(0);
      take(waiting.subarray(0, length));
      waiting = waiting.subarray(length);
    }
  });
}

const OP_MSG = 2_013;
/** Header, flags, kind of the first section, length of its document, type of its first element. */
const NAME_AT = 16 + 4 + 1 + 4 + 1;

/** The name of the first element of an OP_MSG's document, which is the command's; "" for other messages. */
function commandOf(message: Buffer): string {
  if (message.readInt32LE(12) !== OP_MSG) return "";
  return message.toString("latin1", NAME_AT, message.indexOf(0, NAME_AT));
}
