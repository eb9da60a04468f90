import { homeOf, storyOf } from "./cast.ts";
import { SHOPS } from "./catalogue.ts";
import { type Cast, known, type Making } from "./making.ts";
import { identityNumber } from "./numbers.ts";
import { LANGUAGES, PHRASES } from "./phrases.ts";
import type { AddressRow, CustomerRow, MerchantRow } from "./rows.ts";
import { dayOf, daysBefore } from "./times.ts";

const DAYS_A_YEAR = 365.25;

/** Customers with their address books. */
export function fillCustomers(
  making: Making,
  merchants: readonly MerchantRow[],
  count: number,
): Pick<Cast, "customers" | "homes"> {
  const customers: CustomerRow[] = [];
  const homes = new Map<string, AddressRow>();
  for (let number = 1; number <= count; number++) {
    const home = homeOf(number, merchants);
    const merchant = known(merchants[home.merchant - 1], `merchant ${home.merchant}`);
    const customer = fillCustomer(making, merchant, home.region, number);
    customers.push(customer);
    const addresses = making.dice.chance(0.3) ? 2 : 1;
    for (let nth = 0; nth < addresses; nth++) {
      const address = { customerId: customer.id, ...making.people.address(home.region) };
      const stored = making.writer.insert("address", address);
      if (nth === 0) homes.set(customer.id, stored);
    }
  }
  return { customers, homes };
}

function fillCustomer(
  making: Making,
  merchant: MerchantRow,
  region: CustomerRow["region"],
  number: number,
): CustomerRow {
  const { writer, dice, people, now } = making;
  const { story, minor } = storyOf(number);
  const { name, email, phone, gender } = people.person(region);
  const years = minor ? dice.between(8, 12) : dice.between(19, 78);
  const birthDate = dayOf(daysBefore(now, years * DAYS_A_YEAR + dice.between(5, 350)));
  // Those with a story show every field; of the others some have left out what a shop does not need.
  const told = (probability: number) => story !== null || dice.chance(probability);
  const language = PHRASES[LANGUAGES[region]];
  const audiences = known(SHOPS[merchant.seq - 1], `shop ${merchant.id}`).audiences;
  return writer.insert("customer", {
    merchantId: merchant.id,
    region,
    joinedOn: dayOf(daysBefore(now, dice.between(20, 1_600))),
    nickname: `${dice.pick(NICKNAMES[LANGUAGES[region]])}${dice.between(1, 99)}`,
    name,
    email,
    phone: told(0.9) ? phone : null,
    messengerId: told(0.35) ? `wx_${dice.hex(10)}` : null,
    birthDate: minor || told(0.8) ? birthDate : null,
    gender: told(0.7) ? gender : null,
    nationalId: told(0.25) ? identityNumber(region, birthDate, dice) : null,
    ...people.login(now, !told(0.9)),
    allergies: JSON.stringify(told(0.1) ? [dice.pick(language.allergies)] : []),
    level: dice.weighted([
      ["BASIC", 70],
      ["SILVER", 22],
      ["GOLD", 8],
    ] as const),
    loyaltyPoints: dice.chance(0.15) ? 0 : dice.between(1, 9_500),
    segments: JSON.stringify(told(0.8) ? [...new Set([dice.pick(audiences), dice.pick(audiences)])] : []),
    preferences: told(0.6)
      ? JSON.stringify({ language: LANGUAGES[region], newsletter: dice.chance(0.4), theme: "auto" })
      : null,
  });
}

const NICKNAMES = {
  de: ["Teefreundin", "Nordlicht", "Rolleule", "Apfelbaum", "Kiesel"],
  zh: ["小橘子", "山风", "阿木", "晚安猫", "听雨"],
  en: ["RedKettle", "quietfox", "MapleLeaf", "tinywave", "Juniper"],
} as const;
