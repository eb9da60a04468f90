import { afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type Client, createClient } from "graphql-ws";
import { WebSocket } from "ws";
import { tokenFor } from "../http/harness.ts";
import { C1, C2, type ServedShop, serveShop } from "./shop.ts";

let served: ServedShop;
beforeAll(async () => {
  served = await serveShop();
});
let client: Client | undefined;
beforeEach(() => {
  served.shop.ran.length = 0;
});
afterEach(async () => {
  await client?.dispose();
});

function first(as: object): Promise<unknown> {
  const connectionParams = { authorization: `Bearer ${tokenFor({ ...as })}`, "x-purpose": "SELF_SERVICE" };
  const url = served.url.replace("http", "ws");
  client = createClient({ url, webSocketImpl: WebSocket, connectionParams, retryAttempts: 0 });
  const query = 'subscription { watch(orderId: "o-1") { id } }';
  return new Promise((resolve) => {
    client?.subscribe(
      { query },
      { next: resolve, error: (error) => resolve({ error }), complete: () => resolve("complete") },
    );
  });
}

test("what acts when it is subscribed to is decided and recorded before", async () => {
  expect(await first(C1)).toMatchObject({ data: { watch: { id: "o-1" } } });
  expect(served.shop.ran).toEqual(["watch"]);
  const { records } = await served.gateway.accessLog.query({}, { first: 5 });
  expect(records.find(({ outcome }) => outcome === "INTENT")?.details).toEqual({
    writes: "watch: Order LOOKED_UP, INTENT",
  });
});

test("who may not is not subscribed", async () => {
  expect(await first(C2)).toMatchObject({
    errors: [{ extensions: { code: "FORBIDDEN", coordinate: "Subscription.watch", reason: "OUT_OF_REACH" } }],
  });
  expect(served.shop.ran).toEqual([]);
});
