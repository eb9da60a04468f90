/** Words by which a part of an address shows itself as a street or a building: a missing one may cost privacy, so the lists are generous. */

/** Words for streets that stand after the name: English, Hindi, Malay, Scandinavian in two words. */
const ROAD_LAST = setOf(`
  street st str avenue ave av road rd lane ln drive dr boulevard blvd way court ct close cl mews terrace ter crescent cres row walk gardens gdns
  square sq highway hwy parkway pkwy alley circle cir loop trail trl turnpike pike broadway grove green rise wharf quay yard
  promenade esplanade parade pde place pl marg gali nagar salai vej gade gata gate veien sokak sokağı caddesi cad bulvarı mahallesi katu tie út utca tér
  north south east west`);
/** Words for streets that stand before the name, or anywhere. */
const ROAD_FIRST = setOf(`
  rue avenue av ave boulevard bd place pl chemin impasse allée quai cours route sentier via viale piazza piazzale corso vicolo largo strada
  calle c/ avenida avda av. paseo plaza carrera cra transversal diagonal camino carretera ctra senda ronda glorieta rua travessa praça alameda rodovia estrada jalan jl jln lorong ulica ul al aleja plac os bulw droga rondo
  đường phố ngõ ngách hẻm ulice nám náměstí strada str bulevardul calea οδός λεωφόρος شارع طريق ถนน ซอย am an auf im in der zum zur unter
  near opp opposite behind beside next corner cnr km`);
/** Endings of compound words: German, Dutch, Scandinavian, Hungarian, Finnish. */
const ROAD_COMPOUND =
  /(?:stra(?:ß|ss)e|str|weg|platz|allee|gasse|chaussee|graben|steig|stieg|damm|ufer|straat|laan|plein|gracht|kade|singel|gatan|vägen|gränd|gade|vej|vejen|veien|gata|torget|katu|kuja|utca)\.?$/iu;
const NUMBER = /\p{N}/u;
/** Without the dot of an abbreviation. */
const WORD = /[^\s-]+?(?=\.?(?:[\s-]|$))/g;
/** What a house is divided into, and how to reach who lives there. */
const DIVISION = setOf(`
  flat apt apartment suite ste unit floor fl room rm shop office block blk phase level lot penthouse basement studio box pobox p.o po bp postfach
  c/o attn attention appartement appt bâtiment bât étage escalier wohnung whg etage stock stiege tür aufgang z.hd zhd piso planta puerta portal escalera
  bloque casa apto apartamento andar bloco sala conjunto loja scala interno int verdieping huis bus etaj bloc scara ap mieszkanie lokal daire kat
  tel phone mobile email fax no nr nº num number door #`);
/** Houses and companies, which stand in an address without a street or beside one. */
const BUILDING = setOf(`
  wing tower towers building bldg house cottage cottages villa farm lodge mill hall barn manor residence residences apartments mansion mansions estate complex
  plot sector mall plaza centre center campus hotel hostel school college university hospital church station airport park résidence haus hinterhaus
  vorderhaus firma gmbh inc ltd llc co edificio edif condomínio palazzo apartman house#`);
/** `5`, `12b`. */
const HOUSE_NUMBER = /^\d+[a-z]?$/;

/** What the words of a part of an address tell. A part can be both: `Main Street Apt 4`. */
export interface Telling {
  /** It names a street. */
  readonly road: boolean;
  /** It names a flat, a building, or somebody to hand things to. */
  readonly unit: boolean;
  /** It begins with a house number and a name, and no building is named: `948 Maida Apt 7`. */
  readonly house: boolean;
}

/** Reads the words of one part. */
export function readWords(part: string): Telling {
  const words = wordsOf(part);
  const [number = "", name = ""] = words;
  const building = words.some((word) => BUILDING.has(word));
  return {
    road: isRoad(words, part),
    unit: building || part.includes("#") || words.some((word) => DIVISION.has(word)),
    house: HOUSE_NUMBER.test(number) && name !== "" && !DIVISION.has(name) && !building,
  };
}

function isRoad(words: readonly string[], part: string): boolean {
  const named =
    words.length > 1 &&
    (ROAD_LAST.has(words.at(-1) ?? "") ||
      ROAD_FIRST.has(words[0] ?? "") ||
      // `Main Street 5`, `5th Avenue South`: in the middle, in a part that holds a number.
      (NUMBER.test(part) && words.some((word, index) => index > 0 && ROAD_LAST.has(word))));
  return named || words.some((word) => ROAD_COMPOUND.test(word));
}

function wordsOf(part: string): string[] {
  const words = part.toLowerCase().match(WORD);
  return words === null ? [] : words;
}

function setOf(list: string): ReadonlySet<string> {
  return new Set(list.trim().split(/\s+/));
}
