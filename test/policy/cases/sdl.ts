import type { Case } from "../harness.ts";

/** Faults of the SDL itself, beside which the policy's are reported too. */
export const SDL_CASES: readonly Case[] = [
  {
    name: "an unknown directive, and what else is wrong with the file",
    sdl: `
      type Customer {
        id: ID! @sensitiv(category: GOVERNMENT_ID) #! DIRECTIVE_UNKNOWN Customer.id
        email: String @sensitive(category: EMAIL_ADRESS) #! DIRECTIVE_ARGUMENT_INVALID Customer.email
        name: String @retain(for: "P3Y", after: "id") #! RETAIN_WITHOUT_SENSITIVE Customer.name
      }`,
  },
  {
    name: "a privacy directive in another case",
    sdl: `type Customer { email: String @Sensitive(category: EMAIL_ADDRESS) } #! DIRECTIVE_UNKNOWN Customer.email`,
  },
  {
    name: "@sensitive on a type",
    sdl: `type Customer @sensitive(category: PERSON_NAME) { id: ID! } #! DIRECTIVE_MISPLACED Customer`,
  },
  {
    name: "@sensitive on an argument, an input field, an enum value, a scalar, a union",
    sdl: `
      type Query { a(b: ID @sensitive(category: CREDENTIAL)): ID } #! DIRECTIVE_MISPLACED Query.a(b:)
      input In { c: ID @sensitive(category: CREDENTIAL) } #! DIRECTIVE_MISPLACED In.c
      enum En { D @sensitive(category: CREDENTIAL) } #! DIRECTIVE_MISPLACED En.D
      scalar Sc @sensitive(category: CREDENTIAL) #! DIRECTIVE_MISPLACED Sc
      union Un @sensitive(category: CREDENTIAL) = Query #! DIRECTIVE_MISPLACED Un`,
  },
  {
    name: "@aggregate and @retain on an interface, @subject on a field",
    sdl: `
      interface Group @aggregate(count: "n", atLeast: 5) { n: Int } #! DIRECTIVE_MISPLACED Group
      interface Kept @retain(for: "P1Y", after: "n") { n: Int } #! DIRECTIVE_MISPLACED Kept; RETAIN_WITHOUT_SENSITIVE Kept
      type Customer { id: ID @subject(id: "id") } #! DIRECTIVE_MISPLACED Customer.id`,
  },
  {
    name: "@declare belongs in operations",
    sdl: `type Customer { id: ID @declare(purpose: DELIVERY) } #! DIRECTIVE_MISPLACED Customer.id`,
  },
  {
    name: "@sensitive twice",
    sdl: `type Customer { email: String @sensitive(category: EMAIL_ADDRESS) @sensitive(category: CREDENTIAL) } #! DIRECTIVE_REPEATED Customer.email`,
  },
  {
    name: "@subject twice, the second on an extension",
    sdl: `
      type Customer @subject(id: "id") { id: ID }
      extend type Customer @subject(id: "id") #! DIRECTIVE_REPEATED Customer`,
  },
  {
    name: "an unknown argument",
    sdl: `type Customer { email: String @sensitive(category: EMAIL_ADDRESS, maks: HASH) } #! DIRECTIVE_ARGUMENT_UNKNOWN Customer.email`,
  },
  {
    name: "an argument left out",
    sdl: `type Customer { email: String @sensitive(mask: HASH) } #! DIRECTIVE_ARGUMENT_MISSING Customer.email`,
  },
  {
    name: "values of the wrong kind",
    sdl: `
      type Customer @subject(id: ID) { #! DIRECTIVE_ARGUMENT_INVALID Customer
        id: ID
        a: String @sensitive(category: "EMAIL_ADDRESS") #! DIRECTIVE_ARGUMENT_INVALID Customer.a
        b: String @sensitive(category: null) #! DIRECTIVE_ARGUMENT_INVALID Customer.b
        c: String @sensitive(category: [EMAIL_ADDRESS]) #! DIRECTIVE_ARGUMENT_INVALID Customer.c
        d: String @sensitive(category: EMAIL_ADDRESS, otherwise: HIDE) #! DIRECTIVE_ARGUMENT_INVALID Customer.d
        e: String @sensitive(category: EMAIL_ADDRESS, mask: true) #! DIRECTIVE_ARGUMENT_INVALID Customer.e
        f: String @sensitive(category: EMAIL_ADDRESS) @retain(for: 3, after: "id") #! DIRECTIVE_ARGUMENT_INVALID Customer.f
      }
      type Group @aggregate(count: "n", atLeast: "5") { n: Int } #! DIRECTIVE_ARGUMENT_INVALID Group
      type Other @aggregate(count: "n", atLeast: 5.5) { n: Int } #! DIRECTIVE_ARGUMENT_INVALID Other`,
  },
  {
    name: "unknown purposes, roles, givers and forms",
    sdl: `
      type Customer {
        a: String @sensitive(category: PERSON_NAME)
          @purpose(allow: [DELIVRY], to: [LOGISTICS_PARTNER], assigned: "a") #! DIRECTIVE_ARGUMENT_INVALID Customer.a
          @purpose(allow: [DELIVERY], to: [LOGISTIC_PARTNER], assigned: "a") #! DIRECTIVE_ARGUMENT_INVALID Customer.a
          @consent(for: [MARKETING]) #! DIRECTIVE_ARGUMENT_INVALID Customer.a
          @consent(for: [DIRECT_MARKETING], from: SHOP) #! DIRECTIVE_ARGUMENT_INVALID Customer.a
          @consent(for: [DIRECT_MARKETING], form: STRONG) #! DIRECTIVE_ARGUMENT_INVALID Customer.a
      }`,
  },
  {
    name: "an unknown type",
    sdl: `type Customer { name: Strin, email: Int @sensitive(category: EMAIL_ADDRESS) } #! TYPE_UNKNOWN Customer.name; MASK_NOT_CARRIED Customer.email`,
  },
  { name: "an extension of nothing", sdl: `extend type Customer { name: String } #! TYPE_UNKNOWN Customer` },
  {
    name: "a field twice",
    sdl: `
      type Customer {
        email: String @sensitive(category: EMAIL_ADDRESS)
        email: String #! NAME_DUPLICATE Customer.email
      }`,
  },
  {
    name: "a type twice in one file",
    sdl: `
      type Customer { a: ID }
      type Customer { b: ID } #! NAME_DUPLICATE Customer`,
  },
  { name: "an operation among definitions", sdl: `query Q { ok } #! SDL_INVALID` },
  {
    name: "a directive renamed by case, underscores or namespace",
    sdl: `
      directive @fieldguard__subject(id: String!) on OBJECT #! DIRECTIVE_RENAMED @fieldguard__subject
      directive @Probes(field: String!) on ARGUMENT_DEFINITION #! DIRECTIVE_RENAMED @Probes
      type Customer @fieldguard__subject(id: "id") { id(a: ID @Probes(field: "id")): ID }`,
  },
  {
    name: "a directive renamed with its arguments",
    sdl: `
      directive @private(category: DataCategory!) on FIELD_DEFINITION #! DIRECTIVE_RENAMED @private
      directive @expires(for: String!, after: String!) on FIELD_DEFINITION #! DIRECTIVE_RENAMED @expires
      type Customer { email: String @private(category: EMAIL_ADDRESS) @expires(for: "P1Y", after: "x") }`,
  },
  {
    name: "a directive imported under another name",
    sdl: `
      directive @link(url: String!, import: [Import]) repeatable on SCHEMA
      scalar Import
      type Query { ok: Boolean }
      extend schema @link(url: "u", import: [{ name: "@sensitive", as: "@pii" }]) #! DIRECTIVE_RENAMED @pii`,
  },
  {
    name: "a directive of one's own that only sounds alike",
    sdl: `
      directive @auth(requires: Role) on FIELD_DEFINITION
      directive @key(field: String!) on OBJECT
      directive @link(url: String!, import: [Import]) repeatable on SCHEMA
      scalar Import
      type Query { ok: Boolean @auth(requires: MERCHANT) }
      extend schema @link(url: "u", import: ["@key", { name: "@key", as: "@primary" }])`,
  },
  {
    name: "a directive or closed enum of Fieldguard's, defined otherwise",
    sdl: `
      directive @sensitive(category: String!) on FIELD_DEFINITION #! DEFINITION_RESERVED @sensitive
      enum Mask { STARS } #! DEFINITION_RESERVED Mask
      type Outcome { ok: Boolean } #! DEFINITION_RESERVED Outcome
      extend enum ConsentForm { SWORN } #! DEFINITION_RESERVED ConsentForm`,
  },
  {
    name: "a vocabulary enum that is no enum",
    sdl: `
      type Role { id: ID } #! DEFINITION_RESERVED Role
      scalar Purpose #! DEFINITION_RESERVED Purpose`,
  },
  {
    name: "names with the reserved prefix",
    sdl: `
      type Query { _fg_subject: ID, ok(_fga: ID): ID } #! NAME_RESERVED Query._fg_subject; NAME_RESERVED Query.ok(_fga:)
      type _fgThing { id: ID } #! NAME_RESERVED _fgThing
      input In { _fg: ID } #! NAME_RESERVED In._fg
      enum En { _fgA } #! NAME_RESERVED En._fgA
      type Fine { _f: ID, fg: ID, _Fg: ID }`,
  },
  {
    name: "a schema that graphql-js would refuse later",
    sdl: `
      interface Node { id: ID! }
      type Customer implements Node { email: String } #! SCHEMA_INVALID`,
  },
];
