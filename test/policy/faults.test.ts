import { describe, expect, test } from "@jest/globals";
import { FAULT_CODES } from "../../src/policy/fault-codes.ts";
import { FIELD_CASES } from "./cases/fields.ts";
import { INTERFACE_CASES } from "./cases/interfaces.ts";
import { PROBE_CASES } from "./cases/probes.ts";
import { SDL_CASES } from "./cases/sdl.ts";
import { TYPE_CASES } from "./cases/types.ts";
import { VOCABULARY_CASES } from "./cases/vocabulary.ts";
import { WRITE_CASES } from "./cases/writes.ts";
import { examine, expected, found, sorted } from "./harness.ts";

const TABLES = {
  SDL: SDL_CASES,
  vocabulary: VOCABULARY_CASES,
  types: TYPE_CASES,
  fields: FIELD_CASES,
  interfaces: INTERFACE_CASES,
  probes: PROBE_CASES,
  writes: WRITE_CASES,
} as const;

const ALL = Object.values(TABLES).flat();

describe.each(Object.entries(TABLES))("faults: %s", (_, cases) => {
  test.each(cases)("$name", ({ sdl }) => {
    expect(sorted(found(examine(sdl).faults))).toEqual(sorted(expected(sdl)));
  });
});

test("every fault says what is wrong and what to write instead, in its place", () => {
  for (const { sdl } of ALL) {
    for (const fault of examine(sdl).faults) {
      expect(fault.message).not.toBe("");
      expect(fault.mend).not.toBe("");
      expect(fault.place).toMatch(/^shop\.graphql:\d+:\d+$/);
      expect(FAULT_CODES).toContain(fault.code);
    }
  }
});

test("every code has a case", () => {
  const covered = new Set(ALL.flatMap(({ sdl }) => expected(sdl).map(({ code }) => code)));
  // one cannot happen after composing, the other ends the parsing of its file; both have tests of their own
  const elsewhere = ["VOCABULARY_MISSING", "SDL_SYNTAX"];
  expect(FAULT_CODES.filter((code) => !covered.has(code) && !elsewhere.includes(code))).toEqual([]);
});

test("all faults of a schema are in one report, in the order of the text", () => {
  const sdl = ALL.filter(({ sdl }) => !/type Query|schema/.test(sdl) && !/SDL_INVALID|_RENAMED|_RESERVED/.test(sdl))
    .map(({ sdl }, index) =>
      sdl.replace(
        /\b(Customer|Party|Shipment|Order|Shop|Stop|Address|Place|Kind|Group|Other|Kept|Node|Folder|Parcel|[A-K])\b(?=[ ]*[{@:&=,\]!}]|$| implements)/gm,
        `$1${index}`,
      ),
    )
    .join("\n");
  const lines = examine(sdl).faults.map(({ place }) => Number(place?.split(":")[1]));
  expect(lines.length).toBeGreaterThan(50);
  expect(lines).toEqual(lines.toSorted((a, b) => a - b));
});
