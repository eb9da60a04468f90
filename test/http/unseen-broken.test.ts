import { beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Ask, Served } from "./harness.ts";
import { openSchool, spoil } from "./unseen/resolvers.ts";
import { askOften, REGISTRAR, serveSchool } from "./unseen/school.ts";

let served: Served;
beforeAll(async () => {
  served = await serveSchool();
});
beforeEach(openSchool);

describe("broken data", () => {
  const SECRET = "31 February, at home in bed";

  test.each([
    ["a date scalar that refuses", "joined", "{ pupil(key: 0) { joined key } }", { joined: null, key: 0 }],
    ["a moment that refuses", "seen", "{ pupil(key: 0) { seen key } }", { seen: null, key: 0 }],
    ["an enum without such a value", "mood", "{ pupil(key: 0) { mood key } }", { mood: null, key: 0 }],
    ["text where a number is due", "siblings", "{ pupil(key: 0) { siblings key } }", { siblings: null, key: 0 }],
    ["text where a list is due", "marks", "{ pupil(key: 0) { marks key } }", { marks: null, key: 0 }],
    ["a public number that is none", "odd", "{ pupil(key: 0) { odd key } }", { odd: null, key: 0 }],
    ["a subject that cannot be told", "key", "{ pupil(key: 0) { fullName } }", null],
    ["an object where text is due", "fullName", "{ pupil(key: 0) { fullName key } }", { fullName: null, key: 0 }],
  ])("%s: null, one quiet error, never the value", async (_name, field, query, expected) => {
    spoil(0, field, field === "fullName" ? { secret: SECRET } : SECRET);
    const reply = await askOften(served, { query, ...REGISTRAR });
    expect(reply.status).toBe(200);
    expect(reply.body.data.pupil).toEqual(expected);
    expect(reply.body.errors).toHaveLength(1);
    expect(reply.text).not.toContain("February");
    expect(reply.text).not.toContain("_fg");
  });

  test.each([
    [
      "a method that throws",
      () => {
        throw new Error(SECRET);
      },
    ],
    ["a promise that is rejected", () => Promise.reject(new Error(SECRET))],
    ["an error as value", new Error(SECRET)],
    [
      "something thrown that is no error",
      () => {
        throw SECRET;
      },
    ],
  ])("%s", async (_name, value) => {
    spoil(0, "nick", value);
    const reply = await askOften(served, { query: "{ pupil(key: 0) { nick key } }", ...REGISTRAR });
    expect(reply.body.data.pupil).toEqual({ nick: null, key: 0 });
    expect(reply.body.errors).toHaveLength(1);
    expect(reply.text).not.toContain("February");
  });

  test.each<[string, Ask]>([
    ["a literal", { query: `{ echo(date: "${SECRET}") }` }],
    ["a variable", { query: "query ($d: Date) { echo(date: $d) }", variables: { d: SECRET } }],
    [
      "inside an input object",
      {
        query: "query ($s: Style!) { pupil(key: 0) { report(in: $s) { term } } }",
        variables: { s: { since: SECRET } },
      },
    ],
    [
      "a literal inside an input object",
      { query: `{ pupil(key: 0) { report(in: { since: "${SECRET}" }) { term } } }` },
    ],
  ])("input that a scalar refuses: %s", async (_name, ask) => {
    const reply = await served.ask({ ...ask, ...REGISTRAR });
    expect(reply.status).toBe(400);
    expect(reply.body.data).toBeUndefined();
    expect(reply.text.toLowerCase()).not.toContain("february");
  });
});
