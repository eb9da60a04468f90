import { describe, expect, test } from "@jest/globals";
import canonicalize from "canonicalize";
import { splitNotes } from "../../src/log/proof/anchor.ts";
import { openCheckpoint, originOf, parseCheckpoint, signCheckpoint, writerOf } from "../../src/log/proof/checkpoint.ts";
import {
  FIRST_PREV_HASH,
  finishLeaf,
  itemDigest,
  prepareLeaf,
  readRecord,
  sealedRoot,
} from "../../src/log/proof/leaf.ts";
import { type Digest, EMPTY_ROOT, leafDigest, nodeDigest, RightEdge } from "../../src/log/proof/merkle.ts";
import {
  consistencyProof,
  inclusionProof,
  treeRoot,
  verifyConsistency,
  verifyInclusion,
} from "../../src/log/proof/merkle-proofs.ts";
import {
  parseVerifierKey,
  signingKeyFromPem,
  signingKeyFromSeed,
  signingKeyToPem,
  verifierKey,
} from "../../src/log/proof/note.ts";
import { fullEntry } from "../../src/stores/conformance/log-fixtures.ts";

const SIZES = 40;
const leaves = Array.from({ length: SIZES }, (_, index) => leafDigest(`leaf ${index}`));

/** The definition of RFC 6962, section 2.1, word for word. */
function rootByDefinition(of: readonly Digest[]): Digest {
  const [first] = of;
  if (first === undefined) return EMPTY_ROOT;
  if (of.length === 1) return first;
  let left = 1;
  while (left * 2 < of.length) left *= 2;
  return nodeDigest(rootByDefinition(of.slice(0, left)), rootByDefinition(of.slice(left)));
}

const nodeAt = (level: number, index: number) =>
  rootByDefinition(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level));

