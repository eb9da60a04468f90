import { FieldguardError } from "../core/errors.ts";
import { withinTime } from "../core/within-time.ts";

type Code = "STORE_UNAVAILABLE" | "AUDIT_UNAVAILABLE";
type Method = (...given: unknown[]) => unknown;

interface Contract {
  /** With what a method rejects that fails, comes too late or gives back what cannot be used. */
  readonly code: Code;
  /** The methods that resolve with something, each with what that must be. */
  readonly methods: Readonly<Record<string, (answer: unknown) => boolean>>;
  /** Milliseconds until an answer counts as none. */
  readonly answerMsMax: number;
}

/**
 * Holds a part of a store that somebody else wrote to its contract, as far as one call tells: what it throws is coded and quotes
 * nothing, what it never answers ends, and what it answers in another form is no answer.
 */
export function holdToContract<T extends object>(part: T, { code, methods, answerMsMax }: Contract): T {
  const failed = (method: string, why: string, cause?: unknown): FieldguardError =>
    new FieldguardError(
      code,
      `The store object's ${method} ${why}. See what it depends on; fieldguard/conformance tells what it must do.`,
      cause === undefined ? {} : { cause },
    );
  const held = Object.entries(methods).map(([name, fits]) => {
    const call = async (...given: unknown[]): Promise<unknown> => {
      const asked = (async () => (Reflect.get(part, name) as Method).apply(part, given))();
      const late = (): FieldguardError => failed(name, `did not answer within ${answerMsMax} ms`);
      const answer = await withinTime(asked, answerMsMax, late).catch((cause: unknown) => {
        throw cause instanceof FieldguardError ? cause : failed(name, "failed", cause);
      });
      if (!fits(answer)) throw failed(name, "answered in a form that cannot be used");
      return answer;
    };
    return [name, call] as const;
  });
  const byName = new Map<PropertyKey, unknown>(held);
  return new Proxy(part, {
    get(target, name) {
      if (byName.has(name)) return byName.get(name);
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
