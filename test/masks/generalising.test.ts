import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { graphemesOf, mask } from "./harness.ts";

describe("POSTCODE", () => {
  test.each([
    ["518000", "518"],
    ["94305", "943"],
    ["94305-1234", "943"],
    ["03601", "000"],
    // Sparse by the Census of 2020 only.
    ["75301", "000"],
    ["77201", "000"],
    ["36901-0001", "000"],
    ["89301-0001", "000"],
    ["80331", "803"],
    ["SW1A 2AA", "SW1"],
    ["K1A 0B1", "K1A"],
    ["150-0001", "150"],
    ["〒150-0001", "150"],
    ["01310-200", "013"],
    ["560001", "560"],
    ["101000", "101"],
    ["123 45", "123"],
    ["12 345", "12"],
    ["上海市浦东新区", "上海市"],
    // Whatever is written around a code, and however its digits are.
    ["03601, NH", "000"],
    ["NH 03601", "000"],
    ["US-03601", "000"],
    ["036-01", "000"],
    ["０３６０１", "000"],
    ["٠٣٦٠١", "000"],
    ["036\u200b01", "000"],
    ["\u200b03601\u200b", "000"],
    ["03601.", "000"],
    ["03601-1234...", "000"],
    ["１００１００", "100"],
    ["D-10117", "101"],
    ["US 94305", "943"],
    ["10117 Berlin", "101"],
    // Names: a region as it stands, else what an address shows of it.
    ["Berlin", "Berlin"],
    ["Bayern", "Bayern"],
    ["NH", "NH"],
    ["Москва", "Москва"],
    ["黑龙江省", "黑龙江省"],
    ["北京市", "北京市"],
    ["Springfield, Germany", "Germany"],
  ])("%s becomes %s", (clear, masked) => {
    expect(mask("POSTCODE", clear)).toBe(masked);
  });

  test.each([
    ...["", "1", "SW1", " SW1 ", "〒150", "123\u200b", "123...", "9".repeat(2_000)],
    ...[
      "Rome",
      "Köln",
      "Lyon",
      "Anna",
      "Rome 1",
      "Berlin 10117",
      "中文邮编",
      "邮编518057",
      "👍👍👍👍",
      "éééé",
      "---",
      "<>",
      " ",
    ],
    ...["secret@x.de", "4111111111111111", "+14155552671", "1 Main Street", "5th Avenue"],
  ])("hides the whole of %j", (clear) => {
    expect(mask("POSTCODE", clear)).toBe("•••");
  });

  test("keeps the first three characters of any text with a digit at most, and never all", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: "grapheme" }), fc.string({ unit: "binary" }), fc.stringMatching(/^\d{3,10}$/)),
        (clear) => {
          const masked = String(mask("POSTCODE", clear));
          if (masked === "•••" || masked === "000") return;
          expect(graphemesOf(masked).length).toBeLessThanOrEqual(3);
          if (!/\p{Nd}/u.test(clear.normalize("NFKC"))) return;
          expect(clear.trim()).not.toBe(masked);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("IP", () => {
  test.each([
    ["203.0.113.7", "203.0.113.0"],
    ["255.255.255.255", "255.255.255.0"],
    ["0.0.0.0", "0.0.0.0"],
    [" 10.1.2.3 ", "10.1.2.0"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1::"],
    ["2001:0DB8:0001::0370:7334", "2001:db8:1::"],
    ["::1", "::"],
    ["fe80::1ff:fe23:4567:890a%eth0", "fe80::"],
    ["::ffff:203.0.113.7", "203.0.113.0"],
    ["::ffff:cb00:7107", "203.0.113.0"],
    ["::203.0.113.7", "203.0.113.0"],
    ["64:ff9b::203.0.113.7", "64:ff9b::"],
    ["2002:cb00:7107::1", "2002:cb00:7100::"],
  ])("%s becomes %s", (clear, masked) => {
    expect(mask("IP", clear)).toBe(masked);
  });

  test.each([
    "",
    "1.2.3",
    "1.2.3.4.5",
    "256.1.1.1",
    "01.2.3.4",
    "0x7f.1",
    "2130706433",
    "203.0.113.7:80",
    "[2001:db8::1]:80",
    "203.0.113.7/32",
    "2001:db8::/129",
    "203.0.113.7, 198.51.100.1",
    "localhost",
    ":",
    ":::",
  ])("hides the whole of %j", (clear) => {
    expect(mask("IP", clear)).toBe("•••");
  });

  test("keeps the network of any address: 24 bits of IPv4, 48 of IPv6; again changes nothing", () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (clear) => {
        const masked = String(mask("IP", clear));
        const network = ipaddr.parse(masked);
        const address = ipaddr.process(clear);
        expect(network.kind()).toBe(address.kind());
        expect(address.match(network, network.kind() === "ipv4" ? 24 : clear.startsWith("2002:") ? 40 : 48)).toBe(true);
        const hidden = network.kind() === "ipv4" ? network.toByteArray().slice(3) : network.toByteArray().slice(6);
        expect(hidden.every((byte) => byte === 0)).toBe(true);
        expect(mask("IP", masked)).toBe(masked);
      }),
      { numRuns: 500 },
    );
  });
});

