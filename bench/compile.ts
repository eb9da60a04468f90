/**
 * Compiles an annotated schema of 2,000 types (16,000 fields, half of them sensitive; interfaces, unions, nested objects
 * without a subject of their own, filters, connections) and prints the milliseconds of each step, best and median.
 */
import { buildASTSchema, Source } from "graphql";
import { compilePolicy } from "../dist/policy/compile.js";
import { composeTypeDefs } from "../dist/schema/compose.js";
import { servedSchema } from "../dist/schema/served-schema.js";

const TYPES = Number(process.env["BENCH_TYPES"] ?? 2_000);
const ROUNDS = Number(process.env["BENCH_ROUNDS"] ?? 7);
const NESTED_EVERY = 4;

/** Every fourth type is a nested one, which takes its subject from the one before it. */
function typeOf(index: number): string {
  const nested = index % NESTED_EVERY === NESTED_EVERY - 1;
  const next = (index + 1) % TYPES;
  const head = nested
    ? `type T${index} @purpose(allow: [DELIVERY], to: [LOGISTICS_PARTNER], assigned: "carrier", until: "endsAt")`
    : `type T${index} implements Party @subject(id: "id", tenant: "shop", birthDate: "born")
        @purpose(allow: [ORDER_FULFILMENT, CUSTOMER_SUPPORT], to: [MERCHANT]) @purpose(allow: [SELF_SERVICE], to: [CUSTOMER])
        @consent(for: [DIRECT_MARKETING], form: EXPRESSED) @retain(for: "P3Y", after: "endsAt")`;
  return `${head} {
    id: ID!
    shop: ID!
    carrier: ID
    endsAt: String
    born: String @sensitive(category: DATE_OF_BIRTH)
    email: String! @sensitive(category: EMAIL_ADDRESS)
    phone: String! @sensitive(category: PHONE_NUMBER) @purpose(allow: [DIRECT_MARKETING], to: [MERCHANT]) @consent(for: [DIRECT_MARKETING])
    next(emailContains: String @probes(field: "email"), orderBy: Sort, after: String): [T${next}!]!
  }`;
}

const sdl = `
  interface Party { id: ID! email: String! @sensitive(category: EMAIL_ADDRESS) }
  enum Sort { ID EMAIL @probes(field: "T0.email") }
  union Any = ${Array.from({ length: Math.min(TYPES, 50) }, (_, index) => `T${index}`).join(" | ")}
  type Query { first: T0 party(id: ID!): Party any: [Any!]! }
  ${Array.from({ length: TYPES }, (_, index) => typeOf(index)).join("\n")}
`;

const times: Record<string, number[]> = {};
function timed<Result>(step: string, run: () => Result): Result {
  const start = performance.now();
  const result = run();
  times[step] = [...(times[step] ?? []), performance.now() - start];
  return result;
}

for (let round = 0; round < ROUNDS; round += 1) {
  const document = timed("composeTypeDefs", () => composeTypeDefs(new Source(sdl, "bench.graphql")));
  const schema = timed("buildASTSchema (graphql-js)", () => buildASTSchema(document, { assumeValidSDL: true }));
  const compiled = timed("compilePolicy", () => compilePolicy(schema));
  const { policy, faults } = compiled;
  if (faults.length > 0) throw new Error(`the benchmark's own schema has faults: ${JSON.stringify(faults[0])}`);
  timed("hints (on demand)", () => compiled.hints);
  timed("servedSchema", () => servedSchema(schema, policy));
}

const figures = Object.entries(times).map(([step, all]) => {
  const sorted = all.toSorted((a, b) => a - b);
  return {
    step,
    best: Math.round(sorted[0] ?? 0),
    median: Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0),
    first: Math.round(all[0] ?? 0),
  };
});
console.log(`${TYPES} types, ${ROUNDS} rounds, milliseconds`);
console.table(figures);
