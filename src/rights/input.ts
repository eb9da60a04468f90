import { FieldguardError } from "../core/errors.ts";
import { saysSomething } from "../core/says-something.ts";
import { z } from "../core/zod.ts";
import { CONSENT_FORMS, type ConsentForm, type Vocabulary } from "../policy/model.ts";

/** What every change of consents may say. */
export interface ConsentChange {
  readonly purposes: readonly string[];
  /** null: oneself, or the person whom the token acts for. */
  readonly subject: string | null;
  /** One tenant; left out or null: every tenant. */
  readonly tenant?: string | null;
  readonly reason?: string | null;
  /** Makes the call safe to repeat: unique per subject. */
  readonly key?: string | null;
  /** When it happened, in milliseconds since the epoch: only for officers who record later what was said on paper or by telephone. */
  readonly time?: number | null;
  /** BCP 47. */
  readonly language?: string | null;
  /** How it was said: "checkout page", "telephone". */
  readonly method?: string | null;
  readonly jurisdiction?: string | null;
  /** null: every category, every recipient (`org:ID` or `role:NAME`). */
  readonly categories?: readonly string[] | null;
  readonly recipients?: readonly string[] | null;
  /** Where the proof of it is; without it what a controller enters counts as IMPLIED. */
  readonly evidence?: string | null;
}

/** What giving, renewing and asking may say besides. */
export interface ConsentTerms extends ConsentChange {
  /** Left out or null: EXPRESSED. */
  readonly form?: ConsentForm | null;
  /** Whether the operation does nothing else, as SEPARATE asks for; left out: so it is. */
  readonly alone?: boolean;
  /** Whether the operation does nothing but ask for consents, as it must where staff ask; left out: so it is. */
  readonly onlyAsks?: boolean;
  /** `id@version`, or the version alone where only one notice has it. */
  readonly notice?: string | null;
  /** Milliseconds since the epoch; null: without end. */
  readonly expiresAt?: number | null;
  readonly storageLocations?: readonly string[] | null;
  /** ISO 8601 duration. */
  readonly retention?: string | null;
  readonly withdrawalMethod?: string | null;
}

/** Most characters of an id, of a short remark, of a reason. */
export const ID_LENGTH_MAX = 256;
export const REMARK_LENGTH_MAX = 200;
export const REASON_LENGTH_MAX = 1_000;
const LIST_MAX = 100;
/** Of what is free text: every event holds it anew. */
const NAMES_MAX = 20;
/** ECMA-262: the last millisecond that a date can be. */
const TIME_MAX = 8.64e15;

/** A letter or digit that can be seen: blanks, dots and fillers tell of no proof. */
const LEGIBLE = /(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{N}]/u;

const id = z.string().min(1).max(ID_LENGTH_MAX);
const remark = z.string().min(1).max(REMARK_LENGTH_MAX).nullable().default(null);
const ids = z.array(id).min(1).max(LIST_MAX).nullable().default(null);
const names = z.array(id).min(1).max(NAMES_MAX).nullable().default(null);
const time = z.number().int().min(0).max(TIME_MAX).nullable().default(null);

const schema = z.strictObject({
  purposes: z.array(id).min(1).max(LIST_MAX),
  subject: id.nullable(),
  tenant: id.nullable().default(null),
  reason: z.string().max(REASON_LENGTH_MAX).nullable().default(null),
  key: remark,
  time,
  language: z
    .string()
    .regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/)
    .max(35)
    .nullable()
    .default(null),
  method: remark,
  jurisdiction: remark,
  form: z.enum(CONSENT_FORMS).nullable().default(null),
  notice: remark,
  expiresAt: time,
  categories: ids,
  recipients: names,
  evidence: z.string().max(REMARK_LENGTH_MAX).regex(LEGIBLE).nullable().default(null),
  alone: z.boolean().default(true),
  onlyAsks: z.boolean().default(true),
  storageLocations: names,
  retention: z
    .string()
    .regex(/^P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?$/)
    .max(30)
    .nullable()
    .default(null),
  withdrawalMethod: remark,
});

