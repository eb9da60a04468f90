/** Fieldguard: a GraphQL gateway that enforces privacy field by field. */

export type { Clock } from "./core/clock.ts";
export { ERROR_STATUS, type ErrorCode, FieldguardError } from "./core/errors.ts";
export type { Caller, ConsentState, Decision, Notice, Reason } from "./decision/model.ts";
export { REASONS } from "./decision/model.ts";
export { createGateway, type Gateway } from "./gateway.ts";
export type { GatewayOptions, Limits, Log } from "./options.ts";
export type { Fault, Policy } from "./policy/model.ts";
export type { AuthOptions } from "./request/authenticate.ts";
export type { RequestContext } from "./request/handle.ts";
export type { AccessFilter, AccessLog, AccessPage, AccessRecord } from "./stores/access-log.ts";
/** The projection of a person's events that every consent store keeps: for a store of one's own. */
export { recordOf, recordsAfter, recordsFrom, standingsOf } from "./stores/choices.ts";
export type { ConsentEvent, ConsentRecord, ConsentStore } from "./stores/consent-store.ts";
