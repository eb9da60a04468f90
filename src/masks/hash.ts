import type { HashScope, Keyring } from "../core/keys.ts";

/**
 * HASH: `h:<key version>:<hex>`, the value's HMAC-SHA-256 within its tenant, category and purpose, so that rows can be told
 * apart and matched for one purpose and two purposes cannot be joined (the idea of Vault's transit engine, whose names carry the
 * key version too). Numbers and booleans are hashed as they are written.
 */
export function maskHash(
  value: string | number | boolean | bigint,
  scope: HashScope,
  keyring: Pick<Keyring, "hash">,
): string {
  return keyring.hash(String(value), scope);
}
