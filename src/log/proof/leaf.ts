import { hash } from "node:crypto";
import { drawRandom } from "../../core/random.ts";
import type { AccessEntry, AccessRecord, RecordedDecision } from "../contract.ts";
import { canonicalJson, list, quote, quoteOnce } from "./json-text.ts";
import { leafDigest } from "./merkle.ts";
import type { Disclosure, SealedItem, SealedText, StoredRecord, Withheld } from "./model.ts";

/** `prevHash` of a writer's first record. */
export const FIRST_PREV_HASH = "0".repeat(64);

/** What stands in a record where something was redacted. */
export const REDACTED = "(redacted)";

/** A record that waits for its place: all but sequence number and previous hash, in the order of the canonical keys. */
export interface PreparedRecord {
  readonly id: string;
  readonly beforePrevHash: string;
  readonly beforeSeq: string;
  readonly afterSeq: string;
  /** JSON of the `SealedItem`s. */
  readonly sealed: string;
}

/** The version of the form of leaves, as each leaf says. */
export const LEAF_VERSION = 1;

export interface LeafPlace {
  readonly id: string;
  readonly part: number;
  readonly parts: number;
  readonly writer: string;
}

/**
 * Prepares what does not depend on the record's place in the log: canonical JSON by template, its keys sorted. Several
 * times as fast as `canonicalize`; a test compares the two.
 */
export function prepareLeaf(entry: AccessEntry, { id, part, parts, writer }: LeafPlace): PreparedRecord {
  const { sealed, consents, texts } = seal(entry);
  const { caller, client, operation } = entry;
  const decisions = entry.decisions.map((decision) => decisionText(decision, consents));
  const root = rootOf(sealed.map(digestOf));
  return {
    id,
    beforePrevHash: `{"caller":{"organisation":${quote(caller.organisation)},"region":${quote(caller.region)},"role":${quote(caller.role)},"tenants":${list(caller.tenants)}},"client":{"app":${quote(client.app)}},"decisions":[${decisions.join(",")}],"flags":${list(entry.flags)},"id":${JSON.stringify(id)},"kind":${quote(entry.kind)},"operation":${operationText(operation)},"outcome":${quote(entry.outcome)},"part":${part},"parts":${parts},"policyHash":${quote(entry.policyHash)},"prevHash":"`,
    beforeSeq: `","purpose":${quote(entry.purpose)},"sealed":{"consents":${consents.size},"root":"${root}","subjects":${entry.subjects.length},"texts":${list(texts)}},"seq":`,
    afterSeq: `,"time":${entry.time},"v":${LEAF_VERSION},"writer":${quote(writer)}}`,
    sealed: `[${sealed.join(",")}]`,
  };
}

function decisionText(decision: RecordedDecision, consents: ReadonlyMap<string, number>): string {
  const { category, consentIds, coordinate, count, outcome, path, reason, subjects } = decision;
  const resting = consentIds.map((id) => consents.get(id));
  return `{"category":${quote(category)},"consents":[${resting}],"coordinate":${quote(coordinate)},"count":${count},"outcome":${quote(outcome)},"path":${quote(path)},"reason":${quote(reason)},"subjects":[${subjects}]${decision.write === true ? ',"write":true' : ""}}`;
}

function operationText(operation: AccessEntry["operation"]): string {
  if (operation === null) return "null";
  return `{"hash":${quote(operation.hash)},"name":${quote(operation.name)},"type":${quote(operation.type)}}`;
}

/** The leaf at its place. */
export function finishLeaf(prepared: PreparedRecord, seq: number, prevHash: string): string {
  return `${prepared.beforePrevHash}${prevHash}${prepared.beforeSeq}${seq}${prepared.afterSeq}`;
}

/** Digest over what a leaf seals: SHA-256 of the items' digests, in hex, one after another. */
export function sealedRoot(sealed: readonly SealedItem[]): string {
  return rootOf(sealed.map(itemDigest));
}

/** SHA-256 of a disclosure's JSON, UTF-8; of a redacted one what is left of it. */
export function itemDigest(item: SealedItem): string {
  return isWithheld(item) ? item[0] : digestOf(JSON.stringify(item));
}

function digestOf(disclosure: string): string {
  return hash("sha256", disclosure, "hex");
}

function rootOf(digests: readonly string[]): string {
  return hash("sha256", digests.join(""), "hex");
}

export function isWithheld(item: SealedItem): item is Withheld {
  return item.length === 1;
}

/** What a leaf says; the sealed parts apart. */
export interface Leaf {
  readonly caller: Pick<AccessEntry["caller"], "organisation" | "region" | "role" | "tenants">;
  readonly client: { readonly app: string | null };
  readonly decisions: readonly LeafDecision[];
  readonly flags: readonly string[];
  readonly id: string;
  readonly kind: AccessEntry["kind"];
  readonly operation: AccessEntry["operation"];
  readonly outcome: string;
  readonly part: number;
  readonly parts: number;
  readonly policyHash: string;
  readonly prevHash: string;
  readonly purpose: string | null;
  readonly sealed: {
    readonly consents: number;
    readonly root: string;
    readonly subjects: number;
    readonly texts: readonly SealedText[];
  };
  readonly seq: number;
  readonly time: number;
  readonly v: number;
  readonly writer: string;
}

