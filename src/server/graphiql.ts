import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { FieldguardError } from "../core/errors.ts";

/** A file of the page, served from this process: the page loads nothing from elsewhere. */
export interface PageFile {
  readonly type: string;
  readonly body: Buffer;
  readonly etag: string;
}

/** Where the build puts what it bundles of GraphiQL (`graphiql/bundle.js`). */
const BUNDLE = new URL("../../dist/graphiql/", import.meta.url);
const SCRIPT = "start.js";
const STYLE = "graphiql.css";

/** Reads the bundled page, once at start. Names are paths under `/graphiql/`; the page itself has none. */
export async function loadGraphiql(): Promise<ReadonlyMap<string, PageFile>> {
  const [script, style] = await Promise.all([readBundled(SCRIPT), readBundled(STYLE)]);
  return new Map([
    ["", fileOf("text/html; charset=utf-8", Buffer.from(HTML))],
    [SCRIPT, fileOf("text/javascript; charset=utf-8", script)],
    [STYLE, fileOf("text/css; charset=utf-8", style)],
  ]);
}

async function readBundled(name: string): Promise<Buffer> {
  const file = fileURLToPath(new URL(name, BUNDLE));
  try {
    return await readFile(file);
  } catch (cause) {
    throw new FieldguardError(
      "CONFIGURATION_INVALID",
      `Cannot read ${file}, a file of the page at GET /graphql: install the package again, in a checkout run npm run build, or set the option \`graphiql\` to false.`,
      { cause },
    );
  }
}

function fileOf(type: string, body: Buffer): PageFile {
  return { type, body, etag: `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"` };
}

/** Scripts only from here; styles and data URLs as the editor makes them. */
export const PAGE_HEADERS = {
  "content-security-policy":
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; worker-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
} as const;

const HTML = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Fieldguard</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="graphiql/${STYLE}" />
    <style>html, body, #graphiql { height: 100%; margin: 0; }</style>
  </head>
  <body>
    <div id="graphiql">Loading the editor …</div>
    <script src="graphiql/${SCRIPT}"></script>
  </body>
</html>
`;
