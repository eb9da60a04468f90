import { describe, test } from "node:test";
import { type ConsentStore, createGateway } from "fieldguard";
import {
  type AccessLogHarness,
  accessLogConformance,
  type ConsentStoreHarness,
  consentStoreConformance,
  type Runner,
} from "fieldguard/conformance";

// Never run: shows that what the package declares fits an integrator's own code.
export function proveOwn(openConsents: () => Promise<ConsentStore>, logs: AccessLogHarness): void {
  const runner: Runner = { describe, test };
  const harness: ConsentStoreHarness = {
    name: "a store of one's own",
    unshared: null,
    create: async () => ({ open: openConsents, dispose: async () => undefined }),
  };
  consentStoreConformance(harness, runner);
  accessLogConformance(logs, runner);
}

export const gateway = createGateway;
