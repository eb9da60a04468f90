import type { ConsentStore } from "../consents/contract.ts";
import { sealedConsents } from "../consents/sealed.ts";
import { FieldguardError } from "../core/errors.ts";
import { parseKeyring } from "../core/keys.ts";
import type { AccessLog } from "../log/contract.ts";
import type { ServedStores } from "./open.ts";

/** A store of the integrator's own: both parts fulfil their contracts, as `fieldguard/conformance` proves. */
export interface OwnStore {
  readonly consents: ConsentStore;
  readonly log: AccessLog;
}

const CONSENT_METHODS = [
  "append",
  "lookUp",
  "erasures",
  "records",
  "history",
  "events",
  "subjectState",
  "setSubjectState",
  "putAgreement",
  "agreements",
  "ping",
  "close",
] as const satisfies (keyof ConsentStore)[];
const LOG_METHODS = ["append", "query", "head", "ping", "close"] as const satisfies (keyof AccessLog)[];

/** Whether a value is a store of the integrator's own: an object with every method of both contracts. */
export function isOwnStore(value: unknown): value is OwnStore {
  const has = (part: "consents" | "log", methods: readonly string[]): boolean => {
    const object = Object(Reflect.get(Object(value), part));
    return methods.every((method) => typeof Reflect.get(object, method) === "function");
  };
  return has("consents", CONSENT_METHODS) && has("log", LOG_METHODS);
}

/**
 * Takes a store of the integrator's own, which the gateway closes when it stops. What people wrote is sealed on its way
 * in, as in every store. Throws CONFIGURATION_INVALID without a log key: what is sealed and who is named in the log could
 * not be told again after the next start.
 */
export function useOwnStore({ consents, log }: OwnStore, logKey: string | null): ServedStores {
  if (logKey === null) {
    throw new FieldguardError(
      "CONFIGURATION_INVALID",
      "Cannot use a store object without a log key: set the option `logKey` to the same secret at every start.",
    );
  }
  const keyring = parseKeyring(logKey);
  return { consents: sealedConsents(consents, keyring), accessLog: log, keyring, waiting: null };
}
