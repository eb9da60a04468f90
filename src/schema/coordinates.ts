import { type ASTNode, type DefinitionNode, type DocumentNode, Kind, type Location } from "graphql";

/** The schema coordinate of the element that holds a node (`Customer.email`, `Query.customers(first:)`), or "" where none does. */
export function coordinateOf(document: DocumentNode, node: ASTNode | undefined): string {
  const at = node?.loc;
  if (at === undefined) return "";
  for (const definition of document.definitions) {
    if (contains(definition, at)) return coordinateWithin(definition, at);
  }
  return "";
}

function coordinateWithin(definition: DefinitionNode, at: Location): string {
  switch (definition.kind) {
    case Kind.SCHEMA_DEFINITION:
    case Kind.SCHEMA_EXTENSION:
      return "schema";
    case Kind.OPERATION_DEFINITION:
    case Kind.FRAGMENT_DEFINITION:
      return definition.name?.value ?? "";
    case Kind.DIRECTIVE_DEFINITION: {
      const argument = definition.arguments?.find((each) => contains(each, at));
      return `@${definition.name.value}${argument === undefined ? "" : `(${argument.name.value}:)`}`;
    }
    case Kind.ENUM_TYPE_DEFINITION:
    case Kind.ENUM_TYPE_EXTENSION: {
      const value = definition.values?.find((each) => contains(each, at));
      return value === undefined ? definition.name.value : `${definition.name.value}.${value.name.value}`;
    }
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.OBJECT_TYPE_EXTENSION:
    case Kind.INTERFACE_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_EXTENSION: {
      const field = definition.fields?.find((each) => contains(each, at));
      if (field === undefined) return definition.name.value;
      const argument = field.arguments?.find((each) => contains(each, at));
      return `${definition.name.value}.${field.name.value}${argument === undefined ? "" : `(${argument.name.value}:)`}`;
    }
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
    case Kind.INPUT_OBJECT_TYPE_EXTENSION: {
      const field = definition.fields?.find((each) => contains(each, at));
      return field === undefined ? definition.name.value : `${definition.name.value}.${field.name.value}`;
    }
    default:
      return definition.name.value;
  }
}

function contains(node: ASTNode, at: Location): boolean {
  const location = node.loc;
  return (
    location !== undefined && location.source === at.source && location.start <= at.start && at.end <= location.end
  );
}
