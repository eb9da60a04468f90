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

describe("PERSON_NAME", () => {
  test.each([
    ["张三", "张••"],
    ["王小明", "王••"],
    ["欧阳娜娜", "欧••"],
    ["𠮷野家", "𠮷••"],
    ["阿卜杜拉·买买提", "阿••"],
    ["李 四", "李••"],
    ["山田 太郎", "山••"],
    ["やまだ たろう", "や••"],
    ["ジョン・スミス", "ジ••"],
    ["김철수", "김••"],
    ["남궁 민수", "남••"],
    ["Jane Doe", "J••• D•••"],
    ["Cher", "C•••"],
    ["Jean-Luc Picard", "J••• P•••"],
    ["O'Brien", "O•••"],
    ["María del Carmen Núñez", "M••• d••• C••• N•••"],
    ["E\u0301lodie Dupont", "E\u0301••• D•••"],
    ["Ödön von Horváth", "Ö••• v••• H•••"],
    ["Анна Каренина", "А••• К•••"],
    ["محمد علي", "م••• ع•••"],
    ["दीपिका पादुकोण", "दी••• पा•••"],
    ["張偉 Zhang Wei", "張•• Z••• W•••"],
    ["  Jane \t Doe ", "J••• D•••"],
    ["Doe, Jane", "D••• J•••"],
    ["Malcolm X", "M••• •••"],
    ["J. R. R. Tolkien", "••• ••• ••• T•••"],
    ["Louis 14", "L••• •••"],
    ["'t Hooft", "••• H•••"],
  ])("%s becomes %s", (clear, masked) => {
    expect(mask("PERSON_NAME", clear)).toBe(masked);
  });

  test.each(["", " ", "X", "张", "👩‍💻", "7", "a b c d e f g", "\u202eabc", "\ud83d", "Z̵̢̛͔̖̲̰̱̪̙͚͔̯͖͓̈́̓̽̒̾̀͐͛͗͋͜͝", "A".repeat(3_000)])(
    "hides the whole of %j",
    (clear) => {
      expect(mask("PERSON_NAME", clear)).toBe("•••");
    },
  );

  test("shows one letter a word at most, and never a whole word", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: "grapheme" }), fc.string({ unit: "binary" }), fc.lorem({ maxCount: 8 })),
        (clear) => {
          const words = clear.trim().split(/\s+/);
          const masked = String(mask("PERSON_NAME", clear)).split(" ");
          expect(masked.length).toBeLessThanOrEqual(Math.min(6, words.length));
          for (const [index, part] of masked.entries()) {
            const [whole, shown = ""] = /^([\s\S]*?)•{2,3}$/.exec(part) ?? [];
            expect(whole).toBe(part);
            const letters = graphemesOf(shown);
            expect(letters.length).toBeLessThanOrEqual(1);
            expect(shown === "" || (words[index]?.startsWith(shown) === true && clear.trim() !== shown)).toBe(true);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test("hides all but initials in many locales", () => {
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
      faker.seed(2);
      const clear = `${faker.person.firstName()} ${faker.person.lastName()}`;
      const shown = graphemesOf(String(mask("PERSON_NAME", clear)).replace(/[•\s]/g, ""));
      expect(shown.length).toBeLessThanOrEqual(clear.split(/\s+/).length);
    }
  });
});
