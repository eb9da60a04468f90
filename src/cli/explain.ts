import type { Command } from "commander";
import { FieldguardError } from "../core/errors.ts";
import { type ExplainedTest, type Explanation, explain } from "../decision/explain.ts";
import type { Caller, RequestFacts } from "../decision/model.ts";
import type { FieldPolicy, Policy } from "../policy/model.ts";
import { policyError } from "../policy/report.ts";
import { loadSchema } from "./load-schema.ts";
import { columns, print, printJson } from "./output.ts";

interface ExplainOptions {
  readonly role: string;
  readonly purpose?: string;
  readonly schema?: readonly string[];
  readonly gpc?: boolean;
  readonly json?: boolean;
}

export function addExplain(program: Command): void {
  program
    .command("explain")
    .description(
      "show every test of a field's decision for a role and purpose: held, failed, or depending on the object",
    )
    .argument("<coordinate>", "such as Customer.email")
    .requiredOption("--role <role>", "role, such as MERCHANT")
    .option("--purpose <purpose>", "purpose, such as DIRECT_MARKETING")
    .option("--gpc", "as if the request carried Sec-GPC: 1")
    .option("--schema <files...>", "SDL files; without any, the sample storefront")
    .option("--json", "print the explanation as JSON")
    .action(async (coordinate: string, options: ExplainOptions) => {
      const { policy, faults } = loadSchema(options.schema ?? []);
      if (faults.length > 0) throw policyError(faults);
      const field = fieldOf(policy, coordinate);
      const explanation = await explain(field, policy.vocabulary, requestOf(policy, options), null);
      if (options.json)
        printJson({ ...explanation, category: field.category, mask: field.mask, otherwise: field.otherwise });
      else print(describe(field, explanation));
    });
}

function fieldOf(policy: Policy, coordinate: string): FieldPolicy {
  const [type = "", name = ""] = coordinate.split(".");
  const field = policy.types[type]?.fields[name];
  if (field !== undefined) return field;
  const near = Object.keys(policy.types[type]?.fields ?? {});
  const hint = near.length > 0 ? ` Annotated fields of ${type}: ${near.join(", ")}.` : "";
  throw new FieldguardError(
    "NOT_FOUND",
    `${coordinate} is not an annotated field of the schema: everybody may see it.${hint}`,
  );
}

function requestOf(policy: Policy, { role, purpose, gpc }: ExplainOptions): RequestFacts {
  const { roles, purposes } = policy.vocabulary;
  if (roles[role] === undefined) throw unknown("role", role, roles);
  if (purpose !== undefined && purposes[purpose] === undefined) throw unknown("purpose", purpose, purposes);
  const caller: Caller = {
    id: "somebody",
    role,
    organisation: "some organisation",
    tenants: ["some tenant"],
    region: null,
    purposes: null,
    onBehalfOf: null,
    actingAs: null,
    tokenId: null,
    expiresAt: null,
    app: null,
  };
  const deployment = { region: null, transfers: {}, minimumAge: null, guardianAge: 14, notices: [], doNotTrack: false };
  return { caller, purpose: purpose ?? null, optedOut: gpc === true, now: Date.now(), deployment };
}

function unknown(what: string, given: string, known: Readonly<Record<string, unknown>>): FieldguardError {
  return new FieldguardError(
    "BAD_INPUT",
    `${given} is no ${what} of the vocabulary. Known: ${Object.keys(known).join(", ")}.`,
  );
}

const MARKS: Readonly<Record<ExplainedTest["result"], string>> = {
  HELD: "held",
  FAILED: "FAILED",
  DEPENDS: "depends",
  NOT_REACHED: "-",
};

function describe(field: FieldPolicy, { coordinate, role, purpose, decision, tests }: Explanation): string {
  const head = `${coordinate} for ${role}${purpose === null ? " without a purpose" : `, ${purpose}`}`;
  const about = `${field.category}, mask ${field.mask}, otherwise ${field.otherwise}`;
  const rows = tests.map((test) => [`  ${test.row}`, test.name, MARKS[test.result], test.words]);
  const verdict =
    decision === null
      ? 'Depends on whose data it is: the tests marked "depends" are answered per person.'
      : `${decision.outcome}: ${decision.reason}`;
  return `${head}\n${about}\n\n${columns(rows)}\n\n${verdict}`;
}
