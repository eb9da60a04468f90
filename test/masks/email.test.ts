import {
  fakerAR,
  fakerDE,
  fakerEN,
  fakerFR,
  fakerHE,
  fakerJA,
  fakerKO,
  fakerPT_BR,
  fakerRU,
  fakerZH_CN,
} from "@faker-js/faker";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { graphemesOf, mask } from "./harness.ts";

describe("EMAIL", () => {
  test.each([
    ["david@example.com", "d•••@example.com"],
    ["Jane.Doe@Example.co.uk", "J•••@Example.co.uk"],
    ["jane+orders@example.com", "j•••@example.com"],
    ["_jane@example.com", "_•••@example.com"],
    ["ab@example.com", "a•••@example.com"],
    [" jane@example.com\n", "j•••@example.com"],
    ["user@localhost", "u•••@localhost"],
    ["o'brien@example.ie", "o•••@example.ie"],
    ["张三@example.cn", "张•••@example.cn"],
    ["用户@例子.广告", "用•••@例子.广告"],
    ["δοκιμή@παράδειγμα.δοκιμή", "δ•••@παράδειγμα.δοκιμή"],
    ["ajk@xn--fiqs8s", "a•••@xn--fiqs8s"],
    ["संपर्क@डाटामेल.भारत", "सं•••@डाटामेल.भारत"],
    ["👩‍👩‍👧x@example.com", "👩‍👩‍👧•••@example.com"],
    ["e\u0301lan@example.fr", "e\u0301•••@example.fr"],
    ['"john doe"@example.com', "j•••@example.com"],
    ['"a@b"@example.com', "a•••@example.com"],
    ["a@b@example.com", "a•••@example.com"],
  ])("keeps the first character and the domain of %s", (clear, masked) => {
    expect(mask("EMAIL", clear)).toBe(masked);
  });

  test.each([
    '"\u202ejane"@example.com',
    '" jane"@example.com',
    '"\ud83djane"@example.com',
    `${"j".padEnd(20, "\u0301")}ane@example.com`,
  ])("hides the local part of %j, which begins with nothing to show", (clear) => {
    expect(mask("EMAIL", clear)).toBe("•••@example.com");
  });

  test.each(["a@example.com", '"a"@example.com', '""@example.com', "张@example.com", "👍🏽@example.com"])(
    "hides the local part of %s, of which one character would be all",
    (clear) => {
      expect(mask("EMAIL", clear)).toBe("•••@example.com");
    },
  );

  test.each([
    ["nothing", ""],
    ["a name", "jane"],
    ["a handle", "@jane"],
    ["no domain", "jane@"],
    ["an address literal", "jane@[203.0.113.7]"],
    ["an address as domain", "jane@203.0.113.7"],
    ["a display name", "Jane Doe <jane@example.com>"],
    ["two addresses", "jane@example.com, joe@example.com"],
    ["a sentence", "Jane lives @ 12 High Street"],
    ["a space inside", "jane doe@example.com"],
    ["a right-to-left override", "\u202ejane@example.com"],
    ["a domain with a zero-width space", "jane@exam\u200bple.com"],
    ["an empty label", "jane@example..com"],
    ["a long text", `${"j".repeat(2_000)}@example.com`],
  ])("hides the whole of %s", (_what, clear) => {
    expect(mask("EMAIL", clear)).toBe("•••");
  });

  test("never shows more of the local part than its first grapheme", () => {
    const local = fc.oneof(fc.string({ unit: "grapheme", minLength: 1 }), fc.string({ unit: "binary", minLength: 1 }));
    const domain = fc.oneof(fc.domain(), fc.string());
    fc.assert(
      fc.property(local, domain, (name, host) => {
        const clear = `${name}@${host}`;
        const [, shown = "", tail] = /^([\s\S]*?)•••(@[\s\S]*)?$/.exec(String(mask("EMAIL", clear))) ?? [];
        expect(graphemesOf(shown).length).toBeLessThanOrEqual(1);
        expect(tail === undefined || clear.trim().endsWith(tail)).toBe(true);
        expect(tail?.lastIndexOf("@") ?? 0).toBe(0);
        expect(clear.trim().replace(/^"/, "").startsWith(shown)).toBe(true);
        expect(mask("EMAIL", clear)).not.toBe(clear);
      }),
      { numRuns: 500 },
    );
  });

  test("knows the addresses of many locales for what they are", () => {
    for (const faker of [
      fakerZH_CN,
      fakerEN,
      fakerDE,
      fakerJA,
      fakerPT_BR,
      fakerFR,
      fakerRU,
      fakerAR,
      fakerKO,
      fakerHE,
    ]) {
      faker.seed(1);
      const clear = faker.internet.email();
      const [first = ""] = graphemesOf(clear);
      expect(mask("EMAIL", clear)).toBe(`${first}•••${clear.slice(clear.lastIndexOf("@"))}`);
    }
  });
});
