import type { ApolloServerPlugin } from "@apollo/server";
import type { HttpContext } from "../../src/server/apollo.ts";

/**
 * Keeps whole responses as Apollo's response cache does: everything counts as public for a minute unless the gateway says
 * otherwise, answers are kept where the policy allows an age, and told apart by operation and variables, not by caller.
 */
export function cachingPlugin(): ApolloServerPlugin<HttpContext> & { readonly kept: Map<string, unknown> } {
  const kept = new Map<string, unknown>();
  return {
    kept,
    async requestDidStart() {
      let key = "";
      let hit = false;
      return {
        async responseForOperation({ request, source, overallCachePolicy }) {
          overallCachePolicy.replace({ maxAge: 60, scope: "PUBLIC" });
          key = JSON.stringify([source, request.operationName, request.variables]);
          const known = kept.get(key);
          if (known === undefined) return null;
          hit = true;
          return structuredClone(known) as never;
        },
        async willSendResponse({ response, overallCachePolicy, operation }) {
          const { body } = response;
          if (hit || body.kind !== "single" || operation?.operation !== "query") return;
          if (overallCachePolicy.policyIfCacheable() === null || body.singleResult.errors !== undefined) return;
          kept.set(key, structuredClone({ body, http: { headers: new Map(), status: undefined } }));
        },
      };
    },
  };
}
