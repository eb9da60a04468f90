/** Suites that prove a store of one's own: each takes a harness that opens the store, and a test runner. */
export type { ConsentStoreHarness, ConsentStorePlace } from "./consent-place.ts";
export { consentStoreConformance } from "./consent-store.ts";
export type { Runner } from "./runner.ts";