describe("YEAR of texts", () => {
  test.each([
    ["1990-05-17", "1990"],
    ["1990-05", "1990"],
    ["1990", "1990"],
    ["19900517", "1990"],
    ["1990/5/17", "1990"],
    ["1990.05.17", "1990"],
    ["1990-05-17T23:30:00-05:00", "1990"],
    ["1990-05-17 10:00", "1990"],
    ["17.05.1990", "1990"],
    ["17. 5. 1990", "1990"],
    ["05/17/1990", "1990"],
    ["17-05-1990", "1990"],
    ["1990年5月17日", "1990"],
    ["1990년 5월 17일", "1990"],
    ["１９９０年５月１７日", "1990"],
    ["١٩٩٠-٠٥-١٧", "1990"],
    ["May 17, 1990", "1990"],
    ["17. Mai 1990", "1990"],
    ["17 août 1990", "1990"],
    ["Thu, 17 May 1990 10:00:00 GMT", "1990"],
    ["Thu May 17 1990 00:00:00 GMT+0800 (China Standard Time)", "1990"],
  ])("%s becomes %s", (clear, masked) => {
    expect(mask("YEAR", clear)).toBe(masked);
  });

  test.each([
    "",
    "17",
    "90/5/17",
    "05/17/90",
    "12345",
    "0123-01-01",
    "Order 1990",
    "1990-13-45x",
    "card 4111111111111111",
    "May 1990 or May 1991",
    "1990-05-17; 13800138000".repeat(4),
    "平成2年5月17日",
  ])("hides the whole of %j", (clear) => {
    expect(mask("YEAR", clear)).toBe("•••");
  });

  // A year to come is of another calendar: 2468 of the Buddhist one is 1925.
  test.each(["2468", "2468-05-17", "17/05/2468", "5685-05-17", "5685", "2027-01-01", "9999-12-31", "May 17, 2468"])(
    "hides the whole of %j, a year to come",
    (clear) => {
      expect(mask("YEAR", clear)).toBe("•••");
    },
  );

  // Now is 2026: of an age over 89, or a year that could tell one, nothing stays.
  test.each([
    "1936-12-31",
    "1936",
    "1930-01-01",
    "1915-03-02",
    "1899年5月17日",
    "May 17, 1915",
    "02.03.1915",
    "1000-01-01",
  ])("hides the whole of %j, the year of somebody of 90 or more", (clear) => {
    expect(mask("YEAR", clear)).toBe("•••");
  });

  test.each([
    ["Date", "1915-03-02"],
    ["DateTime", "1915-03-02T00:00:00Z"],
    ["BirthYear", 1936],
    ["BirthYear", 2468],
    ["Date", "2468-05-17"],
    ["Timestamp", Date.UTC(2468, 5, 1)],
    ["Timestamp", Date.UTC(1936, 5, 1)],
    ["UnixSeconds", Date.UTC(1915, 5, 1) / 1_000],
  ])("withholds such a year of a %s", (leaf, clear) => {
    expect(mask("YEAR", clear, { leaf })).toBeNull();
  });

  test("keeps the year of any date and nothing else; again changes nothing", () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date("1937-01-01"), max: new Date("2026-12-31"), noInvalidDate: true }),
        (date) => {
          const year = date.toISOString().slice(0, 4);
          expect(mask("YEAR", date.toISOString())).toBe(year);
          expect(mask("YEAR", date.toISOString().slice(0, 10))).toBe(year);
          expect(mask("YEAR", year)).toBe(year);
        },
      ),
    );
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (clear) => {
        expect(mask("YEAR", clear)).toMatch(/^(?:•••|\d{4})$/);
      }),
    );
  });
});

