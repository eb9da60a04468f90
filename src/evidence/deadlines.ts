import { isoTime } from "../core/clock.ts";
import { HOUR_MS } from "../core/dates.ts";

/** Somebody who must be told of an incident, and until when. */
export interface Deadline {
  readonly rule: string;
  readonly to: string;
  /** How the rule says it. */
  readonly when: string;
  /** ISO 8601; null where the rule counts no hours. */
  readonly by: string | null;
  /** What the rule adds. */
  readonly note: string;
}

/**
 * Who must be told by when, once an incident is known (milliseconds since the epoch): Regulation (EU) 2016/679 (GDPR),
 * articles 33 and 34, and China's Personal Information Protection Law (PIPL), article 57. Whether an incident is a breach
 * in their sense is for a lawyer to say; other laws may ask for more.
 */
export function deadlinesFrom(known: number): Deadline[] {
  return [
    {
      rule: "GDPR 33(1)",
      to: "the supervisory authority",
      when: "without undue delay, where feasible within 72 hours of becoming aware",
      by: isoTime(known + 72 * HOUR_MS),
      note: "Not where a risk to people is unlikely. Later, with the reasons for the delay; in phases where not all is known (33(4)).",
    },
    {
      rule: "GDPR 33(2)",
      to: "the controller, by its processor",
      when: "without undue delay",
      by: null,
      note: "Where the data are processed on somebody else's behalf.",
    },
    {
      rule: "GDPR 34(1)",
      to: "the people concerned",
      when: "without undue delay",
      by: null,
      note: "Where a high risk to them is likely. Children in words that they understand (recital 58).",
    },
    {
      rule: "PIPL 57",
      to: "the departments in charge of personal information protection, and the people concerned",
      when: "immediately",
      by: null,
      note: "The law counts no hours. The people need not be told where measures avoid harm effectively, unless the department asks for it. A child under 14 has a guardian who consents for it (PIPL 31): that is whom to tell.",
    },
  ];
}
