import type { IResolvers } from "@graphql-tools/utils";
import { GraphQLScalarType } from "graphql";

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Scalars whose complaints quote what they were given, as careless ones do. */
const SCALARS = {
  JSON: new GraphQLScalarType({ name: "JSON" }),
  Date: new GraphQLScalarType({
    name: "Date",
    serialize(value) {
      if (value instanceof Date) return value.toISOString().slice(0, 10);
      throw new TypeError(`No date to send: ${String(value)}`);
    },
    parseValue(value) {
      if (typeof value === "string" && DAY.test(value)) return new Date(`${value}T00:00:00.000Z`);
      throw new TypeError(`No date was sent: ${String(value).toUpperCase()}`);
    },
  }),
  /** Hands the Date on: JSON writes it. */
  Moment: new GraphQLScalarType({
    name: "Moment",
    serialize(value) {
      if (value instanceof Date) return value;
      throw new TypeError(`No moment: ${String(value)}`);
    },
    parseValue(value) {
      const time = new Date(String(value));
      if (Number.isNaN(time.getTime())) throw new TypeError(`No moment: ${String(value)}`);
      return time;
    },
  }),
  Cents: new GraphQLScalarType({
    name: "Cents",
    serialize: (value) => String(value),
    parseValue(value) {
      if (typeof value === "string" && /^\d+$/.test(value)) return BigInt(value);
      throw new TypeError(`No sum: ${String(value)}`);
    },
  }),
};

interface Human {
  readonly key: number;
  readonly house: string;
  readonly kind: "Pupil" | "Teacher";
}

const day = (text: string): Date => new Date(`${text}T00:00:00.000Z`);

/** Getters, methods, functions and promises in properties, inherited ones among them. */
abstract class Someone implements Human {
  abstract readonly kind: "Pupil" | "Teacher";
  readonly key: number;
  readonly house: string;
  readonly born = Promise.resolve(day("2001-02-03"));
  #name: string;

  constructor(key: number, house: string, name: string) {
    this.key = key;
    this.house = house;
    this.#name = name;
  }

  get fullName(): string {
    return this.#name;
  }

  rename(name: string): void {
    this.#name = name;
  }

  mail(): (string | null)[] {
    return [`${this.#name.split(" ")[0]?.toLowerCase()}@school.example`, null, ""];
  }

  async friends(): Promise<Human[]> {
    return [...PEOPLE.values()].filter((one) => one.key !== this.key).sort((one, other) => one.key - other.key);
  }
}

class Pupil extends Someone {
  readonly kind = "Pupil";
  readonly clinic = async () => (this.key === 0 ? "clinic-a" : null);
  readonly nick = Promise.resolve("");
  readonly joined: unknown = day("2014-09-01");
  readonly seen = () => (this.key === 0 ? new Date("2026-03-04T05:06:07.008Z") : null);
  readonly debt = this.key === 0 ? 0n : 12_345n;
  readonly siblings = () => 0;
  readonly marks = () => Promise.resolve([[0, 11], [], [12_345]]);
  readonly resident = false;
  readonly mood = this.key === 0 ? 0 : "glad";
  readonly diet = { sugar: false, list: [0, "", null], deep: { er: [] } };
  readonly plain = Promise.resolve("plain");
  readonly odd = () => Promise.resolve(0);
  readonly locker = { code: () => "0000" };

  tutor() {
    return PEOPLE.get(7);
  }

  best() {
    return this.key === 0 ? null : PEOPLE.get(0);
  }

  lessons = [
    { at: new Date("2026-01-01T10:00:00.000Z"), title: "Scales", note: "", room: () => ROOMS[0] },
    { at: Promise.resolve(new Date(0)), title: () => "Études", note: async () => "plays too fast", room: null },
  ];

  report({ term, in: style }: { readonly term: number; readonly in: { readonly loud: boolean } }) {
    return {
      term,
      loud: () => style.loud,
      grades: [[{ subject: "harp", points: 0 }, null], [], [{ subject: "voice", points: Promise.resolve(15) }]],
    };
  }
}

class Teacher extends Someone {
  readonly kind = "Teacher";
  best = null;
  desk = () => ROOMS[1];
}

const PEOPLE = new Map<number, Pupil | Teacher>();
const ROOMS = [
  {
    kind: "Room",
    key: 100,
    size: 0,
    seats: async () => [
      [{ label: "", taken: false, by: null }, null],
      [{ label: null, taken: true, by: () => PEOPLE.get(1) }],
      [{ label: "c", taken: () => true, by: PEOPLE.get(7) }],
    ],
  },
  { kind: "Room", key: 101, size: 3, seats: null },
];

/** Fills the school anew, so that no test sees what another changed. */
export function openSchool(): void {
  PEOPLE.clear();
  PEOPLE.set(0, new Pupil(0, "oak", "Zoe Null"));
  PEOPLE.set(1, new Pupil(1, "elm", "Max Eins"));
  PEOPLE.set(7, new Teacher(7, "oak", "Ida Sieben"));
}

/** Spoils one value of a pupil, as broken upstream data does. */
export function spoil(key: number, field: string, value: unknown): void {
  Object.defineProperty(PEOPLE.get(key), field, { value, configurable: true });
}

/** What happened in the school: resolvers that ran. */
export const ran: string[] = [];

const kindOf = { __resolveType: ({ kind }: { readonly kind: string }) => kind };

export function schoolResolvers(): IResolvers {
  return {
    ...SCALARS,
    Mood: { GLAD: "glad", SAD: -1, ZERO: 0 },
    Entity: kindOf,
    Human: kindOf,
    Found: kindOf,
    RootQuery: {
      pupil: (_: unknown, { key }: { readonly key: number }) => PEOPLE.get(key) ?? null,
      everyone: () => [...PEOPLE.values()],
      entity: async (_: unknown, { key }: { readonly key: number }) =>
        PEOPLE.get(key) ?? ROOMS.find((room) => room.key === key) ?? null,
      find: () => [...PEOPLE.values(), null],
      found: (_: unknown, { keys }: { readonly keys: readonly number[] }) => [
        ...keys.map((key) => PEOPLE.get(key) ?? null),
        Promise.resolve(ROOMS[0]),
      ],
      rooms: () => ROOMS,
      echo: (_: unknown, args: object) => args,
      moods: () => [["glad", 0], [], [-1]],
      nothing: () => undefined,
      zero: () => 0,
      empty: () => "",
      no: () => false,
      strict: () => ({ a: () => ({ list: async () => [{ value: 1 }, { value: () => null }] }), beside: 1 }),
    },
    RootMutation: {
      rename(_: unknown, { key, to }: { readonly key: number; readonly to: string }) {
        ran.push(`rename ${key}`);
        PEOPLE.get(key)?.rename(to);
        return PEOPLE.get(key);
      },
      enrol: (_: unknown, { style }: { readonly style: { readonly loud: boolean } }) => {
        ran.push("enrol");
        return { ok: () => style.loud, pupil: Promise.resolve(PEOPLE.get(1)), others: () => [...PEOPLE.values()] };
      },
    },
    RootFeed: {
      renamed: {
        subscribe: async function* () {
          yield { renamed: PEOPLE.get(0) };
        },
      },
    },
  };
}
