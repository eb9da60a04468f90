/** The part of a graphql-shield rule that is used: it answers true, or an error that says why not. */
export interface ShieldRule {
  resolve(parent: unknown, args: object, context: unknown, info: unknown, options: object): Promise<unknown>;
}

/** What else a rule of graphql-shield is made of: base rules of a function, others of rules. `not` alone has an `error`. */
interface RuleParts extends ShieldRule {
  readonly name?: unknown;
  readonly func?: unknown;
  readonly cache?: unknown;
  readonly rules?: unknown;
}

/** Asks a rule: true, or why not. What it throws is no. */
export type Ask = (parent: unknown, args: object, context: unknown, info: unknown) => Promise<unknown>;

/**
 * Makes rules of graphql-shield answer for what they were asked, however they are composed; rules themselves stay as they are.
 *
 * - What a rule remembers (`cache`) is remembered for it alone, by the identity of objects: two of them are never one
 *   because they print alike, as instances with private fields, Maps and functions do, nor because two rules bear one name.
 * - A rule that throws counts as no, and never as a yes for having been negated: within `not` the failure stays a failure.
 */
export function createSoundRules(): (rule: ShieldRule) => Ask {
  const keys = createKeys();
  const made = new WeakMap<ShieldRule, ShieldRule>();
  const hashFunction = ({ parent, args }: { readonly parent: unknown; readonly args: unknown }): string =>
    `${keys.ofOne(parent)} ${keys.ofArguments(args)}`;
  const options = { debug: false, hashFunction };
  const prepared = new WeakSet<object>();

  const sound = (rule: ShieldRule): ShieldRule => {
    const known = made.get(rule);
    if (known !== undefined) return known;
    const copy = composed(rule, sound) ?? remembering(rule, keys) ?? rule;
    made.set(rule, copy);
    return copy;
  };
  return (rule) => {
    const asked = sound(rule);
    return async (parent, args, context, info) => {
      if (typeof context === "object" && context !== null && !prepared.has(context)) {
        prepared.add(context);
        // graphql-shield keeps there what rules remember, for as long as a request lasts.
        Object.defineProperty(context, "_shield", { value: { cache: Object.create(null) }, configurable: true });
      }
      try {
        return await asked.resolve(parent, args, context, info, options);
      } catch (failure) {
        return failure instanceof Error ? failure : false;
      }
    };
  };
}

function composed(rule: RuleParts, sound: (rule: ShieldRule) => ShieldRule): ShieldRule | null {
  if (!Array.isArray(rule.rules)) return null;
  const copy: RuleParts = Object.create(rule, { rules: { value: rule.rules.map(sound) } });
  return "error" in rule ? negation(copy) : copy;
}

/** With `debug`, graphql-shield lets what a rule throws pass, where it would else take it for a no. */
function negation(rule: ShieldRule): ShieldRule {
  return {
    async resolve(parent, args, context, info, options: { debug?: boolean }) {
      try {
        return await rule.resolve(parent, args, context, info, { ...options, debug: true });
      } catch (failure) {
        if (options.debug) throw failure;
        return false;
      }
    },
  };
}

/** A base rule: what it remembers stands under its function, and what a key function of the integrator's answers is taken by identity. */
function remembering(rule: RuleParts, keys: Keys): ShieldRule | null {
  const { func, cache } = rule;
  if (typeof func !== "function") return null;
  const named = { name: { value: `${keys.ofOne(func)} ${String(rule.name)}` } };
  if (typeof cache !== "function") return Object.create(rule, named);
  const key = (...about: unknown[]): string => keys.ofOne(cache(...about));
  return Object.create(rule, { ...named, cache: { value: key } });
}

interface Keys {
  /** A primitive by what it is, anything else by itself. */
  ofOne(value: unknown): string;
  /** Arguments by what they hold, as far as they are plain: each field gets new ones. */
  ofArguments(args: unknown): string;
}

/** Levels of arguments that are told apart by what they hold; what lies deeper counts as different. */
const DEPTH_MAX = 100;

function createKeys(): Keys {
  const ids = new WeakMap<object, number>();
  let count = 0;
  const ofOne = (value: unknown): string => {
    if (typeof value === "string") return JSON.stringify(value);
    if (typeof value === "bigint") return `${value}n`;
    if (Object.is(value, -0)) return "-0";
    if (typeof value === "symbol") {
      count += 1;
      return `#${count}`;
    }
    if ((typeof value !== "object" && typeof value !== "function") || value === null) return String(value);
    let id = ids.get(value);
    if (id === undefined) {
      count += 1;
      id = count;
      ids.set(value, id);
    }
    return `#${id}`;
  };
  const ofValue = (value: unknown, depth: number): string => {
    if (depth >= DEPTH_MAX || typeof value !== "object" || value === null) return ofOne(value);
    if (Array.isArray(value)) return `[${value.map((item) => ofValue(item, depth + 1)).join()}]`;
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== null && prototype !== Object.prototype) return ofOne(value);
    const entries = Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}:${ofValue(each, depth + 1)}`);
    return `{${entries.sort().join()}}`;
  };
  return { ofOne, ofArguments: (args) => ofValue(args, 0) };
}
