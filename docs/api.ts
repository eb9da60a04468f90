/**
 * Writes docs/api.md out of the docstrings of what the package exports: `npm run docs`. A test holds that the page is up to date.
 * Nothing is resolved but names: a declaration stands on the page as it stands in the source, without the bodies of functions.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync } from "@swc/core";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const PAGE = join(ROOT, "docs", "api.md");

/** Entry points by the name under which they are imported, and the source that each is compiled from. */
function entryPoints(): readonly (readonly [name: string, path: string])[] {
  const { name, exports } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    readonly name: string;
    readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
  };
  return Object.entries(exports).flatMap(([subpath, target]) => {
    if (typeof target === "string") return [];
    return [[join(name, subpath), target.default.replace(/^\.\/dist\/(.*)\.js$/, "src/$1.ts")] as const];
  });
}

/** A node of swc's syntax tree, of which only the kind and the place are relied on. */
interface Node {
  readonly type: string;
  readonly span: { readonly start: number; readonly end: number };
  readonly [property: string]: unknown;
}

interface SourceFile {
  readonly path: string;
  readonly body: readonly Node[];
  /** The text between two of swc's positions. */
  readonly text: (start: number, end: number) => string;
  /** The docstring that ends where something begins, its stars taken off; "" where there is none. */
  readonly docstring: (before: number) => string;
}

/** One declared name: what it says of itself, its text, and the names of the types in it. */
export interface Entry {
  readonly name: string;
  readonly docstring: string;
  readonly text: string;
  readonly file: string;
  readonly named: readonly string[];
}

const files = new Map<string, SourceFile>();

function fileAt(path: string): SourceFile {
  const read = files.get(path) ?? readSource(path);
  files.set(path, read);
  return read;
}

function readSource(path: string): SourceFile {
  // swc counts bytes, on from the file that it read before: the statement in front tells from where.
  const bytes = Buffer.from(`;${readFileSync(join(ROOT, path), "utf8")}`);
  const [first, ...body] = parseSync(bytes.toString(), { syntax: "typescript" }).body as unknown as Node[];
  const base = first?.span.start ?? 0;
  const text = (start: number, end: number): string => bytes.subarray(start - base, end - base).toString();
  const docstring = (before: number): string => {
    const comment = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*$/.exec(text(base, before))?.[1] ?? "";
    return comment.replace(/^[ \t]*\*[ ]?/gm, "").trim();
  };
  return { path, body, text, docstring };
}

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && "type" in value;
const nodes = (value: unknown): readonly Node[] => (Array.isArray(value) ? value.filter(isNode) : []);
const child = (node: Node, property: string): Node | null => {
  const value = node[property];
  return isNode(value) ? value : null;
};
const nameOf = (node: Node | null): string => String(node?.["value"] ?? "");

/** Where each name of a file comes from: itself, or another file that it imports the name from or passes on. */
function originOf(file: SourceFile, name: string): { readonly file: SourceFile; readonly name: string } | null {
  for (const statement of file.body) {
    const source = nameOf(child(statement, "source"));
    if (!source.startsWith(".")) continue;
    for (const specifier of nodes(statement["specifiers"])) {
      const [theirs, ours] =
        statement.type === "ImportDeclaration"
          ? [child(specifier, "imported") ?? child(specifier, "local"), child(specifier, "local")]
          : [child(specifier, "orig"), child(specifier, "exported") ?? child(specifier, "orig")];
      if (nameOf(ours) === name) return { file: fileAt(join(dirname(file.path), source)), name: nameOf(theirs) };
    }
  }
  return null;
}

/** The declaration of a name, in whichever file it stands; null where that is another package. */
function declarationOf(file: SourceFile, name: string): Entry | null {
  for (const statement of file.body) {
    const declaration = statement.type === "ExportDeclaration" ? child(statement, "declaration") : statement;
    if (declaration === null || !namesOf(declaration).includes(name)) continue;
    return {
      name,
      docstring: file.docstring(statement.span.start),
      text: textOf(file, declaration).replace(/;?$/, declaration.type.startsWith("TsInterface") ? "" : ";"),
      file: file.path,
      named: [...new Set(typesIn(declaration))],
    };
  }
  const origin = originOf(file, name);
  return origin === null ? null : declarationOf(origin.file, origin.name);
}

