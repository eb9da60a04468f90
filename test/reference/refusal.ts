import type { ErrorCode } from "../../src/core/errors.ts";
import { ERROR_STATUS } from "../../src/core/errors.ts";
import type { Caller, RequestFacts } from "../../src/decision/model.ts";
import type { Annotations } from "./annotations.ts";
import { refusedAnyway } from "./before.ts";
import type { AskedOperation } from "./operation.ts";
import { probesUsed } from "./probes.ts";

/** What a request says of itself, wherever it says it. */
export interface Declared {
  readonly purpose: string | null;
  readonly justification: string | null;
}

export interface Refusal {
  readonly code: ErrorCode;
  readonly status: number;
}

export function refusal(code: ErrorCode): Refusal {
  return { code, status: ERROR_STATUS[code] };
}

/** The row "request" of the table: why the purpose cannot be declared; null where it can. */
export function refusedPurpose(
  annotations: Annotations,
  caller: Caller,
  inOperation: Declared,
  inHeaders: Declared,
  region: string | null,
): Refusal | null {
  for (const part of ["purpose", "justification"] as const) {
    const [one, other] = [inOperation[part], inHeaders[part]];
    if (one !== null && other !== null && one !== other) return refusal("PURPOSE_CONFLICT");
  }
  const purpose = inOperation.purpose ?? inHeaders.purpose;
  const justification = inOperation.justification ?? inHeaders.justification;
  if (purpose === null) return null;
  const { purposes, roles } = annotations.vocabulary;
  const term = Object.hasOwn(purposes, purpose) ? purposes[purpose] : undefined;
  if (term === undefined) return refusal("PURPOSE_UNKNOWN");
  if (!roles[caller.role]?.declares.includes(purpose)) return refusal("PURPOSE_NOT_PERMITTED");
  if (caller.purposes !== null && !caller.purposes.includes(purpose)) return refusal("PURPOSE_NOT_PERMITTED");
  if (term.basis === "LEGITIMATE_INTEREST" && region === "CN") return refusal("PURPOSE_NOT_PERMITTED");
  if (term.justification && !/(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{N}]/u.test(justification ?? ""))
    return refusal("JUSTIFICATION_REQUIRED");
  return null;
}

/** Who may not see a field of everybody may not search by it. */
export function refusedProbe(
  operation: AskedOperation,
  annotations: Annotations,
  request: RequestFacts,
): Refusal | null {
  const { caller, purpose } = request;
  const reach = annotations.vocabulary.roles[caller.role]?.reach;
  const mayProbe = (coordinate: string): boolean => {
    const [type = "", field = ""] = coordinate.split(".");
    const policy = annotations.types.get(type)?.fields.get(field);
    if (policy === undefined || purpose === null) return false;
    if (refusedAnyway(policy, annotations.vocabulary, request) !== null) return false;
    if (reach !== "ALL" && !(reach === "TENANT" && caller.tenants.length > 0)) return false;
    return !policy.consents.some((demand) => demand.purposes.includes(purpose));
  };
  return probesUsed(operation, annotations).every(mayProbe) ? null : refusal("PROBE_NOT_ALLOWED");
}
