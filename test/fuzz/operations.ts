import {
  astFromValue,
  type ConstValueNode,
  type DocumentNode,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isScalarType,
  Kind,
  OverlappingFieldsCanBeMergedRule,
  PossibleFragmentSpreadsRule,
  parse,
  parseConstValue,
  print,
  type ValueNode,
  validate,
  valueFromASTUntyped,
} from "graphql";
import type { Draws } from "./draws.ts";

/** An operation that is valid for a schema, with the values that its variables may be sent with. */
export interface DrawnOperation {
  readonly text: string;
  readonly document: DocumentNode;
  readonly name: string;
  readonly variables: readonly DrawnVariable[];
}

export interface DrawnVariable {
  readonly name: string;
  readonly type: string;
  /** JSON; never empty. */
  readonly values: readonly unknown[];
  /** Its default value as GraphQL; null where it has none. */
  readonly initial: string | null;
  /** It has a default value, or is nullable: a request may leave it out. */
  readonly optional: boolean;
}

export interface OperationStyle {
  readonly root: "query" | "mutation" | "subscription";
  readonly depthMax: number;
  /** Selections of one set. */
  readonly breadthMax: number;
  /** Root fields; 1 for mutations whose effects matter. */
  readonly rootFieldsMax: number;
  /** Root fields that are asked for more often than the others. */
  readonly likes?: readonly string[];
  /** JSON values to choose from for an argument: what the type allows. Empty: leave it out. */
  readonly argument: (draws: Draws, field: string, argument: GraphQLArgument) => readonly unknown[];
}

/** Draws an operation: aliases that swap names, fragments named, nested and shared, keys asked for twice, conditions, `__typename`. */
export function drawOperation(draws: Draws, schema: GraphQLSchema, style: OperationStyle): DrawnOperation {
  const first = new Writer(draws, schema, style, "swapped").operation();
  if (first !== null) return first;
  // aliases that swap names easily conflict; where each key is its own, none can
  const second = new Writer(draws, schema, style, "unique").operation();
  return second ?? fallback(draws, schema, style);
}

function fallback(draws: Draws, schema: GraphQLSchema, { root, argument }: OperationStyle): DrawnOperation {
  const text = `${root} Asked ${root === "subscription" ? bareEvent(draws, schema, argument) : "{ __typename }"}`;
  const document = parse(text);
  const errors = validate(schema, document);
  if (errors.length > 0) throw new AggregateError(errors, "The schema serves no operation.");
  return { text, document, name: "Asked", variables: [] };
}

/** The first field of the type Subscription, with what arguments it must have: an event asks for a field of its own. */
function bareEvent(draws: Draws, schema: GraphQLSchema, argument: OperationStyle["argument"]): string {
  const type = schema.getSubscriptionType();
  const [field] = Object.values(type?.getFields() ?? {});
  if (!type || field === undefined) return "{ __typename }";
  const args = field.args.filter(isRequiredArgument).map((each) => {
    const literal = astFromValue(argument(draws, `${type.name}.${field.name}`, each)[0], each.type);
    return `${each.name}: ${literal ? print(literal) : "null"}`;
  });
  const below = isCompositeType(getNamedType(field.type)) ? " { __typename }" : "";
  return `{ ${field.name}${args.length > 0 ? `(${args.join(", ")})` : ""}${below} }`;
}

/** Also such as are paths of others when these are joined (`a_b` beside `a { b }`), and what every JavaScript object has. */
const ALIASES = [
  ...["a", "b", "id", "s0", "name", "email", "a_b", "b_a", "a_a", "a_b_a", "id_s0"],
  ...["constructor", "toString", "hasOwnProperty", "valueOf", "length", "then"],
] as const;

/** What the writer may break: keys that conflict, fragments that fit nowhere. The gateway refuses whatever else is not valid. */
const BREAKABLE = [OverlappingFieldsCanBeMergedRule, PossibleFragmentSpreadsRule];

/** Of a scalar of the schema's own, whatever JSON it takes. */
function literalOf(value: unknown, type: GraphQLInputType): ConstValueNode | null {
  const named = getNullableType(type);
  if (!isScalarType(named) || typeof value !== "object")
    return (astFromValue(value, type) as ConstValueNode | null) ?? null;
  return parseConstValue(JSON.stringify(value).replace(/"(\w+)":/g, "$1: "));
}

class Writer {
  readonly #draws: Draws;
  readonly #schema: GraphQLSchema;
  readonly #style: OperationStyle;
  readonly #aliases: "swapped" | "unique";
  readonly #variables: DrawnVariable[] = [];
  /** Finished ones: a fragment spreads only those before it, so that none contains itself. */
  readonly #fragments: { readonly name: string; readonly type: string; readonly text: string }[] = [];
  readonly #spread = new Set<string>();
  readonly #joined = new Set<string>();
  #keys = 0;

  constructor(draws: Draws, schema: GraphQLSchema, style: OperationStyle, aliases: "swapped" | "unique") {
    this.#draws = draws;
    this.#schema = schema;
    this.#style = style;
    this.#aliases = aliases;
  }

