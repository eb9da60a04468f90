import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isCompositeType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";
import type { SubjectKeys } from "../../policy/model.ts";
import { namedTypeOf } from "./fields.ts";
import { HIDDEN, type ObjectShape } from "./model.ts";
import type { Shaper } from "./shape.ts";
import { shareSets } from "./share-sets.ts";

/**
 * Writes the document that is executed: the client's, less what is statically denied, plus the hidden keys.
 * Fragments stay fragments, and a selection set is written once for each type that it stands on, however many ways lead
 * there: the document grows with the number of keys and not with the number of paths.
 */
export function rewrite(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  root: GraphQLObjectType,
  fragments: Readonly<Record<string, FragmentDefinitionNode>>,
  shaper: Shaper,
  included: (node: SelectionNode) => boolean,
): DocumentNode {
  const used = new Map<string, FragmentDefinitionNode>();
  const written = new Map<SelectionSetNode, Map<string, SelectionSetNode>>();
  const typeOfSet = new Map<SelectionSetNode, string>();

  /** `asField`: the set is what a field asks of an object, which brings its hidden keys. */
  const rewriteSet = (set: SelectionSetNode, on: GraphQLCompositeType, asField: boolean): SelectionSetNode => {
    const known = written.get(set)?.get(on.name);
    if (known !== undefined) return known;
    const selections = set.selections.filter(included).flatMap((node) => rewriteNode(node, on));
    if (selections.length === 0) selections.push(typenameAs(HIDDEN.nothing));
    if (asField) selections.push(...hiddenKeysOf(set, on));
    return keep(set, on, { kind: Kind.SELECTION_SET, selections });
  };

  const keep = (set: SelectionSetNode, { name }: GraphQLCompositeType, made: SelectionSetNode): SelectionSetNode => {
    const byType = written.get(set) ?? new Map<string, SelectionSetNode>();
    written.set(set, byType.set(name, made));
    typeOfSet.set(made, name);
    return made;
  };

  const rewriteNode = (node: SelectionNode, parent: GraphQLCompositeType): readonly SelectionNode[] => {
    switch (node.kind) {
      case Kind.FIELD:
        return rewriteField(node, parent);
      case Kind.INLINE_FRAGMENT: {
        const type = compositeType(schema, node.typeCondition?.name.value) ?? parent;
        return [
          {
            ...node,
            directives: otherThan(CONDITIONS, node.directives),
            selectionSet: rewriteSet(node.selectionSet, type, false),
          },
        ];
      }
      case Kind.FRAGMENT_SPREAD:
        rewriteFragment(node.name.value);
        return [{ ...node, directives: otherThan(CONDITIONS, node.directives) }];
    }
  };

  const rewriteFragment = (name: string): void => {
    const fragment = fragments[name];
    if (fragment === undefined || used.has(name)) return;
    const type = compositeType(schema, fragment.typeCondition.name.value);
    if (type === null) return;
    used.set(name, fragment);
    used.set(name, { ...fragment, selectionSet: rewriteSet(fragment.selectionSet, type, false) });
  };

  const rewriteField = (node: FieldNode, parent: GraphQLCompositeType): readonly SelectionNode[] => {
    const { kept, all, declared, uniform } = shaper.servedOn(parent, node.name.value);
    if (kept.length === 0 && !all) return [];
    if (all && (uniform || isObjectType(parent))) return [rewriteBelow(node, declared)];
    // Where the types that can stand here differ in what is dropped or returned, each gets its own.
    if (!uniform) {
      return kept.map((type) =>
        onType(type.name, selectionSet([rewriteBelow(node, namedTypeOf(schema, type, node.name.value))])),
      );
    }
    const same = selectionSet([rewriteBelow(node, declared)]);
    typeOfSet.set(same, parent.name);
    return kept.map((type) => onType(type.name, same));
  };

  const rewriteBelow = (node: FieldNode, type: GraphQLNamedType | null): FieldNode => {
    const field = { ...node, directives: otherThan(CONDITIONS, node.directives) };
    if (!node.selectionSet || !isCompositeType(type)) return field;
    return { ...field, selectionSet: rewriteSet(node.selectionSet, type, true) };
  };

  const hiddenKeysOf = (asked: SelectionSetNode, type: GraphQLCompositeType): readonly SelectionNode[] => {
    const shapes = shaper.possibleTypes(type.name).map((possible) => shaper.shape(possible, [asked]));
    if (!shapes.some((shape) => shape.rebuilt)) return [];
    const hidden: SelectionNode[] = [];
    if (!isObjectType(type)) hidden.push(typenameAs(HIDDEN.type));
    for (const shape of shapes) {
      const keys = shape.touched ? hiddenKeys(shape) : [];
      if (keys.length === 0) continue;
      if (isObjectType(type)) hidden.push(...keys);
      else hidden.push(onType(shape.type, selectionSet(keys)));
    }
    return hidden;
  };

  const rootSet = rewriteSet(operation.selectionSet, root, false);
  const rootShape = shaper.shape(root, [operation.selectionSet]);
  const rootKeys = rootShape.touched ? hiddenKeys(rootShape) : [];
  const definition: OperationDefinitionNode = {
    ...operation,
    directives: otherThan(["declare"], operation.directives),
    selectionSet: { ...rootSet, selections: [...rootSet.selections, ...rootKeys] },
  };
  return { kind: Kind.DOCUMENT, definitions: shareSets([definition, ...used.values()], typeOfSet) };
}

