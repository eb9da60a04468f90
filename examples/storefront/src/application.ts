import type { Application, TokenClaims } from "fieldguard/start";
import { sampleDeployment } from "./deployment.ts";
import { createStorefront, seedConsents } from "./storefront.ts";
import { type SampleCaller, sampleCallers, sampleQueries } from "./tokens.ts";

type Sign = (claims: TokenClaims, seconds: number) => string;

/** Eight hours: a working day of trying things out. */
const TOKEN_SECONDS = 8 * 3_600;

const systemClock = { now: () => Date.now() };

/** The storefront as it is served: with its consents, its settings, and what there is to try. */
export function createApplication(): Application {
  const storefront = createStorefront({ clock: systemClock });
  return {
    name: "the sample storefront",
    options: {
      ...sampleDeployment,
      typeDefs: storefront.typeDefs,
      resolvers: storefront.resolvers,
      context: () => storefront.context(),
    },
    prepare: ({ consents }) => seedConsents(consents, systemClock.now()),
    about: (sign) => (sign === null ? "" : [...callers(sign), "", ...queries()].join("\n")),
    // Until then, whoever is faster than this makes the data with the first request.
    served: () => storefront.fill(),
    close: () => storefront.close(),
  };
}

function callers(sign: Sign): string[] {
  const rows = sampleCallers.map((caller) => [`  ${caller.name}`, caller.claims.role, headersOf(caller), caller.about]);
  const exports = sampleCallers.map(({ name, claims }) => `  ${name.toUpperCase()}=${sign(claims, TOKEN_SECONDS)}`);
  return [
    "Callers to try, with the purpose that fits each:",
    "",
    ...columns(rows),
    "",
    "Their tokens, good for 8 hours (paste into a shell):",
    "",
    ...exports,
  ];
}

/** Rows in columns that stand under each other; the last one is not padded. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const widthAt = (at: number): number => Math.max(...rows.map((row) => row[at]?.length ?? 0));
  return rows.map((row) => row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widthAt(at)))).join("  "));
}

function headersOf({ purpose, justification }: SampleCaller): string {
  return justification === null ? purpose : `${purpose} (x-justification: ${justification})`;
}

function queries(): string[] {
  return [
    "Three queries to try, as the callers named:",
    ...sampleQueries.flatMap(({ title, query, runs, notice }, at) => [
      "",
      `  ${at + 1}. ${title}`,
      `     as ${runs.map(({ caller, purpose }) => `${caller} for ${purpose}`).join(", then ")}`,
      ...query
        .trim()
        .split("\n")
        .map((line) => `       ${line}`),
      `     ${notice}`,
    ]),
  ];
}
