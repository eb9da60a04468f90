import type { Server } from "node:http";
import type { Duplex } from "node:stream";
import type { WebSocketServer } from "ws";
import type { Admission } from "./admission.ts";
import { RETRY_AFTER_SECONDS } from "./errors.ts";
import { originForm } from "./host.ts";

/** Takes WebSocket connections at /graphql: so many at most, none any more once the gateway stops. */
export function takeUpgrades(http: Server, sockets: WebSocketServer, admission: Admission, socketsMax: number): void {
  http.on("upgrade", (request, socket, head) => {
    if (originForm(request.url ?? "").split("?", 1)[0] !== "/graphql") return refuse(socket, "404 Not Found");
    if (admission.closed || sockets.clients.size >= socketsMax) {
      return refuse(socket, `503 Service Unavailable\r\nretry-after: ${RETRY_AFTER_SECONDS}`);
    }
    sockets.handleUpgrade(request, socket, head, (client) => sockets.emit("connection", client, request));
  });
}

function refuse(socket: Duplex, status: string): void {
  // A client that is gone already is no failure of the gateway's; one that stays is not waited for.
  socket.on("error", () => undefined);
  socket.once("finish", () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}
