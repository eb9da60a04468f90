import type { SubjectReport } from "../subject-report.ts";
import { columns, readable } from "./text.ts";

/** The report as plain text. */
export function subjectText(report: SubjectReport): string {
  const { subject, state, consents, requests, accesses, events, activity } = report;
  const hold = state.legalHold ? ", under legal hold" : "";
  return [
    `${subject}: ${state.status}${hold}${state.since === null ? "" : ` since ${readable(state.since)}`}`,
    ...section("Consents", consents.map(consentCells)),
    ...section("Requests for rights", requests.map(requestCells)),
    ...section(
      "Accesses",
      accesses.map(({ time, role, purpose, coordinate, outcome, reason }) => [
        `  ${readable(time)}`,
        role,
        purpose ?? "-",
        coordinate,
        `${outcome} ${reason}`,
      ]),
    ),
    ...section(
      "Else on record",
      events.map(({ time, kind, role }) => [`  ${readable(time)}`, kind, role]),
    ),
    ...section(
      "Their own requests",
      activity.map(({ time, kind, operation, purpose, outcome }) => [
        `  ${readable(time)}`,
        kind,
        operation ?? "-",
        purpose ?? "-",
        outcome,
      ]),
    ),
  ].join("\n");
}

function section(title: string, rows: readonly (readonly string[])[]): string[] {
  return ["", `${title}: ${rows.length}`, ...(rows.length === 0 ? [] : [columns(rows)])];
}

function consentCells({
  purpose,
  tenant,
  state,
  form,
  givenAt,
  expiresAt,
}: SubjectReport["consents"][number]): string[] {
  const given = givenAt === null ? "never given" : `given ${readable(givenAt)}`;
  const until = expiresAt === null ? "" : `, until ${readable(expiresAt)}`;
  return [`  ${purpose}`, tenant ?? "everybody", state, form, `${given}${until}`];
}

function requestCells({ right, receivedAt, dueBy, answeredAt, overdue }: SubjectReport["requests"][number]): string[] {
  const answer = answeredAt === null ? (overdue ? "OVERDUE" : "open") : `answered ${readable(answeredAt)}`;
  return [`  ${readable(receivedAt)}`, right, `due ${dueBy}`, answer];
}
