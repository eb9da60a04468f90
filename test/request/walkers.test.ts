import { describe, expect, test } from "@jest/globals";
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
  visit,
} from "graphql";
import { besides } from "../../src/api/alone.ts";
import type { Policy } from "../../src/policy/model.ts";
import { findActs } from "../../src/request/act/find-acts.ts";
import { tellErrors } from "../../src/request/enforce/tell-errors.ts";
import { onlyAsks, outcomeOfActs, peopleOfActs } from "../../src/request/own-acts.ts";
import { parseOperation } from "../../src/request/parse-operation.ts";
import { compileCost } from "../../src/request/plan/cost.ts";
import type { FieldShape, ObjectShape, Plan, Selection } from "../../src/request/plan/model.ts";
import { findProbes } from "../../src/request/plan/probes.ts";
import { shareSets } from "../../src/request/plan/share-sets.ts";
import { sanitiseErrors } from "../../src/request/sanitise-errors.ts";
import { checkDocument } from "../../src/server/limits.ts";
import { GUEST, plannerFor } from "./planner.ts";

/** Deep enough that following each way by itself would make thousands of steps, and shallow enough that a test ends all the same. */
const DEPTH = 12;
/** Each of the few things at a level may be looked at a few times by each of several passes. */
const LOOKS_MAX = DEPTH * 50;

const { schema, policy } = plannerFor(/* GraphQL */ `
  type Query { node(of: String @probes(field: "Leaf.mail")): Node }
  type Mutation { node(of: String): Node }
  type Node { node(of: String): Node  again(of: String): Node  leaf: Leaf }
  type Leaf @subject(id: "id") { id: ID  mail: String @sensitive(category: EMAIL_ADDRESS) }
`);

const chain = (link: (next: string) => string, operation = "query"): string =>
  `${operation} { node { ...F0 } } ${Array.from({ length: DEPTH }, (_, i) => `fragment F${i} on Node { ${link(`...F${i + 1}`)} }`).join(" ")} fragment F${DEPTH} on Node { leaf { mail } }`;

/** Documents of a few hundred characters with 2^12 ways through them. */
const DOCUMENTS: Readonly<Record<string, (operation?: string) => string>> = {
  "a fragment spread twice": (operation) => chain((next) => `${next} ${next}`, operation),
  "a fragment spread twice, once in a fragment without a name": (operation) =>
    chain((next) => `${next} ... on Node { ${next} }`, operation),
  "a fragment under two fields": (operation) => chain((next) => `node { ${next} } again { ${next} }`, operation),
  "a fragment under a field twice": (operation) => chain((next) => `node { ${next} } node { ${next} }`, operation),
};

interface Documented {
  readonly schema: GraphQLSchema;
  readonly policy: Policy;
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
}

const ALL = () => true;
const LIMITS = { aliasesMax: 100, directivesMax: 100, nameCharsMax: 100, depthMax: 100, tokensMax: 9999 };

/** Whatever walks a document. */
const OF_DOCUMENTS: Readonly<Record<string, (about: Documented) => unknown>> = {
  besides: ({ definition, fragments }) =>
    besides({ operation: definition, fragments } as unknown as GraphQLResolveInfo),
  checkDocument: ({ document }) => checkDocument(document, LIMITS as never),
  parseOperation: ({ document }) => parseOperation(document, null),
  compileCost: ({ definition, fragments }) => compileCost(schema, { definition, fragments }, ALL)({}),
  findProbes: ({ document }) => findProbes(schema, policy, parseOperation(document, null), {}, ALL),
  peopleOfActs: ({ document }) => peopleOfActs(schema, parseOperation(document, null), {}, GUEST.caller),
  shareSets: ({ definition, fragments }) => shareSets([definition, ...Object.values(fragments)], new Map()),
};

