import { Agent, type IncomingHttpHeaders, request } from "node:http";

/** What came back, as it came. */
export interface HttpReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Posts GraphQL requests to one gateway over connections that stay open. */
export class Client {
  readonly #url: URL;
  readonly #agent: Agent;

  constructor(url: string, socketsMax = 16) {
    this.#url = new URL(url);
    this.#agent = new Agent({ keepAlive: true, maxSockets: socketsMax });
  }

  post(body: object, headers: Readonly<Record<string, string>>): Promise<HttpReply> {
    const text = JSON.stringify(body);
    const sent = { "content-type": "application/json", "content-length": String(Buffer.byteLength(text)), ...headers };
    return this.#send("POST", this.#url.pathname, sent, text);
  }

  get(path: string): Promise<HttpReply> {
    return this.#send("GET", path, {}, null);
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body: string | null,
  ): Promise<HttpReply> {
    const { hostname, port } = this.#url;
    return new Promise((resolve, reject) => {
      const sent = request({ agent: this.#agent, hostname, port, path, method, headers }, (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("error", reject);
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(parts).toString("utf8"),
          }),
        );
      });
      sent.on("error", reject);
      sent.end(body ?? undefined);
    });
  }
}
