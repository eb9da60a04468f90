import { expect, test } from "@jest/globals";
import { not, rule } from "../../src/decision/shield.ts";
import { serveGateway } from "./harness.ts";

class Note {
  readonly #open: boolean;
  constructor(open: boolean) {
    this.#open = open;
  }
  text(): string {
    return this.#open ? "for all" : "for nobody";
  }
  isOpen(): boolean {
    return this.#open;
  }
}
const failing = rule()(() => {
  throw new Error("boom");
});
const RULES = {
  "remembers by what it is asked about": { Note: { text: rule({ cache: "strict" })((note: Note) => note.isOpen()) } },
  "is a negation of what fails": { Note: { text: not(failing) } },
};

test.each([
  ["remembers by what it is asked about", ["for all", null, "for all"]],
  ["is a negation of what fails", [null, null, null]],
] as const)("a rule that %s, asked four times", async (name, expected) => {
  const { ask } = await serveGateway({
    typeDefs: "type Query { notes: [Note!] } type Note { text: String }",
    resolvers: { Query: { notes: () => [new Note(true), new Note(false), new Note(true)] } },
    rules: RULES[name],
  });
  for (let run = 0; run < 4; run += 1) {
    const { body } = await ask({ query: "{ notes { text } }" });
    expect(body.data).toEqual({ notes: expected.map((text) => ({ text })) });
    const codes = body.errors.map((error: { extensions: { code: string } }) => error.extensions.code);
    expect([...new Set(codes)]).toEqual(["FORBIDDEN"]);
  }
});
