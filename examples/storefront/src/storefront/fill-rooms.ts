import { type Cast, known, type Making } from "./making.ts";
import { ipAddress } from "./numbers.ts";
import { LANGUAGES, PHRASES } from "./phrases.ts";
import { type LiveRoomRow, type MerchantRow, REGIONS } from "./rows.ts";
import { DAY_MS, daysBefore } from "./times.ts";

const CHAT_LINES = 25;
const ROOMS_A_SHOP = 2;

/** Live rooms with their chat, and how groups of viewers behaved; some groups are too small to be shown. */
export function fillRooms(making: Making, cast: Cast): void {
  for (const merchant of cast.merchants) {
    for (let nth = 0; nth < ROOMS_A_SHOP; nth++) {
      const room = fillRoom(making, cast, merchant, nth);
      fillChat(making, cast, merchant, room);
      fillAudience(making, merchant, room);
    }
  }
}

function fillRoom({ writer, dice, now }: Making, cast: Cast, merchant: MerchantRow, nth: number): LiveRoomRow {
  const titles = PHRASES[LANGUAGES[merchant.region]].rooms;
  const startedDaysAgo = nth === 0 ? dice.between(2, 25) : 0.02;
  const goods = known(cast.productsOf.get(merchant.id), `goods of ${merchant.id}`);
  return writer.insert("live_room", {
    merchantId: merchant.id,
    title: known(titles[(merchant.seq + nth) % titles.length], "title"),
    startedAt: daysBefore(now, startedDaysAgo),
    endedAt: nth === 0 ? daysBefore(now, startedDaysAgo - 0.08) : null,
    productIds: JSON.stringify(goods.slice(nth * 3, nth * 3 + 3).map(({ id }) => id)),
  });
}

function fillChat({ writer, dice, now }: Making, cast: Cast, merchant: MerchantRow, room: LiveRoomRow): void {
  const viewers = cast.customersOf.get(merchant.id);
  if (viewers === undefined) return;
  const started = (now - Date.parse(room.startedAt)) / DAY_MS;
  for (let nth = 0; nth < CHAT_LINES; nth++) {
    const viewer = dice.pick(viewers);
    writer.insert("chat", {
      roomId: room.id,
      merchantId: merchant.id,
      region: viewer.region,
      viewerId: viewer.id,
      nickname: viewer.nickname,
      text: dice.pick(PHRASES[LANGUAGES[viewer.region]].chat),
      saidAt: daysBefore(now, started - nth * 0.0005),
      ip: ipAddress(dice),
      browser: dice.pick(["Firefox 128 / Linux", "Safari 17 / iOS", "Chrome 126 / Android", "Edge 126 / Windows"]),
    });
  }
}

function fillAudience({ writer, dice }: Making, merchant: MerchantRow, room: LiveRoomRow): void {
  for (const country of [...REGIONS, "AT"]) {
    const viewers =
      country === merchant.region
        ? dice.between(180, 900)
        : country === "AT"
          ? dice.between(1, 9)
          : dice.between(4, 60);
    writer.insert("audience", {
      roomId: room.id,
      merchantId: merchant.id,
      country,
      viewers,
      averageSeconds: dice.between(200, 9_000) / 10,
      likes: dice.between(0, viewers * 3),
      clicks: dice.between(0, viewers * 2),
    });
  }
}
