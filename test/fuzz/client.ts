import { Agent, type IncomingHttpHeaders, request } from "node:http";
import { WebSocket } from "ws";

/** What came back, as it came: over HTTP, or one result of an operation over WebSocket, which has neither status nor headers. */
export interface Reply {
  readonly http: { readonly status: number; readonly headers: IncomingHttpHeaders } | null;
  /** JSON. */
  readonly text: string;
}

/** An operation as it is sent. */
export interface Sent {
  readonly query: string;
  readonly operationName: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

type Headers = Readonly<Record<string, string>>;

/** Sends GraphQL requests to one gateway over connections that stay open. */
export class Client {
  readonly #url: URL;
  readonly #agent: Agent;

  constructor(url: string, socketsMax = 16) {
    this.#url = new URL(url);
    this.#agent = new Agent({ keepAlive: true, maxSockets: socketsMax });
  }

  post(body: Sent, headers: Headers): Promise<Reply> {
    const text = JSON.stringify(body);
    const sent = { "content-type": "application/json", "content-length": String(Buffer.byteLength(text)), ...headers };
    return this.#send("POST", this.#url.pathname, sent, text);
  }

  /** The operation in the address. */
  query({ query, operationName, variables }: Sent, headers: Headers): Promise<Reply> {
    const search = new URLSearchParams({ query, operationName, variables: JSON.stringify(variables) });
    return this.get(`${this.#url.pathname}?${search}`, { "apollo-require-preflight": "1", ...headers });
  }

  get(path: string, headers: Headers = {}): Promise<Reply> {
    return this.#send("GET", path, headers, null);
  }

  /**
   * Over a WebSocket of its own, until the operation is complete: its results, and all that was heard besides. `headers` are
   * the connection's parameters. `more` is asked of each result as it comes whether another is wanted.
   */
  async socket(
    body: Sent,
    headers: Headers,
    more: (result: Reply) => Promise<boolean> = async () => true,
  ): Promise<Socketed> {
    const results: Reply[] = [];
    const heard: string[] = [];
    const socket = new WebSocket(this.#url.href.replace(/^http/, "ws"), "graphql-transport-ws");
    const send = (message: object): void => socket.send(JSON.stringify(message));
    await new Promise<void>((resolve, reject) => {
      socket.on("open", () => send({ type: "connection_init", payload: headers }));
      socket.on("message", (data) => {
        const { type, payload } = JSON.parse(String(data)) as { readonly type: string; readonly payload?: unknown };
        if (type === "connection_ack") send({ id: "1", type: "subscribe", payload: body });
        if (type !== "next" && type !== "error") heard.push(String(data));
        else {
          const result = { http: null, text: JSON.stringify(type === "next" ? payload : { errors: payload }) };
          results.push(result);
          more(result).then((wanted) => (wanted ? undefined : socket.close(1000)), reject);
        }
        if (type === "error" || type === "complete") socket.close(1000);
      });
      socket.on("close", (code, reason) => {
        heard.push(String(reason));
        const refused = code >= 4_000 ? [{ extensions: { code: String(reason) } }] : null;
        if (refused !== null) results.push({ http: null, text: JSON.stringify({ errors: refused }) });
        resolve();
      });
      socket.on("error", reject);
    });
    return { results, heard: heard.join("\n") };
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(method: string, path: string, headers: Headers, body: string | null): Promise<Reply> {
    const { hostname, port } = this.#url;
    return new Promise((resolve, reject) => {
      const sent = request({ agent: this.#agent, hostname, port, path, method, headers }, (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("error", reject);
        response.on("end", () =>
          resolve({
            http: { status: response.statusCode ?? 0, headers: response.headers },
            text: Buffer.concat(parts).toString("utf8"),
          }),
        );
      });
      sent.on("error", reject);
      sent.end(body ?? undefined);
    });
  }
}

/** Results of an operation over WebSocket, and what was heard besides. */
export interface Socketed {
  readonly results: readonly Reply[];
  readonly heard: string;
}
