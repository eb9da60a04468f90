import { type ApolloServer, HeaderMap } from "@apollo/server";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { RequestContext } from "../request/model.ts";
import type { HttpContext } from "./apollo.ts";
import { checkBodyHeaders } from "./check-body-headers.ts";
import { clientAddress, type Trusts } from "./client-address.ts";
import { PAGE_HEADERS, type PageFile } from "./graphiql.ts";
import { headerText } from "./header-text.ts";
import { timesSent } from "./host.ts";
import { errorBody } from "./http-errors.ts";

export interface GraphqlRouteOptions {
  readonly trustProxy: Trusts;
  readonly resolverContext: (about: RequestContext, request: FastifyRequest) => unknown;
}

/** `/graphql`: GraphQL by POST and GET, and the page where a browser asks for one. */
export function addGraphql(
  app: FastifyInstance,
  apollo: ApolloServer<HttpContext>,
  options: GraphqlRouteOptions,
  page: PageFile | null,
): void {
  app.route({
    method: ["GET", "POST"],
    url: "/graphql",
    onRequest: async (request, reply) => {
      const refusal = checkBodyHeaders(request.raw);
      if (refusal === null) return;
      const headers = { ...refusal.headers, "cache-control": "no-store" };
      return reply.code(refusal.status).headers(headers).send(errorBody(refusal.code, refusal.message));
    },
    handler: async (request, reply) => {
      if (page !== null && request.method === "GET" && isPageRequest(request)) {
        return reply.headers({ ...PAGE_HEADERS, "content-type": page.type }).send(page.body);
      }
      return carry(apollo, options, request, reply);
    },
  });
}

/** Takes a request to Apollo Server and its answer back: nothing of the address but what follows its `?` is looked at. */
async function carry(
  apollo: ApolloServer<HttpContext>,
  options: GraphqlRouteOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { headers, body, status } = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: request.method,
      headers: headersOf(request),
      search: searchOf(request.url),
      body: request.body,
    },
    context: async () => ({
      ip: clientAddress(request.raw, options.trustProxy),
      header: (name) => headerOf(request, name),
      resolverContext: (about) => options.resolverContext(about, request),
    }),
  });
  if (body.kind !== "complete") throw new Error("an answer in pieces, which no schema that is served asks for");
  for (const [name, value] of headers) reply.header(name, value);
  return reply.code(status ?? 200).send(body.string);
}

function headersOf({ headers }: FastifyRequest): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  return map;
}

function searchOf(url: string): string {
  const at = url.indexOf("?");
  return at === -1 ? "" : url.slice(at);
}

function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  // Of two tokens Node would keep the first; whoever is in front of the gateway may have looked at the other.
  if (name === "authorization" && timesSent(request.raw, name) > 1) return `${value}, and another`;
  // Node joins repeated headers with commas, which no purpose and no token contains: two of them are refused as unknown.
  const text = Array.isArray(value) ? value.join(", ") : value;
  return text === undefined ? undefined : headerText(text);
}

function isPageRequest(request: FastifyRequest): boolean {
  const asks = request.query !== null && typeof request.query === "object" && Object.hasOwn(request.query, "query");
  return !asks && (request.headers.accept ?? "").includes("text/html");
}
