import type { Case } from "../harness.ts";

/** Faults of what stands on fields, and on types for their fields. */
export const FIELD_CASES: readonly Case[] = [
  {
    name: "masks that the type cannot carry",
    sdl: `
      enum Kind { REDACT }
      type Customer {
        a: Int @sensitive(category: EMAIL_ADDRESS) #! MASK_NOT_CARRIED Customer.a
        b: Boolean @sensitive(category: HEALTH, mask: REDACT) #! MASK_NOT_CARRIED Customer.b
        c: Kind! @sensitive(category: COMMUNICATION_CONTENT) #! MASK_NOT_CARRIED Customer.c
        d: [[Int!]!]! @sensitive(category: PHONE_NUMBER) #! MASK_NOT_CARRIED Customer.d
        e: String @sensitive(category: PURCHASE_HISTORY, mask: BUCKET, otherwise: MASK) #! MASK_NOT_CARRIED Customer.e
        f: Float @sensitive(category: DATE_OF_BIRTH) #! MASK_NOT_CARRIED Customer.f
        g: Boolean @sensitive(category: GOVERNMENT_ID, mask: HASH, otherwise: DENY) #! MASK_NOT_CARRIED Customer.g
      }`,
  },
  {
    name: "masks that the type can carry, or that are never used",
    sdl: `
      scalar Date
      scalar JSON
      enum Kind { X }
      type Customer {
        a: Int @sensitive(category: PURCHASE_HISTORY, mask: BUCKET, otherwise: MASK)
        b: Boolean @sensitive(category: HEALTH, mask: NULLIFY, otherwise: MASK)
        c: Kind @sensitive(category: COMMUNICATION_CONTENT, otherwise: DENY)
        d: [[String!]!]! @sensitive(category: PHONE_NUMBER)
        e: Date! @sensitive(category: DATE_OF_BIRTH)
        f: JSON @sensitive(category: COMMUNICATION_CONTENT)
        g: Boolean @sensitive(category: GOVERNMENT_ID)
        h: ID @sensitive(category: ACCOUNT_IDENTIFIER)
      }`,
  },
  {
    name: "objects cannot be masked",
    sdl: `
      type Address { city: String }
      interface Place { city: String }
      union Any = Address
      type Customer {
        a: Address @sensitive(category: POSTAL_ADDRESS, otherwise: MASK) #! MASK_ON_OBJECT Customer.a
        b: Address @sensitive(category: POSTAL_ADDRESS) #! MASK_ON_OBJECT Customer.b
        c: [Place] @sensitive(category: POSTAL_ADDRESS) #! MASK_ON_OBJECT Customer.c
        d: [Any!]! @sensitive(category: HEALTH, otherwise: MASK, mask: NULLIFY) #! MASK_ON_OBJECT Customer.d
        e: Address @sensitive(category: HEALTH, mask: REDACT) #! MASK_ON_OBJECT Customer.e
        f: Address @sensitive(category: POSTAL_ADDRESS, otherwise: DENY)
        g: [Any] @sensitive(category: HEALTH)
      }`,
  },
  {
    name: "grants to roles that may not declare the purpose",
    sdl: `
      type Customer @purpose(allow: [DELIVERY], to: [GUEST]) { #! GRANT_NOT_DECLARABLE Customer
        a: String @sensitive(category: PERSON_NAME)
        b: String @sensitive(category: PERSON_NAME)
          @purpose(allow: [DELIVERY, ORDER_FULFILMENT], to: [MERCHANT]) #! GRANT_NOT_DECLARABLE Customer.b
          @purpose(allow: [SELF_SERVICE], to: [CUSTOMER, MERCHANT]) #! GRANT_NOT_DECLARABLE Customer.b
          @purpose(allow: [ORDER_FULFILMENT], to: [MERCHANT])
      }`,
  },
  {
    name: "grants to roles of reach ASSIGNED",
    sdl: `
      type Shipment {
        carrier: ID
        a: String @sensitive(category: PERSON_NAME)
          @purpose(allow: [DELIVERY], to: [LOGISTICS_PARTNER]) #! GRANT_WITHOUT_ASSIGNED Shipment.a
        b: String @sensitive(category: PERSON_NAME)
          @purpose(allow: [DELIVERY], to: [LOGISTICS_PARTNER], assigned: "carrier")
      }`,
  },
  {
    name: "lists that name nothing",
    sdl: `
      type Customer @consent(for: []) { #! CONSENT_EMPTY Customer
        a: String @sensitive(category: PERSON_NAME) @purpose(allow: [], to: [MERCHANT]) #! GRANT_EMPTY Customer.a
        b: String @sensitive(category: PERSON_NAME) @purpose(allow: [ORDER_FULFILMENT], to: []) #! GRANT_EMPTY Customer.b
      }`,
  },
  {
    name: "terms of a consent that can never be asked together",
    sdl: `
      type Customer @purpose(allow: [ANALYTICS, DIRECT_MARKETING], to: [MERCHANT]) {
        a: String @sensitive(category: PERSON_NAME)
          @consent(for: [ANALYTICS], optOut: true, named: true) #! CONSENT_TERMS_CLASH Customer.a
        b: String @sensitive(category: PERSON_NAME)
          @consent(for: [ANALYTICS], from: TENANT, informed: true) #! CONSENT_TERMS_CLASH Customer.b
        c: String @sensitive(category: PERSON_NAME) @consent(for: [ANALYTICS], named: true, informed: true)
        d: String @sensitive(category: PERSON_NAME) @consent(for: [ANALYTICS], optOut: true, named: false)
      }`,
  },
  {
    name: "annotations that protect nothing, on fields",
    sdl: `
      type Customer {
        at: String
        a: String @purpose(allow: [ORDER_FULFILMENT], to: [MERCHANT]) #! GRANT_WITHOUT_SENSITIVE Customer.a
        b: String @consent(for: [DIRECT_MARKETING]) #! CONSENT_WITHOUT_SENSITIVE Customer.b
        c: String @retain(for: "P1Y", after: "at") #! RETAIN_WITHOUT_SENSITIVE Customer.c
      }`,
  },
  {
    name: "annotations that protect nothing, on types",
    sdl: `
      type A @purpose(allow: [ORDER_FULFILMENT], to: [MERCHANT]) { at: String } #! GRANT_WITHOUT_SENSITIVE A
      type B @consent(for: [DIRECT_MARKETING]) { at: String } #! CONSENT_WITHOUT_SENSITIVE B
      type C @retain(for: "P1Y", after: "at") { at: String } #! RETAIN_WITHOUT_SENSITIVE C
      interface D @purpose(allow: [ORDER_FULFILMENT], to: [MERCHANT]) { at: String } #! GRANT_WITHOUT_SENSITIVE D
      type E { at: String }
      extend type E @consent(for: [DIRECT_MARKETING]) #! CONSENT_WITHOUT_SENSITIVE E
      type F @purpose(allow: [ORDER_FULFILMENT], to: [MERCHANT]) { at: String }
      extend type F { name: String @sensitive(category: PERSON_NAME) }`,
  },
  {
    name: "durations",
    sdl: `
      type Customer {
        at: String
        a: String @sensitive(category: PERSON_NAME) @retain(for: "3 years", after: "at") #! DURATION_INVALID Customer.a
        b: String @sensitive(category: PERSON_NAME) @retain(for: "P", after: "at") #! DURATION_INVALID Customer.b
        c: String @sensitive(category: PERSON_NAME) @retain(for: "-P1Y", after: "at") #! DURATION_INVALID Customer.c
        d: String @sensitive(category: PERSON_NAME) @retain(for: "P1Y-2M", after: "at") #! DURATION_INVALID Customer.d
        e: String @sensitive(category: PERSON_NAME) @retain(for: "P1.5Y", after: "at") #! DURATION_INVALID Customer.e
        f: String @sensitive(category: PERSON_NAME) @retain(for: "", after: "at") #! DURATION_INVALID Customer.f
        g: String @sensitive(category: PERSON_NAME) @retain(for: "P1YT", after: "at") #! DURATION_INVALID Customer.g
        h: String @sensitive(category: PERSON_NAME) @retain(for: "1Y", after: "at") #! DURATION_INVALID Customer.h
        i: String @sensitive(category: PERSON_NAME) @retain(for: "P3Y6M2W10DT12H30M", after: "at")
        j: String @sensitive(category: PERSON_NAME) @retain(for: "PT12H", after: "at")
        k: String @sensitive(category: PERSON_NAME) @retain(for: "P0D", after: "at")
      }`,
  },
  {
    name: "names that neither the object nor the one that gives its subject has; one between does not count",
    sdl: `
      type Query { order: Order }
      type Order @subject(id: "buyer") { buyer: ID, carrier: ID, shipments: [Shipment!]! }
      type Shipment { stops: [[Stop]], leftAt: String }
      type Stop
        @purpose(allow: [DELIVERY], to: [LOGISTICS_PARTNER], assigned: "courier", until: "leftAt") #! NAMED_FIELD_UNKNOWN Stop
        @purpose(allow: [DELIVERY], to: [LOGISTICS_PARTNER], assigned: "carrier", until: "endsAt") #! NAMED_FIELD_UNKNOWN Stop
      {
        note: String @sensitive(category: COMMUNICATION_CONTENT) @retain(for: "P1Y", after: "madeAt") #! NAMED_FIELD_UNKNOWN Stop.note
        name: String @sensitive(category: PERSON_NAME)
        street: String @sensitive(category: POSTAL_ADDRESS) @retain(for: "P1Y", after: "leftAt") #! NAMED_FIELD_UNKNOWN Stop.street
      }`,
  },
  {
    name: "a subject of one's own ends the search",
    sdl: `
      type Order { carrier: ID, recipient: Person }
      type Person @subject(id: "id") {
        id: ID
        name: String @sensitive(category: PERSON_NAME)
          @purpose(allow: [DELIVERY], to: [LOGISTICS_PARTNER], assigned: "carrier") #! NAMED_FIELD_UNKNOWN Person.name
      }`,
  },
  {
    name: "what lies beyond the enclosing subject does not count",
    sdl: `
      type Shop { carrier: ID, orders: [Order] }
      type Order @subject(id: "buyer") { buyer: ID, address: Address }
      type Address {
        street: String @sensitive(category: POSTAL_ADDRESS)
          @purpose(allow: [DELIVERY], to: [LOGISTICS_PARTNER], assigned: "carrier") #! NAMED_FIELD_UNKNOWN Address.street
      }`,
  },
  {
    name: "names found through interfaces, unions and lists",
    sdl: `
      interface Place { street: String @sensitive(category: POSTAL_ADDRESS) @purpose(allow: [DELIVERY], to: [LOGISTICS_PARTNER], assigned: "carrier") }
      type House implements Place { street: String @sensitive(category: POSTAL_ADDRESS) @purpose(allow: [DELIVERY], to: [LOGISTICS_PARTNER], assigned: "carrier") }
      union Stop = Locker | House
      type Locker { code: String @sensitive(category: CREDENTIAL) @purpose(allow: [DELIVERY], to: [LOGISTICS_PARTNER], assigned: "carrier") }
      interface Owned @subject(id: "owner") { owner: ID }
      type Parcel implements Owned { owner: ID, carrier: ID, to: Place, stops: [[Stop!]] }`,
  },
  {
    name: "a type that encloses itself",
    sdl: `
      type Folder {
        inner: [Folder]
        name: String @sensitive(category: PERSON_NAME) @retain(for: "P1Y", after: "endsAt") #! NAMED_FIELD_UNKNOWN Folder.name
      }`,
  },
  {
    name: "named fields of the wrong shape",
    sdl: `
      type Shipment {
        carriers: [ID], firm: Firm, of(day: Int!): ID, done: Boolean, count: Int, kind: Kind
        a: String @sensitive(category: PERSON_NAME) @purpose(allow: [DELIVERY], to: [LOGISTICS_PARTNER], assigned: "carriers") #! NAMED_FIELD_UNUSABLE Shipment.a
        b: String @sensitive(category: PERSON_NAME) @purpose(allow: [DELIVERY], to: [LOGISTICS_PARTNER], assigned: "firm") #! NAMED_FIELD_UNUSABLE Shipment.b
        c: String @sensitive(category: PERSON_NAME) @purpose(allow: [DELIVERY], to: [LOGISTICS_PARTNER], assigned: "of") #! NAMED_FIELD_UNUSABLE Shipment.c
        d: String @sensitive(category: PERSON_NAME) @purpose(allow: [ORDER_FULFILMENT], to: [MERCHANT], until: "done") #! NAMED_FIELD_UNUSABLE Shipment.d
        e: String @sensitive(category: PERSON_NAME) @purpose(allow: [ORDER_FULFILMENT], to: [MERCHANT], until: "kind") #! NAMED_FIELD_UNUSABLE Shipment.e
        f: String @sensitive(category: PERSON_NAME) @retain(for: "P1Y", after: "count") #! NAMED_FIELD_UNUSABLE Shipment.f
        g: String @sensitive(category: PERSON_NAME) @purpose(allow: [DELIVERY], to: [LOGISTICS_PARTNER], assigned: "done") #! NAMED_FIELD_UNUSABLE Shipment.g
      }
      enum Kind { X }
      type Firm { id: ID }`,
  },
  {
    name: "named fields of the right shape",
    sdl: `
      scalar DateTime
      enum Carrier { DHL, SF }
      type Shipment {
        carrier: Carrier, firm: Int, at: DateTime, ms: Float, day(zone: String): String
        a: String @sensitive(category: PERSON_NAME) @purpose(allow: [DELIVERY], to: [LOGISTICS_PARTNER], assigned: "carrier", until: "at")
        b: String @sensitive(category: PERSON_NAME) @purpose(allow: [DELIVERY], to: [LOGISTICS_PARTNER], assigned: "firm", until: "ms")
        c: String @sensitive(category: PERSON_NAME) @retain(for: "P1Y", after: "day")
      }`,
  },
  {
    name: "sensitive fields of root types, and fields that nobody may see",
    sdl: `
      type Query { motto: String! @sensitive(category: COMMUNICATION_CONTENT) }
      type Mutation { say: String @sensitive(category: COMMUNICATION_CONTENT) @purpose(allow: [SECURITY_OPERATIONS], to: [SECURITY_AUDITOR]) }
      type Subscription { said: String! @sensitive(category: COMMUNICATION_CONTENT) }`,
  },
  {
    name: "a sealed field with a grant of its own",
    sdl: `
      type Customer {
        pin: String @sensitive(category: CREDENTIAL, sealed: true) @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) #! SEALED_WITH_GRANT Customer.pin
      }`,
  },
  {
    name: "sealed under the type's grant, minors only, objections, duties to keep",
    sdl: `
      type Customer @subject(id: "id", birthDate: "born") @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) {
        id: ID!
        born: String
        paidAt: String
        pin: String @sensitive(category: CREDENTIAL, sealed: true)
        name: String @sensitive(category: PERSON_NAME) @consent(for: [SELF_SERVICE], minorsOnly: true)
        likes: String @sensitive(category: PROFILE_INFERENCE) @consent(for: [SELF_SERVICE], optOut: true)
        paid: Int @sensitive(category: PURCHASE_HISTORY) @retain(for: "P3Y", after: "paidAt", duty: true)
      }`,
  },
];
