import type { ASTNode, Location } from "graphql";
import type { Fault } from "./model.ts";
import { placeOf } from "./place.ts";

/**
 * Everything in annotated SDL that cannot be enforced: the gateway refuses to start on any of them.
 * Closed and stable: tools and tests switch on the codes.
 */
export const FAULT_CODES = [
  // SDL
  "SDL_SYNTAX",
  "SDL_INVALID",
  "TYPE_UNKNOWN",
  "NAME_DUPLICATE",
  "NAME_RESERVED",
  "DEFINITION_RESERVED",
  "DIRECTIVE_UNKNOWN",
  "DIRECTIVE_MISPLACED",
  "DIRECTIVE_REPEATED",
  "DIRECTIVE_RENAMED",
  "DIRECTIVE_ARGUMENT_UNKNOWN",
  "DIRECTIVE_ARGUMENT_MISSING",
  "DIRECTIVE_ARGUMENT_INVALID",
  "SCHEMA_INVALID",
  // vocabulary
  "VOCABULARY_MISSING",
  "ROLE_WITHOUT_REACH",
  "PURPOSE_WITHOUT_BASIS",
  "CATEGORY_WITHOUT_HANDLING",
  // types
  "SUBJECT_FIELD_UNKNOWN",
  "SUBJECT_FIELD_UNUSABLE",
  "SUBJECT_AMBIGUOUS",
  "SUBJECT_SPACE_INVALID",
  "AGGREGATE_COUNT_UNKNOWN",
  "AGGREGATE_COUNT_UNUSABLE",
  "AGGREGATE_THRESHOLD_INVALID",
  // fields
  "MASK_NOT_CARRIED",
  "MASK_ON_OBJECT",
  "GRANT_EMPTY",
  "GRANT_NOT_DECLARABLE",
  "GRANT_WITHOUT_ASSIGNED",
  "GRANT_WITHOUT_SENSITIVE",
  "SEALED_WITH_GRANT",
  "CONSENT_EMPTY",
  "CONSENT_TERMS_CLASH",
  "CONSENT_WITHOUT_SENSITIVE",
  "RETAIN_WITHOUT_SENSITIVE",
  "DURATION_INVALID",
  "NAMED_FIELD_UNKNOWN",
  "NAMED_FIELD_UNUSABLE",
  "LOOSER_THAN_INTERFACE",
  // writes
  "ACT_MISPLACED",
  "ACT_TYPE_UNKNOWN",
  "ACT_TYPE_WITHOUT_SUBJECT",
  "ACT_KEY_UNKNOWN",
  "ACT_KEY_UNUSABLE",
  "ACT_WITHOUT_KEY",
  "ACT_WITHOUT_LOOK_UP",
  "ACT_LOOK_UP_UNKNOWN",
  "ACT_LOOK_UP_UNUSABLE",
  "ACT_REACH_UNUSABLE",
  "SEALED_WITH_ACTS",
  "SENSITIVE_OPEN_TO_ALL",
  "WRITE_WITHOUT_ACTS",
  "WRITES_AMBIGUOUS",
  "WRITTEN_FIELD_UNKNOWN",
  "WRITTEN_FIELD_NOT_SENSITIVE",
  // probes
  "PROBED_FIELD_UNKNOWN",
  "PROBED_FIELD_NOT_SENSITIVE",
  "PROBE_MISPLACED",
] as const;
export type FaultCode = (typeof FAULT_CODES)[number];

/** What can be enforced but looks forgotten or without effect: `check` shows it, the gateway starts all the same. */
export const HINT_CODES = [
  "LOOKS_SENSITIVE",
  "LOOKS_LIKE_PROBE",
  "OPAQUE_CURSOR",
  "SUBJECT_ID_IS_EMAIL",
  "EXTERNAL_WITHOUT_AGREEMENT",
  "SUBJECT_UNREACHABLE",
  "TENANT_UNREACHABLE",
  "GRANT_WITHOUT_EFFECT",
  "CONSENT_WITHOUT_GRANT",
  "CONSENT_NOT_ASKED",
  "MASK_WITHOUT_EFFECT",
  "CONSENT_API_UNREACHABLE",
  "LOOKS_LIKE_ACT",
  "ACT_KEY_ON_TRUST",
  "HASH_BESIDE_ID",
  "SUBJECT_ON_SOME_PATHS",
  "SUBJECT_SPACE_SHARED",
  "SPECIAL_ON_WEAK_CONSENT",
  "SPECIAL_WITHOUT_CONSENT",
] as const;
export type HintCode = (typeof HINT_CODES)[number];

interface Entry {
  readonly fault: Fault;
  readonly location: Location | undefined;
}

/** Gathers faults (or hints) in whatever order they are found; gives them back in the order of the text, without doubles. */
export class FaultCollector<Code extends string> {
  readonly #entries = new Map<string, Entry>();
  readonly #ignores: (node: ASTNode) => boolean;

  /** @param ignores pieces of SDL about which nothing is to be said */
  constructor(ignores: (node: ASTNode) => boolean = () => false) {
    this.#ignores = ignores;
  }

  /**
   * @param coordinate schema coordinate (`Customer.email`), or "" where the fault belongs to no one element
   * @param node the piece of SDL to point at; null where there is none
   * @param mend what to write instead
   */
  add(code: Code, coordinate: string, node: ASTNode | null | undefined, message: string, mend: string): void {
    if (node && this.#ignores(node)) return;
    const place = placeOf(node);
    const key = JSON.stringify([code, coordinate, place, place === null ? message : null]);
    // the same directive can be read on several ways (SDL rules, inheritance): the first word on it stands
    if (!this.#entries.has(key)) {
      this.#entries.set(key, { fault: { code, coordinate, message, mend, place }, location: node?.loc });
    }
  }

  /** A fault without a node, as the parser finds it. */
  addAt(code: Code, place: string | null, message: string, mend: string): void {
    const fault = { code, coordinate: "", message, mend, place };
    this.#entries.set(JSON.stringify([code, place, message]), { fault, location: undefined });
  }

  get size(): number {
    return this.#entries.size;
  }

  /** In the order of files as they come first, then of lines; those without a place last. */
  list(): Fault[] {
    const files = new Map<string, number>();
    for (const { location } of this.#entries.values()) {
      if (location !== undefined && !files.has(location.source.name)) files.set(location.source.name, files.size);
    }
    const rank = (entry: Entry): [number, number] =>
      entry.location === undefined
        ? [files.size, 0]
        : [files.get(entry.location.source.name) ?? files.size, entry.location.start];
    return [...this.#entries.values()]
      .map((entry) => ({ entry, rank: rank(entry) }))
      .sort((a, b) => a.rank[0] - b.rank[0] || a.rank[1] - b.rank[1])
      .map(({ entry }) => entry.fault);
  }
}
