import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { FieldguardError } from "../../src/core/errors.ts";
import { formatFaults, policyError } from "../../src/policy/report.ts";
import { examine } from "./harness.ts";

const SDL = `type Query {
  customers(emailContains: String): [Customer!]!
}

type Customer @subject(id: "ident") {
  id: ID!
  email: String! @sensitive(category: EMAIL_ADDRESS) @purpose(allow: [DELIVERY], to: [MERCHANT])
  score: Int @sensitive(category: EMAIL_ADDRESS)
  phone: String
}
`;

/** Pinned: what people read in a terminal. \`UPDATE_GOLDEN=1\` writes it anew; read the difference before committing it. */
function golden(name: string, text: string): string {
  const file = new URL(`./golden/${name}`, import.meta.url);
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(file, `${text}\n`);
  return readFileSync(file, "utf8");
}

describe("the report", () => {
  const { faults, hints } = examine(SDL);

  test("of faults and hints", () => {
    const text = formatFaults(faults, hints);
    expect(`${text}\n`).toBe(golden("faults-and-hints.txt", text));
  });

  test("of a schema that cannot be read", () => {
    const text = formatFaults(examine("type Query {\n  ok: Boolean @sensitv\n  email: Strin\n").faults);
    expect(`${text}\n`).toBe(golden("syntax.txt", text));
  });

  test("of nothing", () => {
    expect(formatFaults([], [])).toBe("no faults, no hints");
    expect(formatFaults([])).toBe("no faults");
  });

  test("counts one as one", () => {
    expect(formatFaults(faults.slice(0, 1), hints.slice(0, 1))).toMatch(/\n1 fault, 1 hint$/);
  });

  test("is the message of the error that start-up throws, which holds the faults themselves", () => {
    const error = policyError(faults);
    expect(error).toBeInstanceOf(FieldguardError);
    expect(error.code).toBe("POLICY_INVALID");
    expect(error.message).toContain(formatFaults(faults));
    expect(error.details["faults"]).toBe(faults);
  });
});