/** Fields that tell the object's subject and what its grants depend on. */
function hiddenKeys(shape: ObjectShape): FieldNode[] {
  const keys = shape.subject === null ? [] : subjectKeys(shape.subject);
  if (shape.aggregate !== null) keys.push(fieldAs(HIDDEN.count, shape.aggregate.count));
  for (const name of shape.names) keys.push(fieldAs(HIDDEN.named(name), name));
  return keys;
}

/** Fields that tell whose data an object is. */
export function subjectKeys(subject: SubjectKeys): FieldNode[] {
  const keys: FieldNode[] = [];
  const add = (alias: string, path: string | null): void => {
    if (path !== null) keys.push(pathAs(alias, path.split(".")));
  };
  for (const [at, path] of subject.id.entries()) add(HIDDEN.subject(at), path);
  add(HIDDEN.tenant, subject.tenant);
  add(HIDDEN.region, subject.region);
  add(HIDDEN.birthDate, subject.birthDate);
  return keys;
}

/** A path of fields, each but the first under the same hidden name. */
export function pathAs(alias: string, [first = "", ...rest]: readonly string[]): FieldNode {
  const field = fieldAs(alias, first);
  if (rest.length === 0) return field;
  return { ...field, selectionSet: { kind: Kind.SELECTION_SET, selections: [pathAs(HIDDEN.inner, rest)] } };
}

export function fieldAs(alias: string, name: string): FieldNode {
  return { kind: Kind.FIELD, alias: { kind: Kind.NAME, value: alias }, name: { kind: Kind.NAME, value: name } };
}

function typenameAs(alias: string): FieldNode {
  return fieldAs(alias, "__typename");
}

export function selectionSet(selections: readonly SelectionNode[]): SelectionSetNode {
  return { kind: Kind.SELECTION_SET, selections };
}

export function onType(name: string, set: SelectionSetNode): SelectionNode {
  return {
    kind: Kind.INLINE_FRAGMENT,
    typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: name } },
    selectionSet: set,
  };
}

function compositeType(schema: GraphQLSchema, name: string | undefined): GraphQLCompositeType | null {
  const type = name === undefined ? undefined : schema.getType(name);
  return isCompositeType(type) ? type : null;
}

/** Conditions are settled by the plan: an excluded node is gone, an included one needs no condition. */
const CONDITIONS = ["skip", "include"];

function otherThan(
  names: readonly string[],
  directives: readonly DirectiveNode[] | undefined,
): readonly DirectiveNode[] {
  return directives?.filter((directive) => !names.includes(directive.name.value)) ?? [];
}
