import { faker as de } from "@faker-js/faker/locale/de";
import { faker as en } from "@faker-js/faker/locale/en";
import { faker as zh } from "@faker-js/faker/locale/zh_CN";
import { type Connection, createIndices, Writer } from "./database.ts";
import { Dice } from "./dice.ts";
import { fillCustomers } from "./fill-customers.ts";
import { fillOrders } from "./fill-orders.ts";
import { fillRooms } from "./fill-rooms.ts";
import { fillShops } from "./fill-shops.ts";
import { fillTraces } from "./fill-traces.ts";
import type { Cast, Making } from "./making.ts";
import { groupBy } from "./making.ts";
import { People } from "./people.ts";

const SEED = 20_240_301;

/** Fills an empty database. The same clock and counts make the same rows, in every process. Returns what stores further ones. */
export function fill(
  connection: Connection,
  counts: { readonly customers: number; readonly orders: number },
  now: number,
): Writer {
  for (const [index, faker] of [de, en, zh].entries()) faker.seed(SEED + index);
  const dice = new Dice(en);
  const writer = new Writer(connection);
  const making: Making = { writer, dice, people: new People({ de, en, zh }, dice), now };
  connection.transaction(() => {
    const { merchants, products } = fillShops(making);
    const { customers, homes } = fillCustomers(making, merchants, counts.customers);
    const cast: Cast = {
      merchants,
      customers,
      homes,
      papers: new Map(),
      customersOf: groupBy(customers, (customer) => customer.merchantId),
      productsOf: groupBy(products, (product) => product.merchantId),
    };
    const orders = fillOrders(making, cast, counts.orders);
    fillTraces(making, cast, orders);
    fillRooms(making, cast);
  })();
  createIndices(connection);
  return writer;
}
