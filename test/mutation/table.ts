/** One step of enforcement switched off: a small change of one source file. */
export interface Mutation {
  readonly name: string;
  /** Under `src/`. */
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly search: string;
  readonly replacement: string;
}

const off = (file: string, name: string, search: string, replacement: string): Mutation => ({
  name,
  file,
  search,
  replacement,
});

const RULES = "decision/rules.ts";
/** Tests of the decision that look at one condition: it holds for everybody. */
const rule = (name: string, condition: string): Mutation =>
  off(RULES, `test: ${name}`, `=> ${condition}`, `=> true || ${condition}`);

export const MUTATIONS: readonly Mutation[] = [
  // the tests of the decision, static and of each object
  rule("role named", "rungOf(found, index) >= 1"),
  rule("purpose declared", "found.traits.purposeDeclared"),
  rule("purpose allowed", "rungOf(found, index) >= 2"),
  rule("subject known", 'found.subject !== "UNKNOWN"'),
  rule("not erased", 'found.status !== "ERASED" || isHeld(found)'),
  rule("within retention", "!found.expired || isHeld(found)"),
  rule("state known", 'found.status !== "UNAVAILABLE"'),
  rule("some object in reach", "found.reachable"),
  rule("in reach", "rungOf(found, index) >= 3"),
  rule("grant running", "rungOf(found, index) >= 4"),
  rule("not restricted", 'found.status !== "RESTRICTED" || found.traits.servesRestricted'),
  rule("old enough", "!found.tooYoung || found.traits.servesMinors"),
  rule("region allowed", "!found.barred"),
  rule("not opted out", "!found.traits.optedOut"),
  rule("consented", 'found.consent === "MET"'),
  off("decision/outcome.ts", "erased and expired data are masked", 'ALWAYS_DENIED.has(reason) ? "DENY" : ', ""),
  off("decision/question.ts", "legal hold counts for every purpose", 'basis === "LEGAL_OBLIGATION"', "true"),
  off(
    "decision/examine.ts",
    "SELF reaches everybody",
    "object.subject !== null && (object.subject === caller.id",
    "(true || object.subject === caller.id",
  ),
  off(
    "decision/examine.ts",
    "TENANT reaches every tenant",
    "object.tenant !== null && caller.tenants.includes(object.tenant)",
    "object.tenant !== null",
  ),
  off(
    "decision/examine.ts",
    "any organisation is assigned",
    'if (typeof value === "string") return value === organisation;',
    'if (typeof value === "string") return true;',
  ),
  // purposes and tokens
  off(
    "request/declare-purpose.ts",
    "any role declares",
    "if (!(roles[caller.role]?.declares.includes(purpose) ?? false)) {",
    "if (roles === null) {",
  ),
  off(
    "request/declare-purpose.ts",
    "tokens narrow nothing",
    "if (caller.purposes !== null && !caller.purposes.includes(purpose)) {",
    "if (purposes === null) {",
  ),
  off(
    "request/declare-purpose.ts",
    "no justification asked",
    'if (term.justification && (justification === null || justification === "")) {',
    "if (purposes === null) {",
  ),
  off(
    "request/declare-purpose.ts",
    "two purposes are one",
    "inOperation !== null && inHeader !== null && inOperation !== inHeader",
    "inOperation === undefined",
  ),
  off(
    "request/declare-purpose.ts",
    "legitimate interest in China",
    'rules.jurisdiction === "CN"',
    'rules.jurisdiction === "(none)"',
  ),
  // the plan
  off(
    "request/plan/shape.ts",
    "nothing is dropped",
    'if (fixed === null || fixed.outcome === "ALLOW") return false;',
    "if (fixed === null || fixed !== undefined) return false;",
  ),
  off(
    "request/plan/shape.ts",
    "named fields are not fetched",
    "if (has(name)) names.add(name);\n      // An object",
    "if (has(name)) wanted.add(name);\n      // An object",
  ),
  off(
    "request/plan/shape.ts",
    "fragments on interfaces are overlooked",
    "return isAbstractType(other) && this.#context.schema.isSubType(other, type);",
    "return false;",
  ),
  off("request/plan/rewrite.ts", "the subject's key is not fetched", "add(HIDDEN.subject, shape.subject?.id);", ""),
  off("request/plan/rewrite.ts", "the tenant's key is not fetched", "add(HIDDEN.tenant, shape.subject?.tenant);", ""),
  off("request/plan/rewrite.ts", "the region's key is not fetched", "add(HIDDEN.region, shape.subject?.region);", ""),
  off(
    "request/plan/rewrite.ts",
    "the birth date's key is not fetched",
    "add(HIDDEN.birthDate, shape.subject?.birthDate);",
    "",
  ),
  off("request/plan/rewrite.ts", "the group's count is not fetched", "add(HIDDEN.count, shape.aggregate?.count);", ""),
  off(
    "request/parse-operation.ts",
    "reserved aliases are free",
    "key.startsWith(RESERVED_PREFIX)",
    "key === RESERVED_PREFIX",
  ),
  // probes
  off(
    "request/check-probes.ts",
    "probes are free",
    "const denied = decider === undefined || !(await mayProbe(decider, vocabulary, request));",
    "const denied = decider === undefined;",
  ),
  off(
    "request/check-probes.ts",
    "every reach may probe",
    'if (reach !== "ALL" && !(reach === "TENANT" && caller.tenants.length > 0)) return false;',
    "",
  ),
  off(
    "request/check-probes.ts",
    "consents are no matter to probes",
    "return !decider.policy.consents.some((demand) => demand.purposes.includes(purpose));",
    "return true;",
  ),
  off(
    "request/plan/probes.ts",
    "variables are no probes",
    "return Object.hasOwn(variables, node.name.value) ? variables[node.name.value] : undefined;",
    "return undefined;",
  ),
  off(
    "request/plan/probes.ts",
    "lists are no probes",
    "for (const item of given) noteValue(policy, named, item, note);",
    "",
  ),
  // what is done to values
  off(
    "request/enforce/enforce.ts",
    "masks are off",
    "shown = mask === undefined ? null : mask(",
    "shown = mask === undefined ? null : ((value: unknown, _: unknown) => value)(",
  ),
  off(
    "request/enforce/enforce.ts",
    "a mask that fails is no denial",
    'reason = "MASK_FAILED";',
    "shown = waiting.value;",
  ),
  off(
    "request/enforce/enforce.ts",
    "undecided is granted",
    'outcome: "DENY", reason: "RULE_FAILED"',
    'outcome: "ALLOW", reason: "GRANTED"',
  ),
  off("request/enforce/gather.ts", "small groups leave", 'if (mode === "enforce") return SUPPRESSED;', ""),
  off(
    "request/enforce/gather.ts",
    "hidden keys leave with what is skipped",
    "else if (child === null || !child.rebuilt) out[key] = raw[key];",
    "else if (child === null || !child.touched) out[key] = raw[key];",
  ),
  // record, respond
  off(
    "request/record.ts",
    "a receipt is not looked at",
    "if (!(receipt instanceof RecordReceipt) || !RecordReceipt.isOne(receipt)) {",
    "if (receipt === undefined) {",
  ),
  off(
    "request/handle.ts",
    "an answer without its record",
    "const tallies = withhold(gathered);",
    "const tallies = enforced.tallies;",
  ),
  off(
    "request/handle.ts",
    "refusals are not recorded",
    "if (error instanceof FieldguardError) await recordRefusal(engine, incoming, seen, error, now);\n    throw error;\n  }\n}\n\n/** From",
    "throw error;\n  }\n}\n\n/** From",
  ),
  off("request/respond.ts", "annotated answers are cached", "noStore: touched,", "noStore: false,"),
  off(
    "request/sanitise-errors.ts",
    "what resolvers throw is told",
    "new GraphQLError(`The field could not",
    "new GraphQLError(error.message + `The field could not",
  ),
  off("server/apollo.ts", "no-store is not sent", "if (answer.noStore) {", "if (answer.noStore === undefined) {"),
  off(
    "request/stream.ts",
    "an expired token streams on",
    "if (expiresAt !== null && now >= (expiresAt + CLOCK_SKEW_SECONDS) * 1000) {",
    "if (expiresAt === undefined) {",
  ),
  off(
    "request/stream.ts",
    "events are decided as at the start",
    "request: { ...admitted.request, now }",
    "request: admitted.request",
  ),
];
