import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { FieldguardError } from "../../src/core/errors.ts";
import type { Policy } from "../../src/policy/model.ts";
import { FIELD_CASES } from "./cases/fields.ts";
import { INTERFACE_CASES } from "./cases/interfaces.ts";
import { PROBE_CASES } from "./cases/probes.ts";
import { TYPE_CASES } from "./cases/types.ts";
import { compileSdl, expected } from "./harness.ts";

const SOUND = [...TYPE_CASES, ...FIELD_CASES, ...INTERFACE_CASES, ...PROBE_CASES].filter(
  ({ sdl }) => expected(sdl).length === 0,
);

/** Pieces of SDL: names, texts, punctuation. */
function pieces(sdl: string): string[] {
  return sdl.match(/"[^"]*"|[A-Za-z_]\w*|\s+|\S/g) ?? [];
}

const damaged = fc
  .record({
    sdl: fc.constantFrom(...SOUND.map(({ sdl }) => sdl)),
    edits: fc.array(
      fc.record({ at: fc.nat(), kind: fc.constantFrom("drop", "swap", "twice", "copy"), from: fc.nat() }),
      {
        minLength: 1,
        maxLength: 4,
      },
    ),
  })
  .map(({ sdl, edits }) => {
    const parts = pieces(sdl);
    for (const { at, kind, from } of edits) {
      const index = at % parts.length;
      const other = parts[from % parts.length] ?? "";
      if (kind === "drop") parts.splice(index, 1);
      else if (kind === "twice") parts.splice(index, 0, parts[index] ?? "");
      else if (kind === "copy") parts.splice(index, 1, other);
      else parts.splice(index, 1, other, parts[index] ?? "");
      if (parts.length === 0) parts.push(" ");
    }
    return parts.join("");
  });

/** What later stages rely on wherever the policy has no fault. */
function soundness(policy: Policy): void {
  const { roles, purposes, categories } = policy.vocabulary;
  for (const type of Object.values(policy.types)) {
    for (const [name, field] of Object.entries(type.fields)) {
      expect(type.fieldNames).toContain(name);
      expect(categories[field.category]).toBeDefined();
      for (const grant of field.grants) {
        for (const role of grant.to) {
          for (const purpose of grant.allow) expect(roles[role]?.declares).toContain(purpose);
          if (roles[role]?.reach === "ASSIGNED") expect(grant.assigned).not.toBeNull();
        }
      }
      for (const demand of field.consents) {
        for (const purpose of demand.purposes) expect(purposes[purpose]).toBeDefined();
      }
    }
    if (type.subject !== null) {
      const { id, tenant, region, birthDate } = type.subject;
      for (const path of [...id, tenant, region, birthDate]) {
        if (path !== null) expect(type.fieldNames).toContain(path.split(".")[0]);
      }
    }
    if (type.aggregate !== null) expect(type.fieldNames).toContain(type.aggregate.count);
  }
  for (const { policy: field, acts } of Object.values(policy.writes)) {
    expect(field.otherwise).toBe("DENY");
    for (const { on, keys, by, source, reach } of acts) {
      expect(policy.types[on]).toBeDefined();
      if (source === "QUERY") expect(policy.types["Query"]?.fieldNames).toContain(by);
      if (source === "TRUST") expect(reach).not.toBeNull();
      if (source === "QUERY") for (const { argument } of keys) expect(argument).not.toBeNull();
    }
  }
  for (const coordinates of [...Object.values(policy.probes), ...Object.values(policy.written)]) {
    expect(coordinates.length).toBeGreaterThan(0);
    for (const coordinate of coordinates) {
      const [type = "", field = ""] = coordinate.split(".");
      expect(policy.types[type]?.fields[field]).toBeDefined();
    }
  }
}

describe("damaged schemas", () => {
  test("are refused with coded faults in place, or compile to a sound policy; nothing else is ever thrown", () => {
    let refused = 0;
    let compiled = 0;
    fc.assert(
      fc.property(damaged, (sdl) => {
        try {
          const { policy, faults } = compileSdl(sdl);
          for (const fault of faults) expect(fault.mend).not.toBe("");
          if (faults.length === 0) soundness(policy);
          compiled += 1;
        } catch (error) {
          if (!(error instanceof FieldguardError)) throw error;
          expect(error.code).toBe("POLICY_INVALID");
          expect(error.details["faults"]).not.toEqual([]);
          refused += 1;
        }
      }),
      { numRuns: 400 },
    );
    expect(refused).toBeGreaterThan(0);
    expect(compiled).toBeGreaterThan(0);
  });

  test("taking an annotation away never adds a grant to another field", () => {
    for (const { sdl } of SOUND) {
      const before = grantsOf(compileSdl(sdl).policy);
      const without = sdl.replace(/@purpose\([^)]*\)/, "");
      if (without === sdl) continue;
      const { policy, faults } = compileSdl(without);
      if (faults.length > 0) continue;
      for (const [coordinate, grants] of grantsOf(policy))
        expect(grants).toBeLessThanOrEqual(before.get(coordinate) ?? 0);
    }
  });
});

function grantsOf(policy: Policy): Map<string, number> {
  const fields = Object.values(policy.types).flatMap((type) => Object.values(type.fields));
  return new Map(fields.map((field) => [field.coordinate, field.grants.length]));
}
