import type { Case } from "../harness.ts";

/** Faults of `@probes`. */
export const PROBE_CASES: readonly Case[] = [
  {
    name: "fields that are not there",
    sdl: `
      type Query {
        a(x: ID @probes(field: "Customer.mail")): Customer #! PROBED_FIELD_UNKNOWN Query.a(x:)
        b(x: ID @probes(field: "Custommer.email")): Customer #! PROBED_FIELD_UNKNOWN Query.b(x:)
        c(x: ID @probes(field: "mail")): Customer #! PROBED_FIELD_UNKNOWN Query.c(x:)
        d(x: ID @probes(field: "In.a")): Customer #! PROBED_FIELD_UNKNOWN Query.d(x:)
      }
      input In { a: ID @probes(field: "") } #! PROBED_FIELD_UNKNOWN In.a
      enum Sort { A @probes(field: ".email") } #! PROBED_FIELD_UNKNOWN Sort.A
      type Customer { email: String @sensitive(category: EMAIL_ADDRESS) }`,
  },
  {
    name: "fields that everybody may see",
    sdl: `
      type Query { a(x: ID @probes(field: "Customer.id")): Customer, b(x: ID @probes(field: "id")): Customer } #! PROBED_FIELD_NOT_SENSITIVE Query.a(x:); PROBED_FIELD_NOT_SENSITIVE Query.b(x:)
      input In { a: ID @probes(field: "Customer.id") } #! PROBED_FIELD_NOT_SENSITIVE In.a
      type Customer { id: ID, email: String @sensitive(category: EMAIL_ADDRESS) }`,
  },
  {
    name: "a field whose @sensitive cannot be read is not also called public",
    sdl: `
      type Query { a(x: ID @probes(field: "Customer.email")): Customer }
      type Customer { email: String @sensitive(category: MAIL) } #! DIRECTIVE_ARGUMENT_INVALID Customer.email`,
  },
  {
    name: "on an argument of a directive",
    sdl: `
      directive @where(email: String @probes(field: "Customer.email")) on FIELD #! PROBE_MISPLACED @where(email:)
      type Customer { email: String @sensitive(category: EMAIL_ADDRESS) }`,
  },
  {
    name: "where they are enforced",
    sdl: `
      type Query { a(x: ID @probes(field: "Customer.email") @probes(field: "phone")): [Customer!]! }
      input In { a: ID @probes(field: "Customer.email"), b: [In!] }
      enum Sort { A @probes(field: "email") }
      type Customer { phone: String @sensitive(category: PHONE_NUMBER), email: String @sensitive(category: EMAIL_ADDRESS) }`,
  },
];
