import type { StorefrontContext } from "./loaders.ts";
import { type PageArguments, slicePage } from "./pages.ts";
import type * as rows from "./rows.ts";

type Context = StorefrontContext;

/** Fields of the schema's types that are not simply a column of the row: amounts, JSON, and what belongs to other tables. */
export const TYPE_RESOLVERS = {
  Merchant: {
    staff: ({ id }: rows.MerchantRow, _: unknown, { load }: Context) => load.staffOfMerchant.load(id),
    products: async ({ id }: rows.MerchantRow, page: PageArguments, { load }: Context) =>
      slicePage(await load.productsOfMerchant.load(id), page),
    liveRooms: ({ id }: rows.MerchantRow, _: unknown, { load }: Context) => load.roomsOfMerchant.load(id),
    audience: async ({ id }: rows.MerchantRow, _: unknown, { load }: Context) =>
      addUp(await load.audienceOfMerchant.load(id)),
  },
  StaffMember: { login: <Row>(row: Row) => row },
  Login: { recentIps: ({ recentIps }: rows.LoginColumns) => json(recentIps) },
  Product: {
    merchant: ofMerchant,
    price: ({ price, currency }: rows.ProductRow) => money(price, currency),
    attributes: ({ attributes }: rows.ProductRow) => json(attributes),
    reviews: async ({ id }: rows.ProductRow, page: PageArguments, { load }: Context) =>
      slicePage(await load.reviewsOfProduct.load(id), page).nodes,
    rating: async ({ id }: rows.ProductRow, _: unknown, { load }: Context) =>
      meanRating(await load.reviewsOfProduct.load(id)),
  },
  Review: { product: ({ productId }: rows.ReviewRow, _: unknown, { load }: Context) => load.product.load(productId) },
  Customer: {
    merchant: ofMerchant,
    login: <Row>(row: Row) => row,
    allergies: ({ allergies }: rows.CustomerRow) => json(allergies),
    segments: ({ segments }: rows.CustomerRow) => json(segments),
    preferences: ({ preferences }: rows.CustomerRow) => json(preferences),
    recommendations: (customer: rows.CustomerRow, _: unknown, { load }: Context) => recommend(customer, load),
    addresses: ({ id }: rows.CustomerRow, _: unknown, { load }: Context) => load.addressesOfCustomer.load(id),
    orders: async ({ id }: rows.CustomerRow, page: PageArguments, { load }: Context) =>
      slicePage(await load.ordersOfCustomer.load(id), page),
    viewingHistory: async ({ id }: rows.CustomerRow, page: PageArguments, { load }: Context) =>
      slicePage((await load.viewingsOfCustomer.load(id)).toSorted(byTimeBackwards), page).nodes,
    supportTickets: ({ id }: rows.CustomerRow, _: unknown, { load }: Context) => load.ticketsOfCustomer.load(id),
    giftCards: ({ id }: rows.CustomerRow, _: unknown, { load }: Context) => load.giftCardsOfCustomer.load(id),
    identityDocuments: ({ id }: rows.CustomerRow, _: unknown, { load }: Context) => load.documentsOfCustomer.load(id),
  },
  Address: { coordinates: ({ coordinates }: rows.AddressRow) => json(coordinates) },
  Order: {
    merchant: ofMerchant,
    customer: ({ customerId }: rows.OrderRow, _: unknown, { load }: Context) => load.customer.load(customerId),
    total: ({ amount, currency }: rows.OrderRow) => money(amount, currency),
    attribution: ({ attribution }: rows.OrderRow) => json(attribution),
    items: ({ id }: rows.OrderRow, _: unknown, { load }: Context) => load.itemsOfOrder.load(id),
    shipments: ({ id }: rows.OrderRow, _: unknown, { load }: Context) => load.shipmentsOfOrder.load(id),
    payments: ({ id }: rows.OrderRow, _: unknown, { load }: Context) => load.paymentsOfOrder.load(id),
    invoice: async ({ id }: rows.OrderRow, _: unknown, { load }: Context) =>
      (await load.invoicesOfOrder.load(id))[0] ?? null,
    customs: async ({ id }: rows.OrderRow, _: unknown, { load }: Context) =>
      (await load.declarationsOfOrder.load(id))[0] ?? null,
  },
  OrderItem: {
    product: ({ productId }: rows.OrderItemRow, _: unknown, { load }: Context) => load.product.load(productId),
    price: ({ unitPrice, currency }: rows.OrderItemRow) => money(unitPrice, currency),
  },
  Shipment: {
    order: ofOrder,
    carrier: ({ carrierId }: rows.ShipmentRow, _: unknown, { load }: Context) => partnerOf(carrierId, load),
    address: ({ addressId }: rows.ShipmentRow, _: unknown, { load }: Context) => load.address.load(addressId),
    route: ({ route }: rows.ShipmentRow) => json(route),
  },
  CustomsDeclaration: {
    declaredValue: ({ declaredAmount, currency }: rows.DeclarationRow) => money(declaredAmount, currency),
    destination: ({ destinationId }: rows.DeclarationRow, _: unknown, { load }: Context) =>
      load.address.load(destinationId),
    document: ({ documentId }: rows.DeclarationRow, _: unknown, { load }: Context) => load.document.load(documentId),
  },
  Payment: {
    partner: ({ partnerId }: rows.PaymentRow, _: unknown, { load }: Context) => partnerOf(partnerId, load),
    amount: ({ paidAmount, currency }: rows.PaymentRow) => money(paidAmount, currency),
  },
  Invoice: { amount: ({ billedAmount, currency }: rows.InvoiceRow) => money(billedAmount, currency) },
  GiftCard: { balance: ({ balanceAmount, currency }: rows.GiftCardRow) => money(balanceAmount, currency) },
  SupportTicket: {
    messages: ({ id }: rows.TicketRow, _: unknown, { load }: Context) => load.messagesOfTicket.load(id),
  },
  SupportMessage: { fromCustomer: ({ fromCustomer }: rows.MessageRow) => fromCustomer === 1 },
  ViewingEvent: {
    product: ({ productId }: rows.ViewingRow, _: unknown, { load }: Context) =>
      productId === null ? null : load.product.load(productId),
    position: ({ position }: rows.ViewingRow) => json(position),
  },
  LiveRoom: {
    merchant: ofMerchant,
    products: ({ productIds }: rows.LiveRoomRow, _: unknown, { load }: Context) =>
      load.product.loadMany(JSON.parse(productIds) as string[]),
    chat: async ({ id }: rows.LiveRoomRow, page: PageArguments, { load }: Context) =>
      slicePage(await load.chatOfRoom.load(id), page).nodes,
    insights: ({ id }: rows.LiveRoomRow, _: unknown, { load }: Context) => load.audienceOfRoom.load(id),
  },
};

