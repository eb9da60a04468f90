import { formOf } from "../consents/choices.ts";
import type { ConsentEvent } from "../consents/contract.ts";
import { saysSomething } from "../core/says-something.ts";

/** Whether somebody said a yes who may, as far as the event tells: what the controller enters without proof takes no no back. */
export function isEntitled(event: ConsentEvent): boolean {
  const { role, verification } = event.expressedBy;
  if (role === "CONTROLLER") return formOf(event) !== "IMPLIED";
  return (role !== "AGENT" && role !== "GUARDIAN") || saysSomething(verification);
}
