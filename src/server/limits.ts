import { type DocumentNode, type FragmentDefinitionNode, Kind, type SelectionSetNode, visit } from "graphql";
import { FieldguardError } from "../core/errors.ts";
import { nestedTooDeep, nestingMax, type ScanLimits, tooLarge } from "./scan-document.ts";

/** What one document may ask of the gateway. Every bound is an option; going over one is refused with OPERATION_TOO_LARGE. */
export interface DocumentLimits extends ScanLimits {
  /** Aliases in one document. */
  readonly aliasesMax: number;
  /** Directives in one document. */
  readonly directivesMax: number;
  /** Characters of a name that the client chooses: it is repeated for every path under it. */
  readonly nameCharsMax: number;
}

/** Throws OPERATION_TOO_LARGE, and BAD_INPUT on a variable that cannot be one. Linear: each fragment is looked at once. */
export function checkDocument(document: DocumentNode, limits: DocumentLimits): void {
  let aliases = 0;
  let directives = 0;
  visit(document, {
    Name({ value }) {
      if (value.length <= limits.nameCharsMax) return;
      throw tooLarge("nameCharsMax", `A name is longer than ${limits.nameCharsMax} characters`);
    },
    Field({ alias }) {
      if (alias !== undefined) aliases += 1;
    },
    Directive() {
      directives += 1;
    },
    Variable({ name }) {
      // Where values are kept by name, it is the one name that is none.
      if (name.value !== "__proto__") return;
      throw new FieldguardError("BAD_INPUT", "Cannot use `$__proto__` as a variable. Choose another name.");
    },
  });
  if (aliases > limits.aliasesMax) {
    throw tooLarge("aliasesMax", `The operation has more aliases than ${limits.aliasesMax}`);
  }
  if (directives > limits.directivesMax) {
    throw tooLarge("directivesMax", `The operation has more directives than ${limits.directivesMax}`);
  }
  checkDepth(document, limits.depthMax);
}

/** How deep a selection set is: in fields, and in everything that walking it goes down. */
interface Depth {
  readonly fields: number;
  readonly nesting: number;
}

const FLAT: Depth = { fields: 0, nesting: 0 };

/** Fragments count where they are spread. What tools ask of the schema is bounded by its cost instead. */
function checkDepth({ definitions }: DocumentNode, depthMax: number): void {
  const bound = nestingMax(depthMax);
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const known = new Map<string, Depth>();
  const ofFragment = (name: string, level: number): Depth => {
    const before = known.get(name);
    if (before !== undefined) return before;
    // A fragment that leads to itself is told by validation.
    known.set(name, FLAT);
    const fragment = fragments.get(name);
    const depth = fragment === undefined ? FLAT : ofSet(fragment.selectionSet, level);
    known.set(name, depth);
    return depth;
  };
  const ofSet = (set: SelectionSetNode | undefined, level: number): Depth => {
    if (set === undefined) return FLAT;
    let fields = 0;
    let nesting = 0;
    for (const node of set.selections) {
      const below =
        node.kind === Kind.FRAGMENT_SPREAD
          ? ofFragment(node.name.value, level + 1)
          : ofSet(node.selectionSet, level + 1);
      if (level + below.nesting > bound) throw nestedTooDeep(bound);
      nesting = Math.max(nesting, below.nesting + 1);
      const under = node.kind === Kind.FIELD && node.name.value.startsWith("__") ? 0 : below.fields;
      fields = Math.max(fields, node.kind === Kind.FIELD ? under + 1 : under);
    }
    return { fields, nesting };
  };
  for (const definition of definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION && definition.kind !== Kind.FRAGMENT_DEFINITION) continue;
    const { fields } = ofSet(definition.selectionSet, 1);
    if (fields > depthMax) throw tooLarge("depthMax", `The operation is nested deeper than ${depthMax}`);
  }
}
