import { beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Served } from "./harness.ts";
import { openSchool, ran } from "./unseen/resolvers.ts";
import { askOften, NURSE, REGISTRAR, serveSchool, TUTOR } from "./unseen/school.ts";

let served: Served;
beforeAll(async () => {
  served = await serveSchool();
});
beforeEach(openSchool);

describe("what is masked and denied", () => {
  test("every scalar keeps its type, every value its place", async () => {
    const query = /* GraphQL */ `{
      pupil(key: 1) {
        key fullName mail nick joined seen debt siblings marks resident mood diet plain
        lessons { title note } report { grades { subject points } } locker { code }
      }
    }`;
    const reply = await askOften(served, { query, ...TUTOR });
    expect(reply.body.data.pupil).toEqual({
      key: 1,
      fullName: "M••• E•••",
      mail: ["m•••@school.example", null, "•••"],
      nick: "•••",
      joined: "2014-01-01",
      seen: null,
      debt: "10000",
      siblings: 0,
      marks: [[0, 10], [], [10_000]],
      resident: null,
      mood: null,
      diet: null,
      plain: "plain",
      lessons: [
        { title: "Scales", note: "•••" },
        { title: "Études", note: "•••" },
      ],
      report: { grades: [[{ subject: "harp", points: null }, null], [], [{ subject: "voice", points: null }]] },
      locker: null,
    });
    const denied = reply.body.errors.map(
      ({ extensions }: { extensions: { coordinate: string } }) => extensions.coordinate,
    );
    expect(denied.sort()).toEqual(["Grade.points", "Pupil.diet", "Pupil.locker", "Pupil.mood", "Pupil.resident"]);
  });

  test("of an abstract type each object goes by its own policy", async () => {
    const query = "{ everyone { __typename fullName mail } }";
    const reply = await askOften(served, { query, ...TUTOR });
    expect(reply.body.data.everyone).toEqual([
      { __typename: "Pupil", fullName: "Zoe Null", mail: ["zoe@school.example", null, ""] },
      {
        __typename: "Pupil",
        fullName: expect.stringContaining("•"),
        mail: [expect.stringContaining("•"), null, "•••"],
      },
      {
        __typename: "Teacher",
        fullName: expect.stringContaining("•"),
        mail: [expect.stringContaining("•"), null, "•••"],
      },
    ]);
    const decisions = reply.body.extensions.privacy.decisions;
    expect(decisions).toEqual([
      { coordinate: "Pupil.fullName", path: "everyone.@.fullName", outcome: "MASK", reason: "OUT_OF_REACH", count: 1 },
      {
        coordinate: "Teacher.fullName",
        path: "everyone.@.fullName",
        outcome: "MASK",
        reason: "ROLE_NOT_ALLOWED",
        count: 1,
      },
      { coordinate: "Pupil.mail", path: "everyone.@.mail", outcome: "MASK", reason: "OUT_OF_REACH", count: 1 },
      { coordinate: "Teacher.mail", path: "everyone.@.mail", outcome: "MASK", reason: "ROLE_NOT_ALLOWED", count: 1 },
    ]);
  });

  test("values of the subject 0 are values", async () => {
    const query =
      "{ pupil(key: 0) { fullName nick debt siblings resident mood lessons { note } report { grades { points } } } }";
    const reply = await askOften(served, { query, ...TUTOR });
    expect(reply.body.data.pupil).toEqual({
      fullName: "Zoe Null",
      nick: "",
      debt: "0",
      siblings: 0,
      resident: false,
      mood: "ZERO",
      lessons: [{ note: "" }, { note: "plays too fast" }],
      report: { grades: [[{ points: 0 }, null], [], [{ points: 15 }]] },
    });
    expect(reply.body.errors).toBeUndefined();
    const { records } = await served.gateway.accessLog.query({}, { first: 1 });
    expect(records[0]?.subjects).toHaveLength(1);
  });

  test.each([
    ["the assigned", NURSE, ["Zoe Null", "M••• E•••"]],
    ["another", { ...NURSE, as: { ...NURSE.as, org: "clinic-b" } }, ["Z••• N•••", "M••• E•••"]],
    ["oneself, by a number", { as: { sub: "0", role: "CUSTOMER" }, purpose: "SELF_SERVICE" }, ["Zoe Null", null]],
    ["a guest", {}, [null, null]],
  ])("by reach: %s", async (_name, who, names) => {
    const reply = await askOften(served, {
      query: "{ a: pupil(key: 0) { fullName } b: pupil(key: 1) { fullName } }",
      ...who,
    });
    expect([reply.body.data.a.fullName, reply.body.data.b.fullName]).toEqual(names);
  });

  test("consent of the subject 0, by the number as text", async () => {
    const ask = { query: "{ pupil(key: 0) { fullName } }", ...TUTOR, purpose: "DIRECT_MARKETING" };
    expect((await served.ask(ask)).body.extensions.privacy.decisions[0].reason).toBe("CONSENT_MISSING");
    const given = await served.ask({
      query: "mutation { privacy { giveConsent(purposes: [DIRECT_MARKETING]) { subject state } } }",
      as: { sub: "0", role: "CUSTOMER" },
      purpose: "SELF_SERVICE",
    });
    expect(given.body.data).toEqual({ privacy: { giveConsent: [{ subject: "0", state: "GIVEN" }] } });
    expect((await served.ask(ask)).body.data.pupil.fullName).toBe("Zoe Null");
  });

  test("a probe by argument, enum value, default and variable", async () => {
    const sort = "query ($s: Sort) { everyone(sort: $s) { key } }";
    for (const ask of [
      { query: '{ find(text: "Zoe") { __typename } }' },
      { query: "{ everyone(sort: NAME) { key } }" },
      { query: sort, variables: { s: "NAME" } },
      { query: "query ($s: Sort = NAME) { everyone(sort: $s) { key } }" },
    ]) {
      const reply = await served.ask({ ...ask, as: { sub: "0", role: "CUSTOMER" }, purpose: "SELF_SERVICE" });
      expect([reply.status, reply.body.errors[0].extensions.code]).toEqual([403, "PROBE_NOT_ALLOWED"]);
      expect((await served.ask({ ...ask, ...REGISTRAR })).status).toBe(200);
    }
    expect((await served.ask({ query: sort, as: { sub: "0", role: "CUSTOMER" } })).status).toBe(200);
  });
});

describe("mutations", () => {
  test("their payload is decided like anything else", async () => {
    const query = /* GraphQL */ `mutation ($to: String!) {
      first: rename(key: 1, to: $to) { fullName key }
      second: rename(key: 0, to: "Neu Name") { fullName }
      enrol(style: {}) { ok pupil { fullName } others { ... on Human { fullName } __typename } }
    }`;
    ran.length = 0;
    const reply = await served.ask({ query, variables: { to: "Lu Xun" }, ...TUTOR });
    expect(reply.body.data).toEqual({
      first: { fullName: "L••• X•••", key: 1 },
      second: { fullName: "Neu Name" },
      enrol: {
        ok: true,
        pupil: { fullName: "L••• X•••" },
        others: [
          { fullName: "Neu Name", __typename: "Pupil" },
          { fullName: "L••• X•••", __typename: "Pupil" },
          { fullName: "I••• S•••", __typename: "Teacher" },
        ],
      },
    });
    expect(ran).toEqual(["rename 1", "rename 0", "enrol"]);
    const { records } = await served.gateway.accessLog.query({}, { first: 1 });
    expect(records[0]).toMatchObject({ kind: "MUTATION", operation: { type: "mutation" } });
  });
});
