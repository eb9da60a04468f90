/**
 * Every code that a caller, an operator or a developer can meet, with its HTTP status.
 * A code is closed and stable: clients switch on it. The message says what, where and what to do,
 * and never carries a value from the data.
 */
export const ERROR_STATUS = {
  // the request is refused whole, without `data`
  UNAUTHENTICATED: 401,
  PURPOSE_UNKNOWN: 400,
  PURPOSE_CONFLICT: 400,
  PURPOSE_NOT_PERMITTED: 403,
  JUSTIFICATION_REQUIRED: 403,
  RESERVED_ALIAS: 400,
  PROBE_NOT_ALLOWED: 403,
  MASKED_VALUE: 400,
  /** `@defer` and `@stream` are in no schema that is served: validation refuses them, with this code. */
  INCREMENTAL_DELIVERY_NOT_SUPPORTED: 400,
  OPERATION_TOO_LARGE: 400,
  AUDIT_UNAVAILABLE: 503,
  KEYS_UNAVAILABLE: 503,
  SERVICE_UNAVAILABLE: 503,
  TOO_MANY_OPERATIONS: 429,
  REQUEST_TIMEOUT: 504,
  SLOW_CLIENT: 503,
  // one field, the rest of the answer stands
  FIELD_DENIED: 200,
  // what the gateway's own API answers
  BAD_INPUT: 400,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONSENT_STATE_CONFLICT: 409,
  CONSENT_COOL_DOWN: 409,
  GUARDIAN_REQUIRED: 403,
  STORE_UNAVAILABLE: 503,
  INTERNAL: 500,
  // start-up and command line
  CONFIGURATION_INVALID: 500,
  POLICY_INVALID: 500,
  STORE_UNREADABLE: 500,
  STORE_VERSION_UNKNOWN: 500,
  STORE_BEHIND: 500,
  KEY_MISMATCH: 500,
  OUTPUT_UNWRITABLE: 500,
  NODE_UNSUPPORTED: 500,
} as const;

/** The codes of `FieldguardError`. */
export type ErrorCode = keyof typeof ERROR_STATUS;

/** The one error that Fieldguard throws on purpose. `message` is public; `cause` stays inside and is never sent or logged raw. */
export class FieldguardError extends Error {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; details?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "FieldguardError";
    this.code = code;
    this.details = options.details ?? {};
  }

  get status(): number {
    return ERROR_STATUS[this.code];
  }
}
