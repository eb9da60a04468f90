import type { ObjectFacts } from "../../src/decision/model.ts";
import { decideByReference } from "../decision/reference.ts";
import { inSpace, textOf } from "./people.ts";
import { agreementIn } from "./stored.ts";
import { type Concerned, NOTHING_KNOWN, standingAt, trustedBy } from "./trusted.ts";
import type { Acting, ActingField, WrittenAct } from "./writes.ts";

/** As the option `subjectOf` has it: whose the object with the key is. */
export type TellsSubject = (key: unknown, context: unknown) => unknown;

interface Told {
  readonly id: string | number | null;
  readonly tenant?: string | number | null;
  readonly region?: string | null;
  readonly birthDate?: unknown;
}

/** Everybody whose the object is said to be, each decided on; null where nobody can tell, or there is no such object. */
export async function toldOf(
  now: Acting,
  field: ActingField,
  act: WrittenAct,
  key: string,
  context: object,
): Promise<readonly Concerned[] | null> {
  const told = await answerOf(now, act, key, context);
  if (told === null) return null;
  if (told.every(({ id }) => id === null)) {
    const tenant = textOf(told[0]?.tenant);
    const nobody =
      act.reach === null ? [concernedBy(now, field, act, { id: null })] : trustedBy(now, field, act, { tenant });
    return nobody.map((each) => ({ ...each, met: ["told to be nobody's"] }));
  }
  const met = told.length > 1 ? ["told of several"] : ["told of one"];
  return told.map((each) => ({ ...concernedBy(now, field, act, each), met }));
}

async function answerOf(now: Acting, { on }: WrittenAct, key: string, context: object): Promise<Told[] | null> {
  try {
    const told = (await now.subjectOf[on]?.(key, context)) ?? null;
    const all: readonly unknown[] = Array.isArray(told) ? told : [told];
    return all.every(isTold) ? [...all] : null;
  } catch {
    return null;
  }
}

/** An id, or null for nobody's, must be said; what is said besides must be of its kind. */
function isTold(value: unknown): value is Told {
  if (typeof value !== "object" || value === null || !("id" in value)) return false;
  const { id, tenant, region } = value as Readonly<Record<string, unknown>>;
  const isKey = (each: unknown) => typeof each === "string" || Number.isSafeInteger(each);
  const isLeftOut = (each: unknown) => each === null || each === undefined;
  return (
    (id === null || isKey(id)) &&
    (isLeftOut(tenant) || isKey(tenant)) &&
    (isLeftOut(region) || typeof region === "string")
  );
}

function concernedBy(now: Acting, { policy }: ActingField, { on }: WrittenAct, told: Told): Concerned {
  const { annotations, request, stored } = now;
  const { caller, purpose } = request;
  const keys = annotations.types.get(on)?.subject ?? null;
  const id = textOf(told.id);
  const subject = id === null || keys === null ? id : inSpace(keys, annotations.spaces, id);
  const tenant = textOf(told.tenant);
  const facts: ObjectFacts = {
    ...NOTHING_KNOWN,
    ...{ subjectDeclared: true, subject, tenant, region: told.region ?? null, birthDate: told.birthDate ?? null },
    regionDeclared: told.region !== undefined || keys?.region != null,
    birthDateDeclared: told.birthDate !== undefined || keys?.birthDate != null,
    standing: standingAt(now, subject),
    agreement: tenant === null ? undefined : agreementIn(stored, tenant, caller.organisation, purpose ?? ""),
  };
  const decision = decideByReference(policy, annotations.vocabulary, request, facts);
  return { decision, subject, born: facts.birthDate, toldBy: `subjectOf.${on}` };
}