function ofMerchant({ merchantId }: { readonly merchantId: string }, _: unknown, { load }: Context) {
  return load.merchant.load(merchantId);
}

function ofOrder({ orderId }: { readonly orderId: string }, _: unknown, { load }: Context) {
  return load.order.load(orderId);
}

function partnerOf(id: string | null, load: Context["load"]) {
  return id === null ? null : load.partner.load(id);
}

function money(amount: number, currency: rows.Currency) {
  return { amount, currency };
}

function byTimeBackwards(one: rows.ViewingRow, other: rows.ViewingRow): number {
  return one.viewedAt < other.viewedAt ? 1 : -1;
}

/** Columns that hold JSON. */
function json(text: string | null): unknown {
  return text === null ? null : JSON.parse(text);
}

function meanRating(reviews: readonly rows.ReviewRow[]): number | null {
  if (reviews.length === 0) return null;
  return reviews.reduce((sum, { rating }) => sum + rating, 0) / reviews.length;
}

/** Groups of several rooms, by country. */
function addUp(groups: readonly rows.AudienceRow[]) {
  const sums = new Map<string, { country: string; viewers: number; seconds: number; likes: number; clicks: number }>();
  for (const { country, viewers, averageSeconds, likes, clicks } of groups) {
    const sum = sums.get(country) ?? { country, viewers: 0, seconds: 0, likes: 0, clicks: 0 };
    sum.viewers += viewers;
    sum.seconds += viewers * averageSeconds;
    sum.likes += likes;
    sum.clicks += clicks;
    sums.set(country, sum);
  }
  return [...sums.values()].map(({ seconds, ...sum }) => ({ ...sum, averageSeconds: seconds / sum.viewers }));
}

const RECOMMENDATIONS = 3;

/** What the customer looked at longest; nothing for whom no taste is known. */
async function recommend(customer: rows.CustomerRow, load: Context["load"]) {
  if (customer.segments === "[]") return [];
  const seconds = new Map<string, number>();
  for (const view of await load.viewingsOfCustomer.load(customer.id)) {
    if (view.productId !== null) seconds.set(view.productId, (seconds.get(view.productId) ?? 0) + view.seconds);
  }
  const best = [...seconds].sort(([, one], [, other]) => other - one).slice(0, RECOMMENDATIONS);
  return load.product.loadMany(best.map(([id]) => id));
}
