import { describe, expect, test } from "@jest/globals";
import { HINT_CODES } from "../../src/policy/fault-codes.ts";
import { usualCategory } from "../../src/policy/hints/looks-sensitive.ts";
import { wordsOf } from "../../src/policy/hints/words.ts";
import { HINT_CASES } from "./cases/hints.ts";
import { compileSdl, expected, found, sorted } from "./harness.ts";

describe("hints", () => {
  test.each(HINT_CASES)("$name", ({ sdl }) => {
    const { faults, hints } = compileSdl(sdl);
    expect(faults).toEqual([]);
    expect(sorted(found(hints))).toEqual(sorted(expected(sdl)));
  });

  test("every code has a case", () => {
    const covered = new Set(HINT_CASES.flatMap(({ sdl }) => expected(sdl).map(({ code }) => code)));
    expect(HINT_CODES.filter((code) => !covered.has(code))).toEqual([]);
  });

  test("a proposed category is one that the vocabulary has", () => {
    const sdl = `enum DataCategory { ANYTHING @handling(mask: REDACT, otherwise: MASK) } type A { email: String, password: String }`;
    expect(compileSdl(sdl).hints.map(({ mend }) => mend)).toEqual([
      "Add `@sensitive(category: ...)`, if it tells of a person.",
      "Add `@sensitive(category: ...)`, if it tells of a person.",
    ]);
  });
});

test.each([
  ["homePhone", ["home", "phone"]],
  ["IPAddress", ["ip", "address"]],
  ["clientIP", ["client", "ip"]],
  ["e_mail", ["e", "mail"]],
  ["EMAIL_ASC", ["email", "asc"]],
  ["address1Line", ["address1", "line"]],
  ["__typename", ["typename"]],
  ["x", ["x"]],
])("the words of %s", (name, words) => {
  expect(wordsOf(name)).toEqual(words);
});

test.each([
  ["email", "EMAIL_ADDRESS"],
  ["ipAddress", "IP_ADDRESS"],
  ["shippingAddress", "POSTAL_ADDRESS"],
  ["passwordHash", "CREDENTIAL"],
  ["dateOfBirth", "DATE_OF_BIRTH"],
  ["shipping", null],
  ["company", null],
  ["panorama", null],
  ["emailStatus", null],
  ["message", null],
  ["storage", null],
])("%s usually holds %s", (name, category) => {
  expect(usualCategory(name)).toBe(category);
});