describe("the tree", () => {
  test("has the hashes that RFC 6962 defines", () => {
    // SHA-256 of nothing, and of the single byte 0x00.
    expect(EMPTY_ROOT).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect(leafDigest("")).toBe("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
  });

  test("grows at its right edge as it is defined, and tells each inner node once", () => {
    const edge = RightEdge.empty();
    const nodes: string[] = [];
    for (const [size, leaf] of leaves.entries()) {
      expect(edge.root()).toBe(rootByDefinition(leaves.slice(0, size)));
      edge.append(leaf, (level, index, digest) => {
        expect(digest).toBe(nodeAt(level, index));
        nodes.push(`${level}/${index}`);
      });
    }
    expect(new Set(nodes).size).toBe(nodes.length);
    expect(nodes).toContain("5/0");
    expect(() => edge.appendSubtree(4, EMPTY_ROOT)).toThrow(RangeError);
  });

  test("proves that each leaf is in it, and no other, at no other place, under no other root", () => {
    for (let size = 1; size <= SIZES; size += 1) {
      const root = treeRoot(size, nodeAt);
      for (let index = 0; index < size; index += 1) {
        const path = inclusionProof(index, size, nodeAt);
        const leaf = leaves[index] ?? "";
        expect(verifyInclusion(leaf, index, size, root, path)).toBe(true);
        expect(verifyInclusion(leafDigest("other"), index, size, root, path)).toBe(false);
        expect(verifyInclusion(leaf, (index + 1) % size, size, root, path)).toBe(size === 1);
        expect(verifyInclusion(leaf, index, size, EMPTY_ROOT, path)).toBe(false);
        expect(verifyInclusion(leaf, index, size, root, [...path, EMPTY_ROOT])).toBe(false);
      }
    }
  });

  test("proves of each earlier tree that it continues it, and of no other", () => {
    for (let size = 1; size <= SIZES; size += 1) {
      const root = treeRoot(size, nodeAt);
      for (let first = 1; first <= size; first += 1) {
        const proof = consistencyProof(first, size, nodeAt);
        const firstRoot = treeRoot(first, nodeAt);
        expect(verifyConsistency(first, firstRoot, size, root, proof)).toBe(true);
        expect(verifyConsistency(first, leafDigest("other"), size, root, proof)).toBe(false);
        expect(verifyConsistency(first, firstRoot, size, leafDigest("other"), proof)).toBe(false);
        expect(verifyConsistency(first, firstRoot, size, root, [...proof, EMPTY_ROOT])).toBe(false);
      }
    }
    expect(verifyConsistency(0, EMPTY_ROOT, 3, treeRoot(3, nodeAt), [])).toBe(true);
    expect(verifyConsistency(4, treeRoot(4, nodeAt), 3, treeRoot(3, nodeAt), [])).toBe(false);
  });
});

describe("a leaf", () => {
  const prepared = prepareLeaf(fullEntry(), { id: "id-1", part: 0, parts: 1, writer: "w" });
  const leaf = finishLeaf(prepared, 7, FIRST_PREV_HASH);
  const sealed = JSON.parse(prepared.sealed);

  test("is canonical JSON (RFC 8785), as are the parts that it seals", () => {
    expect(canonicalize(JSON.parse(leaf))).toBe(leaf);
    expect(canonicalize(sealed)).toBe(prepared.sealed);
  });

  test("says nothing of people by itself", () => {
    const { caller, justification, subjects } = fullEntry();
    for (const text of [caller.id, caller.onBehalfOf, justification, ...subjects]) {
      expect(leaf).not.toContain(JSON.stringify(text).slice(1, -1));
    }
  });

  test("stays the same, and true, when a part goes", () => {
    const { root } = JSON.parse(leaf).sealed;
    for (const index of sealed.keys()) {
      const left = sealed.map((item: never, at: number) => (at === index ? [itemDigest(item)] : item));
      expect(sealedRoot(left)).toBe(root);
      expect(sealedRoot(sealed.filter((_: never, at: number) => at !== index))).not.toBe(root);
      expect(() => readRecord({ leaf, sealed: left })).not.toThrow();
    }
  });
});

describe("a checkpoint", () => {
  const key = signingKeyFromSeed(Buffer.alloc(32, 7));
  const next = signingKeyFromSeed(Buffer.alloc(32, 8));
  const stranger = signingKeyFromSeed(Buffer.alloc(32, 9));
  const checkpoint = { origin: originOf("writer 1"), size: 12, root: treeRoot(12, nodeAt) };
  const note = signCheckpoint(checkpoint, [key]);

  test("is read back by whoever trusts a key that signed it", () => {
    expect(openCheckpoint(note, [key.publicKey])).toEqual(checkpoint);
    expect(writerOf(checkpoint.origin)).toBe("writer 1");
    const handedOver = signCheckpoint(checkpoint, [next, key]);
    for (const trusted of [key, next]) expect(openCheckpoint(handedOver, [trusted.publicKey])).toEqual(checkpoint);
  });

  test.each([
    ["an unknown key", note, [stranger.publicKey], "KEY_UNKNOWN"],
    ["no key", note, [], "KEY_UNKNOWN"],
    ["another size", note.replace("\n12\n", "\n13\n"), [key.publicKey], "SIGNATURE_INVALID"],
    ["another origin", note.replace("writer", "waiter"), [key.publicKey], "KEY_UNKNOWN"],
    ["another origin throughout", note.replaceAll("writer", "waiter"), [key.publicKey], "KEY_UNKNOWN"],
    ["no signature", note.slice(0, note.indexOf("— ")), [key.publicKey], "MALFORMED"],
    ["a cut end", note.slice(0, -1), [key.publicKey], "MALFORMED"],
    ["nothing", "", [key.publicKey], "MALFORMED"],
  ])("is not believed with %s", (_name, given, trusted, fault) => {
    expect(openCheckpoint(given, trusted)).toBe(fault);
  });

  test("comes back from a file of many, the last one cut off by a crash", () => {
    const notes = [1, 2, 3].map((size) => signCheckpoint({ ...checkpoint, size }, [key, next]));
    const text = notes.map((each) => `${each}\n`).join("");
    expect(splitNotes(text)).toEqual(notes);
    expect(splitNotes(text.slice(0, -30)).map((each) => parseCheckpoint(each)?.size ?? null)).toEqual([1, 2, null]);
    expect(splitNotes("")).toEqual([]);
  });

  test("has keys that come back from text", () => {
    expect(signingKeyFromPem(signingKeyToPem(key)).publicKey).toEqual(key.publicKey);
    expect(parseVerifierKey(verifierKey("a", key.publicKey))).toEqual({ name: "a", publicKey: key.publicKey });
    expect(parseVerifierKey(verifierKey("a", key.publicKey).replace("a+", "b+"))).toBeNull();
    expect(parseVerifierKey("nonsense")).toBeNull();
  });
});

test("a record of before tokens and minors were kept reads as it did, and its seal is the same", () => {
  const sealed = [
    ["AAAAAAAAAAAAAAAAAAAAAA", "caller", "merchant-1", "192.0.2.0"],
    ["BBBBBBBBBBBBBBBBBBBBBB", "subject", "1:aa"],
  ] as const;
  const { tokenId: _token, ...caller } = fullEntry().caller;
  const { minors: _minors, ...before } = {
    ...fullEntry(),
    caller: { ...caller, id: "merchant-1", onBehalfOf: null },
    client: { app: null, ip: "192.0.2.0" },
    justification: null,
    details: null,
    decisions: [],
    subjects: ["1:aa"],
  };
  const place = { id: "01890000-0000-7000-8000-000000000000", part: 0, parts: 1, writer: "w" };
  const prepared = prepareLeaf(before, place);
  // The parts about people are the same but for their salts.
  const withoutSalts = (items: readonly (readonly unknown[])[]) => items.map(([, ...rest]) => rest);
  expect(withoutSalts(JSON.parse(prepared.sealed))).toEqual(withoutSalts(sealed));
  const record = readRecord({ leaf: finishLeaf(prepared, 0, FIRST_PREV_HASH), sealed });
  expect(record).toMatchObject({ caller: { id: "merchant-1" }, client: { ip: "192.0.2.0" }, subjects: ["1:aa"] });
  expect(record).not.toHaveProperty("minors");
  expect(record.caller).not.toHaveProperty("tokenId");
});
