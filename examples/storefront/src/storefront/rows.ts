import type { AudienceRow, ChatRow, LiveRoomRow } from "./room-rows.ts";
import type { Currency, Region, Row } from "./row.ts";

export type { AudienceRow, ChatRow, LiveRoomRow } from "./room-rows.ts";
export { type Currency, REGIONS, type Region, type Row } from "./row.ts";

/**
 * Rows as SQLite holds them and as resolvers hand them to GraphQL: one interface a table. Column names are the schema's field
 * names, so that most fields need no resolver. Days are `YYYY-MM-DD`, times ISO 8601 in UTC, booleans 0 or 1, JSON is text.
 */

export type OrderStatus = "PLACED" | "PAID" | "SHIPPED" | "DELIVERED" | "RETURNED" | "CANCELLED";
export type ShipmentStatus = "READY" | "IN_TRANSIT" | "DELIVERED" | "LOST";
export type PartnerKind = "CARRIER" | "PAYMENT" | "CUSTOMS" | "ADVERTISING" | "ANALYTICS" | "APP";

export interface MerchantRow extends Row {
  readonly name: string;
  readonly region: Region;
  readonly about: string;
  readonly currency: Currency;
  readonly since: string;
}

/** How somebody gets into their account. */
export interface LoginColumns {
  readonly passwordHash: string;
  /** JSON: array of addresses. */
  readonly recentIps: string;
  readonly lastAt: string | null;
}

export interface StaffRow extends Row, LoginColumns {
  readonly merchantId: string;
  readonly region: Region;
  readonly position: "OWNER" | "ADMINISTRATOR" | "SUPPORT";
  readonly name: string;
  readonly email: string;
  readonly phone: string | null;
}

export interface PartnerRow extends Row {
  readonly name: string;
  readonly kind: PartnerKind;
  readonly region: Region;
}

export interface ProductRow extends Row {
  readonly merchantId: string;
  readonly name: string;
  readonly description: string;
  readonly category: string;
  readonly price: number;
  readonly currency: Currency;
  readonly stock: number;
  /** JSON. */
  readonly attributes: string | null;
}

export interface CustomerRow extends Row, LoginColumns {
  readonly merchantId: string;
  readonly region: Region;
  readonly joinedOn: string;
  readonly nickname: string;
  readonly name: string;
  readonly email: string;
  readonly phone: string | null;
  readonly messengerId: string | null;
  readonly birthDate: string | null;
  readonly gender: "FEMALE" | "MALE" | "OTHER" | null;
  readonly nationalId: string | null;
  /** JSON: array of strings. */
  readonly allergies: string;
  readonly level: "BASIC" | "SILVER" | "GOLD";
  readonly loyaltyPoints: number;
  /** JSON: array of strings. */
  readonly segments: string;
  /** JSON. */
  readonly preferences: string | null;
}

export interface AddressRow extends Row {
  /** Whose address book it is in; null for an address known from a parcel only. */
  readonly customerId: string | null;
  readonly formatted: string;
  readonly street: string;
  readonly district: string | null;
  readonly city: string;
  readonly province: string;
  readonly postcode: string;
  readonly country: string;
  /** JSON: latitude and longitude. */
  readonly coordinates: string | null;
}

export interface OrderRow extends Row {
  readonly merchantId: string;
  readonly region: Region;
  readonly status: OrderStatus;
  readonly customerId: string;
  readonly customerBirthDate: string | null;
  readonly placedAt: string;
  readonly amount: number;
  readonly currency: Currency;
  readonly note: string | null;
  readonly clientIp: string | null;
  /** JSON. */
  readonly attribution: string | null;
}

export interface OrderItemRow extends Row {
  readonly orderId: string;
  readonly productId: string;
  readonly quantity: number;
  readonly unitPrice: number;
  readonly currency: Currency;
}

export interface ShipmentRow extends Row {
  readonly merchantId: string;
  readonly region: string;
  readonly orderId: string;
  readonly status: ShipmentStatus;
  readonly carrierId: string | null;
  readonly trackingNumber: string | null;
  readonly shippedAt: string | null;
  readonly completedAt: string | null;
  readonly recipientId: string;
  readonly recipientName: string;
  readonly recipientPhone: string;
  readonly recipientEmail: string | null;
  readonly addressId: string;
  readonly instructions: string | null;
  /** JSON: array of pairs. */
  readonly route: string;
}

