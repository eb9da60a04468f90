import type { Faker } from "@faker-js/faker";
import type { Dice } from "./dice.ts";
import { ipAddress } from "./numbers.ts";
import { LANGUAGES, type Language } from "./phrases.ts";
import { PHONE_DIGITS, PHONE_PREFIXES, PLACES, type Place, STREETS } from "./places.ts";
import type { AddressRow, LoginColumns, Region } from "./rows.ts";
import { daysBefore } from "./times.ts";

export interface Person {
  readonly region: Region;
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly gender: "FEMALE" | "MALE" | "OTHER";
}

const MAIL_DOMAINS = ["example.com", "example.org", "example.net"];
const SYLLABLES = ["wei", "xiao", "li", "yu", "chen", "min", "jun", "hua", "ting", "bo", "mei", "hao", "lin", "yan"];

/** Makes people: names in their own language, numbers of their own country's form, mail at domains that nobody owns. */
export class People {
  readonly #fakers: Readonly<Record<Language, Faker>>;
  readonly #dice: Dice;
  readonly #mailboxes = new Set<string>();

  constructor(fakers: Readonly<Record<Language, Faker>>, dice: Dice) {
    this.#fakers = fakers;
    this.#dice = dice;
  }

  person(region: Region): Person {
    const faker = this.#fakers[LANGUAGES[region]];
    const gender = this.#dice.weighted([
      ["FEMALE", 48],
      ["MALE", 48],
      ["OTHER", 4],
    ] as const);
    const sex = gender === "FEMALE" ? "female" : gender === "MALE" ? "male" : undefined;
    const first = faker.person.firstName(sex);
    const last = faker.person.lastName(sex);
    return {
      region,
      name: region === "CN" ? `${last}${first}` : `${first} ${last}`,
      email: this.#mailbox(region, first, last),
      phone: this.phone(region),
      gender,
    };
  }

  phone(region: Region): string {
    return `${this.#dice.pick(PHONE_PREFIXES[region])}${this.#dice.digits(PHONE_DIGITS[region])}`;
  }

  /** An address without owner and id. */
  address(region: Region): Omit<AddressRow, "seq" | "id" | "customerId"> {
    const dice = this.#dice;
    const where: Place = dice.pick(PLACES[region]);
    const district = dice.pick(where.districts);
    const postcode = postcodeOf(region, where, dice);
    const road = dice.pick(STREETS[region]);
    const house = dice.between(1, 180);
    const street =
      region === "CN"
        ? `${road}${house}号${dice.between(1, 24)}栋${dice.between(101, 2802)}室`
        : region === "DE"
          ? `${road} ${house}`
          : `${house} ${road}`;
    const formatted =
      region === "CN"
        ? `${where.province === where.city ? "" : where.province}${where.city}${district}${street}`
        : region === "DE"
          ? `${street}, ${postcode} ${where.city}`
          : region === "US"
            ? `${street}, ${where.city}, ${where.province} ${postcode}`
            : `${street}, ${where.city} ${postcode}`;
    return {
      formatted,
      street,
      district,
      city: where.city,
      province: where.province,
      postcode,
      country: region,
      coordinates: JSON.stringify(this.near(where)),
    };
  }

  /** How somebody gets into an account, and last did; `never` where nobody has yet. */
  login(now: number, never: boolean): LoginColumns {
    const dice = this.#dice;
    return {
      passwordHash: `scrypt$16384$${dice.hex(64)}`,
      recentIps: JSON.stringify(never ? [] : [ipAddress(dice), ipAddress(dice)]),
      lastAt: never ? null : daysBefore(now, dice.between(1, 9_000) / 100),
    };
  }

  /** A point within about ten kilometres of a place's centre. */
  near(where: { readonly latitude: number; readonly longitude: number }): [number, number] {
    const off = () => this.#dice.between(-9_000, 9_000) / 100_000;
    return [round5(where.latitude + off()), round5(where.longitude + off())];
  }

  #mailbox(region: Region, first: string, last: string): string {
    const dice = this.#dice;
    const local =
      region === "CN"
        ? `${dice.pick(SYLLABLES)}${dice.pick(SYLLABLES)}${dice.between(1965, 2009)}`
        : `${plainLetters(first)}${dice.chance(0.6) ? `.${plainLetters(last)}` : dice.between(60, 99)}`;
    const domain = dice.pick(MAIL_DOMAINS);
    let box = `${local}@${domain}`;
    for (let again = 2; this.#mailboxes.has(box); again++) box = `${local}${again}@${domain}`;
    this.#mailboxes.add(box);
    return box;
  }
}

function postcodeOf(region: Region, where: Place, dice: Dice): string {
  switch (region) {
    case "DE":
    case "US":
      return where.postcode + dice.digits(2);
    case "CN":
      return where.postcode + dice.digits(2);
    case "GB":
      return `${where.postcode}${dice.between(1, 18)} ${dice.between(1, 9)}${dice.pick(["AB", "DQ", "LH", "NP", "TW"])}`;
  }
}

const UMLAUTS: Readonly<Record<string, string>> = { ä: "ae", ö: "oe", ü: "ue", ß: "ss" };

function plainLetters(name: string): string {
  return name
    .toLowerCase()
    .replace(/[äöüß]/g, (letter) => UMLAUTS[letter] ?? "")
    .normalize("NFD")
    .replace(/[^a-z]/g, "");
}

function round5(value: number): number {
  return Math.round(value * 100_000) / 100_000;
}
