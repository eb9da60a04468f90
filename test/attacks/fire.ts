import { request } from "node:http";
import { WebSocket } from "ws";
import { tokenFor } from "../http/harness.ts";
import type { Shot } from "./model.ts";

/** What came back: all of it as text, where canaries are looked for, and the answers one by one. */
export interface Volley {
  readonly status: number;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: what a server answers is looked at freely by tests
  readonly answers: readonly any[];
}

/** Sends one request as it is, however wrong. */
export function fire(url: string, shot: Shot): Promise<Volley> {
  return shot.over === "WS" ? overWebSocket(url, shot) : overHttp(url, shot);
}

function headersOf({ as, purpose, headers }: Shot): Record<string, string> {
  return {
    ...(as === undefined ? {} : { authorization: `Bearer ${tokenFor(as)}` }),
    ...(purpose === undefined ? {} : { "x-purpose": purpose }),
    ...headers,
  };
}

function payloadOf({ query, variables, operationName, extensions }: Shot) {
  return { query, variables, operationName, extensions };
}

function overHttp(url: string, shot: Shot): Promise<Volley> {
  const at = new URL(url);
  const get = shot.over === "GET";
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(payloadOf(shot))) {
    if (value !== undefined) search.set(name, typeof value === "string" ? value : JSON.stringify(value));
  }
  const pairs = shot.pairs ?? Object.entries(headersOf(shot));
  const headers = [
    ["host", at.host],
    ...(get ? [["apollo-require-preflight", "1"]] : contentTypeOf(shot)),
    ...pairs,
  ].flat() as string[];
  const body = get ? "" : (shot.bytes ?? shot.body ?? JSON.stringify(payloadOf(shot)));
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: at.hostname,
        port: at.port,
        path: shot.path ?? (get ? `${at.pathname}?${search}` : at.pathname),
        method: shot.method ?? (get ? "GET" : "POST"),
        headers: [...headers, "content-length", String(Buffer.byteLength(body))],
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("end", () => {
          const answers = parsed(text);
          resolve({
            status: response.statusCode ?? 0,
            text: `${text}\n${response.rawHeaders.join("\n")}`,
            answers,
          });
        });
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

function contentTypeOf({ contentType }: Shot): string[][] {
  return contentType === null ? [] : [["content-type", contentType ?? "application/json"]];
}

function parsed(text: string): unknown[] {
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
}

function overWebSocket(url: string, shot: Shot): Promise<Volley> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url.replace(/^http/, "ws"), "graphql-transport-ws");
    const heard: string[] = [];
    // biome-ignore lint/suspicious/noExplicitAny: as above
    const answers: any[] = [];
    socket.on("open", () => socket.send(JSON.stringify({ type: "connection_init", payload: headersOf(shot) })));
    socket.on("message", (data) => {
      heard.push(String(data));
      const { type, payload } = JSON.parse(String(data));
      if (type === "connection_ack") {
        socket.send(JSON.stringify({ id: "1", type: "subscribe", payload: payloadOf(shot) }));
      } else if (type === "next") {
        answers.push(payload);
      } else if (type === "error") {
        answers.push({ errors: payload });
        socket.close();
      } else if (type === "complete") {
        socket.close();
      }
    });
    socket.on("close", (code, reason) => {
      const refused = code >= 4000 ? [{ errors: [{ extensions: { code: String(reason) } }] }] : [];
      resolve({ status: code, text: `${heard.join("\n")}\n${reason}`, answers: [...answers, ...refused] });
    });
    socket.on("error", reject);
  });
}
