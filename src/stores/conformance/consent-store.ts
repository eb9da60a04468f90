import { proveClosing, proveSharing } from "./consent-instances.ts";
import { type ConsentStoreHarness, declareWith } from "./consent-place.ts";
import { proveAgreements, proveErasures, proveLookUp, proveStreaming } from "./consent-reads.ts";
import { proveAppend, proveGuards, proveIdempotence, proveSubjectStates } from "./consent-writes.ts";
import type { Runner } from "./runner.ts";

/** Proves every obligation of `ConsentStore`. To be called where tests are declared. */
export function consentStoreConformance(harness: ConsentStoreHarness, runner: Runner): void {
  runner.describe(`ConsentStore: ${harness.name}`, () => {
    const onOne = declareWith(harness, runner);
    proveAppend(onOne);
    proveIdempotence(onOne);
    proveGuards(onOne);
    proveLookUp(onOne);
    proveErasures(onOne);
    proveStreaming(onOne);
    proveSubjectStates(onOne);
    proveAgreements(onOne);
    proveClosing(onOne);
    if (harness.unshared === null) proveSharing(onOne);
  });
}
