import type { ConsentStore } from "../consents/contract.ts";
import { isErasures, isStandingAnswer } from "../consents/readable.ts";
import { sealedConsents } from "../consents/sealed.ts";
import { FieldguardError } from "../core/errors.ts";
import { parseKeyring } from "../core/keys.ts";
import type { AccessLog } from "../log/contract.ts";
import { holdToContract } from "./hold-to-contract.ts";
import type { ServedStores } from "./open.ts";

/** A store of the integrator's own: both parts fulfil their contracts, as `fieldguard/conformance` proves. */
export interface OwnStore {
  readonly consents: ConsentStore;
  readonly log: AccessLog;
}

/** Longer than a database that answers at all takes. */
const ANSWER_MS_MAX = 10_000;

const anything = (): boolean => true;
const isList = (answer: unknown): boolean => Array.isArray(answer);
const isObject = (answer: unknown): boolean => typeof answer === "object" && answer !== null;
const isId = (answer: unknown): boolean => typeof answer === "string" && answer.length > 0;

/** `events` gives a stream, which the exports that read it end where it breaks. */
const CONSENT_METHODS = {
  append: isList,
  lookUp: isStandingAnswer,
  erasures: isErasures,
  records: isList,
  history: isList,
  subjectState: isObject,
  setSubjectState: isObject,
  putAgreement: anything,
  agreements: isList,
  ping: anything,
  close: anything,
} as const satisfies Partial<Record<keyof ConsentStore, unknown>>;
const LOG_METHODS = {
  append: isId,
  query: (answer: unknown) => isList(Reflect.get(Object(answer), "records")),
  head: anything,
  ping: anything,
  close: anything,
} as const satisfies Partial<Record<keyof AccessLog, unknown>>;

/** Whether a value is a store of the integrator's own: an object with every method of both contracts. */
export function isOwnStore(value: unknown): value is OwnStore {
  const has = (part: "consents" | "log", methods: readonly string[]): boolean => {
    const object = Object(Reflect.get(Object(value), part));
    return methods.every((method) => typeof Reflect.get(object, method) === "function");
  };
  return has("consents", [...Object.keys(CONSENT_METHODS), "events"]) && has("log", Object.keys(LOG_METHODS));
}

/**
 * Takes a store of the integrator's own, which the gateway closes when it stops. What people wrote is sealed on its way
 * in, as in every store. Throws CONFIGURATION_INVALID without a log key: what is sealed and who is named in the log could
 * not be told again after the next start.
 */
export function useOwnStore(
  { consents, log }: OwnStore,
  logKey: string | null,
  answerMsMax: number = ANSWER_MS_MAX,
): ServedStores {
  if (logKey === null) {
    throw new FieldguardError(
      "CONFIGURATION_INVALID",
      "Cannot use a store object without a log key: set the option `logKey` to the same secret at every start.",
    );
  }
  const keyring = parseKeyring(logKey);
  const held = holdToContract(consents, { code: "STORE_UNAVAILABLE", methods: CONSENT_METHODS, answerMsMax });
  const accessLog = holdToContract(log, { code: "AUDIT_UNAVAILABLE", methods: LOG_METHODS, answerMsMax });
  return { consents: sealedConsents(held, keyring), accessLog, keyring, waiting: null };
}
