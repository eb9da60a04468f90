import { getNamedType, isEnumType, isScalarType } from "graphql";
import { compositeTypes, directivesOn } from "../annotations.ts";
import type { HintContext } from "./context.ts";
import { containsWords, wordsOf } from "./words.ts";

/** Words by which fields of a category are usually called. Phrases are written with spaces; the first that fits counts. */
const USUAL_NAMES: readonly (readonly [category: string, phrases: readonly string[]])[] = [
  [
    "CREDENTIAL",
    [
      "password",
      "passwd",
      "passphrase",
      "pin code",
      "secret",
      "api key",
      "access token",
      "refresh token",
      "private key",
      "otp",
    ],
  ],
  ["IP_ADDRESS", ["ip", "ip address", "ipv4", "ipv6"]],
  ["EMAIL_ADDRESS", ["email", "emails", "e mail", "mail address"]],
  ["PHONE_NUMBER", ["phone", "phones", "telephone", "mobile", "cellphone", "msisdn", "fax", "whatsapp", "wechat"]],
  [
    "GOVERNMENT_ID",
    [
      "national id",
      "identity number",
      "identity card",
      "id number",
      "id card",
      "passport",
      "ssn",
      "social security",
      "tax id",
      "driver license",
      "driving licence",
      "resident id",
    ],
  ],
  ["DATE_OF_BIRTH", ["birth date", "birthdate", "birthday", "date of birth", "dob", "born"]],
  ["PAYMENT_CARD", ["card number", "credit card", "debit card", "pan", "cvv", "cvc", "card expiry"]],
  ["BANK_ACCOUNT", ["iban", "bank account", "account number", "bic", "routing number", "sort code"]],
  ["FINANCIAL_PROFILE", ["income", "salary", "credit score", "net worth"]],
  ["PRECISE_LOCATION", ["latitude", "longitude", "lat", "lng", "gps", "geo location", "coordinates"]],
  ["COARSE_LOCATION", ["postcode", "postal code", "zip", "zip code"]],
  ["POSTAL_ADDRESS", ["address", "street", "address line", "house number", "addressee"]],
  [
    "PERSON_NAME",
    [
      "first name",
      "last name",
      "full name",
      "given name",
      "family name",
      "middle name",
      "surname",
      "maiden name",
      "real name",
    ],
  ],
  ["DEMOGRAPHIC", ["gender", "sex", "nationality", "marital status", "age"]],
  ["BELIEF_OR_IDENTITY", ["religion", "ethnicity", "race", "sexual orientation", "political", "union member"]],
  ["HEALTH", ["diagnosis", "disability", "allergies", "medication", "blood type", "illness"]],
  ["BIOMETRIC", ["fingerprint", "face id", "voice print", "biometric", "iris scan"]],
  ["DEVICE_IDENTIFIER", ["device id", "imei", "imsi", "idfa", "aaid", "mac address", "cookie id"]],
  ["IMAGE_OR_VOICE", ["selfie", "portrait", "voice recording"]],
  ["ACCOUNT_IDENTIFIER", ["username", "user name", "login name"]],
];

const PHRASES = USUAL_NAMES.map(([category, phrases]) => ({
  category,
  phrases: phrases.map((phrase) => phrase.split(" ")),
}));

/** Words at a name's end that say it holds something about the thing, not the thing. */
const ABOUT: ReadonlySet<string> = new Set(
  "count total at verified enabled allowed required status type kind label template format sent opt optin visible limit group hint".split(
    " ",
  ),
);

/** A field with a name that usually holds private data, and no `@sensitive`. Only what carries a value: an object's own fields are looked at in turn. */
export function hintLooksSensitive({ schema, vocabulary, types, hints }: HintContext): void {
  // the same names come back on type after type
  const categories = new Map<string, string | null>();
  for (const type of compositeTypes(schema)) {
    // a group's figures tell of nobody
    if (types[type.name]?.aggregate != null) continue;
    for (const field of Object.values(type.getFields())) {
      const leaf = getNamedType(field.type);
      const carries = isEnumType(leaf) || (isScalarType(leaf) && leaf.name !== "Boolean");
      if (!carries || directivesOn(field, "sensitive").length > 0) continue;
      const category = categories.has(field.name) ? (categories.get(field.name) ?? null) : usualCategory(field.name);
      categories.set(field.name, category);
      if (category === null) continue;
      const known = vocabulary.categories[category] !== undefined;
      const message = `By its name the field holds ${category}, and it is not @sensitive: everybody sees it.`;
      const mend = `Add \`@sensitive(category: ${known ? category : "..."})\`, if it tells of a person.`;
      hints.add("LOOKS_SENSITIVE", `${type.name}.${field.name}`, field.astNode, message, mend);
    }
  }
}

/** The category that fields of such a name usually hold; null where the name says nothing. */
export function usualCategory(name: string): string | null {
  const words = wordsOf(name);
  if (ABOUT.has(words.at(-1) ?? "")) return null;
  const found = PHRASES.find(({ phrases }) => phrases.some((phrase) => containsWords(words, phrase)));
  return found?.category ?? null;
}
