import type { TellsSubject } from "../../reference/told.ts";
import type { Draws } from "../draws.ts";
import type { RanContext } from "./data.ts";
import { drawBirthDate, drawId } from "./people.ts";
import type { TypeModel } from "./schema.ts";
import { REGIONS, TENANTS } from "./terms.ts";

/** What is told of an object, and how: kept as data so that a failing case can be printed. */
interface ToldModel {
  readonly how: "at once" | "later" | "throws" | "rejects" | "changes";
  readonly value: unknown;
  /** Once anything of the operation has acted, where it changes. */
  readonly after?: unknown;
}

/** By type, then by key. */
export type ToldModels = ReadonlyMap<string, ReadonlyMap<string, ToldModel>>;

const KEYS = ["c-1", "c-2", "c-3", "7"] as const;

export function drawTold(draws: Draws, types: readonly TypeModel[]): ToldModels {
  const told = types.filter((type) => type.told === true);
  return new Map(
    told.map(({ name }) => [
      name,
      new Map(
        KEYS.map((key) => {
          const how = draws.mostly<ToldModel["how"]>("at once", "changes", "later", "throws", "rejects", "changes");
          const model = { how, value: drawAnswer(draws) };
          return [key, how === "changes" ? { ...model, after: drawAnswer(draws) } : model];
        }),
      ),
    ]),
  );
}

function drawAnswer(draws: Draws): unknown {
  const lot = draws.below(100);
  if (lot < 50) return drawOne(draws);
  if (lot < 75) return draws.list(draws.between(1, 3), () => drawOne(draws));
  if (lot < 88)
    return draws.pick<unknown>([null, [], { id: null }, { id: null, tenant: "t-1" }, { id: null, tenant: "t-2" }]);
  return draws.pick<unknown>([
    "c-1",
    { subject: "c-1" },
    { id: ["c-1"] },
    { id: true },
    [{ id: "c-1" }, undefined],
    ["c-1"],
    { id: "c-1", tenant: ["t-1"] },
    { id: "c-1", region: 49 },
    undefined,
  ]);
}

function drawOne(draws: Draws): object {
  return {
    id: drawId(draws),
    ...(draws.chance(60) ? { tenant: draws.mostly<unknown>(...TENANTS, null) } : {}),
    ...(draws.chance(30) ? { region: draws.mostly<unknown>(...REGIONS, null) } : {}),
    ...(draws.chance(30) ? { birthDate: drawBirthDate(draws) } : {}),
  };
}

/** The option: what it does not know is not there. */
export function subjectOfIn(told: ToldModels): Readonly<Record<string, TellsSubject>> {
  const failing = (): never => {
    throw new Error("a private table was not there");
  };
  const tell =
    (answers: ReadonlyMap<string, ToldModel>): TellsSubject =>
    (key, context) => {
      const { how, value, after } = answers.get(String(key)) ?? { how: "at once", value: null };
      if (how === "throws") failing();
      if (how === "changes") return (context as RanContext).effects.acted > 0 ? after : value;
      return how === "at once" ? value : Promise.resolve().then(() => (how === "rejects" ? failing() : value));
    };
  return Object.fromEntries([...told].map(([type, answers]) => [type, tell(answers)]));
}
