import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type BrowserContext, chromium } from "playwright-core";
import { type Served, serveGateway, tokenFor } from "./harness.ts";

const BROWSER = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const FLAGS =
  "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

const available = existsSync(BROWSER);
if (!available && process.env["CI"] !== "true") {
  process.stderr.write(`The page is not tested: there is no browser at ${BROWSER} (set CHROMIUM).\n`);
}
// In CI a missing browser is a failure, not a skip.
const suite = available || process.env["CI"] === "true" ? describe : describe.skip;

const SDL = /* GraphQL */ `
  type Query { me: Customer }
  type Customer @subject(id: "id") { id: ID!  email: String @sensitive(category: EMAIL_ADDRESS, otherwise: MASK) @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) }
`;

suite("GraphiQL at GET /graphql", () => {
  let served: Served;
  let context: BrowserContext;
  let profile: string;
  const asked: string[] = [];

  beforeAll(async () => {
    served = await serveGateway({
      typeDefs: SDL,
      resolvers: { Query: { me: () => ({ id: "c-1", email: "ann@example.com" }) } },
    });
    profile = await mkdtemp(join(tmpdir(), "fieldguard-page-"));
    context = await chromium.launchPersistentContext(profile, { executablePath: BROWSER, args: FLAGS.split(" ") });
    context.on("request", (request) => asked.push(new URL(request.url()).host));
  });
  afterAll(async () => {
    await context?.close();
    await rm(profile, { recursive: true, force: true });
  });

  test("asks with token and purpose from the headers pane, and loads nothing from elsewhere", async () => {
    const page = await context.newPage();
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(message.text());
    });
    await page.goto(served.url);
    await page.waitForSelector(".graphiql-execute-button");
    // The headers pane offers what a caller needs to say.
    expect(await page.locator(".graphiql-editor-tool").textContent()).toContain("x-purpose");

    const type = async (editor: string, text: string) => {
      await page
        .locator(`${editor} .CodeMirror`)
        .first()
        .evaluate((element, value) => {
          (element as unknown as { CodeMirror: { setValue(text: string): void } }).CodeMirror.setValue(value);
        }, text);
    };
    await type(".graphiql-query-editor", "{ me { email } }");
    await page.click(".graphiql-execute-button");
    await page.waitForFunction(() =>
      document.querySelector(".result-window")?.textContent?.includes("a•••@example.com"),
    );

    const headers = {
      authorization: `Bearer ${tokenFor({ sub: "c-1", role: "CUSTOMER" })}`,
      "x-purpose": "SELF_SERVICE",
    };
    await type(".graphiql-editor-tool .graphiql-editor:not(.hidden)", JSON.stringify(headers));
    await page.click(".graphiql-execute-button");
    await page.waitForFunction(() =>
      document.querySelector(".result-window")?.textContent?.includes("ann@example.com"),
    );

    if (process.env["SCREENSHOT"]) await page.screenshot({ path: process.env["SCREENSHOT"] });
    expect(problems).toEqual([]);
    expect([...new Set(asked)]).toEqual([new URL(served.url).host]);
  });
});
