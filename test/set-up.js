import { existsSync } from "node:fs";

/** A gateway serves the page that the build bundles: where nothing was built yet, as after `npm ci --ignore-scripts`, that much is. */
export default async function setUp() {
  if (!existsSync(new URL("../dist/graphiql/start.js", import.meta.url))) await import("../graphiql/bundle.js");
}
