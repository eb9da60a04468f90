import { afterAll } from "@jest/globals";
import jwt from "jsonwebtoken";
import { createGateway, type Gateway, type GatewayOptions } from "../../src/index.ts";

export const SECRET = "a secret that only these tests know, long enough";

/** Signs what a test's caller claims. */
export function tokenFor(claims: Readonly<Record<string, unknown>>, secret = SECRET): string {
  return jwt.sign({ ...claims }, secret, { algorithm: "HS256", ...("exp" in claims ? {} : { expiresIn: 3_600 }) });
}

export interface Ask {
  readonly query?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
  /** Claims of the caller; none is a guest. */
  readonly as?: Readonly<Record<string, unknown>> | null;
  readonly purpose?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: what a server answers is looked at freely by tests
  readonly body: any;
}

export interface Served {
  readonly gateway: Gateway;
  readonly url: string;
  ask(ask: Ask): Promise<Reply>;
}

/** A real gateway on loopback, stopped after the file's tests. */
export async function serveGateway(
  options: Partial<GatewayOptions> & Pick<GatewayOptions, "typeDefs" | "resolvers">,
): Promise<Served> {
  const gateway = await createGateway({ store: "sqlite::memory:", auth: { secret: SECRET }, log: false, ...options });
  const { url } = await gateway.listen({ port: 0 });
  served.push(gateway);
  return { gateway, url, ask: (ask) => post(url, ask) };
}

const served: Gateway[] = [];
afterAll(async () => {
  await Promise.all(served.splice(0).map((gateway) => gateway.stop()));
});

export async function post(url: string, { as, purpose, headers, ...body }: Ask): Promise<Reply> {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(as ? { authorization: `Bearer ${tokenFor(as)}` } : {}),
      ...(purpose === undefined ? {} : { "x-purpose": purpose }),
      ...headers,
    },
    body: JSON.stringify(body),
  });
  return replyOf(response);
}

export async function replyOf(response: Response): Promise<Reply> {
  const text = await response.text();
  let body: unknown = null;
  try {
    body = JSON.parse(text);
  } catch {
    // Not JSON: the text is there.
  }
  return { status: response.status, headers: response.headers, text, body };
}
