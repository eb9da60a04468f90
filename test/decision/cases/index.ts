import type { Case } from "../case.ts";
import { AGE_CASES } from "./age.ts";
import { AGREEMENT_CASES } from "./agreements.ts";
import { CHOICE_CASES } from "./choices.ts";
import { CONSENT_CASES } from "./consent.ts";
import { CONSENT_FORM_CASES } from "./consent-form.ts";
import { CONSENT_SCOPE_CASES } from "./consent-scope.ts";
import { GRANT_END_CASES } from "./grant-end.ts";
import { GUARDIAN_CASES } from "./guardian.ts";
import { NOTICE_CASES } from "./notices.ts";
import { OPT_OUT_CASES } from "./opt-out.ts";
import { PRECEDENCE_CASES } from "./precedence.ts";
import { REACH_CASES } from "./reach.ts";
import { REGION_CASES } from "./region.ts";
import { RETENTION_CASES } from "./retention.ts";
import { ROLE_AND_PURPOSE_CASES } from "./role-and-purpose.ts";
import { STATE_CASES } from "./state.ts";
import { STRANGER_CASES } from "./strangers.ts";
import { SUBJECT_CASES } from "./subject.ts";

/** The table of decisions: every reason from both sides. Each row's name is its own. */
export const CASES: readonly Case[] = [
  ...ROLE_AND_PURPOSE_CASES,
  ...SUBJECT_CASES,
  ...STATE_CASES,
  ...RETENTION_CASES,
  ...REACH_CASES,
  ...GRANT_END_CASES,
  ...AGE_CASES,
  ...REGION_CASES,
  ...CONSENT_CASES,
  ...CONSENT_SCOPE_CASES,
  ...CHOICE_CASES,
  ...CONSENT_FORM_CASES,
  ...GUARDIAN_CASES,
  ...NOTICE_CASES,
  ...AGREEMENT_CASES,
  ...OPT_OUT_CASES,
  ...STRANGER_CASES,
  ...PRECEDENCE_CASES,
];
