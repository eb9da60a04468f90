import type { Dice } from "./dice.ts";
import { PLACES } from "./places.ts";
import type { Region } from "./rows.ts";

const RESIDENT_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const RESIDENT_CHECKS = "10X98765432";

/** Number of an identity card or passport in the form of the country; Chinese resident ids carry their check digit (GB 11643). */
export function identityNumber(region: Region, birthDate: string, dice: Dice): string {
  switch (region) {
    case "CN": {
      const place = dice.pick(PLACES.CN).code ?? "110108";
      const body = `${place}${birthDate.replaceAll("-", "")}${dice.digits(3)}`;
      const sum = RESIDENT_WEIGHTS.reduce((total, weight, at) => total + weight * Number(body[at]), 0);
      return `${body}${RESIDENT_CHECKS[sum % 11]}`;
    }
    case "DE":
      return `L${dice.digits(2)}X${dice.digits(2)}T${dice.digits(2)}`;
    case "US":
    case "GB":
      return `5${dice.digits(8)}`;
  }
}

/** A card number of sixteen digits with its check digit (ISO/IEC 7812: Luhn). */
export function cardNumber(dice: Dice): string {
  const body = `${dice.pick(["400000", "510510", "555555", "622126"])}${dice.digits(9)}`;
  let sum = 0;
  for (const [at, digit] of [...body].entries()) {
    const value = Number(digit) * (at % 2 === 0 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return `${body}${(10 - (sum % 10)) % 10}`;
}

/** Number of a bank account in the form of the country; IBANs carry their check digits (ISO 13616). */
export function accountNumber(region: Region, dice: Dice): string {
  switch (region) {
    case "DE":
      return iban("DE", dice.digits(18));
    case "GB":
      return iban("GB", `FGBK${dice.digits(14)}`);
    case "CN":
      return `621700${dice.digits(13)}`;
    case "US":
      return dice.digits(10);
  }
}

function iban(country: string, account: string): string {
  // Letters count as 10 to 35 (base 36), and the check digits make the whole leave 1 when divided by 97.
  const inDigits = [...`${account}${country}00`].map((letter) => Number.parseInt(letter, 36)).join("");
  return `${country}${String(98n - (BigInt(inDigits) % 97n)).padStart(2, "0")}${account}`;
}

/** Number under which a person or company pays taxes, in the form of the country. */
export function taxNumber(region: Region, dice: Dice): string {
  switch (region) {
    case "DE":
      return `DE${dice.digits(9)}`;
    case "CN":
      return `91${dice.digits(6)}MA${dice.digits(7)}X`;
    case "US":
      return `${dice.digits(2)}-${dice.digits(7)}`;
    case "GB":
      return `GB${dice.digits(9)}`;
  }
}

/** A public IPv4 address, or in one case of five an IPv6 one, of blocks that are set apart for documentation (RFC 5737, 3849). */
export function ipAddress(dice: Dice): string {
  if (dice.chance(0.2)) return `2001:db8:${dice.hex(4)}:${dice.hex(4)}::${dice.hex(2)}`;
  return `${dice.pick(["192.0.2", "198.51.100", "203.0.113"])}.${dice.between(1, 254)}`;
}
