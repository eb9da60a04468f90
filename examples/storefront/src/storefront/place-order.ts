import { randomBytes } from "node:crypto";
import { FieldguardError } from "fieldguard";
import type { AddressRow, Currency, CustomerRow, OrderRow, PaymentRow } from "./rows.ts";
import { must, type Shop } from "./shop.ts";
import { isoTime } from "./times.ts";

export interface OrderLine {
  readonly productId: string;
  readonly quantity: number;
}

interface RecipientInput {
  readonly customerId?: string | null;
  readonly name: string;
  readonly phone: string;
  readonly email?: string | null;
  readonly street: string;
  readonly district?: string | null;
  readonly city: string;
  readonly province: string;
  readonly postcode: string;
  readonly country: string;
}

export interface PlaceOrderInput {
  readonly customerId: string;
  readonly lines: readonly OrderLine[];
  readonly recipient?: RecipientInput | null;
  readonly note?: string | null;
  readonly paymentPartnerId: string;
  readonly cardHolder: string;
  readonly cardNumber: string;
  readonly cardExpiry: string;
}

/** Places an order with its payment and parcel, all or nothing, and tells those who listen. */
export function placeOrder(
  shop: Shop,
  input: PlaceOrderInput,
): { readonly order: OrderRow; readonly payment: PaymentRow } {
  const placed = shop.connection.transaction(() => {
    const customer = must(shop, "customer", input.customerId);
    const order = writeOrder(shop, customer, input);
    writeShipment(shop, customer, order, input.recipient ?? null);
    return { order, payment: writePayment(shop, order, input) };
  })();
  shop.feed.publish(placed.order);
  return placed;
}

/** Each line is looked up: an order of more is none of a person's. */
const LINES_MAX = 100;

/** What lines cost together. @throws FieldguardError BAD_INPUT for no lines or too many, other shops' goods or no quantity. */
export function priceOf(
  shop: Shop,
  customer: CustomerRow,
  lines: readonly OrderLine[],
): { readonly amount: number; readonly currency: Currency } {
  const { currency } = must(shop, "merchant", customer.merchantId);
  if (lines.length === 0)
    throw new FieldguardError("BAD_INPUT", "Cannot order nothing: `lines` must hold one line or more.");
  if (lines.length > LINES_MAX)
    throw new FieldguardError("BAD_INPUT", `Cannot order so much at once: \`lines\` may hold ${LINES_MAX} lines.`);
  let cents = 0;
  for (const { productId, quantity } of lines) {
    const product = must(shop, "product", productId);
    if (product.merchantId !== customer.merchantId) {
      throw new FieldguardError("BAD_INPUT", "Cannot order a product of another merchant than the customer's.");
    }
    if (quantity < 1) throw new FieldguardError("BAD_INPUT", "Cannot order that few: `quantity` must be 1 or more.");
    cents += Math.round(product.price * 100) * quantity;
  }
  return { amount: cents / 100, currency };
}

function writeOrder(shop: Shop, customer: CustomerRow, input: PlaceOrderInput): OrderRow {
  const { amount, currency } = priceOf(shop, customer, input.lines);
  const order = shop.writer.insert("purchase", {
    merchantId: customer.merchantId,
    region: customer.region,
    status: "PLACED",
    customerId: customer.id,
    customerBirthDate: customer.birthDate,
    placedAt: isoTime(shop.clock.now()),
    amount,
    currency,
    note: input.note ?? null,
    clientIp: null,
    attribution: null,
  });
  for (const { productId, quantity } of input.lines) {
    const { price } = must(shop, "product", productId);
    shop.writer.insert("item", { orderId: order.id, productId, quantity, unitPrice: price, currency });
  }
  return order;
}

function writePayment(shop: Shop, order: OrderRow, input: PlaceOrderInput): PaymentRow {
  const partner = must(shop, "partner", input.paymentPartnerId);
  if (partner.kind !== "PAYMENT") {
    throw new FieldguardError("BAD_INPUT", "Cannot pay through the partner as it takes no payments.");
  }
  return shop.writer.insert("payment", {
    merchantId: order.merchantId,
    region: order.region,
    orderId: order.id,
    createdAt: order.placedAt,
    method: "CARD",
    status: "PENDING",
    partnerId: partner.id,
    disputableUntil: null,
    payerId: order.customerId,
    paidAmount: order.amount,
    currency: order.currency,
    cardHolder: input.cardHolder,
    cardNumber: input.cardNumber,
    cardExpiry: input.cardExpiry,
    bankAccount: null,
    token: `tok_${randomBytes(12).toString("hex")}`,
  });
}

function writeShipment(shop: Shop, customer: CustomerRow, order: OrderRow, recipient: RecipientInput | null): void {
  const address = recipient === null ? firstAddress(shop, customer) : writeAddress(shop, recipient);
  shop.writer.insert("shipment", {
    merchantId: order.merchantId,
    region: address.country,
    orderId: order.id,
    status: "READY",
    carrierId: null,
    trackingNumber: null,
    shippedAt: null,
    completedAt: null,
    recipientId: recipient === null ? customer.id : (recipient.customerId ?? `rcp-${order.seq}`),
    recipientName: recipient?.name ?? customer.name,
    recipientPhone: recipient?.phone ?? customer.phone ?? "",
    recipientEmail: recipient === null ? customer.email : (recipient.email ?? null),
    addressId: address.id,
    instructions: null,
    route: "[]",
  });
}

function firstAddress(shop: Shop, customer: CustomerRow): AddressRow {
  const address = shop.connection
    .prepare<[string], AddressRow>("SELECT * FROM address WHERE customerId = ? ORDER BY seq LIMIT 1")
    .get(customer.id);
  if (address === undefined) {
    throw new FieldguardError("BAD_INPUT", "Cannot send the order as the customer has no address: give a `recipient`.");
  }
  return address;
}

function writeAddress(shop: Shop, recipient: RecipientInput): AddressRow {
  const { street, city, province, postcode, country } = recipient;
  return shop.writer.insert("address", {
    customerId: null,
    formatted: `${street}, ${postcode} ${city}`,
    street,
    district: recipient.district ?? null,
    city,
    province,
    postcode,
    country,
    coordinates: null,
  });
}
