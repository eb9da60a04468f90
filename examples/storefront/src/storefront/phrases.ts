import type { Region } from "./rows.ts";

/** What people write, by the language of the region. Data of the sample: nothing here is about anybody. */
export type Language = "de" | "zh" | "en";

export const LANGUAGES: Readonly<Record<Region, Language>> = { DE: "de", CN: "zh", US: "en", GB: "en" };

interface Phrases {
  readonly notes: readonly string[];
  readonly instructions: readonly string[];
  readonly reviews: readonly (readonly [rating: number, text: string])[];
  readonly questions: readonly (readonly [subject: string, question: string, answer: string])[];
  readonly thanks: readonly string[];
  readonly searches: readonly string[];
  readonly chat: readonly string[];
  readonly giftMessages: readonly string[];
  readonly allergies: readonly string[];
  readonly rooms: readonly string[];
}

export const PHRASES: Readonly<Record<Language, Phrases>> = {
  de: {
    notes: [
      "Bitte als Geschenk einpacken, ohne Preis.",
      "Wenn es geht, zusammen mit meiner letzten Bestellung schicken.",
      "Die Rechnung bitte an meine Firma.",
      "Ich bin ab dem 20. im Urlaub, bitte vorher liefern.",
    ],
    instructions: ["Bei Familie Brandt im Erdgeschoss abgeben", "Klingel defekt, bitte anrufen", "In die Garage legen"],
    reviews: [
      [5, "Genau wie beschrieben, und sehr schnell da."],
      [4, "Schöne Qualität, die Verpackung könnte sparsamer sein."],
      [5, "Schon das dritte Mal bestellt."],
      [2, "Leider kam es mit einer Macke an. Der Umtausch hat geklappt."],
      [3, "In Ordnung, für den Preis hatte ich mehr erwartet."],
    ],
    questions: [
      [
        "Paket nicht angekommen",
        "Laut Sendungsverfolgung ist es zugestellt, ich habe nichts bekommen.",
        "Wir fragen beim Zusteller nach.",
      ],
      ["Umtausch", "Kann ich die andere Farbe bekommen?", "Gern, das Rücksendeetikett ist unterwegs."],
      ["Rechnung", "Auf der Rechnung steht mein alter Name.", "Ist berichtigt, die neue kommt per Post."],
      ["Unverträglichkeit", "Sind da Spuren von Nüssen drin?", "Ja, wir packen in derselben Küche ab."],
    ],
    thanks: ["Danke, das hilft mir.", "Alles klar.", "Dann warte ich noch zwei Tage."],
    searches: ["geschenk mutter", "schwarzer tee", "fahrradlicht", "ohne zucker", "last minute"],
    chat: ["Hallo aus Leipzig!", "Gibt es das auch kleiner?", "Wunderschön", "Versand nach Österreich?"],
    giftMessages: ["Alles Gute zum Geburtstag, Oma!", "Für den neuen Start.", "Danke fürs Blumengießen."],
    allergies: ["Haselnuss", "Bienenwachs", "Laktose"],
    rooms: ["Teezeit am Abend", "Werkstatt live", "Neues aus dem Garten"],
  },
  zh: {
    notes: ["请用礼品包装，不要放价格单。", "和上一单一起发货就好。", "发票请开公司抬头。", "月底出差，请尽早发。"],
    instructions: ["放小区门口快递柜", "送货前请打电话", "放门卫室即可"],
    reviews: [
      [5, "和描述一样，第二天就到了。"],
      [4, "质感很好，包装可以再简单一点。"],
      [5, "第三次回购了，家里人都喜欢。"],
      [2, "收到时边角磕坏了，客服给换了新的。"],
      [3, "还可以，比想象中小一些。"],
    ],
    questions: [
      ["没收到包裹", "物流显示已签收，可我没有收到。", "我们马上联系快递核实。"],
      ["想换一个颜色", "可以换成另外一个颜色吗？", "可以的，退货单已经发给您。"],
      ["发票问题", "发票上的名字写错了。", "已更正，新发票会寄给您。"],
      ["过敏", "里面含有花生吗？", "同一条生产线，可能含有微量。"],
    ],
    thanks: ["谢谢，知道了。", "好的，那我再等两天。", "麻烦你们了。"],
    searches: ["送妈妈的礼物", "无糖", "儿童 绘本", "茶杯", "今日特价"],
    chat: ["主播晚上好", "有小一点的吗", "好看！", "可以寄到香港吗"],
    giftMessages: ["祝外婆生日快乐！", "新居快乐。", "谢谢你一直帮我。"],
    allergies: ["花生", "芒果", "虾"],
    rooms: ["晚间读书会", "新茶开汤", "窑前直播"],
  },
  en: {
    notes: [
      "Please wrap it as a gift and leave the price out.",
      "Ship together with my last order if you can.",
      "Make the invoice out to my company.",
      "I travel from the 20th, so please send it before.",
    ],
    instructions: ["Leave it with the neighbour at number 12", "Bell is broken, please call", "Behind the side gate"],
    reviews: [
      [5, "Just as described, and here the next day."],
      [4, "Lovely quality. Could do with less packaging."],
      [5, "Third time I have ordered this."],
      [2, "Arrived with a dent. They exchanged it without fuss."],
      [3, "Fine, though I had hoped for more at the price."],
    ],
    questions: [
      ["Parcel missing", "Tracking says delivered, but nothing came.", "We are asking the carrier now."],
      ["Exchange", "Could I have the other colour instead?", "Of course, a return label is on its way."],
      ["Invoice", "The invoice has my old name on it.", "Corrected, the new one comes by post."],
      ["Ingredients", "Are there traces of nuts in this?", "Yes, it is packed in the same kitchen."],
    ],
    thanks: ["Thanks, that helps.", "All right.", "I will wait two more days, then."],
    searches: ["gift for mum", "rain jacket", "fragrance free", "puzzle", "sale"],
    chat: ["Hello from Chicago!", "Does it come in a smaller size?", "Beautiful", "Do you ship to Canada?"],
    giftMessages: ["Happy birthday, Grandma!", "For the new start.", "Thanks for watering the plants."],
    allergies: ["peanut", "lanolin", "lactose"],
    rooms: ["Friday gear talk", "From the workbench", "What is new this month"],
  },
};
