import type { Case } from "../harness.ts";

const SHOP = `
  type Query { customer(id: ID!): Customer, order(id: ID!): Order, me: Customer, node(id: ID!): Node, lines(ids: [ID!]!): [Line!]! }
  interface Node { id: ID! }
  type Customer implements Node @subject(id: "id") { id: ID!, email: String @sensitive(category: EMAIL_ADDRESS), address: Address }
  type Address { postcode: String @sensitive(category: COARSE_LOCATION), note: String }
  type Order implements Node @subject(id: "customerId") { id: ID!, customerId: ID!, carrierId: ID, endsOn: String }
  type Line @subject(id: "owner") { id: ID!, owner: ID }
  type Parcel implements Node @subject(id: "owner") { id: ID!, owner: ID }
  type Coupon { id: ID! }
  type Ticket { id: ID! }
  input Lines { lines: [LineRef!]!, orderId: ID, by: Boolean }
  input LineRef { id: ID! }
`;
const SELF = "@purpose(allow: [SELF_SERVICE], to: [CUSTOMER])";

/** Faults of what acts and writes: @acts, @writes, and @purpose on fields of Mutation. */
export const WRITE_CASES: readonly Case[] = [
  {
    name: "keys by every sort of path, looked up by every sort of query",
    sdl: `${SHOP}
      type Mutation ${SELF} {
        a(customerId: ID!): Boolean @acts(on: "Customer", id: "customerId")
        b(input: Lines!): Boolean @acts(on: "Line", id: "input.lines[].id")
        c(ids: [ID!]!): Boolean @acts(on: "Line", id: "ids") @acts(on: "Line", id: "ids[]")
        d(id: ID!): Boolean @acts(on: "Parcel", id: "id")
        e(id: ID!): Boolean @acts(on: "Order", id: "id", by: "node")
        f(number: Int): Boolean @acts(on: "Order", id: "id: number")
        g: Boolean @acts(on: "Customer", by: "me")
        h(mail: String): Boolean @acts(on: "Customer", id: "mail", reach: ALL)
        i: Boolean @acts(on: "Customer", reach: SELF)
        j(cart: ID): Boolean @acts(on: "Order", id: "cart", by: "order", reach: NONE)
        k(a: ID, b: ID): Boolean @acts(on: "Customer", id: ["a", "b"]) @acts(on: "Customer", reach: SELF)
      }`,
  },
  {
    name: "names of fields of what is acted on, where the answer is sensitive, at the root and in a group",
    sdl: `${SHOP}
      type Mutation {
        a(id: ID!): String @sensitive(category: EMAIL_ADDRESS) @acts(on: "Order", id: "id") @purpose(allow: [DELIVERY], to: [LOGISTICS_PARTNER], assigned: "carrierId", until: "endsOn")
        b(id: ID!): String @sensitive(category: EMAIL_ADDRESS) @acts(on: "Order", id: "id") @purpose(allow: [DELIVERY], to: [LOGISTICS_PARTNER], assigned: "carier") #! NAMED_FIELD_UNKNOWN Mutation.b
        orders: Orders
      }
      type Orders {
        c(id: ID!): String @sensitive(category: EMAIL_ADDRESS) @acts(on: "Order", id: "id") @purpose(allow: [DELIVERY], to: [LOGISTICS_PARTNER], assigned: "carrierId", until: "endsOn")
        d(id: ID!): String @sensitive(category: EMAIL_ADDRESS) @acts(on: "Order", id: "id") @purpose(allow: [DELIVERY], to: [LOGISTICS_PARTNER], assigned: "carrierId", until: "endOn") #! NAMED_FIELD_UNKNOWN Orders.d
      }`,
  },
  {
    name: "types and keys that are not there, or are none",
    sdl: `${SHOP}
      type Mutation ${SELF} {
        a(id: ID!): Boolean @acts(on: "Custommer", id: "id") #! ACT_TYPE_UNKNOWN Mutation.a
        b(id: ID!): Boolean @acts(on: "Lines", id: "id") #! ACT_TYPE_UNKNOWN Mutation.b
        c(id: ID!): Boolean @acts(on: "Customer", id: "ident") #! ACT_KEY_UNKNOWN Mutation.c
        d(input: Lines): Boolean @acts(on: "Customer", id: "input.lines.id") #! ACT_KEY_UNUSABLE Mutation.d
        e(input: Lines): Boolean @acts(on: "Customer", id: "input.orderId[].id") #! ACT_KEY_UNUSABLE Mutation.e
        f(input: Lines): Boolean @acts(on: "Customer", id: "input") #! ACT_KEY_UNUSABLE Mutation.f
        g(input: Lines): Boolean @acts(on: "Customer", id: "input.by") #! ACT_KEY_UNUSABLE Mutation.g
        h(id: ID): Boolean @acts(on: "Customer", id: "id.x") #! ACT_KEY_UNUSABLE Mutation.h
        i(id: ID): Boolean @acts(on: "Customer", id: "id of it") #! ACT_KEY_UNKNOWN Mutation.i
        j(id: ID): Boolean @acts(on: "Customer", id: "constructor") #! ACT_KEY_UNKNOWN Mutation.j
        k(id: ID): Boolean @acts(on: "Customer") #! ACT_WITHOUT_KEY Mutation.k
      }`,
  },
  {
    name: "look-ups that are none",
    sdl: `${SHOP}
      type Mutation ${SELF} {
        a(id: ID!): Boolean @acts(on: "Ticket", id: "id") #! ACT_WITHOUT_LOOK_UP Mutation.a
        b(id: ID!): Boolean @acts(on: "Customer", id: "id", by: "costumer") #! ACT_LOOK_UP_UNKNOWN Mutation.b
        c(id: ID!): Boolean @acts(on: "Customer", id: "id", by: "order") #! ACT_LOOK_UP_UNUSABLE Mutation.c
        d(id: ID!): Boolean @acts(on: "Customer", id: "ident: id", by: "customer") #! ACT_LOOK_UP_UNUSABLE Mutation.d
        e(id: Float!): Boolean @acts(on: "Customer", id: "id") #! ACT_LOOK_UP_UNUSABLE Mutation.e
        f: Boolean @acts(on: "Customer", by: "customer") #! ACT_LOOK_UP_UNUSABLE Mutation.f
        g(id: ID): Boolean @acts(on: "Coupon", id: "id", by: "coupon") #! ACT_TYPE_WITHOUT_SUBJECT Mutation.g
        h(id: ID): Boolean @acts(on: "Order", id: "id", by: "taken") #! ACT_LOOK_UP_UNUSABLE Mutation.h
        i(id: ID): Boolean @acts(on: "Order", id: "id", reach: ASSIGNED) #! ACT_REACH_UNUSABLE Mutation.i
      }
      extend type Query { coupon(id: ID): Coupon, taken(id: ID): Order @acts(on: "Order", id: "id", by: "order") ${SELF} }`,
  },
  {
    name: "answers that nobody may see, or that are open to everybody",
    sdl: `${SHOP}
      type Mutation ${SELF} {
        a(id: ID!): String @sensitive(category: CREDENTIAL, sealed: true) @acts(on: "Order", id: "id") #! SEALED_WITH_ACTS Mutation.a
        b: String @sensitive(category: CREDENTIAL, sealed: true) @acts(on: "Customer", reach: SELF) #! SEALED_WITH_ACTS Mutation.b
        c(mail: String): String @sensitive(category: CREDENTIAL) @acts(on: "Customer", reach: NONE) #! SENSITIVE_OPEN_TO_ALL Mutation.c
        d(id: ID): String @sensitive(category: CREDENTIAL) @acts(on: "Order", id: "id", by: "order", reach: NONE) #! SENSITIVE_OPEN_TO_ALL Mutation.d
        e(mail: String): String @sensitive(category: CREDENTIAL) @acts(on: "Customer", reach: NONE) ${SELF}
        f(id: ID!): String @sensitive(category: CREDENTIAL) @acts(on: "Order", id: "id")
      }`,
  },
  {
    name: "of several queries none is taken for the only one",
    sdl: `
      type Query { one(id: ID): Thing, other(id: ID): Thing }
      type Thing @subject(id: "owner") { id: ID, owner: ID }
      type Mutation { a(id: ID!): Boolean @acts(on: "Thing", id: "id") ${SELF} } #! ACT_WITHOUT_LOOK_UP Mutation.a`,
  },
  {
    name: "a field of Mutation that is granted to somebody and does not say whom it acts on",
    sdl: `${SHOP}
      type Mutation {
        a: Boolean @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) #! WRITE_WITHOUT_ACTS Mutation.a
        b: Boolean @purpose(allow: [ORDER_FULFILMENT], to: [MERCHANT]) #! WRITE_WITHOUT_ACTS Mutation.b
        c: Boolean @purpose(allow: [DELIVERY], to: [LOGISTICS_PARTNER], assigned: "carrierId") #! WRITE_WITHOUT_ACTS Mutation.c
        d: Boolean @purpose(allow: [ACCOUNT_MANAGEMENT], to: [PLATFORM_OPERATOR])
        e: Boolean @purpose(allow: [EMERGENCY], to: [PLATFORM_OPERATOR]) @consent(for: [EMERGENCY]) #! WRITE_WITHOUT_ACTS Mutation.e
        f: String @sensitive(category: CREDENTIAL) @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) #! WRITE_WITHOUT_ACTS Mutation.f
        g: String @sensitive(category: CREDENTIAL) @purpose(allow: [ACCOUNT_MANAGEMENT], to: [PLATFORM_OPERATOR])
        h: String @sensitive(category: CREDENTIAL)
      }`,
  },
  {
    name: "what groups fields of Mutation holds them as Mutation does; a payload is a payload",
    sdl: `${SHOP}
      type Mutation { shop: ShopMutations!, leave: Left! }
      type ShopMutations ${SELF} {
        a(id: ID!): Customer @acts(on: "Customer", id: "id")
        b: Boolean @purpose(allow: [ACCOUNT_MANAGEMENT], to: [PLATFORM_OPERATOR])
        c: Boolean @purpose(allow: [ORDER_FULFILMENT], to: [MERCHANT]) #! WRITE_WITHOUT_ACTS ShopMutations.c
      }
      type Left { at: String @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) } #! WRITE_WITHOUT_ACTS Left.at`,
  },
  {
    name: "assigned and until name fields of what is acted on",
    sdl: `${SHOP}
      type Mutation {
        a(id: ID!): Order @acts(on: "Order", id: "id") @purpose(allow: [DELIVERY], to: [LOGISTICS_PARTNER], assigned: "carrierId", until: "endsOn")
        b(id: ID!): Order @acts(on: "Order", id: "id") @purpose(allow: [DELIVERY], to: [LOGISTICS_PARTNER], assigned: "courierId") #! NAMED_FIELD_UNKNOWN Mutation.b
        c(id: ID!): Order @acts(on: "Order", id: "id") @purpose(allow: [DELIVERY], to: [LOGISTICS_PARTNER]) #! GRANT_WITHOUT_ASSIGNED Mutation.c
        d: Order @acts(on: "Order", reach: SELF) @purpose(allow: [DELIVERY], to: [LOGISTICS_PARTNER])
        e: Order @acts(on: "Order", reach: ALL) @purpose(allow: [DELIVERY], to: [LOGISTICS_PARTNER], assigned: "carrierId") #! NAMED_FIELD_UNKNOWN Mutation.e
      }`,
  },
  {
    name: "@acts where nothing acts",
    sdl: `${SHOP}
      interface Doing { go(id: ID): Order @acts(on: "Order", id: "id") } #! ACT_MISPLACED Doing.go
      extend type Query { shown(id: ID): Order @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) } #! GRANT_WITHOUT_SENSITIVE Query.shown`,
  },
  {
    name: "@writes",
    sdl: `${SHOP}
      type Mutation {
        a(mail: String @writes(field: "Customer.email"), email: String @writes(type: "Customer")): Boolean
        b(to: Place @writes(type: "Address")): Boolean
        c(mail: String @writes(field: "Customer.mail")): Boolean #! WRITTEN_FIELD_UNKNOWN Mutation.c(mail:)
        d(mail: String @writes): Boolean #! WRITES_AMBIGUOUS Mutation.d(mail:)
        e(mail: String @writes(field: "Customer.email", type: "Customer")): Boolean #! WRITES_AMBIGUOUS Mutation.e(mail:)
        f(mail: String @writes(field: "Customer.id")): Boolean #! WRITTEN_FIELD_NOT_SENSITIVE Mutation.f(mail:)
        g(mail: String @writes(type: "Customer")): Boolean #! WRITTEN_FIELD_NOT_SENSITIVE Mutation.g(mail:)
        h(mail: String @writes(type: "Costumer")): Boolean #! WRITTEN_FIELD_UNKNOWN Mutation.h(mail:)
      }
      input Place @writes(type: "Address") { postcode: String, note: String }
      input Other @writes(field: "Address.postcode") { postcode: String } #! WRITES_AMBIGUOUS Other
      input Third @writes(type: "Address") { zip: String } #! WRITTEN_FIELD_NOT_SENSITIVE Third`,
  },
];
