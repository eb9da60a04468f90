import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** A file of the page, served from this process: the page loads nothing from elsewhere. */
export interface PageFile {
  readonly type: string;
  readonly body: Buffer;
  readonly etag: string;
}

const SCRIPT = "text/javascript; charset=utf-8";
const FILES = [
  ["react.js", "react", "umd/react.production.min.js", SCRIPT],
  ["react-dom.js", "react-dom", "umd/react-dom.production.min.js", SCRIPT],
  ["graphiql.js", "graphiql", "graphiql.min.js", SCRIPT],
  ["graphiql.css", "graphiql", "graphiql.min.css", "text/css; charset=utf-8"],
] as const;

/** Reads GraphiQL from the installed packages, once at start. Names are paths under `/graphiql/`. */
export async function loadGraphiql(): Promise<ReadonlyMap<string, PageFile>> {
  const require = createRequire(import.meta.url);
  const entries = FILES.map(async ([name, packageName, path, type]): Promise<[string, PageFile]> => {
    const root = dirname(require.resolve(`${packageName}/package.json`));
    return [name, fileOf(type, await readFile(join(root, path)))];
  });
  const page = fileOf("text/html; charset=utf-8", Buffer.from(HTML));
  const start = fileOf(SCRIPT, Buffer.from(START_SCRIPT));
  return new Map([...(await Promise.all(entries)), ["", page], ["start.js", start]]);
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
    <link rel="stylesheet" href="graphiql/graphiql.css" />
    <style>html, body, #graphiql { height: 100%; margin: 0; }</style>
  </head>
  <body>
    <div id="graphiql">Loading the editor …</div>
    <script src="graphiql/react.js"></script>
    <script src="graphiql/react-dom.js"></script>
    <script src="graphiql/graphiql.js"></script>
    <script src="graphiql/start.js"></script>
  </body>
</html>
`;

/** The headers pane opens filled in: who asks, and why. */
const START_SCRIPT = `"use strict";
const fetcher = GraphiQL.createFetcher({ url: location.pathname });
const headers = JSON.stringify(
  { authorization: "Bearer <token: npx fieldguard token --help>", "x-purpose": "", "x-justification": "" }, null, 2);
// A header left as it was given is not sent: without a token one is a guest, without a purpose none is declared.
const send = (request, options) => {
  const given = Object.entries(options?.headers ?? {});
  const sent = given.filter(([, value]) => value !== "" && !String(value).includes("<token"));
  return fetcher(request, { ...options, headers: Object.fromEntries(sent) });
};
ReactDOM.createRoot(document.getElementById("graphiql")).render(
  React.createElement(GraphiQL, {
    fetcher: send,
    defaultHeaders: headers,
    isHeadersEditorEnabled: true,
    shouldPersistHeaders: false,
    defaultEditorToolsVisibility: "headers",
    defaultQuery: "# Say who asks and why in the headers below, then ask.\\n{\\n  __typename\\n}\\n",
  }),
);
`;
