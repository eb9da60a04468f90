/**
 * SQLite's code of an error (`SQLITE_FULL`), or "". Not by `instanceof`: the driver makes its errors in the realm in which
 * it was first loaded, which need not be this one.
 */
export function errorCode(cause: unknown): string {
  return typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : "";
}
