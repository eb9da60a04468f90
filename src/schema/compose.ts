import {
  buildASTSchema,
  type DefinitionNode,
  type DocumentNode,
  type EnumTypeDefinitionNode,
  isExecutableDefinitionNode,
  isTypeDefinitionNode,
  isTypeExtensionNode,
  Kind,
  print,
  specifiedScalarTypes,
  type TypeDefinitionNode,
  visit,
} from "graphql";
import { compileInto } from "../policy/compile.ts";
import type { FaultCode } from "../policy/fault-codes.ts";
import { FaultCollector } from "../policy/faults.ts";
import { costDefinitions, isVocabularyEnum, privacyDefinitions, vocabularyDefinitions } from "../policy/privacy-sdl.ts";
import { USUAL_WRITES } from "../policy/read/writes.ts";
import { policyError } from "../policy/report.ts";
import { parseTypeDefs, type TypeDefs } from "./parse-type-defs.ts";
import { findRenamedDirectives } from "./renamed-directives.ts";
import { validateDefinitions } from "./validate-sdl.ts";

type Faults = FaultCollector<FaultCode>;

/**
 * The whole SDL of a gateway: the integrator's, the privacy directives, and the default vocabulary where the integrator
 * has none of his own (`enum Role` replaces, `extend enum Role` extends). Several parts may define the same type: the
 * later ones extend the first, as graphql-tools has it. Source locations are kept.
 *
 * @throws FieldguardError POLICY_INVALID whose message is the report of every fault, and `details.faults` the list. Where
 * the SDL can be read at all, the report holds the policy's faults besides those of the SDL.
 */
export function composeTypeDefs(typeDefs: TypeDefs): DocumentNode {
  const faults: Faults = new FaultCollector();
  const documents = parseTypeDefs(typeDefs, faults);
  if (faults.size > 0) throw policyError(faults.list());

  const own = dropReserved(joinModules(documents, faults), faults);
  const document: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [...privacyDefinitions(), ...unlessDefined(costDefinitions(), own), ...defaultVocabulary(own), ...own],
  };
  findRenamedDirectives(own, faults);
  validateDefinitions(document, faults);
  if (faults.size > 0) {
    compileAllTheSame(document, faults);
    throw policyError(faults.list());
  }
  return document;
}

function unlessDefined(definitions: readonly DefinitionNode[], own: readonly DefinitionNode[]): DefinitionNode[] {
  const names = new Set(own.map(nameOf));
  return definitions.filter((definition) => !names.has(nameOf(definition)));
}

/** A type that an earlier part defines already is extended by the later ones; said twice in the same words, it is said once. */
function joinModules(documents: readonly DocumentNode[], faults: Faults): DefinitionNode[] {
  const first = new Map<string, { readonly node: TypeDefinitionNode; readonly part: DocumentNode }>();
  const joined: DefinitionNode[] = [];
  for (const part of documents) {
    for (const definition of part.definitions) {
      if (isExecutableDefinitionNode(definition)) {
        const message = "An operation or fragment has no place in a schema.";
        faults.add("SDL_INVALID", "", definition, message, "Remove it.");
        continue;
      }
      const earlier = isTypeDefinitionNode(definition) ? first.get(definition.name.value) : undefined;
      if (!isTypeDefinitionNode(definition) || earlier === undefined || earlier.part === part) {
        joined.push(definition);
        if (isTypeDefinitionNode(definition) && earlier === undefined) {
          first.set(definition.name.value, { node: definition, part });
        }
      } else if (earlier.node.kind !== definition.kind) {
        joined.push(definition);
      } else if (wording(earlier.node) !== wording(definition)) {
        joined.push(asExtension(definition));
      }
    }
  }
  return joined;
}

function asExtension(definition: TypeDefinitionNode): DefinitionNode {
  const { description: _, ...rest } = definition;
  switch (rest.kind) {
    case Kind.SCALAR_TYPE_DEFINITION:
      return { ...rest, kind: Kind.SCALAR_TYPE_EXTENSION };
    case Kind.OBJECT_TYPE_DEFINITION:
      return { ...rest, kind: Kind.OBJECT_TYPE_EXTENSION };
    case Kind.INTERFACE_TYPE_DEFINITION:
      return { ...rest, kind: Kind.INTERFACE_TYPE_EXTENSION };
    case Kind.UNION_TYPE_DEFINITION:
      return { ...rest, kind: Kind.UNION_TYPE_EXTENSION };
    case Kind.ENUM_TYPE_DEFINITION:
      return { ...rest, kind: Kind.ENUM_TYPE_EXTENSION };
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
      return { ...rest, kind: Kind.INPUT_OBJECT_TYPE_EXTENSION };
  }
}

/**
 * The directives and the closed enums are Fieldguard's own. A faithful copy (for an editor's sake) is dropped without a
 * word; anything else under such a name is a fault, because the decision engine would not obey it.
 */
