/** Why a value was or was not revealed. Closed; the same words in errors, records, API and console. */
export const REASONS = [
  "GRANTED",
  "ROLE_NOT_ALLOWED",
  "PURPOSE_MISSING",
  "PURPOSE_NOT_ALLOWED",
  "SUBJECT_UNKNOWN",
  "SUBJECT_ERASED",
  "RETENTION_EXPIRED",
  "OUT_OF_REACH",
  "GRANT_ENDED",
  "SUBJECT_RESTRICTED",
  "MINOR_NOT_SERVED",
  "CROSS_BORDER",
  "CONSENT_MISSING",
  "CONSENT_REFUSED",
  "CONSENT_WITHDRAWN",
  "CONSENT_EXPIRED",
  "CONSENT_OUTDATED",
  "CONSENT_FORM_TOO_WEAK",
  "CONSENT_NOT_NAMED",
  "CONSENT_NOT_INFORMED",
  "GUARDIAN_CONSENT_REQUIRED",
  "OPTED_OUT",
  "CONSENT_STORE_UNAVAILABLE",
  /** `@aggregate`: the group is smaller than its threshold. */
  "GROUP_TOO_SMALL",
  /** The mask could not make a value that the field can carry; the value is withheld. */
  "MASK_FAILED",
  /** What was looked up belongs to somebody else by now: the act has happened, its answer is withheld. */
  "SUBJECT_CHANGED",
  /** What was to be written is what a mask made of the present value. */
  "MASKED_VALUE",
  /** A rule failed by itself: counts as no. */
  "RULE_FAILED",
  /** The reveal budget of an unusual reader is used up. */
  "ACCESS_LIMIT_REACHED",
  "AUDIT_UNAVAILABLE",
  /** The operation is a survey, which shows nothing of anybody. */
  "SURVEYED",
] as const;
/** Why a value was shown, masked or denied: closed and stable, so that clients may switch on it. `REASONS` lists them. */
export type Reason = (typeof REASONS)[number];
