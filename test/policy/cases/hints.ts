import type { Case } from "../harness.ts";

/** What `check` hints at: marked as faults are; none of the rows has a fault. */
export const HINT_CASES: readonly Case[] = [
  {
    name: "fields whose names tell of a person",
    sdl: `
      scalar Date
      enum Gender { X }
      type Customer {
        email: String #! LOOKS_SENSITIVE Customer.email
        contactEmails: [String!]! #! LOOKS_SENSITIVE Customer.contactEmails
        e_mail: String #! LOOKS_SENSITIVE Customer.e_mail
        homePhone: String! #! LOOKS_SENSITIVE Customer.homePhone
        MOBILE_NUMBER: String #! LOOKS_SENSITIVE Customer.MOBILE_NUMBER
        addressLine1: String #! LOOKS_SENSITIVE Customer.addressLine1
        password: String #! LOOKS_SENSITIVE Customer.password
        birthDate: Date #! LOOKS_SENSITIVE Customer.birthDate
        dob: Date #! LOOKS_SENSITIVE Customer.dob
        lastLoginIp: String #! LOOKS_SENSITIVE Customer.lastLoginIp
        IPAddress: String #! LOOKS_SENSITIVE Customer.IPAddress
        gender: Gender #! LOOKS_SENSITIVE Customer.gender
        nationalId: ID #! LOOKS_SENSITIVE Customer.nationalId
        cardNumber: String #! LOOKS_SENSITIVE Customer.cardNumber
        iban: String #! LOOKS_SENSITIVE Customer.iban
        firstName: String #! LOOKS_SENSITIVE Customer.firstName
        lat: Float #! LOOKS_SENSITIVE Customer.lat
      }`,
  },
  {
    name: "fields whose names only sound like it, or that are marked",
    sdl: `
      type Customer {
        emailVerified: Boolean
        hasEmail: Boolean
        emailCount: Int
        phoneVerifiedAt: String
        addressType: String
        address: Address
        ship: String
        description: String
        zipper: String
        name: String
        email: String @sensitive(category: EMAIL_ADDRESS)
      }
      type Address { city: String }
      type ByAge @aggregate(count: "n", atLeast: 5) { age: Int, n: Int }`,
  },
  {
    name: "filters and sorts that are not marked",
    sdl: `
      type Query {
        customers(
          emailContains: String #! LOOKS_LIKE_PROBE Query.customers(emailContains:)
          where: Where
          orderBy: [Order!]
          search: String #! LOOKS_LIKE_PROBE Query.customers(search:)
          sort: JSON #! LOOKS_LIKE_PROBE Query.customers(sort:)
          first: Int
          shop: ID
        ): [Customer!]!
        customerByPhone(
          phone: String! #! LOOKS_LIKE_PROBE Query.customerByPhone(phone:)
        ): Customer
      }
      scalar JSON
      input Where {
        email: StringFilter #! LOOKS_LIKE_PROBE Where.email
        shop: StringFilter
        and: [Where!]
        nested: Nested
      }
      input Nested { phone_gt: String } #! LOOKS_LIKE_PROBE Nested.phone_gt
      input StringFilter { eq: String, like: String }
      enum Order {
        ID_ASC
        EMAIL_ASC #! LOOKS_LIKE_PROBE Order.EMAIL_ASC
      }
      type Customer { shop: ID, email: String @sensitive(category: EMAIL_ADDRESS), phone: String @sensitive(category: PHONE_NUMBER) }`,
  },
  {
    name: "through pages, interfaces and the single object inside a row",
    sdl: `
      type Query {
        page(
          email: String #! LOOKS_LIKE_PROBE Query.page(email:)
        ): CustomerConnection
        parties(
          email: String #! LOOKS_LIKE_PROBE Query.parties(email:)
        ): [Party]
        orders(
          customerEmail: String #! LOOKS_LIKE_PROBE Query.orders(customerEmail:)
        ): [Order]
        shops(email: String): [Shop]
      }
      type CustomerConnection { edges: [CustomerEdge] }
      type CustomerEdge { node: Customer }
      interface Party { id: ID }
      type Customer implements Party { id: ID, email: String @sensitive(category: EMAIL_ADDRESS) }
      type Order { id: ID, customer: Customer }
      type Shop { id: ID, customers: [Customer] }`,
  },
  {
    name: "filters that are marked, and arguments that say what to write",
    sdl: `
      type Query {
        customers(emailContains: String @probes(field: "email"), where: Where, filter: All @probes(field: "email"), orderBy: Order): [Customer!]!
        customer(id: ID!): Customer
      }
      type Mutation {
        setEmail(email: String): Customer #! LOOKS_LIKE_ACT Mutation.setEmail
        purge(where: Deep): [Customer] #! LOOKS_LIKE_ACT Mutation.purge
      }
      input Deep { email: String } #! LOOKS_LIKE_PROBE Deep.email
      input Where { email: String @probes(field: "Customer.email") }
      input All { email: String }
      enum Order { EMAIL @probes(field: "Customer.email") }
      type Customer @subject(id: "id") { id: ID @sensitive(category: ACCOUNT_IDENTIFIER), email: String @sensitive(category: EMAIL_ADDRESS) }`,
  },
  {
    name: "opaque cursors",
    sdl: `
      type Query {
        customers(
          first: Int
          after: String #! OPAQUE_CURSOR Query.customers(after:)
        ): CustomerConnection
        people(
          cursor: String #! OPAQUE_CURSOR Query.people(cursor:)
        ): [Customer]
        marked(after: String @probes(field: "Customer.email")): [Customer]
        one(after: String): Customer
        shops(after: String): [Shop]
      }
      type CustomerConnection { nodes: [Customer] }
      type Customer { email: String @sensitive(category: EMAIL_ADDRESS) }
      type Shop { owner: Customer }`,
  },
  {
    name: "people known by what changes hands",
    sdl: `
      type Customer @subject(id: "email") { email: String @sensitive(category: EMAIL_ADDRESS) } #! SUBJECT_ID_IS_EMAIL Customer
      type Guest @subject(id: "contact") { contact: String @sensitive(category: PHONE_NUMBER) } #! SUBJECT_ID_IS_EMAIL Guest
      interface Party @subject(id: "mail") { mail: String @sensitive(category: EMAIL_ADDRESS) } #! SUBJECT_ID_IS_EMAIL Party
      type Member implements Party { mail: String @sensitive(category: EMAIL_ADDRESS) }
      type Fine @subject(id: "id") { id: ID @sensitive(category: ACCOUNT_IDENTIFIER) }`,
  },
  {
    name: "partners without the tenant's agreement",
    sdl: `
      type Customer @subject(id: "id", tenant: "shop") {
        id: ID
        shop: ID
        carrier: ID
        a: String @sensitive(category: PERSON_NAME)
          @purpose(allow: [DELIVERY], to: [LOGISTICS_PARTNER], assigned: "carrier") #! EXTERNAL_WITHOUT_AGREEMENT Customer.a
        b: String @sensitive(category: PERSON_NAME)
          @purpose(allow: [DELIVERY], to: [LOGISTICS_PARTNER], assigned: "carrier")
          @consent(for: [DELIVERY], from: TENANT)
        c: String @sensitive(category: PERSON_NAME)
          @purpose(allow: [THIRD_PARTY_SHARING], to: [THIRD_PARTY_APP]) #! EXTERNAL_WITHOUT_AGREEMENT Customer.c
          @consent(for: [THIRD_PARTY_SHARING])
      }`,
  },
  {
    name: "purposes that rest on consent, granted without it",
    sdl: `
      type Customer @subject(id: "id", tenant: "shop")
        @purpose(allow: [ORDER_FULFILMENT, DIRECT_MARKETING], to: [MERCHANT]) #! CONSENT_NOT_ASKED Customer
      {
        id: ID
        shop: ID
        a: String @sensitive(category: PERSON_NAME)
        b: String @sensitive(category: PERSON_NAME) @consent(for: [DIRECT_MARKETING])
        c: String @sensitive(category: PERSON_NAME) @consent(for: [DIRECT_MARKETING], from: TENANT)
      }`,
  },
  {
    name: "grants on a person or tenant where none can be known",
    sdl: `
      type Query { note: Note, shop: Shop }
      type Note
        @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) #! SUBJECT_UNREACHABLE Note
        @purpose(allow: [ORDER_FULFILMENT], to: [MERCHANT]) #! SUBJECT_UNREACHABLE Note
        @purpose(allow: [SECURITY_OPERATIONS], to: [SECURITY_AUDITOR])
      {
        text: String @sensitive(category: COMMUNICATION_CONTENT) @consent(for: [SECURITY_OPERATIONS]) #! SUBJECT_UNREACHABLE Note.text
      }
      type Person @subject(id: "id") { id: ID, letter: Letter }
      type Letter {
        text: String @sensitive(category: COMMUNICATION_CONTENT)
          @purpose(allow: [SELF_SERVICE], to: [CUSTOMER])
          @purpose(allow: [ORDER_FULFILMENT], to: [MERCHANT]) #! TENANT_UNREACHABLE Letter.text
      }
      type Shop @subject(id: "owner", tenant: "id") { id: ID, owner: ID, memo: Memo }
      type Memo { text: String @sensitive(category: COMMUNICATION_CONTENT) @purpose(allow: [ORDER_FULFILMENT], to: [MERCHANT]) }
      interface Unused { text: String @sensitive(category: COMMUNICATION_CONTENT) @purpose(allow: [ORDER_FULFILMENT], to: [MERCHANT]) }`,
  },
  {
    name: "what has no effect",
    sdl: `
      extend enum Role { VISITOR @reach(of: NONE, declares: [ORDER_FULFILMENT]) }
      type Customer @subject(id: "id", tenant: "shop")
        @purpose(allow: [CUSTOMER_SUPPORT], to: [MERCHANT]) #! GRANT_WITHOUT_EFFECT Customer
        @consent(for: [CUSTOMER_SUPPORT]) #! CONSENT_WITHOUT_GRANT Customer
      {
        id: ID
        shop: ID
        a: String @sensitive(category: PERSON_NAME) @purpose(allow: [ORDER_FULFILMENT], to: [VISITOR]) #! GRANT_WITHOUT_EFFECT Customer.a
        b: String @sensitive(category: GOVERNMENT_ID, mask: LAST4) @purpose(allow: [ORDER_FULFILMENT], to: [MERCHANT]) #! MASK_WITHOUT_EFFECT Customer.b
        c: String @sensitive(category: GOVERNMENT_ID, mask: LAST4, otherwise: MASK) @purpose(allow: [ORDER_FULFILMENT], to: [MERCHANT])
          @consent(for: [ANALYTICS]) #! CONSENT_WITHOUT_GRANT Customer.c
      }`,
  },
  {
    name: "a vocabulary in which nobody can give consent",
    sdl: `
      enum Role { READER @reach(of: SELF, declares: [OWN_SHELF]) } #! CONSENT_API_UNREACHABLE Role
      enum Purpose { OWN_SHELF @basis(of: CONSENT) }
      type Card @subject(id: "no") @purpose(allow: [OWN_SHELF], to: [READER]) @consent(for: [OWN_SHELF]) {
        no: ID
        holder: String @sensitive(category: PERSON_NAME)
      }`,
  },
  {
    name: "a vocabulary in which who gives consent cannot read it",
    sdl: `
      enum Role { READER @reach(of: SELF, declares: [SELF_SERVICE]) } #! CONSENT_API_UNREACHABLE Role
      type Card @subject(id: "no") @purpose(allow: [SELF_SERVICE], to: [READER]) @consent(for: [SELF_SERVICE]) {
        no: ID
        holder: String @sensitive(category: PERSON_NAME)
      }`,
  },
  {
    name: "fields of Mutation that look as if they act on somebody, and those that say so or do not",
    sdl: `
      type Query { customer(id: ID!): Customer, product(id: ID!): Product }
      type Customer @subject(id: "id") @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) { id: ID!, email: String @sensitive(category: EMAIL_ADDRESS) }
      type Product { id: ID!, label: String }
      input Change { customerId: ID!, label: String }
      type Paid { customer: Customer }
      type Mutation {
        block(customerId: ID!): Boolean #! LOOKS_LIKE_ACT Mutation.block
        merge(customerIds: [ID!]!): Boolean #! LOOKS_LIKE_ACT Mutation.merge
        updateCustomer(id: ID!): Boolean #! LOOKS_LIKE_ACT Mutation.updateCustomer
        change(input: Change!): Boolean #! LOOKS_LIKE_ACT Mutation.change
        subscribe(email: String!): Boolean #! LOOKS_LIKE_ACT Mutation.subscribe
        pay: Paid #! LOOKS_LIKE_ACT Mutation.pay
        updateProduct(id: ID!, label: String): Product
        rename(customerId: ID!): Customer @acts(on: "Customer", id: "customerId") @purpose(allow: [SELF_SERVICE], to: [CUSTOMER])
        reset(email: String!): Boolean @acts(on: "Customer", reach: NONE)
        erase(customerId: ID!): Boolean @purpose(allow: [ACCOUNT_MANAGEMENT], to: [PLATFORM_OPERATOR])
      }`,
  },
  {
    name: "keys by which it could be looked up, taken on trust",
    sdl: `
      type Query { cart(token: String!): Cart, customer(id: ID!): Customer }
      type Cart @subject(id: "owner") { token: String!, owner: ID, label: String @sensitive(category: PERSON_NAME) }
      type Customer @subject(id: "id") @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) { id: ID!, email: String @sensitive(category: EMAIL_ADDRESS) }
      input Ref { token: String }
      type Mutation @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) @purpose(allow: [ACCOUNT_MANAGEMENT], to: [PLATFORM_OPERATOR]) {
        a(token: String): Boolean @acts(on: "Cart", id: "token", reach: NONE) #! ACT_KEY_ON_TRUST Mutation.a
        b(ref: Ref): Boolean @acts(on: "Cart", id: "ref.token", reach: SELF) #! ACT_KEY_ON_TRUST Mutation.b
        c(token: String): Boolean @acts(on: "Cart", id: "token", reach: NONE, by: "cart")
        d(email: String): Boolean @acts(on: "Customer", id: "email", reach: NONE)
        e(id: ID): Boolean @acts(on: "Customer", id: "id", reach: ALL)
        f: Boolean @acts(on: "Cart", reach: NONE)
      }`,
  },
  {
    name: "a hash beside an id that everybody sees",
    sdl: `
      type Member @subject(id: "id", tenant: "shop") {
        id: ID
        shop: ID
        device: String @sensitive(category: DEVICE_IDENTIFIER) #! HASH_BESIDE_ID Member.device
        browser: String @sensitive(category: DEVICE_IDENTIFIER, otherwise: DENY)
        login: String @sensitive(category: ACCOUNT_IDENTIFIER, mask: LAST4)
        other: String @sensitive(category: PERSON_NAME, mask: HASH) #! HASH_BESIDE_ID Member.other
      }
      type Hidden @subject(id: "no") {
        no: ID @sensitive(category: ACCOUNT_IDENTIFIER)
        device: String @sensitive(category: DEVICE_IDENTIFIER)
      }`,
  },
  {
    name: "a hash that a key undoes, which another type has as well",
    sdl: `
      type Member @subject(id: "id", tenant: "shop", region: "land") { id: ID, shop: ID, land: String, nickname: String, title: String, tags: [String], basketId: ID }
      type Review @subject(id: "author", tenant: "shop", region: "land") {
        shop: ID, land: String, title: String, tags: [String]
        nickname: String
        author: ID @sensitive(category: ACCOUNT_IDENTIFIER) #! HASH_BESIDE_ID Review.author
      }
      type Basket @subject(id: "buyer") { id: ID, buyer: ID @sensitive(category: ACCOUNT_IDENTIFIER) } #! HASH_BESIDE_ID Basket.buyer
      type Letter @subject(id: "to", tenant: "shop", region: "land") { id: ID, shop: ID, land: String, title: String, to: ID @sensitive(category: ACCOUNT_IDENTIFIER) }
      type Post @subject(id: "by") { nickname: String, by: ID @sensitive(category: ACCOUNT_IDENTIFIER, otherwise: DENY) }
      type Hall @subject(id: "holder", space: "hall") { nickname: String, holder: ID @sensitive(category: ACCOUNT_IDENTIFIER) }`,
  },
  {
    name: "somebody's on one path, nobody's on another",
    sdl: `
      type Query { address(id: ID): Address, pages: [Page], member: Member, note: Note }
      type Page { addresses: [Address] }
      type Member @subject(id: "id") { id: ID, address: Address, note: Note }
      type Address { lines: String @sensitive(category: POSTAL_ADDRESS) } #! SUBJECT_ON_SOME_PATHS Address
      type Note @subject(id: "by") { by: ID, text: String @sensitive(category: COMMUNICATION_CONTENT) }
      type Only { text: String @sensitive(category: COMMUNICATION_CONTENT) }
      type Shelf @subject(id: "id") { id: ID, only: Only }`,
  },
  {
    name: "people of one space, each numbered from 1",
    sdl: `
      type Customer @subject(id: "id") { id: Int }
      type Employee @subject(id: "id") { id: Int } #! SUBJECT_SPACE_SHARED Employee
      type Guard @subject(id: "guardId", space: "guards") { guardId: Int }
      type Warden @subject(id: "wardenId", space: "guards") { wardenId: Int } #! SUBJECT_SPACE_SHARED Warden
      type Order @subject(id: "customerId") { id: Int, customerId: Int }
      type Account @subject(id: "id") { id: ID }`,
  },
  {
    name: "special categories on less than they need",
    sdl: `
      extend enum Role { CLINIC @reach(of: TENANT, declares: [ANALYTICS, DELIVERY], external: true) }
      type Patient @subject(id: "id", tenant: "shop") {
        id: ID
        shop: ID
        illness: String @sensitive(category: HEALTH)
          @purpose(allow: [ANALYTICS], to: [MERCHANT])
          @consent(for: [ANALYTICS]) #! SPECIAL_ON_WEAK_CONSENT Patient.illness
        faith: String @sensitive(category: BELIEF_OR_IDENTITY)
          @purpose(allow: [ANALYTICS], to: [MERCHANT])
          @consent(for: [ANALYTICS], form: EXPRESSED) #! SPECIAL_ON_WEAK_CONSENT Patient.faith
        face: String @sensitive(category: BIOMETRIC)
          @purpose(allow: [ANALYTICS], to: [MERCHANT])
          @consent(for: [ANALYTICS], form: EXPLICIT)
        blood: String @sensitive(category: HEALTH)
          @purpose(allow: [DELIVERY], to: [CLINIC]) #! SPECIAL_WITHOUT_CONSENT Patient.blood; EXTERNAL_WITHOUT_AGREEMENT Patient.blood
        allergy: String @sensitive(category: HEALTH)
          @purpose(allow: [DELIVERY], to: [CLINIC])
          @consent(for: [DELIVERY], from: TENANT)
          @consent(for: [DELIVERY], form: WRITTEN)
        teeth: String @sensitive(category: HEALTH)
          @purpose(allow: [DELIVERY], to: [CLINIC]) #! SPECIAL_WITHOUT_CONSENT Patient.teeth; EXTERNAL_WITHOUT_AGREEMENT Patient.teeth
          @consent(for: [DELIVERY], form: WRITTEN, optOut: true)
        mail: String @sensitive(category: EMAIL_ADDRESS)
          @purpose(allow: [DELIVERY], to: [CLINIC])
          @consent(for: [DELIVERY], from: TENANT)
      }`,
  },
];
