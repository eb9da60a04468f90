import type { Command } from "commander";
import { FieldguardError } from "../core/errors.ts";
import { type Explanation, explain } from "../decision/explain.ts";
import type { Caller, Deployment, RequestFacts } from "../decision/model.ts";
import type { FieldPolicy, Policy } from "../policy/model.ts";
import { suggest } from "../policy/suggest.ts";
import { describeTests } from "./describe-tests.ts";
import { printExplainedRecord } from "./explain-record.ts";
import { describeWrite, explainWrite } from "./explain-write.ts";
import { type SchemaOptions, schemaOf } from "./load-schema.ts";
import { print, printJson } from "./output.ts";

interface ExplainOptions extends SchemaOptions {
  readonly role?: string;
  readonly purpose?: string;
  readonly gpc?: boolean;
  readonly record?: string;
  readonly store?: string;
  readonly json?: boolean;
}

export function addExplain(program: Command): void {
  program
    .command("explain")
    .description(
      "show every test of a field's decision for a role and purpose: held, failed, or depending on the object",
    )
    .argument("[coordinate]", "such as Customer.email; with --record it may be left out")
    .option("--role <role>", "role, such as MERCHANT")
    .option("--purpose <purpose>", "purpose, such as DIRECT_MARKETING")
    .option("--gpc", "as if the request carried Sec-GPC: 1")
    .option("--record <id>", "in place of role and purpose: what the log has decided, by a response's receipt")
    .option("--store <url>", "with --record: store to read (FIELDGUARD_STORE)")
    .option("--schema <files...>", "SDL files; without any, the sample storefront")
    .option("--platform <name>", "a platform's pack instead (shoplive, marketplace, ...)")
    .option("--json", "print the explanation as JSON")
    .action(async (coordinate: string | undefined, { record, ...options }: ExplainOptions) => {
      if (record !== undefined) await printExplainedRecord(coordinate, { record, ...options });
      else await printExplanation(coordinate, options);
    });
}

async function printExplanation(coordinate: string | undefined, options: ExplainOptions): Promise<void> {
  const { role } = options;
  if (coordinate === undefined || role === undefined) {
    const message = "Name a field and --role to explain what the policy says, or --record to explain what was decided.";
    throw new FieldguardError("BAD_INPUT", message);
  }
  const { policy, deployment } = await schemaOf(options);
  const write = policy.writes[coordinate];
  if (write !== undefined) {
    const explained = await explainWrite(write, policy, requestOf(policy, { ...options, role }, deployment));
    if (options.json) printJson(explained);
    else print(describeWrite(explained));
    return;
  }
  const field = fieldOf(policy, coordinate);
  const request = requestOf(policy, { ...options, role }, deployment);
  const explanation = await explain(field, policy.vocabulary, request, null);
  if (options.json)
    printJson({ ...explanation, category: field.category, mask: field.mask, otherwise: field.otherwise });
  else print(describe(field, explanation));
}

function fieldOf({ types }: Policy, coordinate: string): FieldPolicy {
  const [typeName = "", name = "", ...more] = coordinate.split(".");
  const type = Object.hasOwn(types, typeName) ? types[typeName] : undefined;
  if (type === undefined) {
    throw notFound(coordinate, `it has no type ${typeName}. ${suggest(typeName, Object.keys(types))}`);
  }
  if (more.length > 0 || !type.fieldNames.includes(name)) {
    throw notFound(coordinate, `${typeName} has no such field. ${suggest(name, type.fieldNames)}`);
  }
  const field = Object.hasOwn(type.fields, name) ? type.fields[name] : undefined;
  if (field !== undefined) return field;
  const near = Object.keys(type.fields);
  const hint = near.length > 0 ? ` Annotated fields of ${typeName}: ${near.join(", ")}.` : "";
  throw new FieldguardError(
    "NOT_FOUND",
    `${coordinate} is not an annotated field of the schema: everybody may see it.${hint}`,
  );
}

function notFound(coordinate: string, why: string): FieldguardError {
  const form = "Name a field as `Type.field`.";
  return new FieldguardError("NOT_FOUND", `The schema has no field ${coordinate}: ${why}${form}`);
}

function requestOf(
  policy: Policy,
  { role, purpose, gpc }: ExplainOptions & { readonly role: string },
  deployment: Deployment,
): RequestFacts {
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
  return { caller, purpose: purpose ?? null, optedOut: gpc === true, now: Date.now(), deployment };
}

function unknown(what: string, given: string, known: Readonly<Record<string, unknown>>): FieldguardError {
  return new FieldguardError(
    "BAD_INPUT",
    `${given} is no ${what} of the vocabulary. Known: ${Object.keys(known).join(", ")}.`,
  );
}

function describe(field: FieldPolicy, { coordinate, role, purpose, decision, ofOthers, tests }: Explanation): string {
  const head = `${coordinate} for ${role}${purpose === null ? " without a purpose" : `, ${purpose}`}`;
  const about = `${field.category}, mask ${field.mask}, otherwise ${field.otherwise}`;
  const verdict =
    decision === null
      ? 'Depends on whose data it is: the tests marked "depends" are answered per person.'
      : `${decision.outcome}: ${decision.reason}`;
  const others =
    ofOthers === null
      ? ""
      : `\nOf anybody but the caller: ${ofOthers}. Masks are not for strangers, where the field does not say \`otherwise: MASK\`.`;
  return `${head}\n${about}\n\n${describeTests(tests)}\n\n${verdict}${others}`;
}
