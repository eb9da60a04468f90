import { CURRENCIES, PARTNERS, SHOPS, type Shop } from "./catalogue.ts";
import type { Making } from "./making.ts";
import type { MerchantRow, ProductRow } from "./rows.ts";
import { dayOf, daysBefore } from "./times.ts";

/** Merchants with their staff and goods, and the companies that work for them. */
export function fillShops(making: Making): {
  readonly merchants: readonly MerchantRow[];
  readonly products: readonly ProductRow[];
} {
  for (const partner of PARTNERS) making.writer.insert("partner", partner);
  const merchants: MerchantRow[] = [];
  const products: ProductRow[] = [];
  for (const shop of SHOPS) {
    const merchant = making.writer.insert("merchant", {
      name: shop.name,
      region: shop.region,
      about: shop.about,
      currency: CURRENCIES[shop.region],
      since: dayOf(daysBefore(making.now, making.dice.between(1_500, 4_000))),
    });
    merchants.push(merchant);
    fillStaff(making, merchant);
    products.push(...fillGoods(making, merchant, shop));
  }
  return { merchants, products };
}

function fillStaff({ writer, people, now }: Making, merchant: MerchantRow): void {
  for (const position of ["OWNER", "ADMINISTRATOR", "SUPPORT"] as const) {
    const { name, email, phone } = people.person(merchant.region);
    writer.insert("staff", {
      merchantId: merchant.id,
      region: merchant.region,
      position,
      name,
      email,
      phone: position === "SUPPORT" ? null : phone,
      ...people.login(now, position === "SUPPORT"),
    });
  }
}

function fillGoods({ writer, dice }: Making, merchant: MerchantRow, shop: Shop): ProductRow[] {
  return shop.goods.map(([name, price, option]) =>
    writer.insert("product", {
      merchantId: merchant.id,
      name,
      description: `${name} (${option}). ${shop.about}`,
      category: shop.category,
      price,
      currency: merchant.currency,
      stock: dice.chance(0.1) ? 0 : dice.between(1, 240),
      attributes: dice.chance(0.15) ? null : JSON.stringify({ option, weightGrams: dice.between(40, 2_500) }),
    }),
  );
}
