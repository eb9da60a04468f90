import { FieldguardError } from "../core/errors.ts";
import type { Caller } from "../decision/model.ts";
import type { Vocabulary } from "../policy/model.ts";
import type { Operation } from "./parse-operation.ts";

/** The header by which an operation asks what there is, to find what is due for deletion, and to be shown nothing of it. */
const HEADER = "x-privacy-survey";

/**
 * Whether the operation is a survey. It shows no annotated value, but it tells how many people are erased, or too young: so
 * only roles that reach everybody may make one. Throws BAD_INPUT on another value than 1 and on what is no query, FORBIDDEN.
 */
export function declareSurvey(
  header: (name: string) => string | undefined,
  { type }: Pick<Operation, "type">,
  { role }: Pick<Caller, "role">,
  { roles }: Vocabulary,
): boolean {
  const declared = header(HEADER)?.trim();
  if (declared === undefined) return false;
  if (declared !== "1") {
    throw new FieldguardError("BAD_INPUT", `Cannot read the header ${HEADER}: expected 1, or no such header.`);
  }
  if (type !== "query") {
    throw new FieldguardError("BAD_INPUT", `Cannot make a survey of a ${type}: send ${HEADER} with a query.`);
  }
  if (!Object.hasOwn(roles, role) || roles[role]?.reach !== "ALL") {
    throw new FieldguardError(
      "FORBIDDEN",
      `Cannot make a survey as ${role}: only roles that reach everybody's data may (@reach(of: ALL)).`,
    );
  }
  return true;
}