describe("BUCKET", () => {
  const int = { leaf: "Int" };
  const float = { leaf: "Float" };

  test.each([
    [0, 0],
    [9, 0],
    [10, 10],
    [19, 10],
    [20, 20],
    [34, 20],
    [50, 50],
    [99, 50],
    [100, 100],
    [47_300, 20_000],
    [2_147_483_647, 2_000_000_000],
    [-1, -10],
    [-10, -10],
    [-11, -20],
    [-34, -50],
    [-100, -100],
    [-101, -200],
    [-2_000_000_000, -2_000_000_000],
    [-2_000_000_001, null],
  ])("%d becomes %p in Int", (clear, masked) => {
    expect(mask("BUCKET", clear, int)).toBe(masked);
  });

  test.each([
    [0.5, 0],
    [-0, 0],
    [9.99, 0],
    [19.99, 10],
    [-0.5, -10],
    [1.5e21, 1e21],
    [1.7976931348623157e308, 1e308],
    [-1.7976931348623157e308, null],
    [Number.NaN, null],
    [Number.POSITIVE_INFINITY, null],
    [Number.NEGATIVE_INFINITY, null],
  ])("%d becomes %p in Float", (clear, masked) => {
    expect(mask("BUCKET", clear, float)).toBe(masked);
  });

  test.each([
    ["0", "0"],
    ["7.25", "0"],
    ["12345.67", "10000"],
    ["0099", "50"],
    ["-0.00", "0"],
    ["-7.25", "-10"],
    ["-10.00", "-10"],
    ["-10.01", "-20"],
    ["-50.5", "-100"],
    ["-999", "-1000"],
    ["98765432109876543210", "50000000000000000000"],
    ["1e5", null],
    ["12,50", null],
    ["", null],
    ["twelve", null],
    [12_345n, 10_000n],
    [-34n, -50n],
    [0n, 0n],
  ])("%p becomes %p in a scalar for decimals", (clear, masked) => {
    expect(mask("BUCKET", clear, { leaf: "Decimal" })).toBe(masked);
  });

  // Ages over 89 are one group, whatever the range.
  test.each([
    [34, 20],
    [89, 50],
    [90, 50],
    [104, 50],
    ["104", "50"],
    [104n, 50n],
  ])("the age %p becomes %p", (clear, masked) => {
    expect(mask("BUCKET", clear, { leaf: "Age", category: "DATE_OF_BIRTH" })).toBe(masked);
  });

  test("gives the bound below, shared by ten whole numbers at least; again changes nothing", () => {
    const number = fc.oneof(fc.integer(), fc.double({ noNaN: true, min: -1e300, max: 1e300 }));
    fc.assert(
      fc.property(number, (clear) => {
        const bound = Number(mask("BUCKET", clear, float));
        expect(bound).toBeLessThanOrEqual(clear);
        expect(mask("BUCKET", bound, float)).toBe(bound);
        expect(mask("BUCKET", bound + Math.max(9, Math.abs(bound) * 0.1) * 0.99, float)).toBe(bound);
      }),
      { numRuns: 1_000 },
    );
  });

  test("agrees on numbers and their decimals", () => {
    fc.assert(
      fc.property(fc.integer(), (clear) => {
        expect(mask("BUCKET", String(clear), { leaf: "Decimal" })).toBe(String(mask("BUCKET", clear, float)));
        expect(mask("BUCKET", BigInt(clear), { leaf: "BigInt" })).toBe(BigInt(String(mask("BUCKET", clear, float))));
      }),
    );
  });
});