  operation(): DrawnOperation | null {
    const { root, rootFieldsMax } = this.#style;
    const type = this.#schema.getRootType(root as never);
    if (!type) return null;
    const body =
      root === "subscription" ? this.#event(type) : this.#set(type, 0, this.#draws.between(1, rootFieldsMax));
    const declared = this.#variables.map(
      ({ name, type: of, initial }) => `$${name}: ${of}${initial === null ? "" : ` = ${initial}`}`,
    );
    const head = `${root} Asked${declared.length > 0 ? `(${declared.join(", ")})` : ""} ${body}`;
    const fragments = this.#fragments.filter(({ name }) => this.#spread.has(name)).map(({ text }) => text);
    const others = this.#draws.chance(8) ? ["query Other { __typename }"] : [];
    const text = [head, ...fragments, ...others].join("\n");
    const document = parse(text);
    if (validate(this.#schema, document, BREAKABLE).length > 0) return null;
    return { text, document, name: "Asked", variables: this.#variables };
  }

  /** One field, whatever is asked of it: a subscription has no more, and none that may be left out. */
  #event(type: GraphQLNamedType): string {
    const fields = isObjectType(type) ? Object.values(type.getFields()) : [];
    return `{ ${this.#field(this.#draws.pick(fields), type.name, 0, "")} }`;
  }

  #set(type: GraphQLNamedType, depth: number, count: number): string {
    const parts: string[] = [];
    for (let index = 0; index < count; index += 1) {
      const part = this.#selection(type, depth, parts);
      if (part !== null) parts.push(part);
    }
    return `{ ${parts.length > 0 ? parts.join(" ") : "__typename"} }`;
  }

  #selection(type: GraphQLNamedType, depth: number, before: readonly string[]): string | null {
    const draws = this.#draws;
    const lot = draws.below(100);
    if (depth === 0 && lot === 67) return this.#odd();
    if (depth > 0 && lot >= 96) return this.#key("__typename", "__typename");
    if (lot >= 92 && before.length > 0 && this.#style.root === "query") return draws.pick(before);
    if (lot >= 80 || !(isObjectType(type) || isInterfaceType(type))) return this.#inline(type, depth);
    if (lot >= 68) return this.#named(type, depth);
    const fields = Object.values(type.getFields()).filter(
      (field) => depth < this.#style.depthMax || isLeafType(getNamedType(field.type)),
    );
    const liked = depth === 0 && draws.chance(60) ? fields.filter(({ name }) => this.#style.likes?.includes(name)) : [];
    const choices = liked.length > 0 ? liked : fields;
    return choices.length === 0 ? "__typename" : this.#field(draws.pick(choices), type.name, depth);
  }

  /** What is asked of the schema beside the data, and a key that only the gateway may use. */
  #odd(): string {
    const introspected = this.#style.root === "query" ? "__schema { queryType { name kind } }" : "__typename";
    if (this.#draws.chance(30)) return `${this.#draws.pick(["_fg_type", "__proto__"])}: __typename`;
    return this.#key("__schema", introspected, true);
  }

  #field(field: GraphQLField<unknown, unknown>, owner: string, depth: number, condition: string | null = null): string {
    const named = getNamedType(field.type);
    const args = this.#arguments(field, owner);
    const head = this.#key(field.name, `${field.name}${args}`, args !== "") + (condition ?? this.#condition());
    if (!isCompositeType(named)) return head;
    return `${head} ${this.#set(named, depth + 1, this.#draws.between(1, this.#style.breadthMax))}`;
  }

  /** Fields with arguments get a key of their own: the same key with other arguments would conflict. */
  #key(name: string, text: string, own = false): string {
    if (this.#aliases === "unique" || own) {
      this.#keys += 1;
      return `${this.#ownKey()}: ${text}`;
    }
    if (!this.#draws.chance(25)) return text;
    const alias = this.#draws.pick(ALIASES);
    return alias === name ? text : `${alias}: ${text}`;
  }

  /** One that no other has: mostly of two that may stand one under the other, which joined are the same. */
  #ownKey(): string {
    const joined = `k${this.#draws.between(1, this.#keys)}_k${this.#draws.between(1, this.#keys + 1)}`;
    if (!this.#draws.chance(15) || this.#joined.has(joined)) return `k${this.#keys}`;
    this.#joined.add(joined);
    return joined;
  }