type LeafDecision = Omit<RecordedDecision, "consentIds"> & { readonly consents: readonly number[] };

/** Puts a record together from its stored form; what was redacted reads `REDACTED`. */
export function readRecord({ leaf, sealed }: StoredRecord): AccessRecord {
  const said = JSON.parse(leaf) as Leaf;
  const { texts } = said.sealed;
  const values = (kind: SealedText): readonly (string | null)[] | undefined => {
    const at = texts.indexOf(kind);
    const item = at === -1 ? undefined : sealed[at];
    return item && (isWithheld(item) ? [REDACTED, null] : (item.slice(2) as (string | null)[]));
  };
  const many = (from: number, count: number) =>
    sealed.slice(from, from + count).map((item) => (isWithheld(item) ? REDACTED : (item[2] ?? REDACTED)));
  const consents = many(texts.length, said.sealed.consents);
  const [id = null, ip = null, tokenId = null] = values("caller") ?? [];
  const subjectsAt = texts.length + said.sealed.consents;
  const minors = minorsIn(sealed.slice(subjectsAt, subjectsAt + said.sealed.subjects));
  const details = values("details")?.[0];
  return {
    id: said.id,
    part: said.part,
    parts: said.parts,
    writer: said.writer,
    seq: said.seq,
    prevHash: said.prevHash,
    hash: leafDigest(leaf),
    kind: said.kind,
    time: said.time,
    caller: {
      id,
      ...said.caller,
      onBehalfOf: values("onBehalfOf")?.[0] ?? null,
      ...(tokenId === null ? {} : { tokenId }),
    },
    client: { app: said.client.app, ip },
    operation: said.operation,
    purpose: said.purpose,
    justification: values("justification")?.[0] ?? null,
    decisions: said.decisions.map(({ consents: at, ...decision }) => ({
      ...decision,
      consentIds: at.map((index) => consents[index] ?? REDACTED),
    })),
    subjects: many(subjectsAt, said.sealed.subjects),
    ...(minors.length === 0 ? {} : { minors }),
    policyHash: said.policyHash,
    outcome: said.outcome,
    details: details === undefined || details === null || details === REDACTED ? null : JSON.parse(details),
    flags: said.flags,
  };
}

/** The record of a row as databases have it: `sealed` is JSON of the sealed items. */
export function recordOf({ leaf, sealed }: { readonly leaf: string; readonly sealed: string }): AccessRecord {
  return readRecord({ leaf, sealed: JSON.parse(sealed) as SealedItem[] });
}

/** What follows the reference of somebody who was a minor. */
const MINOR = "MINOR";

function minorsIn(subjects: readonly SealedItem[]): number[] {
  const minors: number[] = [];
  for (const [position, item] of subjects.entries()) if (item[3] === MINOR) minors.push(position);
  return minors;
}

/** The disclosures of an entry, each as its JSON. */
function seal(entry: AccessEntry) {
  const { caller, client, justification, details } = entry;
  const texts: SealedText[] = [];
  const sealed: string[] = [];
  const add = (kind: SealedText, values: string) => {
    texts.push(kind);
    sealed.push(disclosure(kind, values));
  };
  const token = caller.tokenId === undefined ? "" : `,${quote(caller.tokenId)}`;
  if (caller.id !== null || client.ip !== null || token !== "") {
    add("caller", `${quote(caller.id)},${quote(client.ip)}${token}`);
  }
  if (caller.onBehalfOf !== null) add("onBehalfOf", quote(caller.onBehalfOf));
  if (justification !== null) add("justification", quoteOnce(justification));
  if (details !== null) add("details", quoteOnce(canonicalJson(details)));
  const consents = new Map<string, number>();
  for (const { consentIds } of entry.decisions) {
    for (const id of consentIds) {
      if (consents.has(id)) continue;
      consents.set(id, consents.size);
      sealed.push(disclosure("consent", quoteOnce(id)));
    }
  }
  for (const subject of entry.subjects) sealed.push(disclosure("subject", quoteOnce(subject)));
  for (const position of entry.minors ?? []) {
    const at = sealed.length - entry.subjects.length + position;
    sealed[at] = disclosure("subject", `${quoteOnce(entry.subjects[position] ?? "")},"${MINOR}"`);
  }
  return { texts, sealed, consents };
}

function disclosure(kind: Disclosure[1], values: string): string {
  return `["${newSalt()}","${kind}",${values}]`;
}

const SALT_BYTES = 16;

/** One for each part, so that no part that stays helps to guess one that went. */
function newSalt(): string {
  return drawRandom(SALT_BYTES).toString("base64url");
}
