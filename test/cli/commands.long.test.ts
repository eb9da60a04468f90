import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import jwt from "jsonwebtoken";
import { ensureBuilt, fieldguard, ROOT } from "./command.ts";

/** Each command is a process of its own. */
jest.setTimeout(120_000);

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fieldguard-cli-"));
  writeFileSync(join(folder, "good.graphql"), GOOD);
  writeFileSync(join(folder, "bad.graphql"), BAD);
  writeFileSync(join(folder, "broken.graphql"), "type Query {");
  await ensureBuilt();
}, 240_000);
afterAll(() => rmSync(folder, { recursive: true }));

const GOOD = /* GraphQL */ `type Query { me: Person }
type Person @subject(id: "id", tenant: "shop")
  @purpose(allow: [SELF_SERVICE], to: [CUSTOMER])
  @purpose(allow: [DIRECT_MARKETING], to: [MERCHANT])
  @consent(for: [DIRECT_MARKETING]) {
  id: ID!
  shop: ID
  name: String @sensitive(category: PERSON_NAME)
}
`;

const BAD = /* GraphQL */ `type Query { me: Person }
type Person @subject(id: "nobody") {
  id: ID!
  age: Int @sensitive(category: EMAIL_ADDRESS)
  mail: String @sensitive(category: EMAIL_ADDRESS) @purpose(allow: [DELIVERY], to: [CUSTOMER])
}
`;

const SECRET = "a secret for tokens that only this test knows";
const golden = (name: string): string => readFileSync(join(ROOT, "test/cli/golden", name), "utf8");

describe("fieldguard", () => {
  test("--help lists the commands, --version the version", async () => {
    const help = await fieldguard(["--help"]);
    expect(help.code).toBe(0);
    for (const command of ["start", "token", "check", "explain"])
      expect(help.out).toMatch(new RegExp(`^  ${command} `, "m"));
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    expect((await fieldguard(["--version"])).out.trim()).toBe(version);
  });

  test.each([
    ["an unknown command", ["frobnicate"]],
    ["an unknown option", ["check", "--frobnicate"]],
    ["a missing argument", ["explain"]],
    ["a missing option", ["explain", "Customer.email"]],
  ])("%s is not usable: 2, one message, no stack", async (_name, args) => {
    const { code, err } = await fieldguard(args);
    expect(code).toBe(2);
    expect(err).not.toBe("");
    expect(err).not.toMatch(/^\s+at /m);
  });
});

describe("fieldguard check", () => {
  test("the sample has no fault", async () => {
    const { code, out } = await fieldguard(["check"]);
    expect([code, out.includes("no faults")]).toEqual([0, true]);
  });

  test("a good schema: 0; every fault of a bad one in one report: 1", async () => {
    expect((await fieldguard(["check", "good.graphql"], { cwd: folder })).code).toBe(0);
    const { code, out } = await fieldguard(["check", "bad.graphql"], { cwd: folder });
    expect(code).toBe(1);
    expect(out).toBe(golden("check-bad.txt"));
  });

  test("--json says the same", async () => {
    const { code, out } = await fieldguard(["check", "bad.graphql", "--json"], { cwd: folder });
    const { faults } = JSON.parse(out);
    expect(code).toBe(1);
    expect(
      faults.map(({ code: fault, coordinate, place }: Record<string, string>) => [fault, coordinate, place]),
    ).toEqual([
      ["SUBJECT_FIELD_UNKNOWN", "Person", "bad.graphql:2:22"],
      ["MASK_NOT_CARRIED", "Person.age", "bad.graphql:4:12"],
      ["GRANT_NOT_DECLARABLE", "Person.mail", expect.stringContaining("bad.graphql:5:")],
    ]);
  });

  test("SDL that is none is a fault; a file that is not there is not usable", async () => {
    const broken = await fieldguard(["check", "broken.graphql"], { cwd: folder });
    expect([broken.code, broken.out.includes("SDL_SYNTAX")]).toEqual([1, true]);
    const missing = await fieldguard(["check", "missing.graphql"], { cwd: folder });
    expect([missing.code, missing.err.includes("missing.graphql")]).toEqual([2, true]);
  });

  test("--strict lets hints count", async () => {
    writeFileSync(join(folder, "hint.graphql"), "type Query { me: Me } type Me { id: ID! email: String }");
    expect((await fieldguard(["check", "hint.graphql"], { cwd: folder })).code).toBe(0);
    expect((await fieldguard(["check", "hint.graphql", "--strict"], { cwd: folder })).code).toBe(1);
  });
});