export interface DocumentRow extends Row {
  readonly customerId: string | null;
  readonly kind: "IDENTITY_CARD" | "PASSPORT";
  readonly number: string;
  readonly nameOnDocument: string;
  readonly expiresOn: string;
  readonly scanUrl: string;
}

export interface DeclarationRow extends Row {
  readonly merchantId: string;
  readonly region: string;
  readonly orderId: string;
  readonly holderId: string;
  readonly holderName: string;
  readonly brokerId: string;
  readonly clearedAt: string | null;
  readonly contents: string;
  readonly declaredAmount: number;
  readonly currency: Currency;
  readonly destinationId: string;
  readonly documentId: string;
}

export interface PaymentRow extends Row {
  readonly merchantId: string;
  readonly region: Region;
  readonly orderId: string;
  readonly createdAt: string;
  readonly method: "CARD" | "BANK_TRANSFER" | "GIFT_CARD";
  readonly status: "PENDING" | "SETTLED" | "REFUNDED" | "FAILED";
  readonly partnerId: string | null;
  readonly disputableUntil: string | null;
  readonly payerId: string;
  readonly paidAmount: number;
  readonly currency: Currency;
  readonly cardHolder: string | null;
  readonly cardNumber: string | null;
  readonly cardExpiry: string | null;
  readonly bankAccount: string | null;
  readonly token: string | null;
}

export interface InvoiceRow extends Row {
  readonly merchantId: string;
  readonly region: Region;
  readonly orderId: string;
  readonly customerId: string;
  readonly issuedOn: string;
  readonly title: string;
  readonly taxpayerId: string | null;
  readonly email: string | null;
  readonly billedAmount: number;
  readonly currency: Currency;
}

export interface GiftCardRow extends Row {
  readonly merchantId: string;
  readonly region: Region;
  readonly ownerId: string;
  readonly code: string;
  readonly balanceAmount: number;
  readonly currency: Currency;
  readonly message: string | null;
  readonly expiresOn: string | null;
}

export interface ReviewRow extends Row {
  readonly merchantId: string;
  readonly region: Region;
  readonly productId: string;
  readonly authorId: string;
  readonly nickname: string;
  readonly avatarUrl: string | null;
  readonly rating: number;
  readonly content: string;
  readonly contactEmail: string | null;
  readonly writtenOn: string;
}

export interface TicketRow extends Row {
  readonly merchantId: string;
  readonly region: Region;
  readonly customerId: string;
  readonly channel: "CHAT" | "EMAIL" | "PHONE";
  readonly subject: string;
  readonly openedAt: string;
  readonly closedAt: string | null;
  readonly callbackPhone: string | null;
}

export interface MessageRow extends Row {
  readonly ticketId: string;
  readonly fromCustomer: 0 | 1;
  readonly sentAt: string;
  readonly content: string;
  readonly recordingUrl: string | null;
}

export interface ViewingRow extends Row {
  readonly merchantId: string;
  readonly region: Region;
  readonly viewerId: string;
  readonly viewerBirthDate: string | null;
  readonly viewedAt: string;
  readonly productId: string | null;
  readonly searchTerm: string | null;
  readonly seconds: number;
  readonly deviceId: string;
  readonly ip: string;
  /** JSON: latitude and longitude. */
  readonly position: string | null;
}

/** Every table by its name. */
export interface Tables {
  merchant: MerchantRow;
  staff: StaffRow;
  partner: PartnerRow;
  product: ProductRow;
  customer: CustomerRow;
  address: AddressRow;
  purchase: OrderRow;
  item: OrderItemRow;
  shipment: ShipmentRow;
  document: DocumentRow;
  declaration: DeclarationRow;
  payment: PaymentRow;
  invoice: InvoiceRow;
  gift_card: GiftCardRow;
  review: ReviewRow;
  ticket: TicketRow;
  message: MessageRow;
  viewing: ViewingRow;
  live_room: LiveRoomRow;
  chat: ChatRow;
  audience: AudienceRow;
}
export type TableName = keyof Tables;
