import { describe, expect, test } from "@jest/globals";
import { buildASTSchema, type GraphQLDirective, isEnumType, isSpecifiedDirective } from "graphql";
import { MASKS } from "../../src/masks/names.ts";
import { CONSENT_FORMS, LEGAL_BASES } from "../../src/policy/model.ts";
import {
  CATEGORY_STANDARDS,
  CONSENT_FORM_DPV,
  CONSENT_STATE_DPV,
  LEGAL_BASIS_DPV,
  PURPOSE_STANDARDS,
} from "../../src/policy/standards.ts";
import { composeTypeDefs } from "../../src/schema/compose.ts";
import { compileSdl } from "./harness.ts";

/** Category, default mask, what happens otherwise, whether it is one of GDPR 9. */
const CATEGORIES = `
  PERSON_NAME PERSON_NAME MASK
  EMAIL_ADDRESS EMAIL MASK
  PHONE_NUMBER PHONE MASK
  POSTAL_ADDRESS ADDRESS MASK
  COARSE_LOCATION POSTCODE MASK
  PRECISE_LOCATION NULLIFY DENY
  GOVERNMENT_ID ID_NUMBER DENY
  DATE_OF_BIRTH YEAR MASK
  DEMOGRAPHIC NULLIFY DENY
  PAYMENT_CARD PAN MASK
  BANK_ACCOUNT LAST4 MASK
  FINANCIAL_PROFILE NULLIFY DENY
  PURCHASE_HISTORY NULLIFY DENY
  BROWSING_BEHAVIOR NULLIFY DENY
  COMMUNICATION_CONTENT REDACT MASK
  IMAGE_OR_VOICE NULLIFY DENY
  ACCOUNT_IDENTIFIER HASH MASK
  CREDENTIAL NULLIFY DENY
  DEVICE_IDENTIFIER HASH MASK
  IP_ADDRESS IP MASK
  PROFILE_INFERENCE NULLIFY DENY
  SOCIAL_RELATION NULLIFY DENY
  PRIVACY_PREFERENCE NULLIFY DENY
  HEALTH NULLIFY DENY special
  BIOMETRIC NULLIFY DENY special
  BELIEF_OR_IDENTITY NULLIFY DENY special`;

/** Legal basis, whether a justification is asked for, the purposes. */
const PURPOSES = `
  CONTRACT no ORDER_FULFILMENT DELIVERY PAYMENT_PROCESSING ACCOUNT_MANAGEMENT CUSTOMER_SUPPORT RETURNS_AND_DISPUTES SERVICE_NOTIFICATION SELF_SERVICE CUSTOMS_CLEARANCE
  LEGAL_OBLIGATION yes LEGAL_COMPLIANCE SECURITY_OPERATIONS FINANCE_AND_TAX RIGHTS_FULFILMENT
  LEGITIMATE_INTEREST no FRAUD_PREVENTION
  VITAL_INTEREST yes EMERGENCY
  CONSENT no ANALYTICS PRODUCT_IMPROVEMENT PERSONALIZATION DIRECT_MARKETING TARGETED_ADVERTISING THIRD_PARTY_SHARING`;

/** What a purpose may do besides. */
const PURPOSE_FLAGS: Readonly<Record<string, object>> = {
  LEGAL_COMPLIANCE: { restricted: true },
  SECURITY_OPERATIONS: { restricted: true },
  RIGHTS_FULFILMENT: { restricted: true, rights: true },
  EMERGENCY: { restricted: true },
  THIRD_PARTY_SHARING: { sale: true },
  TARGETED_ADVERTISING: { sale: true },
};

/** Role, reach, whether it is another company's, what it may declare. */
const ROLES = `
  GUEST NONE own
  CUSTOMER SELF own SELF_SERVICE
  MERCHANT TENANT own ORDER_FULFILMENT CUSTOMER_SUPPORT RETURNS_AND_DISPUTES SERVICE_NOTIFICATION ANALYTICS PERSONALIZATION DIRECT_MARKETING
  SUPPORT_AGENT TENANT own CUSTOMER_SUPPORT RETURNS_AND_DISPUTES
  LOGISTICS_PARTNER ASSIGNED external DELIVERY
  PAYMENT_PARTNER ASSIGNED external PAYMENT_PROCESSING
  CUSTOMS_BROKER ASSIGNED external CUSTOMS_CLEARANCE
  ADVERTISING_PARTNER TENANT external TARGETED_ADVERTISING
  ANALYTICS_PARTNER TENANT external ANALYTICS
  THIRD_PARTY_APP TENANT external THIRD_PARTY_SHARING
  PLATFORM_OPERATOR ALL own ACCOUNT_MANAGEMENT FRAUD_PREVENTION SECURITY_OPERATIONS FINANCE_AND_TAX EMERGENCY
  PRIVACY_OFFICER ALL own RIGHTS_FULFILMENT LEGAL_COMPLIANCE
  SECURITY_AUDITOR ALL own SECURITY_OPERATIONS`;

function rows(table: string): string[][] {
  return table
    .trim()
    .split("\n")
    .map((line) => line.trim().split(" "));
}

const { policy, schema, faults } = compileSdl("type Query { ok: Boolean }");
const { vocabulary } = policy;

