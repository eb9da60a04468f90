import { editsSdl, KEYS_INPUT, lookUpOf } from "./acts.ts";
import { fieldSdl, mark } from "./field-sdl.ts";
import { PEOPLE_SDL } from "./people.ts";
import type { SchemaModel, TypeModel } from "./schema.ts";

/** Answers with what came of its arguments. */
const ECHO = 'echo(first: Int! = 20, where: Where, wheres: [Where!] = [{ text: "y" }], loose: Anything): String';

export function schemaSdl({ vocabulary, types, union, roots, groups, probes }: SchemaModel): string {
  const { text, input, extra, order, hidden, byDefault, inInput } = probes;
  const search = `find(text: String${mark(text)}, where: Where, order: [Order!] = [${byDefault ? "SECRET" : "PLAIN"}]): [T0]`;
  const lookUps = types
    .filter(({ kind }) => kind === "type")
    .map(({ name }) => `  ${lookUpOf(name)}(id: ID!): ${name}`);
  const within = (at: number): readonly string[] =>
    groups.slice(at, at + 1).map((group) => `  ${group.at}: ${group.name}`);
  const rank = `rank: Order = ${inInput ? "HIDDEN" : "PLAIN"}`;
  return [
    vocabulary,
    "scalar Anything scalar Day scalar Amount",
    "enum Grade { LOW HIGH }",
    `enum Order { PLAIN SECRET${mark(order)} }`,
    `extend enum Order { HIDDEN${mark(hidden)} }`,
    `input Where { text: String${mark(input)} grade: Grade = LOW not: Where anyOf: [Where!] order: Order deep: Int! = 1 all: [[Where]] }`,
    KEYS_INPUT,
    PEOPLE_SDL,
    ...editsSdl(types),
    `extend input Where { extra: [String!]${mark(extra)} ${rank} }`,
    ...(union.length > 0 ? [`union U = ${union.join(" | ")}`] : []),
    ...types.map(typeSdl),
    `type Query {\n${[...roots.Query.map(fieldSdl), `  ${search}`, `  ${ECHO}`, ...lookUps].join("\n")}\n}`,
    `type Mutation {\n${[...roots.Mutation.map(fieldSdl), `  change(text: String${mark(text)}): T0`, ...within(0)].join("\n")}\n}`,
    ...groups.map(({ name, directives, fields }, at) =>
      [`type ${name} ${directives.join(" ")} {`, ...fields.map(fieldSdl), ...within(at + 1), "}"].join("\n"),
    ),
    `type Subscription {\n${roots.Subscription.map(fieldSdl).join("\n")}\n}`,
  ].join("\n");
}

function typeSdl({ name, kind, interfaces, directives, fields }: TypeModel): string {
  const behind = interfaces.length > 0 ? ` implements ${interfaces.join(" & ")}` : "";
  const head = [`${kind} ${name}${behind}`, ...directives].join("\n  ");
  return `${head} {\n${fields.map(fieldSdl).join("\n")}\n}`;
}
