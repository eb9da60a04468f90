import { type Bought, type Cast, known, type Making } from "./making.ts";
import { ipAddress } from "./numbers.ts";
import { LANGUAGES, PHRASES } from "./phrases.ts";
import { PLACES } from "./places.ts";
import type { CustomerRow } from "./rows.ts";
import { DAY_MS, dayOf, daysBefore } from "./times.ts";

/** What people leave behind: reviews, questions, gift cards, and what they looked at. */
export function fillTraces(making: Making, cast: Cast, bought: readonly Bought[]): void {
  for (const purchase of bought) {
    if (purchase.order.status === "DELIVERED" && making.dice.chance(0.25)) fillReview(making, purchase);
  }
  for (const customer of cast.customers) {
    if (customer.seq <= 20 || making.dice.chance(0.5)) fillTicket(making, customer);
    if (customer.seq <= 20 || making.dice.chance(0.2)) fillGiftCard(making, cast, customer);
    const views = customer.seq <= 20 ? 8 : making.dice.between(0, 8);
    const device = making.dice.hex(16);
    for (let nth = 0; nth < views; nth++) fillViewing(making, cast, customer, device);
  }
}

function fillReview({ writer, dice, now }: Making, { order, customer, products }: Bought): void {
  const [rating, content] = dice.pick(PHRASES[LANGUAGES[customer.region]].reviews);
  const written = Math.min(now, Date.parse(order.placedAt) + dice.between(8, 40) * DAY_MS);
  writer.insert("review", {
    merchantId: customer.merchantId,
    region: customer.region,
    productId: known(products[0], "product").id,
    authorId: customer.id,
    nickname: customer.nickname,
    avatarUrl: dice.chance(0.5) ? `https://files.example.com/avatars/${dice.hex(12)}.png` : null,
    rating,
    content,
    contactEmail: dice.chance(0.5) ? customer.email : null,
    writtenOn: dayOf(new Date(written).toISOString()),
  });
}

function fillTicket({ writer, dice, now }: Making, customer: CustomerRow): void {
  const phrases = PHRASES[LANGUAGES[customer.region]];
  const [subject, question, answer] = dice.pick(phrases.questions);
  // One in eight is older than the two years for which messages may be used.
  const ageDays = customer.seq > 20 && dice.chance(0.12) ? dice.between(740, 1_000) : dice.between(1, 500);
  const closed = dice.chance(0.8);
  const channel = dice.pick(["CHAT", "EMAIL", "PHONE"] as const);
  const ticket = writer.insert("ticket", {
    merchantId: customer.merchantId,
    region: customer.region,
    customerId: customer.id,
    channel,
    subject,
    openedAt: daysBefore(now, ageDays),
    closedAt: closed ? daysBefore(now, Math.max(0.1, ageDays - 3)) : null,
    callbackPhone: channel === "PHONE" ? customer.phone : null,
  });
  const lines = closed ? [question, answer, dice.pick(phrases.thanks)] : [question, answer];
  for (const [index, content] of lines.entries()) {
    writer.insert("message", {
      ticketId: ticket.id,
      fromCustomer: index % 2 === 0 ? 1 : 0,
      sentAt: daysBefore(now, ageDays - index * 0.2),
      content,
      recordingUrl: channel === "PHONE" ? `https://files.example.com/calls/${dice.hex(20)}.ogg` : null,
    });
  }
}

function fillGiftCard({ writer, dice, now }: Making, cast: Cast, customer: CustomerRow): void {
  const goods = known(cast.productsOf.get(customer.merchantId)?.[0], `goods of ${customer.merchantId}`);
  writer.insert("gift_card", {
    merchantId: customer.merchantId,
    region: customer.region,
    ownerId: customer.id,
    code: `${dice.hex(4)}-${dice.hex(4)}-${dice.hex(4)}-${dice.hex(4)}`.toUpperCase(),
    balanceAmount: dice.chance(0.25) ? 0 : dice.between(5, 200),
    currency: goods.currency,
    message: dice.chance(0.6) ? dice.pick(PHRASES[LANGUAGES[customer.region]].giftMessages) : null,
    expiresOn: dice.chance(0.8) ? dayOf(daysBefore(now, -dice.between(30, 900))) : null,
  });
}

function fillViewing(making: Making, cast: Cast, customer: CustomerRow, device: string): void {
  const { writer, dice, people, now } = making;
  const goods = known(cast.productsOf.get(customer.merchantId), `goods of ${customer.merchantId}`);
  const searched = dice.chance(0.25);
  writer.insert("viewing", {
    merchantId: customer.merchantId,
    region: customer.region,
    viewerId: customer.id,
    viewerBirthDate: customer.birthDate,
    // A third is older than the ninety days for which it may be used.
    viewedAt: daysBefore(now, dice.between(1, 13_500) / 100),
    productId: searched ? null : dice.pick(goods).id,
    searchTerm: searched ? dice.pick(PHRASES[LANGUAGES[customer.region]].searches) : null,
    seconds: dice.chance(0.1) ? 0 : dice.between(1, 600),
    deviceId: device,
    ip: ipAddress(dice),
    position: dice.chance(0.2) ? JSON.stringify(people.near(dice.pick(PLACES[customer.region]))) : null,
  });
}
