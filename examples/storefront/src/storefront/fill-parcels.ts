import { brokerIn, carriersIn } from "./catalogue.ts";
import { type Cast, known, type Making, type OrderPlan } from "./making.ts";
import { identityNumber } from "./numbers.ts";
import { LANGUAGES, PHRASES } from "./phrases.ts";
import { PLACES } from "./places.ts";
import type { DocumentRow, OrderRow, ProductRow, Region, ShipmentRow, ShipmentStatus } from "./rows.ts";
import { REGIONS } from "./rows.ts";
import { dayOf, daysBefore } from "./times.ts";

/** Who receives a parcel: a customer, or somebody known by this parcel only (`rcp-17`, after the order's number). */
interface Recipient {
  readonly id: string;
  readonly region: Region;
  readonly name: string;
  readonly phone: string;
  readonly email: string | null;
}

/** The parcel of an order, with its customs declaration where it crosses a border. */
export function fillParcel(
  making: Making,
  cast: Cast,
  plan: OrderPlan,
  order: OrderRow,
  products: readonly ProductRow[],
): void {
  const { writer, dice, people, now } = making;
  const recipient = recipientOf(making, cast, plan, order);
  const address =
    cast.homes.get(recipient.id) ?? writer.insert("address", { customerId: null, ...people.address(recipient.region) });
  const onItsWay = order.status !== "PLACED" && order.status !== "PAID";
  const arrived = order.status === "DELIVERED" || order.status === "RETURNED";
  const shippedDaysAgo = plan.ageDays - 1.5;
  const completedAt = arrived ? daysBefore(now, Math.max(0.2, shippedDaysAgo - dice.between(1, 6))) : null;
  const carrierId = onItsWay ? (plan.carrierId ?? dice.pick(carriersIn(recipient.region))) : null;
  writer.insert("shipment", {
    merchantId: order.merchantId,
    region: recipient.region,
    orderId: order.id,
    status: shipmentStatus(order, onItsWay, arrived),
    carrierId,
    trackingNumber: carrierId === null ? null : `${carrierId.toUpperCase().replace("-", "")}${dice.digits(11)}`,
    shippedAt: onItsWay ? daysBefore(now, shippedDaysAgo) : null,
    completedAt,
    recipientId: recipient.id,
    recipientName: recipient.name,
    recipientPhone: recipient.phone,
    recipientEmail: recipient.email,
    addressId: address.id,
    instructions: dice.chance(0.2) ? dice.pick(PHRASES[LANGUAGES[recipient.region]].instructions) : null,
    route: JSON.stringify(
      onItsWay ? Array.from({ length: dice.between(1, 4) }, () => waypoint(making, recipient)) : [],
    ),
  });
  const shop = known(
    cast.merchants.find(({ id }) => id === order.merchantId),
    order.merchantId,
  );
  if (shop.region === recipient.region) return;
  fillDeclaration(making, cast, { order, products, recipient, destinationId: address.id, clearedAt: completedAt });
}

interface Crossing {
  readonly order: OrderRow;
  readonly products: readonly ProductRow[];
  readonly recipient: Recipient;
  readonly destinationId: string;
  readonly clearedAt: string | null;
}

/** What customs ask of a parcel that enters another country, with the recipient's identity document. */
function fillDeclaration(making: Making, cast: Cast, crossing: Crossing): void {
  const { order, products, recipient, destinationId, clearedAt } = crossing;
  const document = cast.papers.get(recipient.id) ?? fillDocument(making, recipient);
  cast.papers.set(recipient.id, document);
  making.writer.insert("declaration", {
    merchantId: order.merchantId,
    region: recipient.region,
    orderId: order.id,
    holderId: recipient.id,
    holderName: recipient.name,
    brokerId: brokerIn(recipient.region),
    clearedAt,
    contents: products.map(({ name }) => name).join("; "),
    declaredAmount: order.amount,
    currency: order.currency,
    destinationId,
    documentId: document.id,
  });
}

function fillDocument({ writer, dice, now }: Making, holder: Recipient): DocumentRow {
  return writer.insert("document", {
    customerId: holder.id.startsWith("c-") ? holder.id : null,
    kind: holder.region === "CN" ? "IDENTITY_CARD" : "PASSPORT",
    number: identityNumber(holder.region, dayOf(daysBefore(now, 365.25 * dice.between(20, 75))), dice),
    nameOnDocument: holder.name,
    expiresOn: dayOf(daysBefore(now, -365 * dice.between(1, 9))),
    scanUrl: `https://files.example.com/documents/${dice.hex(20)}`,
  });
}

function shipmentStatus(order: OrderRow, onItsWay: boolean, arrived: boolean): ShipmentStatus {
  if (arrived) return "DELIVERED";
  if (!onItsWay) return "READY";
  return order.seq % 97 === 0 ? "LOST" : "IN_TRANSIT";
}

function recipientOf({ dice, people }: Making, cast: Cast, plan: OrderPlan, order: OrderRow): Recipient {
  const { customer } = plan;
  switch (plan.recipient) {
    case "BUYER":
      return reachable(customer, people.phone(customer.region));
    case "OTHER_CUSTOMER": {
      const others = known(cast.customersOf.get(customer.merchantId), `customers of ${customer.merchantId}`);
      return reachable(dice.pick(others), people.phone(customer.region));
    }
    case "SOMEBODY_ELSE": {
      const region = order.seq > 4 && dice.chance(0.2) ? dice.pick(REGIONS) : customer.region;
      const { name, phone, email } = people.person(region);
      return { id: `rcp-${order.seq}`, region, name, phone, email: dice.chance(0.6) ? email : null };
    }
  }
}

/** A customer as a recipient; a parcel needs a number to call, also where the account has none. */
function reachable(
  customer: {
    readonly id: string;
    readonly region: Region;
    readonly name: string;
    readonly phone: string | null;
    readonly email: string;
  },
  otherPhone: string,
): Recipient {
  const { id, region, name, email } = customer;
  return { id, region, name, phone: customer.phone ?? otherPhone, email };
}

function waypoint(
  { dice, people }: Making,
  recipient: Pick<ShipmentRow, "region"> & { readonly region: Region },
): [number, number] {
  return people.near(dice.pick(PLACES[recipient.region]));
}
