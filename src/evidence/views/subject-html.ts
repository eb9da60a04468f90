import type { SubjectAccess, SubjectReport } from "../subject-report.ts";
import { facts, type Html, html, page, table, tags } from "./html.ts";
import { readable } from "./text.ts";

/** The report as one page to read and print. */
export function subjectHtml(report: SubjectReport): string {
  const { subject, made, state, consents, history, requests, accesses, events, activity } = report;
  const hold = state.legalHold ? ", under legal hold" : "";
  const revealed = accesses.filter(({ outcome }) => outcome === "ALLOW").length;
  return page(
    `What is kept about ${subject}`,
    html`<header><h1>What is kept about ${subject}</h1>
<p>State: ${state.status.toLowerCase()}${hold}${state.since === null ? "" : ` since ${readable(state.since)}`}.</p>
<p class="quiet">Made on ${readable(made)}. All times are UTC. GDPR 15 and 20, PIPL 45.</p></header>
${facts([
  [consents.length, "consents on record"],
  [accesses.length, "accesses to their data"],
  [revealed, "of them saw the clear value"],
  [requests.length, "requests for their rights"],
  [activity.length, "requests of their own"],
])}
${section("Consents as they stand", CONSENT_HEADS, consents.map(consentRow))}
${section("What happened to them", EVENT_HEADS, history.map(eventRow))}
${section("Requests for their rights", ["Received", "Right", "Due", "Answered"], requests.map(requestRow))}
${section("Who saw their data, or tried to", ["Time", "What", "Outcome", "Who", "For"], accesses.map(accessRow))}
${section("What else is on record of them", ["Time", "What", "By", "Details"], events.map(otherRow))}
${section("What they asked for themselves", ["Time", "What", "Purpose", "Outcome", "From"], activity.map(activityRow))}`,
  );
}

const CONSENT_HEADS = ["Purpose", "For", "State", "Form", "Notice", "Given", "Until"];
const EVENT_HEADS = ["Time", "State", "Purposes", "Form", "By", "Reason"];

function consentRow(consent: SubjectReport["consents"][number]): Html {
  return html`<tr><td>${consent.purpose}</td><td>${consent.tenant ?? "everybody"}</td><td>${consent.state}</td><td>${consent.form}</td><td>${consent.notice === null ? "-" : `${consent.notice.id}@${consent.notice.version}`}</td>${time(consent.givenAt)}${time(consent.expiresAt)}</tr>`;
}

function eventRow(event: SubjectReport["history"][number]): Html {
  return html`<tr>${time(event.time)}<td>${event.state}</td><td>${event.purposes.join(", ")}</td><td>${event.form}</td><td>${event.expressedBy.role}</td><td>${event.reason}</td></tr>`;
}

function requestRow(request: SubjectReport["requests"][number]): Html {
  return html`<tr>${time(request.receivedAt)}<td>${request.right}</td><td class="time">${request.dueBy}</td><td class="time">${request.answeredAt === null ? (request.overdue ? "overdue" : "open") : readable(request.answeredAt)}</td></tr>`;
}

function otherRow(event: SubjectReport["events"][number]): Html {
  return html`<tr>${time(event.time)}<td>${event.kind}</td><td>${event.role}</td><td>${detailsIn(event.details)}</td></tr>`;
}

function activityRow(request: SubjectReport["activity"][number]): Html {
  return html`<tr>${time(request.time)}<td>${request.kind} ${request.operation}</td><td>${request.purpose ?? "-"}</td><td>${request.outcome}</td><td>${[request.app, request.ip].filter((part) => part !== null).join(", ")}</td></tr>`;
}

function section(title: string, heads: readonly string[], rows: readonly Html[]): Html {
  return html`<h2>${title}</h2>${rows.length === 0 ? html`<p class="quiet">Nothing.</p>` : table(heads, rows)}`;
}

function time(at: string | null): Html {
  return html`<td class="time">${at === null ? "-" : readable(at)}</td>`;
}

const OUTCOMES = { ALLOW: ["clear", "revealed"], MASK: ["masked", "masked"], DENY: ["denied", "denied"] } as const;

function accessRow(access: SubjectAccess): Html {
  const [kind, word] = OUTCOMES[access.outcome as keyof typeof OUTCOMES] ?? ["plain", access.outcome];
  const why = access.justification === null ? html`` : html`<br><span class="quiet">${access.justification}</span>`;
  return html`<tr>${time(access.time)}<td>${access.coordinate}<br><span class="quiet">${access.category}</span></td><td>${tags(kind, [word])}<br><span class="quiet">${access.reason}</span></td><td>${access.role}<br><span class="quiet">${access.organisation}</span></td><td>${access.purpose ?? "-"}${why}</td></tr>`;
}

function detailsIn(details: Readonly<Record<string, unknown>> | null): string {
  return Object.entries(details ?? {})
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join(", ");
}
