import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";
import { FieldguardError } from "../../core/errors.ts";
import type { Decider, Decision } from "../../decision/model.ts";
import type { FieldPolicy, Policy, TypePolicy } from "../../policy/model.ts";
import { fieldOf, namedTypeOf } from "./fields.ts";
import type { AnnotatedField, FieldShape, ObjectShape, Selection } from "./model.ts";

/** What shaping needs to know of the deployment and of who asks. */
export interface ShapeContext {
  readonly schema: GraphQLSchema;
  readonly policy: Policy;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly deciders: ReadonlyMap<string, Decider>;
  /** Decisions that need no subject, by coordinate; absent or null where the subject decides. */
  readonly fixed: ReadonlyMap<string, Decision | null>;
  /** `report` fetches and returns what `enforce` would drop. */
  readonly mode: "enforce" | "report";
  /** Fields by which objects of types that are acted on are known again. */
  readonly identities: ReadonlyMap<string, string>;
  readonly role: string;
  readonly purpose: string | null;
  readonly included: (node: SelectionNode) => boolean;
}

/** More shapes than this in one operation are refused: an operation over many abstract types could multiply without end. */
const SHAPES_MAX = 20_000;

const SHAPE_BYTES = 700;
const FIELD_BYTES = 150;
const POSSIBLE_BYTES = 50;

/** What becomes of a field of a type that several can stand at. */
interface Served {
  readonly kept: readonly GraphQLObjectType[];
  /** Whether it is fetched on all of them. */
  readonly all: boolean;
  readonly declared: GraphQLNamedType | null;
  readonly uniform: boolean;
}

/** Works out shapes, remembering each by type and selection sets: the same fragment on the same type is shaped once. */
export class Shaper {
  readonly #context: ShapeContext;
  readonly #shapes = new Map<string, ObjectShape>();
  readonly #selections = new Map<string, Selection>();
  readonly #served = new Map<string, Served>();
  readonly #setIds = new Map<SelectionSetNode, number>();
  readonly coordinates = new Set<string>();
  /** Whether any field acts. */
  acting = false;

  constructor(context: ShapeContext) {
    this.#context = context;
  }

  /** Shapes worked out so far. */
  get size(): number {
    return this.#shapes.size;
  }

