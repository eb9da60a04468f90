import type { Reason } from "./model.ts";

/** What each reason means, as a sentence for people who read a log, an error or a console. Holds no value of the data. */
export const REASON_SENTENCES: Readonly<Record<Reason, string>> = {
  GRANTED: "Every test held: the value is shown clear.",
  ROLE_NOT_ALLOWED: "No grant on the field names the caller's role.",
  PURPOSE_MISSING: "The caller declared no purpose.",
  PURPOSE_NOT_ALLOWED: "No grant to the caller's role names the declared purpose.",
  SUBJECT_UNKNOWN: "It is not known whose data this is.",
  SUBJECT_ERASED: "The person has been erased; nothing of theirs is shown, masked or clear.",
  RETENTION_EXPIRED: "The period for which the data may be used is over.",
  OUT_OF_REACH: "The object is not among those that the caller's role reaches.",
  GRANT_ENDED: "The grant was for a time, which is over.",
  SUBJECT_RESTRICTED: "The person's data is kept but must not be used.",
  MINOR_NOT_SERVED: "The person is under the age from which people are served, or their age is not known.",
  CROSS_BORDER: "Data of the person's region may not go to the caller's region.",
  CONSENT_MISSING: "A consent that the purpose needs was never given, or not for this field and caller.",
  CONSENT_REFUSED: "The consent that the purpose needs was refused.",
  CONSENT_WITHDRAWN: "The consent that the purpose needs was taken back.",
  CONSENT_EXPIRED: "The consent that the purpose needs has ended.",
  CONSENT_OUTDATED: "The notice has changed for this purpose since the consent was given: it must be asked anew.",
  CONSENT_FORM_TOO_WEAK: "The consent was given in a weaker form than the field asks for.",
  CONSENT_NOT_NAMED:
    "The consent names nobody, and the field asks for one that names the caller's organisation or role.",
  CONSENT_NOT_INFORMED:
    "The consent does not rest on a version of a notice that is known here and was in force when it was given.",
  GUARDIAN_CONSENT_REQUIRED: "The person is a minor: only a verified guardian can consent.",
  OPTED_OUT: "The request itself carries an opt-out signal (Global Privacy Control) against this purpose.",
  CONSENT_STORE_UNAVAILABLE:
    "The consent store could not answer: the person may be erased, so nothing of theirs is shown.",
  GROUP_TOO_SMALL: "The group is smaller than the least that may be shown.",
  MASK_FAILED: "No masked value could be made that the field can carry, so the value is withheld.",
  SUBJECT_CHANGED: "What was acted on belongs to somebody else than when it was decided on, so the answer is withheld.",
  MASKED_VALUE:
    "What was to be written is the masked value that the caller is shown, which would replace the real one.",
  RULE_FAILED: "A rule failed by itself, which counts as no.",
  ACCESS_LIMIT_REACHED: "The caller has reached the limit of what may be revealed to them for now.",
  SURVEYED: "The operation is a survey: it finds whose data is due for deletion, and shows nobody's.",
  AUDIT_UNAVAILABLE: "The access could not be recorded, so nothing is revealed.",
};
