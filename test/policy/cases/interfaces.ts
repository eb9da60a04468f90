import type { Case } from "../harness.ts";

const PARTY = `
      interface Party {
        id: ID
        email: String @sensitive(category: EMAIL_ADDRESS)
          @purpose(allow: [ORDER_FULFILMENT, DIRECT_MARKETING], to: [MERCHANT])
          @purpose(allow: [DELIVERY], to: [LOGISTICS_PARTNER], assigned: "carrier", until: "endsAt")
          @consent(for: [DIRECT_MARKETING], form: EXPLICIT)
          @retain(for: "P1Y", after: "endsAt")
        carrier: ID
        endsAt: String
      }`;

/** A type that implements Party with this email field. */
const customer = (email: string): string => `${PARTY}
      type Customer implements Party { id: ID, carrier: ID, endsAt: String, shipper: ID, gone: String
        ${email}
      }`;

const LOOSER = "#! LOOSER_THAN_INTERFACE Customer.email";

/** Fields looser than the interface field that they implement, and those that are as strict or stricter. */
export const INTERFACE_CASES: readonly Case[] = [
  { name: "no @sensitive", sdl: customer(`email: String ${LOOSER}`) },
  {
    name: "an @sensitive that cannot be read is not also called missing",
    sdl: customer(`email: String @sensitive(category: MAIL) #! DIRECTIVE_ARGUMENT_INVALID Customer.email`),
  },
  { name: "no grants, no retention", sdl: customer(`email: String @sensitive(category: EMAIL_ADDRESS) ${LOOSER}`) },
  {
    name: "no grants",
    sdl: customer(`email: String @sensitive(category: EMAIL_ADDRESS) @retain(for: "P1Y", after: "endsAt")`),
  },
  {
    name: "the same",
    sdl: customer(`email: String @sensitive(category: EMAIL_ADDRESS) @retain(for: "P1Y", after: "endsAt")
          @purpose(allow: [ORDER_FULFILMENT, DIRECT_MARKETING], to: [MERCHANT])
          @purpose(allow: [DELIVERY], to: [LOGISTICS_PARTNER], assigned: "carrier", until: "endsAt")
          @consent(for: [DIRECT_MARKETING], form: EXPLICIT)`),
  },
  {
    name: "stricter in everything",
    sdl: customer(`email: String @sensitive(category: EMAIL_ADDRESS, otherwise: DENY) @retain(for: "P11M", after: "endsAt")
          @purpose(allow: [DIRECT_MARKETING], to: [MERCHANT], until: "gone")
          @consent(for: [DIRECT_MARKETING, ORDER_FULFILMENT], form: WRITTEN)`),
  },
  {
    name: "a role more",
    sdl: customer(`email: String @sensitive(category: EMAIL_ADDRESS) ${LOOSER}
          @retain(for: "P1Y", after: "endsAt") @purpose(allow: [CUSTOMER_SUPPORT], to: [SUPPORT_AGENT])`),
  },
  {
    name: "a purpose more",
    sdl: customer(`email: String @sensitive(category: EMAIL_ADDRESS) ${LOOSER}
          @retain(for: "P1Y", after: "endsAt") @purpose(allow: [ORDER_FULFILMENT, ANALYTICS], to: [MERCHANT])`),
  },
  {
    name: "a grant by another field, and one without end",
    sdl: customer(`email: String @sensitive(category: EMAIL_ADDRESS) ${LOOSER}
          @retain(for: "P1Y", after: "endsAt") @purpose(allow: [DELIVERY], to: [LOGISTICS_PARTNER], assigned: "shipper", until: "endsAt")
          @purpose(allow: [DELIVERY], to: [LOGISTICS_PARTNER], assigned: "carrier")`),
  },
  {
    name: "consent not demanded",
    sdl: customer(`email: String @sensitive(category: EMAIL_ADDRESS) ${LOOSER}
          @retain(for: "P1Y", after: "endsAt") @purpose(allow: [DIRECT_MARKETING], to: [MERCHANT])`),
  },
  {
    name: "consent of a weaker form",
    sdl: customer(`email: String @sensitive(category: EMAIL_ADDRESS) ${LOOSER}
          @retain(for: "P1Y", after: "endsAt") @purpose(allow: [DIRECT_MARKETING], to: [MERCHANT]) @consent(for: [DIRECT_MARKETING], form: EXPRESSED)`),
  },
  {
    name: "consent from somebody else",
    sdl: customer(`email: String @sensitive(category: EMAIL_ADDRESS) ${LOOSER}
          @retain(for: "P1Y", after: "endsAt") @purpose(allow: [DIRECT_MARKETING], to: [MERCHANT]) @consent(for: [DIRECT_MARKETING], form: WRITTEN, from: TENANT)`),
  },
  {
    name: "kept longer, or from another day",
    sdl: `
      interface Party { at: String, a: ID @sensitive(category: EMAIL_ADDRESS) @retain(for: "P1Y", after: "at"), b: ID @sensitive(category: EMAIL_ADDRESS) @retain(for: "P1Y", after: "at"), c: ID @sensitive(category: EMAIL_ADDRESS) @retain(for: "P12M", after: "at") }
      type Customer implements Party {
        at: String
        seen: String
        a: ID @sensitive(category: EMAIL_ADDRESS) @retain(for: "P13M", after: "at") #! LOOSER_THAN_INTERFACE Customer.a
        b: ID @sensitive(category: EMAIL_ADDRESS) @retain(for: "P1Y", after: "seen") #! LOOSER_THAN_INTERFACE Customer.b
        c: ID @sensitive(category: EMAIL_ADDRESS) @retain(for: "P364D", after: "at")
      }`,
  },
  {
    name: "a grant behind a sealed interface field",
    sdl: `
      interface Party { a: ID @sensitive(category: CREDENTIAL, sealed: true)  b: ID @sensitive(category: CREDENTIAL, sealed: true)  c: ID @sensitive(category: CREDENTIAL) }
      type Customer implements Party @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) {
        a: ID @sensitive(category: CREDENTIAL) #! LOOSER_THAN_INTERFACE Customer.a
        b: ID @sensitive(category: CREDENTIAL, sealed: true)
        c: ID @sensitive(category: CREDENTIAL)
      }`,
  },
  {
    name: "MASK where the interface says DENY",
    sdl: `
      interface Party { a: ID @sensitive(category: GOVERNMENT_ID), b: ID @sensitive(category: EMAIL_ADDRESS) }
      type Customer implements Party {
        a: ID @sensitive(category: GOVERNMENT_ID, otherwise: MASK) #! LOOSER_THAN_INTERFACE Customer.a
        b: ID @sensitive(category: EMAIL_ADDRESS, otherwise: DENY)
      }`,
  },
  {
    name: "weaker masks, and masks that show no more",
    sdl: `
      interface Party {
        a: ID @sensitive(category: EMAIL_ADDRESS, mask: REDACT)
        b: ID @sensitive(category: EMAIL_ADDRESS, mask: EMAIL)
        c: ID @sensitive(category: EMAIL_ADDRESS, mask: NULLIFY)
        d: ID @sensitive(category: EMAIL_ADDRESS, mask: EMAIL)
        e: ID @sensitive(category: EMAIL_ADDRESS, mask: PHONE)
        f: ID @sensitive(category: EMAIL_ADDRESS, mask: LAST4)
      }
      type Customer implements Party {
        a: ID @sensitive(category: EMAIL_ADDRESS, mask: EMAIL) #! LOOSER_THAN_INTERFACE Customer.a
        b: ID @sensitive(category: EMAIL_ADDRESS, mask: HASH) #! LOOSER_THAN_INTERFACE Customer.b
        c: ID @sensitive(category: EMAIL_ADDRESS, mask: REDACT) #! LOOSER_THAN_INTERFACE Customer.c
        d: ID @sensitive(category: EMAIL_ADDRESS, mask: REDACT)
        e: ID @sensitive(category: EMAIL_ADDRESS, mask: NULLIFY)
        f: ID @sensitive(category: EMAIL_ADDRESS, mask: PAN)
      }`,
  },
  {
    name: "grants of the type are not those of the interface's type",
    sdl: `
      interface Party @purpose(allow: [ORDER_FULFILMENT], to: [MERCHANT]) { email: String @sensitive(category: EMAIL_ADDRESS) }
      type Shop implements Party @purpose(allow: [ANALYTICS], to: [MERCHANT]) {
        email: String @sensitive(category: EMAIL_ADDRESS) #! LOOSER_THAN_INTERFACE Shop.email
      }
      type Customer implements Party @purpose(allow: [ORDER_FULFILMENT], to: [MERCHANT]) { email: String @sensitive(category: EMAIL_ADDRESS) }`,
  },
  {
    name: "an interface that leaves it to its types who may see them",
    sdl: `
      interface Party { email: String @sensitive(category: EMAIL_ADDRESS) }
      type Customer implements Party { email: String @sensitive(category: EMAIL_ADDRESS) @purpose(allow: [ORDER_FULFILMENT], to: [MERCHANT]) }
      type Shop implements Party { email: String @sensitive(category: EMAIL_ADDRESS) }`,
  },
  {
    name: "a type stricter than a public interface field",
    sdl: `
      interface Party { email: String! }
      type Customer implements Party { email: String! @sensitive(category: EMAIL_ADDRESS) }
      type Shop implements Party { email: String! }`,
  },
  {
    name: "interfaces of interfaces",
    sdl: `
      interface Node { email: String @sensitive(category: EMAIL_ADDRESS, otherwise: DENY) }
      interface Party implements Node { email: String @sensitive(category: EMAIL_ADDRESS) } #! LOOSER_THAN_INTERFACE Party.email
      type Customer implements Party & Node { email: String @sensitive(category: EMAIL_ADDRESS, otherwise: DENY) }`,
  },
  {
    name: "a field that an extension adds",
    sdl: `
      interface Party { email: String @sensitive(category: EMAIL_ADDRESS) }
      type Customer { id: ID }
      extend type Customer implements Party { email: String } #! LOOSER_THAN_INTERFACE Customer.email`,
  },
];