describe("fieldguard explain", () => {
  test.each(["Person.nothing", "Nobody.name", "Person", "Person.name.first", "toString.name"])(
    "%s, which there is not, is an error and nothing that everybody may see",
    async (coordinate) => {
      const { code, err } = await fieldguard(["explain", coordinate, "--role", "GUEST", "--schema", "good.graphql"], {
        cwd: folder,
      });
      expect(code).toBe(2);
      expect(err).toContain(`The schema has no field ${coordinate}`);
      expect(err).not.toContain("everybody may see it");
    },
  );

  test.each([
    ["explain-denied.txt", ["--role", "MERCHANT", "--purpose", "SELF_SERVICE"]],
    ["explain-depends.txt", ["--role", "MERCHANT", "--purpose", "DIRECT_MARKETING"]],
    ["explain-nobody.txt", ["--role", "GUEST"]],
  ])("%s", async (file, args) => {
    const { code, out } = await fieldguard(["explain", "Person.name", ...args, "--schema", "good.graphql"], {
      cwd: folder,
    });
    expect(code).toBe(0);
    expect(out).toBe(golden(file));
  });

  test("--json holds every test and the verdict", async () => {
    const { out } = await fieldguard(
      ["explain", "Person.name", "--role", "GUEST", "--schema", "good.graphql", "--json"],
      { cwd: folder },
    );
    const said = JSON.parse(out);
    expect(said).toMatchObject({
      coordinate: "Person.name",
      role: "GUEST",
      decision: { outcome: "DENY", reason: "ROLE_NOT_ALLOWED" },
      mask: "PERSON_NAME",
    });
    expect(said.tests.length).toBeGreaterThanOrEqual(9);
  });

  test.each([
    ["an unknown field", ["Person.shoe", "--role", "GUEST"]],
    ["an unknown role", ["Person.name", "--role", "KING"]],
    ["an unknown purpose", ["Person.name", "--role", "GUEST", "--purpose", "FUN"]],
  ])("%s: 2", async (_name, args) => {
    expect((await fieldguard(["explain", ...args, "--schema", "good.graphql"], { cwd: folder })).code).toBe(2);
  });
});

describe("fieldguard token", () => {
  const env = { FIELDGUARD_JWT_SECRET: SECRET };

  test("signs what was asked for", async () => {
    const args = [
      "token",
      "--role",
      "MERCHANT",
      "--sub",
      "st-1",
      "--org",
      "m-1",
      "--tenant",
      "m-1",
      "m-2",
      "--region",
      "DE",
      "--expires",
      "90s",
    ];
    const { code, out } = await fieldguard(args, { cwd: folder, env });
    expect(code).toBe(0);
    const claims = jwt.verify(out.trim(), SECRET, { algorithms: ["HS256"] }) as jwt.JwtPayload;
    expect(claims).toMatchObject({ role: "MERCHANT", sub: "st-1", org: "m-1", tenants: ["m-1", "m-2"], region: "DE" });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(90);
  });

  test("--json: token and claims; a guardian's token", async () => {
    const args = ["token", "--role", "CUSTOMER", "--sub", "c-1", "--on-behalf-of", "c-10", "--guardian", "--json"];
    const { token, claims } = JSON.parse((await fieldguard(args, { cwd: folder, env })).out);
    expect(claims.act).toEqual({ sub: "c-10", as: "GUARDIAN" });
    expect(jwt.verify(token, SECRET)).toMatchObject(claims);
  });

  test("a lifetime that is none: 2", async () => {
    const { code, err } = await fieldguard(["token", "--role", "GUEST", "--sub", "x", "--expires", "soon"], {
      cwd: folder,
      env,
    });
    expect([code, err.includes("--expires")]).toEqual([2, true]);
  });
});