  #inline(type: GraphQLNamedType, depth: number): string {
    const draws = this.#draws;
    const condition = draws.chance(10) ? null : draws.pick(this.#overlapping(type));
    const on = condition === null ? "" : ` on ${condition.name}`;
    const of = condition ?? type;
    if (depth > this.#style.depthMax + 2) return `...${on} { __typename }`;
    return `...${on}${this.#condition()} ${this.#set(of, depth + 1, draws.between(1, this.#style.breadthMax))}`;
  }

  #named(type: GraphQLNamedType, depth: number): string {
    const draws = this.#draws;
    const overlapping = this.#overlapping(type);
    const known = this.#fragments.filter((each) => overlapping.some(({ name }) => name === each.type));
    if (known.length > 0 && draws.chance(50)) {
      const { name } = draws.pick(known);
      this.#spread.add(name);
      return `...${name}${this.#condition()}`;
    }
    if (depth > this.#style.depthMax + 2) return "__typename";
    const on = draws.pick(overlapping);
    const body = this.#set(on, depth + 1, draws.between(1, this.#style.breadthMax));
    const name = `F${this.#fragments.length}`;
    this.#fragments.push({ name, type: on.name, text: `fragment ${name} on ${on.name} ${body}` });
    this.#spread.add(name);
    return `...${name}${this.#condition()}`;
  }

  /** Types that a value of `type` may also be of, itself first. */
  #overlapping(type: GraphQLNamedType): readonly GraphQLNamedType[] {
    const schema = this.#schema;
    if (!isCompositeType(type)) return [type];
    const objects = isObjectType(type) ? [type] : schema.getPossibleTypes(type);
    const others = Object.values(schema.getTypeMap()).filter((other) => {
      if (other === type || !isCompositeType(other) || other.name.startsWith("__")) return false;
      return (isObjectType(other) ? [other] : schema.getPossibleTypes(other)).some((each) => objects.includes(each));
    });
    return [type, ...others];
  }

  #condition(): string {
    const draws = this.#draws;
    if (!draws.chance(10)) return "";
    const name = draws.pick(["skip", "include"]);
    if (draws.chance(25)) return ` @${name}(if: ${draws.chance(50)})`;
    const known = this.#variables.filter(({ type }) => type === "Boolean!");
    const variable = known.length > 0 && draws.chance(50) ? draws.pick(known) : this.#boolean();
    return ` @${name}(if: $${variable.name})`;
  }

  #boolean(): DrawnVariable {
    const values = this.#draws.pick([
      [true, false],
      [false, true],
    ] as const);
    const optional = this.#draws.chance(30);
    return this.#variable("Boolean!", values, optional, optional ? String(values[0]) : null);
  }

  #variable(type: string, values: readonly unknown[], optional: boolean, initial: string | null): DrawnVariable {
    const variable = { name: `v${this.#variables.length}`, type, values, optional, initial };
    this.#variables.push(variable);
    return variable;
  }

  #arguments(field: GraphQLField<unknown, unknown>, owner: string): string {
    const given = field.args.flatMap((argument) => {
      const values = this.#style.argument(this.#draws, `${owner}.${field.name}`, argument);
      if (values.length === 0 && !isRequiredArgument(argument)) return [];
      const type = this.#variableType(argument);
      if (this.#draws.chance(35) && values.length > 0) {
        const optional = !type.endsWith("!");
        const literal = optional && this.#draws.chance(25) ? literalOf(values.at(-1), argument.type) : null;
        return [`${argument.name}: $${this.#variable(type, values, optional, literal ? print(literal) : null).name}`];
      }
      const literal = literalOf(values[0], argument.type);
      return literal ? [`${argument.name}: ${print(this.#withVariables(literal, argument.type))}`] : [];
    });
    return given.length > 0 ? `(${given.join(", ")})` : "";
  }

  /** What is due by default may be left to a variable that is left out. */
  #variableType({ type, defaultValue }: Pick<GraphQLInputField, "type" | "defaultValue">): string {
    return isNonNullType(type) && defaultValue !== undefined && this.#draws.chance(50)
      ? String(type.ofType)
      : String(type);
  }

  /** Variables within a literal, at every depth of lists and input objects; those that may be are left out now and then. */
  #withVariables(literal: ConstValueNode, type: GraphQLInputType): ValueNode {
    const nullable = getNullableType(type);
    if (literal.kind === Kind.LIST && isListType(nullable)) {
      const { ofType } = nullable;
      return { ...literal, values: literal.values.map((item) => this.#maybeVariable(item, { type: ofType })) };
    }
    if (isListType(nullable)) return this.#withVariables(literal, nullable.ofType);
    if (isScalarType(nullable) && literal.kind === Kind.LIST) {
      return { ...literal, values: literal.values.map((item) => this.#maybeVariable(item, { type: nullable })) };
    }
    if (literal.kind !== Kind.OBJECT || isEnumType(nullable)) return literal;
    const known = isInputObjectType(nullable)
      ? nullable.getFields()
      : Object.fromEntries(literal.fields.map(({ name }) => [name.value, { type: nullable }]));
    const fields = literal.fields.map((field) => {
      const about = known[field.name.value];
      return about === undefined ? field : { ...field, value: this.#maybeVariable(field.value, about) };
    });
    return { ...literal, fields };
  }

  #maybeVariable(
    literal: ConstValueNode,
    about: Pick<GraphQLInputField, "type"> & { defaultValue?: unknown },
  ): ValueNode {
    if (!this.#draws.chance(25)) return this.#withVariables(literal, about.type);
    const type = this.#variableType({ type: about.type, defaultValue: about.defaultValue });
    const optional = !type.endsWith("!");
    const initial = optional && this.#draws.chance(25) ? print(literal) : null;
    const { name } = this.#variable(type, [valueFromASTUntyped(literal)], optional, initial);
    return { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } };
  }
}
