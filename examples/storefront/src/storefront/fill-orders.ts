import { STORIES } from "./cast.ts";
import { paymentPartnerIn } from "./catalogue.ts";
import { fillParcel } from "./fill-parcels.ts";
import { type Bought, type Cast, known, type Making, type OrderPlan } from "./making.ts";
import { accountNumber, cardNumber, ipAddress, taxNumber } from "./numbers.ts";

import { LANGUAGES, PHRASES } from "./phrases.ts";
import type { CustomerRow, OrderRow, OrderStatus } from "./rows.ts";
import { dayOf, daysBefore } from "./times.ts";

/** How long after its settlement a payment can be disputed. */
const DISPUTE_DAYS = 120;

/**
 * Orders with items, payments, invoices and parcels. The first are told of where the sample is shown: c-1's `o-1` on its way
 * to her, `o-2` on its way to somebody else, `o-3` delivered a month ago; `o-4` on its way to China, not yet cleared.
 */
export function fillOrders(making: Making, cast: Cast, count: number): Bought[] {
  const all: Bought[] = [];
  for (let number = 1; number <= count; number++) all.push(fillOrder(making, cast, planOf(making, cast, number)));
  return all;
}

/** The orders that are told of: whose (by number), how long ago, and what became of them. */
const TOLD: readonly (Omit<OrderPlan, "customer"> & { readonly customerNumber: number })[] = [
  { customerNumber: 1, ageDays: 4, status: "SHIPPED", recipient: "BUYER", carrierId: "lp-1" },
  { customerNumber: 1, ageDays: 3, status: "SHIPPED", recipient: "SOMEBODY_ELSE", carrierId: "lp-1" },
  { customerNumber: 1, ageDays: 31, status: "DELIVERED", recipient: "BUYER", carrierId: "lp-1" },
  { customerNumber: 16, ageDays: 5, status: "SHIPPED", recipient: "BUYER", carrierId: null },
];

function planOf({ dice }: Making, cast: Cast, number: number): OrderPlan {
  const told = TOLD[number - 1];
  if (told !== undefined) {
    const customer = cast.customers[told.customerNumber - 1] ?? known(cast.customers[0], "customer");
    return { ...told, customer };
  }
  // Every customer with a story has bought twice at least, not long ago; after that, anybody at any time.
  const turn = number - TOLD.length - 1;
  const storied = turn < 2 * STORIES.length ? cast.customers[turn % STORIES.length] : undefined;
  const ageDays =
    storied !== undefined
      ? dice.between(1, 60)
      : dice.chance(0.12)
        ? dice.between(1_110, 1_500)
        : dice.between(0, 3 * 365);
  return {
    customer: storied ?? dice.pick(cast.customers),
    ageDays,
    status: statusAfter(ageDays, dice.between(0, 99)),
    recipient: dice.weighted([
      ["BUYER", 74],
      ["OTHER_CUSTOMER", 14],
      ["SOMEBODY_ELSE", 12],
    ] as const),
    carrierId: null,
  };
}

function statusAfter(ageDays: number, lot: number): OrderStatus {
  if (lot < 4) return "CANCELLED";
  if (ageDays < 1) return "PLACED";
  if (ageDays < 3) return "PAID";
  if (ageDays < 9) return "SHIPPED";
  return lot < 9 ? "RETURNED" : "DELIVERED";
}

function fillOrder(making: Making, cast: Cast, plan: OrderPlan): Bought {
  const { writer, dice, now } = making;
  const { customer } = plan;
  const goods = known(cast.productsOf.get(customer.merchantId), `goods of ${customer.merchantId}`);
  const lines = Array.from(
    {
      length: dice.weighted([
        [1, 6],
        [2, 3],
        [3, 1],
      ] as const),
    },
    () => ({
      product: dice.pick(goods),
      quantity: dice.weighted([
        [1, 8],
        [2, 2],
        [3, 1],
      ] as const),
    }),
  );
  const currency = known(goods[0], "goods").currency;
  const amount = toCents(lines.reduce((sum, { product, quantity }) => sum + product.price * quantity, 0));
  const order = writer.insert("purchase", {
    merchantId: customer.merchantId,
    region: customer.region,
    status: plan.status,
    customerId: customer.id,
    customerBirthDate: customer.birthDate,
    placedAt: daysBefore(now, plan.ageDays + dice.between(0, 99) / 100),
    amount,
    currency,
    note: dice.chance(0.15) ? dice.pick(PHRASES[LANGUAGES[customer.region]].notes) : null,
    clientIp: ipAddress(dice),
    attribution: dice.chance(0.5) ? JSON.stringify({ campaign: dice.pick(CAMPAIGNS), session: dice.hex(16) }) : null,
  });
  for (const { product, quantity } of lines) {
    writer.insert("item", { orderId: order.id, productId: product.id, quantity, unitPrice: product.price, currency });
  }
  fillPayment(making, customer, order);
  if (plan.status !== "CANCELLED" && dice.chance(0.2)) fillInvoice(making, customer, order);
  if (plan.status !== "CANCELLED")
    fillParcel(
      making,
      cast,
      plan,
      order,
      lines.map(({ product }) => product),
    );
  return { order, customer, products: lines.map(({ product }) => product) };
}

const CAMPAIGNS = ["spring", "newsletter", "friends", "search", "anniversary"];

function fillPayment({ writer, dice, now }: Making, customer: CustomerRow, order: OrderRow): void {
  const drawn = dice.weighted([
    ["CARD", 75],
    ["BANK_TRANSFER", 20],
    ["GIFT_CARD", 5],
  ] as const);
  const method = order.seq <= TOLD.length ? "CARD" : drawn;
  const status =
    order.status === "PLACED"
      ? "PENDING"
      : order.status === "CANCELLED"
        ? "FAILED"
        : order.status === "RETURNED"
          ? "REFUNDED"
          : "SETTLED";
  const card = method === "CARD";
  writer.insert("payment", {
    merchantId: order.merchantId,
    region: order.region,
    orderId: order.id,
    createdAt: order.placedAt,
    method,
    status,
    partnerId: method === "GIFT_CARD" ? null : paymentPartnerIn(order.region),
    disputableUntil: status === "PENDING" ? null : daysBefore(Date.parse(order.placedAt), -DISPUTE_DAYS),
    payerId: customer.id,
    paidAmount: order.amount,
    currency: order.currency,
    cardHolder: card ? customer.name : null,
    cardNumber: card ? cardNumber(dice) : null,
    cardExpiry: card
      ? `${String(dice.between(1, 12)).padStart(2, "0")}/${(new Date(now).getUTCFullYear() + dice.between(0, 5)) % 100}`
      : null,
    bankAccount: method === "BANK_TRANSFER" ? accountNumber(order.region, dice) : null,
    token: card ? `tok_${dice.hex(24)}` : null,
  });
}

function fillInvoice({ writer, dice }: Making, customer: CustomerRow, order: OrderRow): void {
  writer.insert("invoice", {
    merchantId: order.merchantId,
    region: order.region,
    orderId: order.id,
    customerId: customer.id,
    issuedOn: dayOf(order.placedAt),
    title: customer.name,
    taxpayerId: dice.chance(0.7) ? taxNumber(order.region, dice) : null,
    email: dice.chance(0.8) ? customer.email : null,
    billedAmount: order.amount,
    currency: order.currency,
  });
}

/** Sums of prices as money has them: two decimals. */
export function toCents(amount: number): number {
  return Math.round(amount * 100) / 100;
}
