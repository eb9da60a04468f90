import type { Case } from "../harness.ts";

/** Faults of a vocabulary that an integrator extends or replaces. */
export const VOCABULARY_CASES: readonly Case[] = [
  {
    name: "terms without their directives, on extensions",
    sdl: `
      extend enum Role { COURIER } #! ROLE_WITHOUT_REACH Role.COURIER
      extend enum Purpose { BIRTHDAY_CARDS } #! PURPOSE_WITHOUT_BASIS Purpose.BIRTHDAY_CARDS
      extend enum DataCategory { SHOE_SIZE } #! CATEGORY_WITHOUT_HANDLING DataCategory.SHOE_SIZE`,
  },
  {
    name: "terms without their directives, in replaced enums",
    sdl: `
      enum Role { STAFF, ADMIN @reach(of: ALL, declares: [WORK]) } #! ROLE_WITHOUT_REACH Role.STAFF
      enum Purpose { WORK } #! PURPOSE_WITHOUT_BASIS Purpose.WORK
      enum DataCategory { A @handling(mask: REDACT, otherwise: MASK), B } #! CATEGORY_WITHOUT_HANDLING DataCategory.B`,
  },
  {
    name: "a term's directive that cannot be read",
    sdl: `
      extend enum Role { COURIER @reach(of: SOME, declares: [DELIVERY]) } #! DIRECTIVE_ARGUMENT_INVALID Role.COURIER
      extend enum Role { PILOT @reach(of: ALL, declares: [FLYING]) } #! DIRECTIVE_ARGUMENT_INVALID Role.PILOT
      extend enum Role { SAILOR @reach(of: ALL) } #! DIRECTIVE_ARGUMENT_MISSING Role.SAILOR`,
  },
  {
    name: "a default value stated anew holds as stated",
    sdl: `
      extend enum Role { CUSTOMER @reach(of: SELF, declares: [SELF_SERVICE, PERSONALIZATION]) }
      extend enum DataCategory { PHONE_NUMBER @handling(mask: PHONE, otherwise: MASK, special: true) }
      type Customer @subject(id: "id") {
        id: ID!
        likes: String @sensitive(category: PROFILE_INFERENCE) @purpose(allow: [PERSONALIZATION], to: [CUSTOMER])
      }`,
  },
  {
    name: "a value stated anew twice",
    sdl: `
      extend enum Role { CUSTOMER @reach(of: ALL, declares: []) }
      extend enum Role { CUSTOMER @reach(of: SELF, declares: []) } #! NAME_DUPLICATE Role.CUSTOMER`,
  },
  {
    name: "terms that are added and used",
    sdl: `
      extend enum Role { COURIER @reach(of: ASSIGNED, declares: [DELIVERY], external: true) }
      extend enum Purpose { BIRTHDAY_CARDS @basis(of: CONSENT) }
      extend enum DataCategory { SHOE_SIZE @handling(mask: BUCKET, otherwise: MASK) }
      type Customer @subject(id: "id") {
        id: ID!
        carrier: ID
        shoes: Int @sensitive(category: SHOE_SIZE) @purpose(allow: [DELIVERY], to: [COURIER], assigned: "carrier")
      }`,
  },
  {
    name: "roles replaced",
    sdl: `
      enum Role { STAFF @reach(of: ALL, declares: [DELIVERY]), NOBODY @reach(of: NONE, declares: []) }
      type Customer { name: String @sensitive(category: PERSON_NAME) @purpose(allow: [DELIVERY], to: [STAFF]) }`,
  },
  {
    name: "roles replaced: the default ones are gone",
    sdl: `
      enum Role { STAFF @reach(of: ALL, declares: [DELIVERY]) }
      type Customer { name: String @sensitive(category: PERSON_NAME) @purpose(allow: [DELIVERY], to: [MERCHANT]) } #! DIRECTIVE_ARGUMENT_INVALID Customer.name`,
  },
  {
    name: "purposes replaced: the default roles keep those that still exist",
    sdl: `
      enum Purpose { DELIVERY @basis(of: CONTRACT), AUDIT @basis(of: LEGAL_OBLIGATION) }
      extend enum Role { AUDITOR @reach(of: ALL, declares: [AUDIT]) }
      type Customer {
        carrier: ID
        name: String @sensitive(category: PERSON_NAME)
          @purpose(allow: DELIVERY, to: LOGISTICS_PARTNER, assigned: "carrier")
          @purpose(allow: AUDIT, to: AUDITOR)
          @purpose(allow: AUDIT, to: MERCHANT) #! GRANT_NOT_DECLARABLE Customer.name
      }`,
  },
  {
    name: "an enum of one's own that happens to be called Role",
    sdl: `
      enum Role { ADMIN, USER } #! ROLE_WITHOUT_REACH Role.ADMIN; ROLE_WITHOUT_REACH Role.USER
      type User { role: Role }`,
  },
];
