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
  return new Rewriting(schema, fragments, shaper, included).documentOf(operation, root);
}

/** The document of one operation, while it is written. */
class Rewriting {
  readonly #schema: GraphQLSchema;
  readonly #fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly #shaper: Shaper;
  readonly #included: (node: SelectionNode) => boolean;
  readonly #used = new Map<string, FragmentDefinitionNode>();
  readonly #written = new Map<SelectionSetNode, Map<string, SelectionSetNode>>();
  readonly #typeOfSet = new Map<SelectionSetNode, string>();

  constructor(
    schema: GraphQLSchema,
    fragments: Readonly<Record<string, FragmentDefinitionNode>>,
    shaper: Shaper,
    included: (node: SelectionNode) => boolean,
  ) {
    this.#schema = schema;
    this.#fragments = fragments;
    this.#shaper = shaper;
    this.#included = included;
  }

  documentOf(operation: OperationDefinitionNode, root: GraphQLObjectType): DocumentNode {
    const rootSet = this.#rewriteSet(operation.selectionSet, root, false);
    const rootShape = this.#shaper.shape(root, [operation.selectionSet]);
    const rootKeys = rootShape.touched ? hiddenKeys(rootShape) : [];
    const definition: OperationDefinitionNode = {
      ...operation,
      directives: otherThan(["declare"], operation.directives),
      selectionSet: { ...rootSet, selections: [...rootSet.selections, ...rootKeys] },
    };
    return { kind: Kind.DOCUMENT, definitions: shareSets([definition, ...this.#used.values()], this.#typeOfSet) };
  }

  /** `asField`: the set is what a field asks of an object, which brings its hidden keys. */
  #rewriteSet(set: SelectionSetNode, on: GraphQLCompositeType, asField: boolean): SelectionSetNode {
    const known = this.#written.get(set)?.get(on.name);
    if (known !== undefined) return known;
    const selections = set.selections.filter(this.#included).flatMap((node) => this.#rewriteNode(node, on));
    if (selections.length === 0) selections.push(typenameAs(HIDDEN.nothing));
    if (asField) selections.push(...this.#hiddenKeysOf(set, on));
    return this.#keep(set, on, { kind: Kind.SELECTION_SET, selections });
  }

  #keep(set: SelectionSetNode, { name }: GraphQLCompositeType, made: SelectionSetNode): SelectionSetNode {
    const byType = this.#written.get(set) ?? new Map<string, SelectionSetNode>();
    this.#written.set(set, byType.set(name, made));
    this.#typeOfSet.set(made, name);
    return made;
  }

  #rewriteNode(node: SelectionNode, parent: GraphQLCompositeType): readonly SelectionNode[] {
    switch (node.kind) {
      case Kind.FIELD:
        return this.#rewriteField(node, parent);
      case Kind.INLINE_FRAGMENT: {
        const type = compositeType(this.#schema, node.typeCondition?.name.value) ?? parent;
        return [
          {
            ...node,
            directives: otherThan(CONDITIONS, node.directives),
            selectionSet: this.#rewriteSet(node.selectionSet, type, false),
          },
        ];
      }
      case Kind.FRAGMENT_SPREAD:
        this.#rewriteFragment(node.name.value);
        return [{ ...node, directives: otherThan(CONDITIONS, node.directives) }];
    }
  }

  #rewriteFragment(name: string): void {
    const fragment = this.#fragments[name];
    if (fragment === undefined || this.#used.has(name)) return;
    const type = compositeType(this.#schema, fragment.typeCondition.name.value);
    if (type === null) return;
    this.#used.set(name, fragment);
    this.#used.set(name, { ...fragment, selectionSet: this.#rewriteSet(fragment.selectionSet, type, false) });
  }

  #rewriteField(node: FieldNode, parent: GraphQLCompositeType): readonly SelectionNode[] {
    const { kept, all, declared, uniform } = this.#shaper.servedOn(parent, node.name.value);
    if (kept.length === 0 && !all) return [];
    if (all && (uniform || isObjectType(parent))) return [this.#rewriteBelow(node, declared)];
    // Where the types that can stand here differ in what is dropped or returned, each gets its own.
    if (!uniform) {
      return kept.map((type) =>
        onType(type.name, selectionSet([this.#rewriteBelow(node, namedTypeOf(this.#schema, type, node.name.value))])),
      );
    }
    const same = selectionSet([this.#rewriteBelow(node, declared)]);
    this.#typeOfSet.set(same, parent.name);
    return kept.map((type) => onType(type.name, same));
  }

  #rewriteBelow(node: FieldNode, type: GraphQLNamedType | null): FieldNode {
    const field = { ...node, directives: otherThan(CONDITIONS, node.directives) };
    if (!node.selectionSet || !isCompositeType(type)) return field;
    return { ...field, selectionSet: this.#rewriteSet(node.selectionSet, type, true) };
  }

  #hiddenKeysOf(asked: SelectionSetNode, type: GraphQLCompositeType): readonly SelectionNode[] {
    const shapes = this.#shaper.possibleTypes(type.name).map((possible) => this.#shaper.shape(possible, [asked]));
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
  }
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