function dropReserved(definitions: readonly DefinitionNode[], faults: Faults): DefinitionNode[] {
  const reserved = new Map(privacyDefinitions().map((definition) => [nameOf(definition), definition]));
  return definitions.filter((definition) => {
    const name = nameOf(definition);
    const original = reserved.get(name);
    if (original !== undefined) {
      if (wording(definition) !== wording(original)) noteReserved(faults, definition, name);
      return false;
    }
    if (isVocabularyEnum(name) && !isEnumPart(definition)) {
      noteReserved(faults, definition, name);
      return false;
    }
    return true;
  });
}

function noteReserved(faults: Faults, definition: DefinitionNode, name: string): void {
  const vocabulary = isVocabularyEnum(name);
  const message = vocabulary
    ? `${name} is an enum of Fieldguard's vocabulary and cannot be anything else.`
    : `${name} is defined by Fieldguard and cannot be changed: what differs would not be enforced.`;
  const mend = vocabulary
    ? `Give the type another name, or define \`enum ${name}\`.`
    : "Remove the definition; if it is something of your own, give it another name.";
  faults.add("DEFINITION_RESERVED", name, definition, message, mend);
}

function isEnumPart(definition: DefinitionNode): boolean {
  return definition.kind === Kind.ENUM_TYPE_DEFINITION || definition.kind === Kind.ENUM_TYPE_EXTENSION;
}

/** Directives and types have namespaces of their own. */
function nameOf(definition: DefinitionNode): string {
  if (definition.kind === Kind.DIRECTIVE_DEFINITION) return `@${definition.name.value}`;
  return isTypeDefinitionNode(definition) || isTypeExtensionNode(definition) ? definition.name.value : "";
}

/** A definition without its descriptions and without regard to layout. */
function wording(definition: DefinitionNode): string {
  const bare = visit(definition, {
    enter: (node) =>
      "description" in node && node.description !== undefined ? { ...node, description: undefined } : undefined,
  });
  return print(bare);
}

/**
 * Where the integrator replaces Purpose, a default role keeps of its purposes those that still exist: the rest can
 * neither be declared nor granted, and faults in a file that is not his would not help him.
 */
function defaultVocabulary(own: readonly DefinitionNode[]): DefinitionNode[] {
  const replaced = new Map(
    own.flatMap((definition) =>
      definition.kind === Kind.ENUM_TYPE_DEFINITION ? [[definition.name.value, definition] as const] : [],
    ),
  );
  const purposes = replaced.get("Purpose");
  const kept: DefinitionNode[] = [];
  for (const [name, definition] of vocabularyDefinitions()) {
    if (replaced.has(name)) continue;
    const rest = withoutRestated(definition, own);
    kept.push(name === "Role" && purposes !== undefined ? keepPurposes(rest, purposeNames(purposes, own)) : rest);
  }
  return kept;
}

/** A default value that the integrator's `extend enum` states anew is the integrator's: his directive holds instead. */
function withoutRestated(definition: EnumTypeDefinitionNode, own: readonly DefinitionNode[]): EnumTypeDefinitionNode {
  const restated = new Set(
    own.flatMap((each) =>
      each.kind === Kind.ENUM_TYPE_EXTENSION && each.name.value === definition.name.value
        ? (each.values ?? []).map((value) => value.name.value)
        : [],
    ),
  );
  if (restated.size === 0) return definition;
  return { ...definition, values: (definition.values ?? []).filter((value) => !restated.has(value.name.value)) };
}

function purposeNames(definition: EnumTypeDefinitionNode, own: readonly DefinitionNode[]): Set<string> {
  const extensions = own.filter((each) => each.kind === Kind.ENUM_TYPE_EXTENSION && each.name.value === "Purpose");
  return new Set(
    [definition, ...extensions].flatMap((part) =>
      "values" in part ? (part.values ?? []).map((value) => value.name.value) : [],
    ),
  );
}

function keepPurposes(roles: EnumTypeDefinitionNode, purposes: ReadonlySet<string>): EnumTypeDefinitionNode {
  return visit(roles, {
    ListValue: (list) => ({
      ...list,
      values: list.values.filter((value) => value.kind === Kind.ENUM && purposes.has(value.value)),
    }),
  });
}

/**
 * One report for all: what can be compiled in spite of the SDL's faults is compiled, with unknown types standing in as
 * scalars. Where not even that builds, the SDL's faults are the report.
 */
function compileAllTheSame(document: DocumentNode, faults: Faults): void {
  const definedNames = new Set([
    ...document.definitions.map(nameOf),
    ...specifiedScalarTypes.map((scalar) => scalar.name),
  ]);
  const missing = new Set<string>();
  visit(document, {
    NamedType: ({ name }) => {
      if (!definedNames.has(name.value)) missing.add(name.value);
    },
  });
  const standIns = [...missing].map(
    (name): DefinitionNode => ({ kind: Kind.SCALAR_TYPE_DEFINITION, name: { kind: Kind.NAME, value: name } }),
  );
  const patched: DocumentNode = { ...document, definitions: [...document.definitions, ...standIns] };
  let schema: ReturnType<typeof buildASTSchema>;
  try {
    schema = buildASTSchema(patched, { assumeValidSDL: true });
  } catch {
    return;
  }
  compileInto(schema, faults, { ...USUAL_WRITES, subjectOf: null });
}