describe("the default vocabulary", () => {
  test("has no fault", () => {
    expect(faults).toEqual([]);
  });

  test("categories", () => {
    const expected = rows(CATEGORIES).map(([name, mask, otherwise, special]) => [
      name,
      { name, mask, otherwise, ...(special === undefined ? {} : { special: true }) },
    ]);
    expect(vocabulary.categories).toEqual(Object.fromEntries(expected));
  });

  test("purposes", () => {
    const expected = rows(PURPOSES).flatMap(([basis, justification, ...names]) =>
      names.map((name) => [name, { name, basis, justification: justification === "yes", ...PURPOSE_FLAGS[name] }]),
    );
    expect(vocabulary.purposes).toEqual(Object.fromEntries(expected));
  });

  test("roles", () => {
    const expected = rows(ROLES).map(([name = "", reach, whose, ...declares]) => [
      name,
      { name, reach, external: whose === "external", declares },
    ]);
    expect(vocabulary.roles).toEqual(Object.fromEntries(expected));
  });

  test("purposes that rest on a duty or on life are the ones that ask why", () => {
    const asked = Object.values(vocabulary.purposes).filter((purpose) => purpose.justification);
    expect(new Set(asked.map((purpose) => purpose.basis))).toEqual(new Set(["LEGAL_OBLIGATION", "VITAL_INTEREST"]));
  });
});

describe("closed terms are the same in SDL and in the code", () => {
  test.each([
    ["Mask", MASKS],
    ["ConsentForm", CONSENT_FORMS],
    ["LegalBasis", LEGAL_BASES],
    ["Reach", ["NONE", "SELF", "TENANT", "ASSIGNED", "ALL"]],
    ["Outcome", ["MASK", "DENY"]],
    ["ConsentGiver", ["SUBJECT", "TENANT"]],
    ["SubjectStatus", ["ACTIVE", "RESTRICTED", "ERASED"]],
    ["ConsentState", Object.keys(CONSENT_STATE_DPV)],
  ])("%s, in the same order", (name, values) => {
    expect(enumValues(name)).toEqual(values);
  });
});

describe("every word is explained to whoever reads the schema", () => {
  const own = schema.getDirectives().filter((directive: GraphQLDirective) => !isSpecifiedDirective(directive));

  test("the directives of the design, and their arguments", () => {
    expect(own.map((directive) => directive.name).sort()).toEqual([
      "acts",
      "aggregate",
      "basis",
      "consent",
      "declare",
      "handling",
      "listSize",
      "probes",
      "purpose",
      "reach",
      "retain",
      "sensitive",
      "subject",
      "writes",
    ]);
    const silent = own.flatMap((directive) => [
      ...(directive.description ? [] : [`@${directive.name}`]),
      ...directive.args
        .filter((argument) => !argument.description)
        .map((argument) => `@${directive.name}(${argument.name}:)`),
    ]);
    expect(silent).toEqual([]);
  });

  test("the enums and their values", () => {
    const enums = Object.values(schema.getTypeMap())
      .filter(isEnumType)
      .filter((type) => !type.name.startsWith("__"));
    expect(enums.length).toBe(11);
    const silent = enums.flatMap((type) => [
      ...(type.description ? [] : [type.name]),
      ...type.getValues().flatMap((value) => (value.description ? [] : [`${type.name}.${value.name}`])),
    ]);
    expect(silent).toEqual([]);
  });
});

describe("standards", () => {
  test("every category has its fideslang keys and DPV terms", () => {
    expect(Object.keys(CATEGORY_STANDARDS).sort()).toEqual(enumValues("DataCategory").sort());
    for (const { fideslang, dpv } of Object.values(CATEGORY_STANDARDS)) {
      expect(fideslang.length).toBeGreaterThan(0);
      for (const key of fideslang) expect(key).toMatch(/^user(\.[a-z_]+)+$/);
      expect(dpv.length).toBeGreaterThan(0);
      for (const term of dpv) expect(term).toMatch(/^[A-Z][A-Za-z]+$/);
    }
  });

  test("every purpose, legal basis, consent state and form has its own", () => {
    expect(Object.keys(PURPOSE_STANDARDS).sort()).toEqual(enumValues("Purpose").sort());
    expect(Object.keys(LEGAL_BASIS_DPV)).toEqual(enumValues("LegalBasis"));
    expect(Object.keys(CONSENT_FORM_DPV)).toEqual(enumValues("ConsentForm"));
    expect(Object.keys(CONSENT_STATE_DPV)).toEqual(enumValues("ConsentState"));
    expect(new Set(Object.values(CONSENT_STATE_DPV)).size).toBe(10);
    for (const { fideslang, dpv } of Object.values(PURPOSE_STANDARDS)) {
      expect(fideslang.length * dpv.length).toBeGreaterThan(0);
    }
  });
});

test("the vocabulary is served as any other part of a schema", () => {
  expect(() =>
    buildASTSchema(composeTypeDefs("type Query { why: Purpose, who: Role, what: DataCategory }")),
  ).not.toThrow();
});

function enumValues(name: string): string[] {
  const type = schema.getType(name);
  return isEnumType(type) ? type.getValues().map((value) => value.name) : [];
}