function counting(text: string) {
  const looks = { made: 0 };
  const document = parse(text, { noLocation: true });
  const fragments: Record<string, FragmentDefinitionNode> = {};
  visit(document, {
    SelectionSet(node) {
      const { selections } = node;
      Object.defineProperty(node as { selections: SelectionSetNode["selections"] }, "selections", {
        enumerable: true,
        get: () => {
          looks.made += 1;
          return selections;
        },
      });
    },
  });
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  }
  looks.made = 0;
  return { looks, about: { schema, policy, document, definition: document.definitions[0] as never, fragments } };
}

describe.each(Object.entries(OF_DOCUMENTS))("%s looks at each selection a few times", (_name, walk) => {
  test.each(Object.entries(DOCUMENTS))("of %s", (_kind, documentOf) => {
    for (const operation of ["query", "mutation"]) {
      const { looks, about } = counting(documentOf(operation));
      walk(about);
      expect(looks.made).toBeGreaterThan(0);
      expect(looks.made).toBeLessThan(LOOKS_MAX);
    }
  });
});

/** Two types at every level of an interface nested in itself, which share what stands below them: 2^12 ways to the leaf. */
function nestedShapes() {
  const looks = { made: 0 };
  const shapeOf = (type: string, fields: readonly FieldShape[]): ObjectShape => {
    const rest = { touched: false, rebuilt: false, subject: null, aggregate: null, identity: null, classes: [] };
    return {
      ...{ type, ...rest, names: new Set(), wanted: new Set() },
      get fields() {
        looks.made += 1;
        return fields;
      },
    };
  };
  const field = (key: string, child: Selection | null): FieldShape => {
    return { key, name: `${key}OfSchema`, annotated: null, act: null, child };
  };
  let fields = [field("leaf", null)];
  for (let depth = 0; depth < DEPTH; depth++) {
    const below = fields;
    const shapes = new Map(["One", "Other"].map((type) => [type, shapeOf(type, below)] as const));
    fields = [field("next", { only: null, shapes, touched: false, rebuilt: false })];
  }
  return { looks, root: shapeOf("Query", fields) };
}

const PATH = [...Array.from({ length: DEPTH }, () => "next"), "leaf"];
const failed = () => new GraphQLError("It failed.", { path: PATH });
const planOf = (root: ObjectShape) => ({ root, acts: ["giveConsent"] }) as unknown as Plan;

/** Whatever walks what was asked for. */
const OF_SHAPES: Readonly<Record<string, (root: ObjectShape) => unknown>> = {
  tellErrors: (root) => {
    const document = parse("{ next }", { noLocation: true });
    const thrown = new GraphQLError("It failed.", { path: PATH, originalError: new Error("It failed.") });
    const gathered = { data: { next: null }, pending: [], slots: [] } as never;
    return tellErrors({ gathered, data: { next: null }, root, document, grouped: false }, [thrown], [thrown]);
  },
  sanitiseErrors: (root) =>
    sanitiseErrors([failed()], root, 0, { schema, errorCodes: new Set(), reportIncident: () => undefined }),
  outcomeOfActs: (root) => outcomeOfActs(planOf(root), [failed()], new Map([["One", "mutation"]])),
  onlyAsks: (root) => onlyAsks(planOf(root), new Map()),
  findActs: (root) => findActs(root, 10),
};

test.each(Object.entries(OF_SHAPES))(
  "%s looks at each shape a few times, however many types lead there",
  (_name, walk) => {
    const { looks, root } = nestedShapes();
    walk(root);
    expect(looks.made).toBeGreaterThan(0);
    expect(looks.made).toBeLessThan(LOOKS_MAX);
  },
);

test("an error's path is told by the schema's names through types that share what is below them", () => {
  const told: string[] = [];
  const [error] = sanitiseErrors([failed()], nestedShapes().root, 0, {
    schema,
    errorCodes: new Set(),
    reportIncident: ({ path }) => told.push(path),
  });
  expect(error?.path).toEqual(PATH);
  expect(told).toEqual([PATH.map((key) => `${key}OfSchema`).join(".")]);
});