  /** Memory that they take, roughly. */
  get bytes(): number {
    let bytes = 0;
    for (const { fields } of this.#shapes.values()) bytes += SHAPE_BYTES + FIELD_BYTES * fields.length;
    for (const { shapes } of this.#selections.values()) bytes += SHAPE_BYTES + POSSIBLE_BYTES * shapes.size;
    return bytes;
  }

  /** Every shape of a type, wherever it stands. */
  ofType(name: string): ObjectShape[] {
    return [...this.#shapes.values()].filter(({ type }) => type === name);
  }

  /** What `sets` together ask of an object of `type`. */
  shape(type: GraphQLObjectType, sets: readonly SelectionSetNode[]): ObjectShape {
    const key = this.#keyOf(type.name, sets);
    const known = this.#shapes.get(key);
    if (known !== undefined) return known;
    if (this.#shapes.size >= SHAPES_MAX) {
      throw new FieldguardError(
        "OPERATION_TOO_LARGE",
        "The operation selects too many types at too many places. Ask for less at once.",
      );
    }
    const shape = this.#build(type, sets);
    this.#shapes.set(key, shape);
    return shape;
  }

  /** What `sets` ask of a position of `type`; null for leaves. */
  selection(type: GraphQLOutputType, sets: readonly SelectionSetNode[]): Selection | null {
    const named = getNamedType(type);
    if (!isCompositeType(named)) return null;
    const key = this.#keyOf(named.name, sets);
    const known = this.#selections.get(key) ?? this.#select(named, sets);
    this.#selections.set(key, known);
    return known;
  }

  #select(named: GraphQLCompositeType, sets: readonly SelectionSetNode[]): Selection {
    const shapes = new Map(
      this.possibleTypes(named.name).map((possible) => [possible.name, this.shape(possible, sets)]),
    );
    return {
      only: isObjectType(named) ? (shapes.get(named.name) ?? null) : null,
      shapes,
      touched: [...shapes.values()].some((shape) => shape.touched),
      rebuilt: [...shapes.values()].some((shape) => shape.rebuilt),
    };
  }

  /** On which of the types that can stand at `parent` the field is fetched at all, and whether it returns the same on each. */
  servedOn(parent: GraphQLCompositeType, name: string): Served {
    const key = `${parent.name} ${name}`;
    const known = this.#served.get(key);
    if (known !== undefined) return known;
    const { schema } = this.#context;
    const possible = this.possibleTypes(parent.name);
    const kept = possible.filter((type) => !this.#isDroppedOn(type.name, name));
    const declared = namedTypeOf(schema, parent, name);
    const uniform = possible.every((type) => namedTypeOf(schema, type, name) === declared);
    const served = { kept, all: kept.length === possible.length, declared, uniform };
    this.#served.set(key, served);
    return served;
  }

  possibleTypes(name: string): readonly GraphQLObjectType[] {
    const type = this.#context.schema.getType(name);
    if (isObjectType(type)) return [type];
    return isAbstractType(type) ? this.#context.schema.getPossibleTypes(type) : [];
  }

  /** Whether the field is statically denied on this concrete type. */
  #isDroppedOn(type: string, field: string): boolean {
    const policy = this.#context.policy.types[type]?.fields[field];
    if (Object.hasOwn(this.#context.policy.writes, `${type}.${field}`)) return false;
    return policy !== undefined && this.#isDropped(policy);
  }

  #isDropped(policy: FieldPolicy): boolean {
    return this.#context.mode === "enforce" && isNeverShown(policy, this.#context.fixed.get(policy.coordinate) ?? null);
  }

  #keyOf(type: string, sets: readonly SelectionSetNode[]): string {
    return `${type} ${sets.map((set) => this.#setId(set)).join(" ")}`;
  }

  #setId(set: SelectionSetNode): number {
    const known = this.#setIds.get(set);
    if (known !== undefined) return known;
    this.#setIds.set(set, this.#setIds.size);
    return this.#setIds.size - 1;
  }

  #build(type: GraphQLObjectType, sets: readonly SelectionSetNode[]): ObjectShape {
    const { policy } = this.#context;
    const typePolicy = policy.types[type.name] ?? null;
    const classes: Decider[] = [];
    const fields: FieldShape[] = [];
    const { collected, emptied } = this.#collect(type, sets);
    for (const [key, nodes] of collected) {
      const name = nodes[0]?.name.value ?? key;
      const definition = fieldOf(this.#context.schema, type, name);
      const write = this.#context.policy.writes[`${type.name}.${name}`] ?? null;
      const act = write === null || nodes[0] === undefined ? null : { write, node: nodes[0] };
      this.acting ||= act !== null;
      // Who may have it done may have what it answers.
      const annotated = act === null ? this.#annotate(typePolicy, name, classes) : null;
      const below = nodes.flatMap((node) => (node.selectionSet ? [node.selectionSet] : []));
      const child = definition === undefined ? null : this.selection(definition.type, below);
      fields.push({ key, name, annotated, act, child });
    }
    const subject = typePolicy?.subject ?? null;
    const aggregate = typePolicy?.aggregate ?? null;
    const { names, wanted } = this.#namesOf(typePolicy, fields);
    const identity = this.#context.identities.get(type.name) ?? null;
    if (identity !== null) names.add(identity);
    const touched =
      aggregate !== null ||
      identity !== null ||
      fields.some((field) => field.annotated !== null || field.act !== null || (field.child?.touched ?? false));
    const rebuilt = touched || emptied || fields.some((field) => field.child?.rebuilt ?? false);
    return { type: type.name, fields, touched, rebuilt, subject, aggregate, names, wanted, identity, classes };
  }

  #annotate(typePolicy: TypePolicy | null, name: string, classes: Decider[]): AnnotatedField | null {
    const policy = typePolicy?.fields[name];
    if (policy === undefined) return null;
    const decider = this.#context.deciders.get(policy.coordinate);
    if (decider === undefined) {
      throw new FieldguardError("INTERNAL", `No decision was compiled for ${policy.coordinate}.`);
    }
    this.coordinates.add(policy.coordinate);
    const fixed = this.#context.fixed.get(policy.coordinate) ?? null;
    let classIndex = classes.findIndex((known) => known.classKey === decider.classKey);
    if (classIndex === -1) classIndex = classes.push(decider) - 1;
    return { policy, decider, classIndex, fixed, dropped: this.#isDropped(policy) };
  }

  /**
   * Response keys in the client's order, each with the field nodes merged under it, as graphql-js collects them for `type`;
   * and whether some set has nothing that is included.
   */
  #collect(type: GraphQLObjectType, sets: readonly SelectionSetNode[]) {
    const collected = new Map<string, FieldNode[]>();
    const seenFragments = new Set<string>();
    let emptied = false;
    const visit = (set: SelectionSetNode): void => {
      emptied ||= !set.selections.some(this.#context.included);
      for (const node of set.selections) {
        if (!this.#context.included(node)) continue;
        if (node.kind === "Field") {
          const key = node.alias?.value ?? node.name.value;
          const nodes = collected.get(key);
          if (nodes === undefined) collected.set(key, [node]);
          else nodes.push(node);
        } else if (node.kind === "InlineFragment") {
          if (this.#applies(type, node.typeCondition?.name.value)) visit(node.selectionSet);
        } else if (!seenFragments.has(node.name.value)) {
          seenFragments.add(node.name.value);
          const fragment = this.#context.fragments[node.name.value];
          if (fragment && this.#applies(type, fragment.typeCondition.name.value)) visit(fragment.selectionSet);
        }
      }
    };
    for (const set of sets) visit(set);
    return { collected, emptied };
  }

  #applies(type: GraphQLObjectType, condition: string | undefined): boolean {
    if (condition === undefined || condition === type.name) return true;
    const other = this.#context.schema.getType(condition);
    return isAbstractType(other) && this.#context.schema.isSubType(other, type);
  }

  /** Which fields named in `assigned`, `until`, `after` this object must bring, and which its enclosing one. */
  #namesOf(typePolicy: TypePolicy | null, fields: readonly FieldShape[]) {
    const own = new Set<string>();
    const below = new Set<string>();
    for (const { annotated, child } of fields) {
      if (annotated !== null && annotated.fixed === null) this.#namesInPolicy(annotated.policy, own);
      for (const shape of child?.shapes.values() ?? []) for (const name of shape.wanted) below.add(name);
    }
    const names = new Set<string>();
    const wanted = new Set<string>();
    const givesSubject = typePolicy?.subject != null;
    const has = (name: string): boolean => typePolicy?.fieldNames.includes(name) ?? false;
    for (const name of own) {
      if (has(name)) names.add(name);
      // An object with a subject of its own is where the search ends: a name found nowhere counts as no.
      else if (!givesSubject) wanted.add(name);
    }
    // What stands below looks on itself, else on the object that gives its subject; one between, of the same name, is passed over.
    for (const name of below) {
      if (!givesSubject) wanted.add(name);
      else if (has(name)) names.add(name);
    }
    return { names, wanted };
  }

  #namesInPolicy(policy: FieldPolicy, into: Set<string>): void {
    const { role, purpose } = this.#context;
    for (const grant of policy.grants) {
      if (purpose === null || !grant.to.includes(role) || !grant.allow.includes(purpose)) continue;
      if (grant.assigned !== null) into.add(grant.assigned);
      if (grant.until !== null) into.add(grant.until);
    }
    if (policy.retain !== null) into.add(policy.retain.after);
  }
}

function isNeverShown(policy: FieldPolicy, fixed: Decision | null): boolean {
  if (fixed === null || fixed.outcome === "ALLOW") return false;
  // A mask that shows nothing of the value needs no value.
  return fixed.outcome === "DENY" || policy.mask === "NULLIFY";
}
