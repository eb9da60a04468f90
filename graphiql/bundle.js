/**
 * Bundles the page at GET /graphql into `dist/graphiql`: script, style, and the licences of all that is in them. So the package needs
 * neither GraphiQL nor React where it is installed.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const TARGET = join(ROOT, "dist", "graphiql");

const { metafile, outputFiles } = await build({
  absWorkingDir: ROOT,
  entryPoints: ["graphiql/page.js"],
  outdir: TARGET,
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  define: { "process.env.NODE_ENV": '"production"' },
  legalComments: "none",
  logLevel: "warning",
  metafile: true,
  write: false,
});

mkdirSync(TARGET, { recursive: true });
for (const { path, contents } of outputFiles) put(path.endsWith(".css") ? "graphiql.css" : "start.js", contents);
put("LICENSES.txt", licencesOf(Object.keys(metafile.inputs)));

/**
 * Whole or not at all: a gateway may read it meanwhile.
 * @param {string} name
 * @param {string | Uint8Array} contents
 */
function put(name, contents) {
  const written = join(TARGET, `.${name}.${process.pid}`);
  writeFileSync(written, contents);
  renameSync(written, join(TARGET, name));
}

/**
 * The licence of each package that an input is of, by name.
 * @param {readonly string[]} inputs
 */
function licencesOf(inputs) {
  const folders = new Set(inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []));
  const texts = [...folders].map((folder) => licenceOf(join(ROOT, folder)));
  const head =
    "The page is made of the packages below, each followed by its licence, and of the two fonts at the end.\n";
  const fonts = readFileSync(join(ROOT, "graphiql", "FONTS.txt"), "utf8");
  return [head, ...texts.sort(), fonts].join(`\n${"-".repeat(80)}\n\n`);
}

/** @param {string} folder */
function licenceOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice)/i.test(file));
  const texts = files.map((file) => readFileSync(join(folder, file), "utf8").trim());
  if (texts.length === 0 && typeof license !== "string") throw new Error(`${name} ${version} says no licence.`);
  return `${[`${name} ${version} (${license})`, ...texts].join("\n\n")}\n`;
}
