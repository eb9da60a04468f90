import { afterEach, describe, expect, test } from "@jest/globals";
import { checkUnlocked, lockCode } from "../../src/core/lock-code.ts";
import { createGateway } from "../../src/index.ts";
import { SECRET } from "../http/harness.ts";

const MAKERS: Readonly<Record<string, (text: string) => unknown>> = {
  "Function, called": (text) => Reflect.apply(globalThis.Function, null, [text]),
  "Function, constructed": (text) => new Function(text),
  "a class of functions": (text) => new (class extends Function {})(text),
  "a function's constructor": (text) =>
    Reflect.apply(
      Reflect.get(() => undefined, "constructor"),
      null,
      [text],
    ),
  "an AsyncFunction": (text) =>
    Reflect.construct(
      Reflect.get(async () => undefined, "constructor"),
      [text],
    ),
  "a GeneratorFunction": (text) =>
    Reflect.construct(
      Reflect.get(function* () {}, "constructor"),
      [text],
    ),
  "an AsyncGeneratorFunction": (text) =>
    Reflect.construct(
      Reflect.get(async function* () {}, "constructor"),
      [text],
    ),
  eval: (text) => Reflect.apply(Reflect.get(globalThis, "eval"), null, [text]),
};

let unlock: (() => void)[] = [];
afterEach(() => {
  for (const each of unlock.splice(0)) each();
});
const lock = (): (() => void) => {
  const each = lockCode();
  unlock = [...unlock, each];
  return each;
};

describe("where code is locked", () => {
  test.each(Object.entries(MAKERS))("%s throws, and works again once it is not", (_name, make) => {
    expect(() => make("1")).not.toThrow();
    const free = lock();
    expect(() => make("1")).toThrow(EvalError);
    expect(() => make("1")).toThrow(/lockCode/);
    free();
    expect(() => make("1")).not.toThrow();
  });

  test("functions are functions all the same", () => {
    lock();
    expect(lock instanceof Function).toBe(true);
    expect((async () => undefined).constructor.name).toBe("AsyncFunction");
    expect(class {}.constructor === Function).toBe(true);
  });

  test("it stays so until the last who asked for it takes it back, each once", () => {
    const [first, second] = [lock(), lock()];
    first();
    first();
    expect(() => new Function("1")).toThrow(EvalError);
    second();
    expect(() => new Function("1")).not.toThrow();
  });

  test("another gateway is not built, and is told why", async () => {
    const options = {
      typeDefs: "type Query { a: Int }",
      resolvers: {},
      store: "sqlite::memory:",
      auth: { secret: SECRET },
    };
    const first = await createGateway({ ...options, lockCode: true });
    expect(() => checkUnlocked()).not.toThrow();
    await first.listen();
    await expect(createGateway(options)).rejects.toMatchObject({ code: "CONFIGURATION_INVALID" });
    await expect(createGateway(options)).rejects.toThrow(/lockCode.*before the first listens/);
    await first.stop();
    await (await createGateway(options)).stop();
  });
});
