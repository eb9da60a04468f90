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

export const allow: typeof Shield.allow = shield.allow;
export const and: typeof Shield.and = shield.and;
export const chain: typeof Shield.chain = shield.chain;
export const deny: typeof Shield.deny = shield.deny;
export const inputRule: typeof Shield.inputRule = shield.inputRule;
export const not: typeof Shield.not = shield.not;
export const or: typeof Shield.or = shield.or;
export const race: typeof Shield.race = shield.race;
export const rule: typeof Shield.rule = shield.rule;
