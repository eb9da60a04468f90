/** Words by which a part of an address shows itself as a street or a building: a missing one may cost privacy, so the lists are generous. */

/** Words for streets that stand after the name: English, Hindi, Malay, Scandinavian in two words. */
const ROAD_LAST = words(`
  street st str avenue ave av road rd lane ln drive dr boulevard blvd way court ct close cl mews terrace ter crescent cres row walk gardens gdns
  square sq highway hwy parkway pkwy alley circle cir loop trail trl turnpike pike broadway grove green hill rise view vale wharf quay yard
  promenade esplanade parade pde place pl marg gali nagar salai vej gade gata gate veien sokak sokağı caddesi cad bulvarı mahallesi katu tie út utca tér
  north south east west`);
/** Words for streets that stand before the name, or anywhere. */
const ROAD_FIRST = words(`
  rue avenue av ave boulevard bd place pl chemin impasse allée quai cours route sentier via viale piazza piazzale corso vicolo largo strada
  calle c/ avenida avda av. paseo plaza carrera cra transversal diagonal rua travessa praça alameda rodovia estrada jalan jl jln lorong ulica ul al aleja plac os
  đường phố ngõ ngách hẻm ulice nám náměstí strada str bulevardul calea οδός λεωφόρος شارع طريق ถนน ซอย am an auf im in der zum zur unter
  near opp opposite behind beside next corner cnr km`);
/** Endings of compound words: German, Dutch, Scandinavian, Hungarian, Finnish. */
const ROAD_COMPOUND =
  /(?:stra(?:ß|ss)e|str|weg|platz|allee|gasse|chaussee|graben|steig|stieg|damm|ufer|straat|laan|plein|gracht|kade|singel|gatan|vägen|gränd|gade|vej|vejen|veien|gata|torget|katu|kuja|utca)\.?$/iu;
/** Flats, floors, houses, companies, and what else stands before or after a street. */
const UNIT = words(`
  flat apt apartment suite ste unit floor fl room rm shop office block blk wing tower towers building bldg house cottage villa farm lodge mill hall barn
  manor residence residences apartments mansion mansions estate complex plot sector phase level lot penthouse basement studio mall plaza centre center campus hotel hostel school
  college university hospital church station airport park box pobox p.o po bp postfach c/o attn attention appartement appt bâtiment bât étage escalier résidence
  wohnung whg haus hinterhaus vorderhaus etage stock stiege tür aufgang z.hd zhd firma gmbh inc ltd llc co edificio edif piso planta puerta portal escalera bloque casa apto
  apartamento andar bloco sala conjunto condomínio loja scala interno palazzo int verdieping huis bus etaj bloc scara ap mieszkanie lokal daire kat apartman
  tel phone mobile email fax no nr nº num number door house# #`);

/** Whether a part names a street. */
export function isRoad(part: string): boolean {
  const found = wordsOf(part);
  const first = found[0] ?? "";
  const last = found.at(-1) ?? "";
  return (
    (found.length > 1 && (ROAD_LAST.has(last) || ROAD_FIRST.has(first) || hasNumberedRoad(found))) ||
    found.some((word) => ROAD_COMPOUND.test(word))
  );
}

/** Whether a part names a flat, a building, or somebody to hand things to. */
export function isUnit(part: string): boolean {
  return part.includes("#") || wordsOf(part).some((word) => UNIT.has(word));
}

/** `Main Street 5`, `5th Avenue South`, `Main St Apt 4`: a word for a street in the middle, in a part that holds a number. */
function hasNumberedRoad(found: readonly string[]): boolean {
  return found.some((word) => /\p{N}/u.test(word)) && found.slice(1).some((word) => ROAD_LAST.has(word));
}

function wordsOf(part: string): string[] {
  return part
    .toLowerCase()
    .split(/[\s-]+/)
    .map((word) => word.replace(/\.$/, ""))
    .filter((word) => word !== "");
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.trim().split(/\s+/));
}
