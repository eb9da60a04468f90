import { randomBytes } from "node:crypto";
import { FieldguardError } from "fieldguard";
import { type OrderLine, type PlaceOrderInput, placeOrder, priceOf } from "./place-order.ts";
import type { CustomerRow, ReviewRow, ShipmentRow, TicketRow } from "./rows.ts";
import { must, type Shop } from "./shop.ts";
import { dayOf, isoTime } from "./times.ts";

interface ProfileChanges {
  readonly nickname?: string | null;
  readonly name?: string | null;
  readonly email?: string | null;
  readonly phone?: string | null;
  readonly preferences?: unknown;
}

interface ReviewInput {
  readonly productId: string;
  readonly customerId: string;
  readonly rating: number;
  readonly content: string;
}

interface MessageInput {
  readonly customerId: string;
  readonly ticketId?: string | null;
  readonly content: string;
}

/** Resolvers of the root type Mutation: they change the tables and hand back rows, as those of Query do. */
export function createMutations(shop: Shop) {
  return {
    startCheckout: (_: unknown, args: { readonly customerId: string; readonly lines: readonly OrderLine[] }) => ({
      checkout: startCheckout(shop, args.customerId, args.lines),
    }),
    placeOrder: (_: unknown, { input }: { readonly input: PlaceOrderInput }) => placeOrder(shop, input),
    updateProfile: (_: unknown, args: { readonly customerId: string; readonly changes: ProfileChanges }) => ({
      customer: updateProfile(shop, args.customerId, args.changes),
    }),
    addReview: (_: unknown, { input }: { readonly input: ReviewInput }) => ({ review: addReview(shop, input) }),
    sendSupportMessage: (_: unknown, input: MessageInput) => ({ ticket: sendSupportMessage(shop, input) }),
    assignCarrier: (_: unknown, args: { readonly shipmentId: string; readonly carrierId: string }) => ({
      shipment: assignCarrier(shop, args.shipmentId, args.carrierId),
    }),
    completeShipment: (_: unknown, { shipmentId }: { readonly shipmentId: string }) => ({
      shipment: completeShipment(shop, shipmentId),
    }),
  };
}

function startCheckout(shop: Shop, customerId: string, lines: readonly OrderLine[]) {
  const customer = must(shop, "customer", customerId);
  const shipTo = shop.connection
    .prepare("SELECT * FROM address WHERE customerId = ? ORDER BY seq LIMIT 1")
    .get(customer.id);
  return {
    merchantId: customer.merchantId,
    region: customer.region,
    customerId: customer.id,
    contactName: customer.name,
    contactEmail: customer.email,
    contactPhone: customer.phone,
    shipTo: shipTo ?? null,
    total: priceOf(shop, customer, lines),
    secret: `cs_${randomBytes(24).toString("hex")}`,
  };
}

function updateProfile(shop: Shop, customerId: string, changes: ProfileChanges): CustomerRow {
  const current = must(shop, "customer", customerId);
  // What is left out stays; null empties what may be empty, and is no value for what may not.
  const changed = {
    nickname: changes.nickname ?? current.nickname,
    name: changes.name ?? current.name,
    email: changes.email ?? current.email,
    phone: changes.phone === undefined ? current.phone : changes.phone,
    preferences: changes.preferences === undefined ? current.preferences : jsonText(changes.preferences),
  };
  shop.connection
    .prepare(
      `UPDATE customer SET nickname = @nickname, name = @name, email = @email, phone = @phone, preferences = @preferences
       WHERE id = @id`,
    )
    .run({ ...changed, id: current.id });
  return { ...current, ...changed };
}

function jsonText(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}

function addReview(shop: Shop, { productId, customerId, rating, content }: ReviewInput): ReviewRow {
  const customer = must(shop, "customer", customerId);
  const product = must(shop, "product", productId);
  if (rating < 1 || rating > 5) throw new FieldguardError("BAD_INPUT", "Cannot rate so: `rating` must be from 1 to 5.");
  return shop.writer.insert("review", {
    merchantId: product.merchantId,
    region: customer.region,
    productId: product.id,
    authorId: customer.id,
    nickname: customer.nickname,
    avatarUrl: null,
    rating,
    content,
    contactEmail: customer.email,
    writtenOn: dayOf(isoTime(shop.clock.now())),
  });
}

function sendSupportMessage(shop: Shop, { customerId, ticketId, content }: MessageInput): TicketRow {
  const customer = must(shop, "customer", customerId);
  const sentAt = isoTime(shop.clock.now());
  return shop.connection.transaction(() => {
    const ticket = ticketId == null ? openTicket(shop, customer, content, sentAt) : must(shop, "ticket", ticketId);
    if (ticket.customerId !== customer.id) {
      throw new FieldguardError("BAD_INPUT", "Cannot go on with the ticket as it is another customer's.");
    }
    const message = { ticketId: ticket.id, fromCustomer: 1 as const, sentAt, content, recordingUrl: null };
    shop.writer.insert("message", message);
    return ticket;
  })();
}

const SUBJECT_LENGTH = 60;

function openTicket(shop: Shop, customer: CustomerRow, content: string, openedAt: string): TicketRow {
  return shop.writer.insert("ticket", {
    merchantId: customer.merchantId,
    region: customer.region,
    customerId: customer.id,
    channel: "CHAT",
    subject: [...content].slice(0, SUBJECT_LENGTH).join(""),
    openedAt,
    closedAt: null,
    callbackPhone: null,
  });
}

function assignCarrier(shop: Shop, shipmentId: string, carrierId: string): ShipmentRow {
  if (must(shop, "partner", carrierId).kind !== "CARRIER") {
    throw new FieldguardError("BAD_INPUT", "Cannot assign the partner to a parcel as it is no carrier.");
  }
  return changeShipment(shop, shipmentId, { carrierId });
}

function completeShipment(shop: Shop, shipmentId: string): ShipmentRow {
  const changed = changeShipment(shop, shipmentId, { status: "DELIVERED", completedAt: isoTime(shop.clock.now()) });
  shop.connection.prepare("UPDATE purchase SET status = 'DELIVERED' WHERE id = ?").run(changed.orderId);
  shop.feed.publish(must(shop, "purchase", changed.orderId));
  return changed;
}

function changeShipment(
  shop: Shop,
  shipmentId: string,
  change: Partial<Pick<ShipmentRow, "carrierId" | "status" | "completedAt">>,
): ShipmentRow {
  const changed = { ...must(shop, "shipment", shipmentId), ...change };
  shop.connection
    .prepare("UPDATE shipment SET carrierId = @carrierId, status = @status, completedAt = @completedAt WHERE id = @id")
    .run(changed);
  return changed;
}
