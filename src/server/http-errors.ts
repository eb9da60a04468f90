import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { FastifyReply } from "fastify";

/** The body of every refusal from below GraphQL. */
export function errorBody(code: string, message: string) {
  return { errors: [{ message, extensions: { code } }] };
}

const HTTP_ERRORS: Readonly<Record<number, readonly [string, string]>> = {
  400: ["BAD_REQUEST", "The body is not a well-formed JSON object of a GraphQL request."],
  413: ["BODY_TOO_LARGE", "The body is larger than this gateway takes."],
  415: ["UNSUPPORTED_MEDIA_TYPE", "Send the request as `content-type: application/json`."],
};

/** Errors from below GraphQL: coded like all others, without what the client sent. */
export function sendError(error: unknown, bodyBytesMax: number, reply: FastifyReply): FastifyReply {
  const { statusCode, code: cause } = Object(error) as { readonly statusCode?: unknown; readonly code?: unknown };
  const status = typeof statusCode === "number" ? statusCode : 500;
  const known = cause === "FST_ERR_BAD_URL" ? BAD_ADDRESS : HTTP_ERRORS[status];
  const [code, message] = known ?? [status < 500 ? "BAD_REQUEST" : "INTERNAL", "The gateway could not answer."];
  const limit = status === 413 ? ` The limit is ${bodyBytesMax} bytes (option \`bodyBytesMax\`).` : "";
  return reply
    .code(status)
    .header("cache-control", "no-store")
    .send(errorBody(code, message + limit));
}

const BAD_ADDRESS = ["BAD_REQUEST", "The address is not a well-formed path."] as const;

/** Of expectations Node meets the one there is; the others it would refuse without a word. */
export function refuseExpectation(_request: IncomingMessage, response: ServerResponse): void {
  const text = JSON.stringify(errorBody("BAD_REQUEST", "No expectation is met but `expect: 100-continue`."));
  response.writeHead(417, { "content-type": "application/json", "cache-control": "no-store", connection: "close" });
  response.end(text);
}

/** What is no HTTP, or came too late or too large to be any. */
export function refuseConnection(error: Error & { readonly code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const [status, code, message] = CONNECTION_ERRORS[error.code ?? ""] ?? NO_HTTP;
  const text = JSON.stringify(errorBody(code, message));
  // A client that goes on sending would keep the half of the connection that is its own.
  socket.once("finish", () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
  );
}

const NO_HTTP = ["400 Bad Request", "BAD_REQUEST", "This is not HTTP as the gateway understands it."] as const;

const CONNECTION_ERRORS: Readonly<Record<string, typeof NO_HTTP | readonly [string, string, string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [
    "408 Request Timeout",
    "REQUEST_TIMEOUT",
    "The request did not arrive in time (option `limits.requestMsMax`).",
  ],
  HPE_HEADER_OVERFLOW: [
    "431 Request Header Fields Too Large",
    "BAD_REQUEST",
    "The headers are larger than this gateway takes.",
  ],
};
