/** Names that a free-text address may begin or end with: public geography, as data. A missing one costs detail, never privacy. */

/** Provinces, municipalities, autonomous and special administrative regions, without the word of their kind. */
export const CHINESE_PROVINCES: readonly string[] = split(`
  北京 天津 上海 重庆 重慶 河北 山西 辽宁 遼寧 吉林 黑龙江 黑龍江 江苏 江蘇 浙江 安徽 福建 江西 山东 山東 河南 湖北 湖南 广东 廣東 海南
  四川 贵州 貴州 云南 雲南 陕西 陝西 甘肃 甘肅 青海 台湾 臺灣 台灣 内蒙古 內蒙古 广西 廣西 西藏 宁夏 寧夏 新疆 香港 澳门 澳門`);

/** Cities and prefectures, without the word of their kind. */
export const CHINESE_CITIES: readonly string[] = split(`
  石家庄 唐山 秦皇岛 邯郸 邢台 保定 张家口 承德 沧州 廊坊 衡水 太原 大同 阳泉 长治 晋城 朔州 晋中 运城 忻州 临汾 吕梁
  呼和浩特 包头 乌海 赤峰 通辽 鄂尔多斯 呼伦贝尔 巴彦淖尔 乌兰察布 兴安 锡林郭勒 阿拉善 沈阳 大连 鞍山 抚顺 本溪 丹东 锦州 营口 阜新 辽阳 盘锦 铁岭 葫芦岛
  长春 吉林 四平 辽源 通化 白山 松原 白城 延边 哈尔滨 齐齐哈尔 鸡西 鹤岗 双鸭山 大庆 伊春 佳木斯 七台河 牡丹江 黑河 绥化 大兴安岭
  南京 无锡 徐州 常州 苏州 南通 连云港 淮安 盐城 扬州 镇江 泰州 宿迁 杭州 宁波 温州 嘉兴 湖州 绍兴 金华 衢州 舟山 台州 丽水
  合肥 芜湖 蚌埠 淮南 马鞍山 淮北 铜陵 安庆 黄山 滁州 阜阳 宿州 六安 亳州 池州 宣城 福州 厦门 莆田 三明 泉州 漳州 南平 龙岩 宁德
  南昌 景德镇 萍乡 九江 新余 鹰潭 赣州 吉安 宜春 抚州 上饶 济南 青岛 淄博 枣庄 东营 烟台 潍坊 济宁 泰安 威海 日照 临沂 德州 聊城 滨州 菏泽
  郑州 开封 洛阳 平顶山 安阳 鹤壁 新乡 焦作 濮阳 许昌 漯河 三门峡 南阳 商丘 信阳 周口 驻马店 武汉 黄石 十堰 宜昌 襄阳 鄂州 荆门 孝感 荆州 黄冈 咸宁 随州 恩施
  长沙 株洲 湘潭 衡阳 邵阳 岳阳 常德 张家界 益阳 郴州 永州 怀化 娄底 湘西 广州 韶关 深圳 珠海 汕头 佛山 江门 湛江 茂名 肇庆 惠州 梅州 汕尾 河源 阳江 清远 东莞 中山 潮州 揭阳 云浮
  南宁 柳州 桂林 梧州 北海 防城港 钦州 贵港 玉林 百色 贺州 河池 来宾 崇左 海口 三亚 三沙 儋州 成都 自贡 攀枝花 泸州 德阳 绵阳 广元 遂宁 内江 乐山 南充 眉山 宜宾 广安 达州 雅安 巴中 资阳 阿坝 甘孜 凉山
  贵阳 六盘水 遵义 安顺 毕节 铜仁 黔西南 黔东南 黔南 昆明 曲靖 玉溪 保山 昭通 丽江 普洱 临沧 楚雄 红河 文山 西双版纳 大理 德宏 怒江 迪庆 拉萨 日喀则 昌都 林芝 山南 那曲 阿里
  西安 铜川 宝鸡 咸阳 渭南 延安 汉中 榆林 安康 商洛 兰州 嘉峪关 金昌 白银 天水 武威 张掖 平凉 酒泉 庆阳 定西 陇南 临夏 甘南 西宁 海东 海北 黄南 果洛 玉树 海西
  银川 石嘴山 吴忠 固原 中卫 乌鲁木齐 克拉玛依 吐鲁番 哈密 昌吉 博尔塔拉 巴音郭楞 阿克苏 克孜勒苏 喀什 和田 伊犁 塔城 阿勒泰
  台北 臺北 新北 桃园 桃園 台中 臺中 台南 臺南 高雄 基隆 新竹 嘉义 嘉義 九龙 九龍 新界`);

export const JAPANESE_PREFECTURES: readonly string[] = split(`
  北海道 青森県 岩手県 宮城県 秋田県 山形県 福島県 茨城県 栃木県 群馬県 埼玉県 千葉県 東京都 神奈川県 新潟県 富山県 石川県 福井県 山梨県 長野県 岐阜県 静岡県 愛知県 三重県
  滋賀県 京都府 大阪府 兵庫県 奈良県 和歌山県 鳥取県 島根県 岡山県 広島県 山口県 徳島県 香川県 愛媛県 高知県 福岡県 佐賀県 長崎県 熊本県 大分県 宮崎県 鹿児島県 沖縄県`);

export const KOREAN_PROVINCES: readonly string[] = split(`
  서울 부산 대구 인천 광주 대전 울산 세종 경기 강원 충북 충남 전북 전남 경북 경남 제주 충청북 충청남 전라북 전라남 경상북 경상남`);

/** Languages whose every name of a country counts. */
export const WIDELY_READ_LANGUAGES: readonly string[] = split(
  "en zh es ar hi fr pt ru de ja ko it nl pl tr id vi cs sv da nb fi ro hu el th uk fa he",
);

/** Names of countries beside those that `Intl.DisplayNames` gives. */
export const COUNTRY_ALIASES: readonly (readonly [name: string, code: string])[] = [
  ["USA", "US"],
  ["U.S.A.", "US"],
  ["U.S.", "US"],
  ["United States of America", "US"],
  ["UK", "GB"],
  ["U.K.", "GB"],
  ["England", "GB"],
  ["Scotland", "GB"],
  ["Wales", "GB"],
  ["Northern Ireland", "GB"],
  ["Great Britain", "GB"],
  ["UAE", "AE"],
  ["U.A.E.", "AE"],
  ["Holland", "NL"],
  ["The Netherlands", "NL"],
  ["Czech Republic", "CZ"],
  ["Turkey", "TR"],
  ["Hong Kong", "HK"],
  ["Macau", "MO"],
  ["PRC", "CN"],
  ["P.R. China", "CN"],
  ["P.R.C.", "CN"],
  ["South Korea", "KR"],
  ["Republic of Korea", "KR"],
  ["Brasil", "BR"],
  ["Viet Nam", "VN"],
  ["Российская Федерация", "RU"],
  ["РФ", "RU"],
  ["KSA", "SA"],
];

/** Regions by names that ISO 3166-2 does not give: nearly all in another script. */
export const LOCAL_REGIONS: Readonly<Record<string, readonly string[]>> = {
  RU: ["Москва", "Санкт-Петербург", "Севастополь"],
  UA: ["Київ", "Киев"],
  BY: ["Минск"],
  KZ: ["Алматы", "Астана"],
  BG: ["София"],
  RS: ["Београд"],
};

function split(names: string): string[] {
  return names.trim().split(/\s+/);
}
