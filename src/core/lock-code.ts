import { FieldguardError } from "./errors.ts";

let undo: (() => void) | null = null;
let holders = 0;

/** Throws CONFIGURATION_INVALID where generated code is refused already: what builds a gateway's routes generates some. */
export function checkUnlocked(): void {
  if (undo === null) return;
  throw new FieldguardError(
    "CONFIGURATION_INVALID",
    "Cannot build a gateway while another of this process refuses generated code (option `lockCode`): build all of them before the first listens.",
  );
}

/**
 * From now on `eval` and the four constructors of functions throw EvalError in this thread. What holds a reference from before,
 * `import()` of `data:` and `Module._compile` still make code of text. Defence in
 * depth: nothing that serves needs them. `node:vm` stays open, as Node's own streams use it. Returns what takes it back, which
 * it is when the last who asked for it does.
 */
export function lockCode(): () => void {
  undo ??= lock();
  holders += 1;
  let held = true;
  return () => {
    if (!held) return;
    held = false;
    holders -= 1;
    if (holders > 0) return;
    undo?.();
    undo = null;
  };
}

function lock(): () => void {
  const before: (() => void)[] = [];
  const put = (object: object, key: string, value: unknown): void => {
    const was = Object.getOwnPropertyDescriptor(object, key);
    if (was === undefined) return;
    before.push(() => Object.defineProperty(object, key, was));
    Object.defineProperty(object, key, { ...was, value, writable: false, configurable: true });
  };
  for (const made of [() => undefined, async () => undefined, function* () {}, async function* () {}]) {
    const prototype = Object.getPrototypeOf(made);
    const real = prototype.constructor;
    const refuse = refusing(real.name);
    // `instanceof Function` goes on working: it is a function with the same prototype.
    const locked = new Proxy(real, { apply: refuse, construct: refuse });
    put(prototype, "constructor", locked);
    if (real === globalThis.Function) put(globalThis, "Function", locked);
  }
  put(globalThis, "eval", refusing("eval"));
  return () => {
    for (const restore of before.reverse()) restore();
  };
}

function refusing(name: string): () => never {
  return () => {
    throw new EvalError(`No text becomes code in this process (option \`lockCode\`): ${name} was called.`);
  };
}
