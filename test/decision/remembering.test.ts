import { expect, test } from "@jest/globals";
import type { StaticFindings } from "../../src/decision/examine.ts";
import { remember } from "../../src/decision/remembering-rule.ts";
import { never } from "../../src/decision/rules.ts";

const FOUND = {} as StaticFindings;

test("a rule remembers what it answered, and not without end", async () => {
  const rule = remember(never("OUT_OF_REACH"));
  expect(rule.recall("first")).toBeUndefined();
  expect(await rule.ask("first", FOUND)).toBe("OUT_OF_REACH");
  expect(rule.recall("first")).toBe("OUT_OF_REACH");
  for (let key = 0; key < 5_000; key += 1) await rule.ask(`key ${key}`, FOUND);
  expect(rule.recall("first")).toBeUndefined();
});
