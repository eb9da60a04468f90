/** Fieldguard: a GraphQL gateway that enforces privacy field by field. */

/** The projection of a person's events that every consent store keeps: for a store of one's own. */
export { recordOf, recordsAfter, recordsFrom, standingsOf } from "./consents/choices.ts";
export type { Agreement, ConsentEvent, ConsentRecord, ConsentStore, SubjectState } from "./consents/contract.ts";
export type { Clock } from "./core/clock.ts";
export { ERROR_STATUS, type ErrorCode, FieldguardError } from "./core/errors.ts";
/** For the ids of events that an integrator appends to `gateway.consents`. */
export { newId } from "./core/ids.ts";
export type { Caller, ConsentState, Decision, Notice, Reason } from "./decision/model.ts";
export { REASONS } from "./decision/model.ts";
export { createGateway, type Gateway } from "./gateway.ts";
export type { AccessEntry, AccessFilter, AccessLog, AccessPage, AccessRecord } from "./log/contract.ts";
/** What a filter means, and how long entries are divided: for a log of one's own. */
export { matchesFilter } from "./log/contract.ts";
export { splitEntry } from "./log/proof/split.ts";
export type { GatewayOptions, Limits, Log } from "./options.ts";
export type { FaultCode, HintCode } from "./policy/fault-codes.ts";
export type { Fault, Policy } from "./policy/model.ts";
export type { AuthOptions } from "./request/auth-options.ts";
export type { RequestContext } from "./request/model.ts";
export type { OwnStore } from "./stores/own.ts";
