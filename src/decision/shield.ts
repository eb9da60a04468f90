/**
 * graphql-shield, for the whole gateway: no other file imports it. Integrators have the same as `fieldguard/shield`.
 *
 * graphql-shield 7.6.5 calls `util.isUndefined` (in `chain` and `race`), which Node 23 removed. Its ES module imports that by name and
 * cannot be loaded there; its CommonJS build looks the function up when it is called, so that one is loaded, with a function of ours
 * put there (Node 22 has one, which warns).
 */
import { createRequire } from "node:module";
import type * as Shield from "graphql-shield";

const require = createRequire(import.meta.url);

const util: { isUndefined?: (value: unknown) => boolean } = require("node:util");
util.isUndefined = (value) => value === undefined;

export type { IRule, IRules } from "graphql-shield";

const shield: typeof Shield = require("graphql-shield");

/** A rule that allows everything. */
export const allow: typeof Shield.allow = shield.allow;
/** A rule that holds where all of the given rules hold; all are asked at once. */
export const and: typeof Shield.and = shield.and;
/** A rule that holds where all of the given rules hold; they are asked one after another, up to the first that does not. */
export const chain: typeof Shield.chain = shield.chain;
/** A rule that allows nothing. */
export const deny: typeof Shield.deny = shield.deny;
/** Makes a rule over the arguments of a field, by a schema that validates them. */
export const inputRule: typeof Shield.inputRule = shield.inputRule;
/** A rule that holds where the given one does not; a rule that fails does not hold either way. */
export const not: typeof Shield.not = shield.not;
/** A rule that holds where one of the given rules holds; all are asked at once. */
export const or: typeof Shield.or = shield.or;
/** A rule that holds where one of the given rules holds; they are asked one after another, up to the first that does. */
export const race: typeof Shield.race = shield.race;
/** Makes a rule of a function over parent, arguments, context and info, which returns true, false or an error, or a promise of one. */
export const rule: typeof Shield.rule = shield.rule;
