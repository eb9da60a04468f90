import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { systemClock } from "../../src/core/clock.ts";
import type { ProvableLog } from "../../src/log/contract.ts";
import { parseCheckpoint } from "../../src/log/proof/checkpoint.ts";
import { evidenceBeside } from "../../src/log/proof/evidence-beside.ts";
import type { ProofFile } from "../../src/log/proof/model.ts";
import { signingKeyFromSeed } from "../../src/log/proof/note.ts";
import { checkProof } from "../../src/log/proof/proof-file.ts";
import { openAccessLog } from "../../src/log/sqlite/access-log.ts";
import { entry, fullEntry, reference } from "../../src/stores/conformance/log-fixtures.ts";

const RECORDS = 700;
const by = { ...entry().caller, id: "officer-1", role: "PRIVACY_OFFICER" };

describe("proofs of a log", () => {
  let folder: string;
  let log: ProvableLog;
  let key: Buffer;
  const ids: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "fieldguard-proof-"));
    const path = join(folder, "store.db");
    const evidence = evidenceBeside(path, null);
    key = evidence.keys[0]?.publicKey ?? Buffer.alloc(0);
    log = await openAccessLog(path, { clock: systemClock, evidence: { ...evidence, everyRecords: 100 } });
    for (let from = 0; from < RECORDS; from += 50) {
      const some = Array.from({ length: 50 }, (_, index) => log.append(index === 0 ? fullEntry() : entry()));
      ids.push(...(await Promise.all(some)));
    }
  });

  afterAll(async () => {
    await log.close();
    await rm(folder, { recursive: true });
  });

  test("hold for records old and new, by the proof file alone", async () => {
    for (const at of [0, 1, 255, 256, 511, 512, 650, RECORDS - 1]) {
      const proof: unknown = JSON.parse(JSON.stringify(await log.prove(ids[at] ?? "")));
      const result = checkProof(proof, [key]);
      expect(result).toMatchObject({ holds: true, redacted: 0, record: { id: ids[at] } });
    }
  });

  test.each<[string, (proof: ProofFile) => unknown, string]>([
    ["a changed leaf", (proof) => ({ ...proof, leaf: proof.leaf.replace('"MASK"', '"ALLOW"') }), "NOT_INCLUDED"],
    [
      "a changed part",
      (proof) => JSON.parse(JSON.stringify(proof).replace("merchant-1", "merchant-2")),
      "SEALED_CHANGED",
    ],
    ["a missing part", (proof) => ({ ...proof, sealed: proof.sealed.slice(1) }), "SEALED_CHANGED"],
    ["another place", (proof) => ({ ...proof, proof: proof.proof.replace(/index \d+/, "index 3") }), "NOT_INCLUDED"],
    [
      "a shorter path",
      (proof) => ({ ...proof, proof: proof.proof.replace(/\n[A-Za-z0-9+/]{43}=\n/, "\n") }),
      "NOT_INCLUDED",
    ],
    [
      "another size",
      (proof) => ({ ...proof, proof: proof.proof.replace(/(fieldguard\/log\/\S+\n)\d+/, "$19999") }),
      "SIGNATURE_INVALID",
    ],
    ["no checkpoint", (proof) => ({ ...proof, proof: proof.proof.split("\n\n")[0] }), "MALFORMED"],
    ["another format", (proof) => ({ ...proof, format: "x" }), "MALFORMED"],
    ["nothing", () => null, "MALFORMED"],
  ])("do not hold with %s", async (_name, falsify, fault) => {
    const proof = await log.prove(ids[5] ?? "");
    expect(checkProof(falsify(proof), [key])).toEqual({ holds: false, fault });
  });

  test("do not hold for whoever does not trust the key", async () => {
    const stranger = signingKeyFromSeed(Buffer.alloc(32, 3)).publicKey;
    expect(checkProof(await log.prove(ids[5] ?? ""), [stranger])).toEqual({ holds: false, fault: "KEY_UNKNOWN" });
  });

  test("still hold after a redaction, and say that there was one", async () => {
    const id = await log.append(entry({ subjects: [reference(77)], decisions: [] }));
    await log.redact({ subjects: [reference(77)] }, by);
    const proof = await log.prove(id);
    expect(JSON.stringify(proof)).not.toContain(reference(77));
    expect(checkProof(proof, [key])).toMatchObject({ holds: true, redacted: 1, record: { subjects: ["(redacted)"] } });
  });

  test("cannot be had of what is not there", async () => {
    await expect(log.prove("01890000-0000-7000-8000-000000000000")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("rest on a key file that only its owner reads, made once", async () => {
    const again = evidenceBeside(join(folder, "store.db"), null);
    expect(again.keys[0]?.publicKey).toEqual(key);
    expect((await stat(join(folder, "store.db.sign.pem"))).mode & 0o777).toBe(0o600);
    const note = await log.checkpoint();
    expect(parseCheckpoint(note ?? "")?.size).toBe((await log.head()).size);
  });
});
