import type { AccessRecord } from "../contract.ts";
import { type Checkpoint, type CheckpointFault, openCheckpoint } from "./checkpoint.ts";
import { isWithheld, readRecord, sealedRoot } from "./leaf.ts";
import { type Digest, leafDigest } from "./merkle.ts";
import { verifyInclusion } from "./merkle-proofs.ts";
import { PROOF_FORMAT, type ProofFile } from "./model.ts";

const TLOG_PROOF = "c2sp.org/tlog-proof@v1";

export type ProofFault = CheckpointFault | "LEAF_CHANGED" | "SEALED_CHANGED" | "NOT_INCLUDED";

/** What a proof shows; `fault` where it does not hold. */
export type ProofResult =
  | { readonly holds: true; readonly checkpoint: Checkpoint; readonly record: AccessRecord; readonly redacted: number }
  | { readonly holds: false; readonly fault: ProofFault };

/** Text of a c2sp.org/tlog-proof. */
export function writeTlogProof(index: number, path: readonly Digest[], checkpoint: string): string {
  const lines = path.map((digest) => `${Buffer.from(digest, "hex").toString("base64")}\n`);
  return `${TLOG_PROOF}\nindex ${index}\n${lines.join("")}\n${checkpoint}`;
}

/** Checks a proof file against the public keys that are trusted. Never throws on its content. */
export function checkProof(file: unknown, publicKeys: readonly Buffer[]): ProofResult {
  const proof = readProofFile(file);
  const parts = proof && parseTlogProof(proof.proof);
  if (proof === null || parts === null) return { holds: false, fault: "MALFORMED" };
  const checkpoint = openCheckpoint(parts.checkpoint, publicKeys);
  if (typeof checkpoint === "string") return { holds: false, fault: checkpoint };
  if (!verifyInclusion(leafDigest(proof.leaf), parts.index, checkpoint.size, checkpoint.root, parts.path)) {
    return { holds: false, fault: "NOT_INCLUDED" };
  }
  try {
    const record = readRecord(proof);
    const { sealed } = JSON.parse(proof.leaf) as { sealed: { root: string } };
    if (record.seq !== parts.index) return { holds: false, fault: "LEAF_CHANGED" };
    if (sealedRoot(proof.sealed) !== sealed.root) return { holds: false, fault: "SEALED_CHANGED" };
    return { holds: true, checkpoint, record, redacted: proof.sealed.filter(isWithheld).length };
  } catch {
    return { holds: false, fault: "MALFORMED" };
  }
}

function readProofFile(file: unknown): ProofFile | null {
  if (typeof file !== "object" || file === null) return null;
  const { format, leaf, sealed, proof } = file as Partial<ProofFile>;
  const isList = Array.isArray(sealed) && sealed.every((item) => Array.isArray(item) && typeof item[0] === "string");
  if (format !== PROOF_FORMAT || typeof leaf !== "string" || !isList || typeof proof !== "string") return null;
  return { format, leaf, sealed, proof };
}

function parseTlogProof(text: string): { index: number; path: Digest[]; checkpoint: string } | null {
  const [, index, path, checkpoint] =
    /^c2sp\.org\/tlog-proof@v1\n(?:extra [^\n]*\n)?index (0|[1-9]\d{0,15})\n((?:[A-Za-z0-9+/]{43}=\n)*)\n([\s\S]+)$/.exec(
      text,
    ) ?? [];
  if (index === undefined || path === undefined || checkpoint === undefined) return null;
  const digests = path.split("\n").filter((line) => line !== "");
  return { index: Number(index), path: digests.map((line) => Buffer.from(line, "base64").toString("hex")), checkpoint };
}
