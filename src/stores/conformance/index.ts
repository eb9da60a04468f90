/** Suites that prove a store of one's own: each takes a harness that opens the store, and a test runner. */
export { accessLogConformance } from "./access-log.ts";
export type { ConsentStoreHarness, ConsentStorePlace } from "./consent-place.ts";
export { consentStoreConformance } from "./consent-store.ts";
export type { AccessLogHarness, AccessLogPlace, LogBounds } from "./log-place.ts";
export type { Runner } from "./runner.ts";
