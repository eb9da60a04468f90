import { expect, jest, test } from "@jest/globals";
import { LRUCache } from "lru-cache";
import type { Vocabulary } from "../../src/policy/model.ts";
import { createAuthenticator } from "../../src/request/authenticate.ts";
import { SECRET, tokenFor } from "../http/harness.ts";

test("what is kept of a token is a hash of it", async () => {
  const kept = jest.spyOn(LRUCache.prototype, "set");
  const vocabulary = { roles: { CUSTOMER: {} } } as unknown as Vocabulary;
  const authenticate = createAuthenticator({ secret: SECRET }, vocabulary, { now: () => Date.now() });
  const token = tokenFor({ sub: "c-1", role: "CUSTOMER" });
  const caller = await authenticate(`Bearer ${token}`);
  expect(await authenticate(`Bearer ${token}`)).toBe(caller);
  const keys = kept.mock.calls.map(([key]) => String(key));
  expect(keys).toEqual([expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/)]);
  kept.mockRestore();
});
