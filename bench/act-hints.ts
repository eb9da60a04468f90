/**
 * How well `check` tells mutations that act on somebody and do not say so (the hint LOOKS_LIKE_ACT): of the sample, the packs and
 * SDL files, what guards one field of Mutation after the other is taken away, and the hint must come back. Where a field says that
 * it acts on nobody who is told (`@purpose` alone, or `reach: NONE`), it should not. Prints a row for each schema.
 *
 *   tsx bench/act-hints.ts [annotated SDL files...]
 */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { type ConstDirectiveNode, type DocumentNode, type FieldDefinitionNode, Kind, parse, print } from "graphql";
import { compilePack } from "../src/packs/compile.ts";
import { loadPack, packNames } from "../src/packs/load.ts";

interface Corpus {
  readonly name: string;
  readonly sdl: readonly string[];
}

interface Tally {
  readonly missed: string[];
  readonly wrong: string[];
  hit: number;
  silent: number;
}

const SAMPLE = fileURLToPath(new URL("../schema/storefront.graphql", import.meta.url));

function corpora(files: readonly string[]): readonly Corpus[] {
  return [
    { name: "storefront", sdl: [readFileSync(SAMPLE, "utf8")] },
    ...packNames().map((name) => ({ name, sdl: loadPack(name).parts.map(({ sdl }) => sdl) })),
    ...files.map((file) => ({ name: basename(file), sdl: [readFileSync(file, "utf8")] })),
  ];
}

/** Takes the guard away from each guarded field of Mutation by turns, and from all together at last. */
function measure({ sdl }: Corpus): Tally {
  const tally: Tally = { missed: [], wrong: [], hit: 0, silent: 0 };
  const document = parse(sdl.join("\n"));
  const fields = guardedFields(document);
  const alone = fields.map((field) => [field, hintsOf(unguarded(document, new Set([field])))] as const);
  const together = hintsOf(unguarded(document, new Set(fields)));
  for (const [field, hints] of alone) {
    const coordinate = `Mutation.${field.name.value}`;
    const hinted = hints.has(coordinate) && together.has(coordinate);
    if (actsOnSomebody(field)) {
      if (hinted) tally.hit += 1;
      else tally.missed.push(coordinate);
    } else if (hints.has(coordinate)) tally.wrong.push(coordinate);
    else tally.silent += 1;
  }
  // What the schema as it stands is told of says nothing on purpose.
  for (const coordinate of hintsOf(document)) tally.wrong.push(coordinate);
  return tally;
}

function hintsOf(document: DocumentNode): ReadonlySet<string> {
  const { hints } = compilePack({ parts: [{ name: "measured", sdl: print(document) }] });
  return new Set(hints.filter(({ code }) => code === "LOOKS_LIKE_ACT").map(({ coordinate }) => coordinate));
}

function isGuard({ name }: ConstDirectiveNode): boolean {
  return name.value === "acts" || name.value === "purpose" || name.value === "consent";
}

function guardedFields({ definitions }: DocumentNode): readonly FieldDefinitionNode[] {
  return definitions.flatMap((node) =>
    (node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION) &&
    node.name.value === "Mutation"
      ? (node.fields ?? []).filter(({ directives = [] }) => directives.some(isGuard))
      : [],
  );
}

/** `@acts`, and not open to everybody. */
function actsOnSomebody({ directives = [] }: FieldDefinitionNode): boolean {
  return directives.some((each) => each.name.value === "acts" && !print(each).includes("reach: NONE"));
}

function unguarded(document: DocumentNode, fields: ReadonlySet<FieldDefinitionNode>): DocumentNode {
  const definitions = document.definitions.map((node) => {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.OBJECT_TYPE_EXTENSION) return node;
    const stripped = (node.fields ?? []).map((field) =>
      fields.has(field) ? { ...field, directives: (field.directives ?? []).filter((each) => !isGuard(each)) } : field,
    );
    return { ...node, fields: stripped };
  });
  return { ...document, definitions };
}

function main(): void {
  const rows = corpora(process.argv.slice(2)).map((corpus) => ({ name: corpus.name, ...measure(corpus) }));
  const sum = (of: (row: Tally) => number): number => rows.reduce((all, row) => all + of(row), 0);
  for (const { name, hit, missed, wrong, silent } of rows) {
    console.log(`${name}: ${hit} of ${hit + missed.length} told, ${silent} left alone, ${wrong.length} told wrongly`);
    for (const coordinate of missed) console.log(`  missed ${coordinate}`);
    for (const coordinate of wrong) console.log(`  wrong  ${coordinate}`);
  }
  const hit = sum((row) => row.hit);
  const percent = (part: number, whole: number): string =>
    whole === 0 ? "-" : `${Math.round((100 * part) / whole)} %`;
  console.log(
    `together: recall ${percent(hit, hit + sum(({ missed }) => missed.length))}, precision ${percent(hit, hit + sum(({ wrong }) => wrong.length))}`,
  );
}

main();
