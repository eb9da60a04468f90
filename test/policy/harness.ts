import { buildASTSchema, type GraphQLSchema, Source } from "graphql";
import { FieldguardError } from "../../src/core/errors.ts";
import { compilePolicy } from "../../src/policy/compile.ts";
import type { Fault, Policy } from "../../src/policy/model.ts";
import { composeTypeDefs } from "../../src/schema/compose.ts";

export const FILE = "shop.graphql";

/**
 * A case is SDL with its expectation in it: a comment `#! CODE coordinate` at the end of a line says that this fault (or
 * hint) is found there, and a row must give exactly those that it marks. A row without marks is a positive control.
 * Two on one line are separated by `;`.
 */
export interface Case {
  readonly name: string;
  readonly sdl: string;
}

export interface Found {
  readonly code: string;
  readonly coordinate: string;
  readonly line: number;
}

export function expected(sdl: string): Found[] {
  return sdl.split("\n").flatMap((text, index) => {
    const mark = text.split("#!")[1];
    if (mark === undefined) return [];
    return mark.split(";").map((each) => {
      const [code = "", coordinate = ""] = each.trim().split(/\s+/);
      return { code, coordinate, line: index + 1 };
    });
  });
}

export function found(faults: readonly Fault[]): Found[] {
  return faults.map(({ code, coordinate, place }) => ({ code, coordinate, line: lineOf(place) }));
}

/** The line of a place in the case's own file; -1 for any other. */
export function lineOf(place: string | null): number {
  const [, line] = new RegExp(`^${FILE}:(\\d+):\\d+$`).exec(place ?? "") ?? [];
  return line === undefined ? -1 : Number(line);
}

export function sorted(all: readonly Found[]): Found[] {
  return all.toSorted(
    (a, b) => a.line - b.line || a.code.localeCompare(b.code) || a.coordinate.localeCompare(b.coordinate),
  );
}

/** The case's SDL with a query type where it has none. */
export function sources(sdl: string): Source[] {
  const source = new Source(sdl, FILE);
  const hasQuery = /(type|schema)\s+(Query\b|\{)/.test(sdl);
  return hasQuery ? [source] : [source, new Source("type Query { ok: Boolean }", "query.graphql")];
}

export interface Outcome {
  readonly faults: readonly Fault[];
  readonly hints: readonly Fault[];
}

/** Everything that start-up finds: what composing refuses, or else what compiling does. */
export function examine(sdl: string): Outcome {
  try {
    return compileSdl(sdl);
  } catch (error) {
    if (error instanceof FieldguardError && error.code === "POLICY_INVALID") {
      return { faults: error.details["faults"] as readonly Fault[], hints: [] };
    }
    throw error;
  }
}

export interface CompiledSdl extends Outcome {
  readonly policy: Policy;
  readonly schema: GraphQLSchema;
}

export function compileSdl(sdl: string): CompiledSdl {
  const schema = buildASTSchema(composeTypeDefs(sources(sdl)), { assumeValidSDL: true });
  return { ...compilePolicy(schema), schema };
}