/** A change as checked: every field present, null where nothing was said. */
export type CheckedChange = z.infer<typeof schema>;

const EXPECTED: Readonly<Record<keyof CheckedChange, string>> = {
  purposes: `1 to ${LIST_MAX} purposes of the vocabulary`,
  subject: `an id of 1 to ${ID_LENGTH_MAX} characters`,
  tenant: `an id of 1 to ${ID_LENGTH_MAX} characters`,
  reason: `at most ${REASON_LENGTH_MAX} characters`,
  key: `1 to ${REMARK_LENGTH_MAX} characters`,
  time: "milliseconds since the epoch, not in the future",
  language: "a language tag such as `zh-CN`",
  method: `1 to ${REMARK_LENGTH_MAX} characters`,
  jurisdiction: `1 to ${REMARK_LENGTH_MAX} characters`,
  form: CONSENT_FORMS.join(", "),
  notice: `\`id@version\`, at most ${REMARK_LENGTH_MAX} characters`,
  expiresAt: "milliseconds since the epoch, in the future",
  categories: `1 to ${LIST_MAX} categories of the vocabulary`,
  recipients: `1 to ${NAMES_MAX} of \`org:ID\` or \`role:NAME\` with a role of the vocabulary`,
  evidence: `1 to ${REMARK_LENGTH_MAX} characters, among them a letter or digit`,
  alone: "true or false",
  onlyAsks: "true or false",
  storageLocations: `1 to ${NAMES_MAX} places`,
  retention: "an ISO 8601 duration in years, months, weeks and days, such as `P2Y`",
  withdrawalMethod: `1 to ${REMARK_LENGTH_MAX} characters`,
};

/** Checks what a change says by itself. Throws BAD_INPUT that names the field and what was expected, never what was sent. */
export function checkChange(
  change: ConsentTerms,
  vocabulary: Pick<Vocabulary, "purposes" | "categories" | "roles">,
  now: number,
): CheckedChange {
  const parsed = schema.safeParse(change);
  if (!parsed.success) throw badInput(String(parsed.error.issues[0]?.path[0] ?? ""));
  const checked = parsed.data;
  if (checked.purposes.some((purpose) => !Object.hasOwn(vocabulary.purposes, purpose))) throw badInput("purposes");
  if (checked.categories?.some((category) => !Object.hasOwn(vocabulary.categories, category))) {
    throw badInput("categories");
  }
  if (checked.recipients?.some((recipient) => !isRecipient(recipient, vocabulary))) throw badInput("recipients");
  if (checked.time !== null && checked.time > now) throw badInput("time");
  if (checked.expiresAt !== null && checked.expiresAt <= now) throw badInput("expiresAt");
  const categories = checked.categories === null ? null : [...new Set(checked.categories)];
  return { ...checked, categories, purposes: [...new Set(checked.purposes)] };
}

/** `org:ID`, or `role:NAME` with a role that there is: a bare name could be either. */
export function isRecipient(recipient: string, { roles }: Pick<Vocabulary, "roles">): boolean {
  if (recipient.startsWith("role:")) return Object.hasOwn(roles, recipient.slice("role:".length));
  return recipient.startsWith("org:") && recipient.length > "org:".length;
}

/** The subject, and why: of what is done to a person's state. */
export function checkSubjectChange(subject: string, reason: string): { subject: string; reason: string } {
  if (!id.safeParse(subject).success) throw badInput("subject");
  if (!saysSomething(reason) || reason.length > REASON_LENGTH_MAX) throw badInput("reason");
  return { subject, reason };
}

export function badInput(field: string): FieldguardError {
  const expected = Object.hasOwn(EXPECTED, field) ? EXPECTED[field as keyof CheckedChange] : "only known fields";
  return new FieldguardError("BAD_INPUT", `Cannot take the value of \`${field}\`: expected ${expected}.`);
}
