import {
  type ConstDirectiveNode,
  type ConstValueNode,
  type DefinitionNode,
  type DocumentNode,
  type EnumValueDefinitionNode,
  Kind,
  visit,
} from "graphql";
import { vocabularyDefinitions } from "../policy/privacy-sdl.ts";

/** What the integrator's roles may declare, and their categories: what the annotations of the gateway's own API can name. */
interface Terms {
  /** By role, the purposes that exist and that it may declare; roles that grants must bind to a partner are not among them. */
  readonly declares: ReadonlyMap<string, ReadonlySet<string>>;
  readonly categories: ReadonlySet<string>;
}

/**
 * The API's annotations for a vocabulary that replaces the default one: each grant reduced to the roles and purposes that
 * can still go together, the categories that are missing added as the default vocabulary has them.
 */
export function fitVocabulary(api: DocumentNode, integrator: DocumentNode): readonly DefinitionNode[] {
  const terms = termsOf(integrator);
  const fitted = visit(api, {
    ObjectTypeDefinition: (node) => ({ ...node, directives: node.directives?.flatMap(fitWith(terms)) ?? [] }),
    FieldDefinition: (node) => ({ ...node, directives: node.directives?.flatMap(fitWith(terms)) ?? [] }),
  });
  return [...fitted.definitions, ...missingCategories(api, terms)];
}

function termsOf(integrator: DocumentNode): Terms {
  const purposes = new Set(valuesOf(integrator, "Purpose").map((value) => value.name.value));
  const declares = new Map<string, ReadonlySet<string>>();
  for (const role of valuesOf(integrator, "Role")) {
    const reach = role.directives?.find((directive) => directive.name.value === "reach");
    const [of] = namesIn(reach, "of");
    if (of === "ASSIGNED") continue;
    declares.set(role.name.value, new Set(namesIn(reach, "declares").filter((purpose) => purposes.has(purpose))));
  }
  return {
    declares,
    categories: new Set(valuesOf(integrator, "DataCategory").map((value) => value.name.value)),
  };
}

/** A grant as grants of one role each; none where nothing of it is left. */
function fitWith({ declares }: Terms) {
  return (node: ConstDirectiveNode): ConstDirectiveNode[] => {
    if (node.name.value !== "purpose") return [node];
    return namesIn(node, "to").flatMap((role) => {
      const allow = namesIn(node, "allow").filter((purpose) => declares.get(role)?.has(purpose) ?? false);
      return allow.length === 0 ? [] : [withNames(withNames(node, "to", [role]), "allow", allow)];
    });
  };
}

function withNames(node: ConstDirectiveNode, argument: string, names: readonly string[]): ConstDirectiveNode {
  const value: ConstValueNode = { kind: Kind.LIST, values: names.map((name) => ({ kind: Kind.ENUM, value: name })) };
  return {
    ...node,
    arguments: node.arguments?.map((each) => (each.name.value === argument ? { ...each, value } : each)) ?? [],
  };
}

function missingCategories(api: DocumentNode, { categories }: Terms): DefinitionNode[] {
  const named = new Set<string>();
  visit(api, {
    Directive(node) {
      if (node.name.value === "sensitive")
        for (const name of namesIn(node as ConstDirectiveNode, "category")) named.add(name);
    },
  });
  const known = vocabularyDefinitions().get("DataCategory");
  const values = known?.values?.filter(({ name }) => named.has(name.value) && !categories.has(name.value)) ?? [];
  if (known === undefined || values.length === 0) return [];
  return [{ kind: Kind.ENUM_TYPE_EXTENSION, name: known.name, values }];
}

/** Enum values that an argument names, alone or in a list. */
function namesIn(node: ConstDirectiveNode | undefined, argument: string): string[] {
  const value = node?.arguments?.find((each) => each.name.value === argument)?.value;
  const values = value?.kind === Kind.LIST ? value.values : value === undefined ? [] : [value];
  return values.flatMap((each) => (each.kind === Kind.ENUM ? [each.value] : []));
}

function valuesOf(document: DocumentNode, name: string): EnumValueDefinitionNode[] {
  return document.definitions.flatMap((definition) =>
    (definition.kind === Kind.ENUM_TYPE_DEFINITION || definition.kind === Kind.ENUM_TYPE_EXTENSION) &&
    definition.name.value === name
      ? [...(definition.values ?? [])]
      : [],
  );
}