function namesOf(declaration: Node): readonly string[] {
  if (declaration.type === "VariableDeclaration") {
    return nodes([declaration["declarations"]].flat()).map((each) => nameOf(child(each, "id")));
  }
  return [nameOf(child(declaration, "id") ?? child(declaration, "identifier"))];
}

function textOf(file: SourceFile, declaration: Node): string {
  const { start, end } = declaration.span;
  const body = child(declaration, "body");
  if (declaration.type === "FunctionDeclaration" && body !== null) return file.text(start, body.span.start).trim();
  if (declaration.type !== "ClassDeclaration") return file.text(start, end);
  const members = nodes(declaration["body"]);
  const [first] = members;
  const head = file.text(start, first === undefined ? end : first.span.start);
  const shown = members.map((member) => `  ${withoutBody(file, member)};`);
  return `${head.slice(0, head.indexOf("{") + 1)}\n${shown.join("\n")}\n}`;
}

function withoutBody(file: SourceFile, member: Node): string {
  const body = child(member, "body") ?? child(child(member, "function") ?? member, "body");
  return file
    .text(member.span.start, body?.span.start ?? member.span.end)
    .trim()
    .replace(/;$/, "");
}

/** Names of the types that a node refers to. */
function typesIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(typesIn);
  if (typeof node !== "object" || node === null) return [];
  const named = isNode(node) && node.type === "TsTypeReference" ? [nameOf(child(node, "typeName"))] : [];
  const extended =
    isNode(node) && node.type === "TsExpressionWithTypeArguments" ? [nameOf(child(node, "expression"))] : [];
  const inside = Object.entries(node).flatMap(([property, value]) =>
    property === "body" && isBlock(value) ? [] : typesIn(value),
  );
  return [...named, ...extended, ...inside];
}

const isBlock = (value: unknown): boolean => isNode(value) && value.type === "BlockStatement";

/** What an entry point exports, in the order in which it names it. */
function exportsOf(path: string): Entry[] {
  const file = fileAt(path);
  return file.body.flatMap((statement): Entry[] => {
    if (statement.type === "ExportNamedDeclaration") {
      const names = nodes(statement["specifiers"]).map((each) =>
        nameOf(child(each, "exported") ?? child(each, "orig")),
      );
      return names.flatMap((name) => declarationOf(file, name) ?? []);
    }
    const declaration = statement.type === "ExportDeclaration" ? child(statement, "declaration") : null;
    return declaration === null ? [] : namesOf(declaration).flatMap((name) => declarationOf(file, name) ?? []);
  });
}

/** Types of this package that the entries name, and those that these name, in the order in which they are met. */
function typesBehind(entries: readonly Entry[]): Entry[] {
  const behind = new Map<string, Entry>();
  const met = new Set(entries.map(({ name }) => name));
  const follow = ({ named, file }: Entry): void => {
    for (const name of named) {
      const entry = met.has(name) ? null : declarationOf(fileAt(file), name);
      met.add(name);
      if (entry === null) continue;
      behind.set(name, entry);
      follow(entry);
    }
  };
  for (const entry of entries) follow(entry);
  return [...behind.values()];
}

/** All that stands on the page, by the entry point that exports it. */
export function apiEntries(): readonly (readonly [title: string, entries: readonly Entry[]])[] {
  const byEntry = entryPoints().map(([title, path]) => [title, exportsOf(path)] as const);
  return [...byEntry, ["Types that these name", typesBehind(byEntry.flatMap(([, entries]) => entries))]];
}

/** The page, as Markdown. */
export function apiPage(): string {
  const sections = apiEntries().map(([title, entries]) => `## ${title}\n\n${entries.map(shown).join("\n")}`);
  return `# What the package exports\n\nMade from the docstrings by \`npm run docs\`; not to be edited.\n\n${sections.join("\n")}`;
}

function shown({ name, docstring, text, file }: Entry): string {
  const prose = docstring === "" ? "" : `${docstring}\n\n`;
  return `### ${name}\n\n${prose}\`\`\`ts\n${text}\n\`\`\`\n\n[${file}](../${relative(".", file)})\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(PAGE, apiPage());
