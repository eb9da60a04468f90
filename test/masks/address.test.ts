import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { writtenAddresses } from "./addresses.ts";
import { mask } from "./harness.ts";

describe("ADDRESS", () => {
  test.each([
    ["浙江省杭州市西湖区文三路478号", "浙江省杭州市"],
    ["310012 浙江省 杭州市 西湖区 文三路478号 3幢501室", "310 浙江省杭州市"],
    ["邮编：310012，浙江省杭州市文三路478号", "310 浙江省杭州市"],
    ["中国广东省深圳市南山区科技园路1号", "中国广东省深圳市"],
    ["广东深圳南山区科技园", "广东深圳"],
    ["北京市朝阳区建国路88号", "北京市"],
    ["北京朝阳区建国路88号", "北京"],
    ["上海市南京西路100号", "上海市"],
    ["重庆市渝中区解放碑", "重庆市"],
    ["江苏省昆山市玉山镇前进路1号", "江苏省"],
    ["吉林省吉林市船营区北京路", "吉林省吉林市"],
    ["四川省凉山彝族自治州木里藏族自治县乔瓦镇", "四川省凉山彝族自治州"],
    ["内蒙古自治区锡林郭勒盟正蓝旗上都镇", "内蒙古自治区锡林郭勒盟"],
    ["新疆维吾尔自治区乌鲁木齐市天山区解放南路", "新疆维吾尔自治区乌鲁木齐市"],
    ["香港九龍尖沙咀彌敦道100號", "香港"],
    ["臺北市大安區忠孝東路四段1號", "臺北市"],
    ["東京都渋谷区神宮前1-2-3", "東京都"],
    ["〒530-0001 大阪府大阪市北区梅田三丁目1-1", "530 大阪府"],
    ["日本 〒100-0001 東京都千代田区千代田1-1", "100 日本東京都"],
    ["北海道虻田郡倶知安町北1条西3", "北海道"],
    ["서울특별시 강남구 테헤란로 123", "서울특별시"],
    ["(06236) 서울특별시 강남구 테헤란로 123", "062 서울특별시"],
    ["대한민국 경기도 성남시 분당구 판교역로 166", "대한민국 경기도"],
    ["101000, г. Москва, ул. Тверская, д. 7, кв. 12", "г. Москва 101"],
    ["Россия, Московская обл., г. Химки, ул. Мира, 5", "Россия"],
    ["350 Fifth Avenue, New York, NY 10118, USA", "NY 101, USA"],
    ["123 Main St, Apt 4, Springfield, IL 62704", "IL 627"],
    ["123 Main St, Springfield, Illinois, 62704", "Illinois 627"],
    ["1600 Broadway, Denver CO 80202", "CO 802"],
    ["5 Main St, Jackson, WY 83101, USA", "WY 000, USA"],
    ["10 Downing Street\nLondon\nSW1A 2AA\nUnited Kingdom", "SW1, United Kingdom"],
    ["Musterstraße 12, D-80331 München, Deutschland", "803, Deutschland"],
    ["Stephansplatz 3, 1010 Wien, Österreich", "Wien 101, Österreich"],
    ["12 rue de la Paix, 75002 Paris, France", "750, France"],
    ["Av. Paulista, 1578 - Bela Vista, São Paulo - SP, 01310-200, Brasil", "SP 013, Brasil"],
    ["Flat 12, MG Road, Bengaluru, Karnataka 560001, India", "Karnataka 560, India"],
    ["Flat 12, MG Road, Bengaluru, Karnataka, India - 560001", "Karnataka 560, India"],
    ["Herengracht 1, 1015 BA Amsterdam, Netherlands", "101, Netherlands"],
    ["100 Queen St W, Toronto, ON M5H 2N2, Canada", "ON M5H, Canada"],
    ["1 Macquarie Street, Sydney NSW 2000, Australia", "NSW 200, Australia"],
    ["Germany, Berlin, Unter den Linden 5", "Berlin, Germany"],
    ["Nádor utca 9, 1051 Budapest, Magyarország", "Budapest 105, Magyarország"],
    ["ถนนสุขุมวิท, กรุงเทพ 10110, ไทย", "101, ไทย"],
    ["شارع الملك فهد 12، الرياض 12211، المملكة العربية السعودية", "122, المملكة العربية السعودية"],
    ["Λεωφόρος Αθηνών 5, 105 64 Αθήνα, Ελλάδα", "105, Ελλάδα"],
    ["रिंग रोड 12, दिल्ली 110001, भारत", "110, भारत"],
    ["Germany", "Germany"],
    ["中国", "中国"],
    ["日本", "日本"],
  ])("%s keeps %s", (clear, masked) => {
    expect(mask("ADDRESS", clear)).toBe(masked);
  });

  // What looks like a place and may be a street, a house, a person or a remark.
  test.each([
    ["27, Skenderbeu, Tirana 1001, Albania", "Albania"],
    ["42, Lakshmi Nivas, Chennai 600001, India", "600, India"],
    ["12 High Street, John Smith, London, UK", "UK"],
    ["12 Elm Street, diagnosed with cancer, Boston, USA", "USA"],
    ["12 Elm Street, Boston, USA, diagnosed with cancer", "•••"],
    ["4228 SW Dawson Street - Unit 22, Webster Apartments, Seattle, WA 98136", "WA 981"],
    ["Fernlea, Leigh Street, Leigh Upon Mendip, Radstock, BA3 5QQ, England", "BA3, England"],
    ["Jason Bourne, 90 Claire Gulch, Clancy, MT, 59634-9528", "MT 596"],
    ["Eldorado Mall, Suites 26-27, Panama City, Republic of Panama, Panama", "Panama"],
    ["Edificio Sol, Los Pinos 1234, Santiago, Chile", "Chile"],
    ["Los Pinos 1234, Chile", "Chile"],
    ["12345 Sunset, USA", "USA"],
    ["Wilshire 12345, USA", "USA"],
    ["Hope Cottage, Mia Santos, Kent, UK", "UK"],
    ["5 Triq il-Kbira, Maria Borg, Floriana, Malta", "Malta"],
    ["Glavna ulica 3, Ana Novak, Koper, Slovenija", "Slovenija"],
    ["350 Fifth Avenue, New York, NY, Ira", "•••"],
    ["350 Fifth Avenue, New York, NY, Lau", "•••"],
    ["北京路12号", "•••"],
    ["中山公园旁", "•••"],
    ["南京饭店301", "•••"],
    ["杭州文三路478号", "•••"],
    ["安庆 13800138000 浙江省杭州市", "•••"],
    ["张三 13800138000 浙江省杭州市", "•••"],
    ["北京市天通苑北一区12号楼", "北京市"],
    ["東京駅前1-2-3", "•••"],
    ["서울특별시 잠실지구 5동", "서울특별시"],
    ["테헤란로 123", "•••"],
    ["ул. Московская, д. 7", "•••"],
    ["область боли, Иван Петров", "•••"],
    ["город Москва улица Тверская 7", "•••"],
    ["221B Baker Street, London NW1 6XE", "•••"],
    ["Musterstraße 12 10115 Berlin", "•••"],
    ["Berlin", "•••"],
    ["USA ☎ 020 7946", "•••"],
    ["", "•••"],
    ["5", "•••"],
    ["x, ".repeat(500), "•••"],
  ])("%s keeps no more than %s", (clear, masked) => {
    expect(mask("ADDRESS", clear)).toBe(masked);
  });

  test("shows nothing of an address, written as in 28 countries, but country, region and the beginning of the postal code", () => {
    const countries = new Set<string>();
    for (const { country, clear, mayShow } of writtenAddresses(40)) {
      countries.add(country);
      const left = mayShow.reduce<string>((text, each) => text.replace(each, ""), String(mask("ADDRESS", clear)));
      expect([clear, left.replace(/[\s,•]/g, "")]).toEqual([clear, ""]);
    }
    expect(countries.size).toBe(28);
  });

  test("never shows more than three characters of which one is a number", () => {
    const pieces = fc.constantFrom(
      ..."浙江省 杭州市 西湖区 文三路 小区 478号 ３ ٣ Ⅳ ② 北京 市 区 県 東京都 서울 구 г. Москва ул. 5 10115 Berlin Main Street , USA UK NY 560001 India - 〒".split(
        " ",
      ),
      "\n",
      ", ",
      " ",
    );
    const made = fc.array(pieces, { maxLength: 14 }).map((all) => all.join(""));
    fc.assert(
      fc.property(fc.oneof(made, fc.string({ unit: "binary" })), (clear) => {
        const shown = String(mask("ADDRESS", clear));
        expect(shown.split(/[\s,]+/).filter((word) => /\p{N}/u.test(word) && word.length > 3)).toEqual([]);
        expect(shown.split(/[\s,]+/).filter((word) => /\p{N}/u.test(word)).length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 1_000 },
    );
  });
});
