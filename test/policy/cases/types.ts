import type { Case } from "../harness.ts";

/** Faults of what stands on types: @subject, @aggregate. */
export const TYPE_CASES: readonly Case[] = [
  {
    name: "@subject names fields that are not there",
    sdl: `
      type Customer @subject(id: "ident", tenant: "shop", region: "land", birthDate: "born") { #! SUBJECT_FIELD_UNKNOWN Customer; SUBJECT_FIELD_UNKNOWN Customer; SUBJECT_FIELD_UNKNOWN Customer; SUBJECT_FIELD_UNKNOWN Customer
        id: ID!
      }
      interface Party @subject(id: "ident") { id: ID! } #! SUBJECT_FIELD_UNKNOWN Party`,
  },
  {
    name: "an id that is no single scalar",
    sdl: `
      type A @subject(id: "id") { id: [ID!]! } #! SUBJECT_FIELD_UNUSABLE A
      type B @subject(id: "id") { id: A } #! SUBJECT_FIELD_UNUSABLE B
      type C @subject(id: "id") { id: Kind } #! SUBJECT_FIELD_UNUSABLE C
      type D @subject(id: "id") { id(of: ID!): ID } #! SUBJECT_FIELD_UNUSABLE D
      type E @subject(id: "id") { id: Boolean } #! SUBJECT_FIELD_UNUSABLE E
      type F @subject(id: "id") { id: Float } #! SUBJECT_FIELD_UNUSABLE F
      enum Kind { X }`,
  },
  {
    name: "ids that tell people apart",
    sdl: `
      scalar UUID
      type A @subject(id: "id") { id: ID! }
      type B @subject(id: "id") { id: Int! }
      type C @subject(id: "id") { id: UUID }
      type D @subject(id: "id") { id(of: ID, at: Int! = 3): String }
      type E @subject(id: "constructor") { constructor: ID }`,
  },
  {
    name: "names that only objects of JavaScript have",
    sdl: `type A @subject(id: "constructor", tenant: "toString") { id: ID } #! SUBJECT_FIELD_UNKNOWN A; SUBJECT_FIELD_UNKNOWN A`,
  },
  {
    name: "tenant, region and birth date of the wrong shape",
    sdl: `
      type A @subject(id: "id", tenant: "shops") { id: ID, shops: [ID] } #! SUBJECT_FIELD_UNUSABLE A
      type B @subject(id: "id", region: "land") { id: ID, land(of: ID!): ID } #! SUBJECT_FIELD_UNUSABLE B
      type C @subject(id: "id", birthDate: "age") { id: ID, age: Int } #! SUBJECT_FIELD_UNUSABLE C
      type D @subject(id: "id", birthDate: "born") { id: ID, born: Boolean } #! SUBJECT_FIELD_UNUSABLE D`,
  },
  {
    name: "tenant, region and birth date of the right shape",
    sdl: `
      scalar Date
      enum Region { CN, DE }
      type A @subject(id: "id", tenant: "shop", region: "land", birthDate: "born") { id: ID, shop: Int, land: Region, born: Date }`,
  },
  {
    name: "@subject on an extension names fields of the whole type",
    sdl: `
      type Customer { id: ID! }
      extend type Customer @subject(id: "id", tenant: "shop") { shop: ID }`,
  },
  {
    name: "interfaces that disagree on whose data it is",
    sdl: `
      interface Bought @subject(id: "buyer") { buyer: ID }
      interface Sent @subject(id: "recipient") { recipient: ID }
      type Order implements Bought & Sent { buyer: ID, recipient: ID } #! SUBJECT_AMBIGUOUS Order
      type Parcel implements Bought & Sent @subject(id: "recipient") { buyer: ID, recipient: ID }`,
  },
  {
    name: "of interfaces that implement each other, the nearest counts",
    sdl: `
      interface Thing @subject(id: "owner") { owner: ID }
      interface Parcel implements Thing @subject(id: "recipient") { owner: ID, recipient: ID }
      type Box implements Parcel & Thing { owner: ID, recipient: ID }`,
  },
  {
    name: "paths that lead to a person, and paths that do not",
    sdl: `
      type User { id: ID!, born: String, friends: [User!]!, at(day: ID!): User }
      union Either = User | Shop
      type Shop { id: ID! }
      type A @subject(id: "user.id", birthDate: "user.born", tenant: "shop.id") { user: User, shop: Shop }
      type B @subject(id: ["buyer.id", "recipient.id"]) { buyer: User, recipient: User }
      type C @subject(id: "user.ident") { user: User } #! SUBJECT_FIELD_UNKNOWN C
      type D @subject(id: "user") { user: User } #! SUBJECT_FIELD_UNUSABLE D
      type E @subject(id: "user.id.more") { user: User } #! SUBJECT_FIELD_UNUSABLE E
      type F @subject(id: ["owner", "user.friends.id"]) { owner: ID, user: User } #! SUBJECT_FIELD_UNUSABLE F
      type G @subject(id: "user.at.id") { user: User } #! SUBJECT_FIELD_UNUSABLE G
      type H @subject(id: "either.id") { either: Either } #! SUBJECT_FIELD_UNUSABLE H
      type I @subject(id: []) { id: ID } #! SUBJECT_FIELD_UNKNOWN I
      type J @subject(id: "") { id: ID } #! SUBJECT_FIELD_UNKNOWN J`,
  },
  {
    name: "@aggregate",
    sdl: `
      type A @aggregate(count: "people", atLeast: 10) { sum: Float } #! AGGREGATE_COUNT_UNKNOWN A
      type B @aggregate(count: "n", atLeast: 10) { n: String } #! AGGREGATE_COUNT_UNUSABLE B
      type C @aggregate(count: "n", atLeast: 10) { n: [Int] } #! AGGREGATE_COUNT_UNUSABLE C
      type D @aggregate(count: "n", atLeast: 10) { n(of: ID!): Int } #! AGGREGATE_COUNT_UNUSABLE D
      type E @aggregate(count: "n", atLeast: 0) { n: Int } #! AGGREGATE_THRESHOLD_INVALID E
      type F @aggregate(count: "n", atLeast: -3) { n: Int } #! AGGREGATE_THRESHOLD_INVALID F
      type G @aggregate(count: "n", atLeast: 10) { n: Int! }
      type H @aggregate(count: "n", atLeast: 10) { n: Int }`,
  },
  {
    name: "spaces that are none",
    sdl: `
      type A @subject(id: "id", space: "") { id: ID! } #! SUBJECT_SPACE_INVALID A
      type B @subject(id: "id", space: "of staff") { id: ID! } #! SUBJECT_SPACE_INVALID B
      type C @subject(id: "id", space: "staff:7") { id: ID! } #! SUBJECT_SPACE_INVALID C
      type D @subject(id: "id", space: "staff_2-x") { id: ID! }`,
  },
];
