import { LEGAL_BASES } from "../../../src/policy/model.ts";
import type { Draws } from "../draws.ts";
import { DECLARED, ROLE_VALUES } from "./terms.ts";

/** Categories that the drawn fields are of, with the masks which every field that leaves the mask to them can carry. */
const CATEGORIES: Readonly<Record<string, readonly [string, ...string[]]>> = {
  EMAIL_ADDRESS: ["EMAIL", "REDACT", "LAST4", "NULLIFY"],
  PHONE_NUMBER: ["PHONE", "LAST4", "HASH"],
  PERSON_NAME: ["PERSON_NAME", "REDACT", "HASH"],
  POSTAL_ADDRESS: ["ADDRESS", "REDACT"],
  IP_ADDRESS: ["IP", "HASH"],
  PAYMENT_CARD: ["PAN", "LAST4", "NULLIFY"],
  DEVICE_IDENTIFIER: ["HASH", "REDACT", "NULLIFY"],
  COMMUNICATION_CONTENT: ["REDACT"],
  ACCOUNT_IDENTIFIER: ["HASH"],
  HEALTH: ["NULLIFY"],
  COARSE_LOCATION: ["POSTCODE"],
  GOVERNMENT_ID: ["ID_NUMBER"],
  DATE_OF_BIRTH: ["YEAR"],
  PROFILE_INFERENCE: ["NULLIFY"],
  FINANCIAL_PROFILE: ["NULLIFY"],
  PURCHASE_HISTORY: ["NULLIFY"],
  DEMOGRAPHIC: ["NULLIFY"],
};

/** The roles that callers have, and now and then enums of the vocabulary that are extended, stated anew or replaced as a whole. */
export function drawVocabulary(draws: Draws): string {
  const roles = draws.chance(15)
    ? `enum Role { GUEST @reach(of: NONE, declares: []) ${ROLE_VALUES} }`
    : `extend enum Role {${ROLE_VALUES}}`;
  return [roles, ...drawPurposes(draws), ...drawCategories(draws)].join("\n");
}

function drawPurposes(draws: Draws): readonly string[] {
  const how = draws.mostly("default", "stated anew", "replaced");
  if (how === "default") return [];
  const meant = how === "replaced" ? DECLARED : draws.some(DECLARED, 1);
  const values = meant.map((purpose) => {
    const justified = draws.chance(30) ? ", justification: true" : "";
    const flags = ["restricted", "rights", "sale"].filter(() => draws.chance(25)).map((flag) => `, ${flag}: true`);
    return `${purpose} @basis(of: ${draws.pick(LEGAL_BASES)}${justified}${flags.join("")})`;
  });
  return [`${how === "replaced" ? "" : "extend "}enum Purpose { ${values.join(" ")} }`];
}

function drawCategories(draws: Draws): readonly string[] {
  const how = draws.mostly("default", "stated anew", "replaced");
  if (how === "default") return [];
  const known = Object.entries(CATEGORIES);
  const values = (how === "replaced" ? known : draws.some(known, 1)).map(([category, [usual, ...others]]) => {
    const special = draws.chance(30) ? ", special: true" : "";
    return `${category} @handling(mask: ${draws.mostly(usual, ...others)}, otherwise: ${draws.pick(["MASK", "DENY"])}${special})`;
  });
  return [`${how === "replaced" ? "" : "extend "}enum DataCategory { ${values.join(" ")} }`];
}
