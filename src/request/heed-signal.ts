import type { ConsentStore } from "../consents/contract.ts";
import { createSignals, type HeedSignal } from "../rights/opt-out-signal.ts";
import { type Recorder, record } from "./record.ts";

/** Opt-out signals of people for themselves, kept with a record each; in report mode a signal changes nothing but its own request. */
export function heedSignals(store: ConsentStore, recorder: Recorder): HeedSignal {
  if (recorder.mode === "report") return async ({ optedOut }) => optedOut;
  return createSignals({
    store,
    vocabulary: recorder.policy.vocabulary,
    async record(request, subject, purposes) {
      const receipt = await record(recorder, {
        kind: "CONSENT_CHANGE",
        request,
        operation: null,
        justification: null,
        ip: null,
        tallies: [],
        people: new Set([subject]),
        outcome: "OK",
        details: { signal: "Sec-GPC", refused: purposes.join(", ") },
      });
      return receipt.id ?? "";
    },
  });
}
