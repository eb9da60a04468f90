const COUNTRY = /^(?:россия|рф|российская федерация|украина|україна|беларусь|казахстан|българия|србија)$/iu;
/** A region, republic, district or city is told by its word; the name is letters only. */
const NAME = "\\p{L}[\\p{L}\\- ]{0,40}";
const AREA = new RegExp(
  `^(?:(?:г\\.?|гор\\.|город|респ\\.|республика|обл\\.|область|р-н|район)\\s${NAME}|г\\.${NAME}|${NAME}\\s(?:обл\\.?|область|край|р-н|район|республика|АО))$`,
  "iu",
);
/** Cities that are regions of their own and are written without a word. */
const FEDERAL_CITY = /^(?:москва|санкт-петербург|севастополь|киев|київ|минск|алматы|астана|софия|београд)$/iu;
/** A street or a house in the same part, where a comma was left out. */
const STREET =
  /(?:^|[\s.])(?:ул|улица|пр|пр-т|проспект|пер|переулок|наб|набережная|ш|шоссе|бул|бульвар|б-р|пл|площадь|проезд|тупик|аллея|мкр|микрорайон|дом|д|кв|квартира|корп|корпус|стр|вул|вулиця)(?:[\s.]|$)/iu;
const PARTS_MAX = 4;

/**
 * Russian and its neighbours: parts between commas, each told by its word, in either order:
 * `101000, г. Москва, ул. Тверская, д. 7` keeps `г. Москва`. null where no part is told to be an area.
 */
export function generaliseRussian(text: string): string | null {
  const kept = text
    .split(/[,;\n]+/)
    .map((part) => part.trim().replace(/^\d{6}\s+|\s+\d{6}$/g, ""))
    .filter((part) => COUNTRY.test(part) || FEDERAL_CITY.test(part) || (AREA.test(part) && !STREET.test(part)));
  return kept.length === 0 || kept.length > PARTS_MAX ? null : kept.join(", ");
}
