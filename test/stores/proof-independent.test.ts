import { spawnSync } from "node:child_process";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { systemClock } from "../../src/core/clock.ts";
import { originOf, signCheckpoint } from "../../src/log/proof/checkpoint.ts";
import { type Digest, leafDigest, nodeDigest } from "../../src/log/proof/merkle.ts";
import { consistencyProof, treeRoot } from "../../src/log/proof/merkle-proofs.ts";
import { signingKeyFromSeed, verifierKey } from "../../src/log/proof/note.ts";
import { openAccessLog } from "../../src/log/sqlite/access-log.ts";
import { entry } from "../../src/stores/conformance/log-fixtures.ts";

// Go's own implementation of signed notes and transparency logs (golang.org/x/mod) needs to be in Go's module cache:
// `go mod download golang.org/x/mod@v0.20.0`. Tests load nothing from a network.
const asked = process.env["FIELDGUARD_INDEPENDENT"] === "1";
const KEY = signingKeyFromSeed(Buffer.alloc(32, 5));
const GO = { ...process.env, GOPROXY: "off", GOSUMDB: "off", GOFLAGS: "-mod=mod" };
const source = (name: string) => fileURLToPath(new URL(`independent/${name}.txt`, import.meta.url));

describe("an implementation that is not ours (set FIELDGUARD_INDEPENDENT=1; needs Go)", () => {
  (asked ? test : test.skip)(
    "accepts our proofs of records and of consistency",
    async () => {
      const folder = await mkdtemp(join(tmpdir(), "fieldguard-go-"));
      try {
        for (const name of ["go.mod", "main.go"]) await copyFile(source(name), join(folder, name));
        await writeFile(join(folder, "out.json"), JSON.stringify(await proofs()));
        const { status, stdout, stderr } = spawnSync("go", ["run", "."], { cwd: folder, env: GO, encoding: "utf8" });
        expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
        expect(stdout.trim().split("\n")).toHaveLength(8);
      } finally {
        await rm(folder, { recursive: true });
      }
    },
    120_000,
  );
});

async function proofs() {
  const evidence = { keys: [KEY], everyRecords: 100 };
  const log = await openAccessLog(":memory:", { clock: systemClock, writer: "gateway-1", evidence });
  const ids: string[] = [];
  for (let block = 0; block < 7; block += 1) {
    ids.push(...(await Promise.all(Array.from({ length: 100 }, () => log.append(entry())))));
  }
  const made = {
    vkey: verifierKey(originOf("gateway-1"), KEY.publicKey),
    proofs: await Promise.all([0, 255, 256, 600, 699].map((at) => log.prove(ids[at] ?? ""))),
    consistency: [consistency(100, 700), consistency(200, 300), consistency(300, 700)],
  };
  await log.close();
  return made;
}

/** Two signed checkpoints of one tree, and the path between their roots: what the verification of a range rests on. */
function consistency(firstSize: number, secondSize: number) {
  const note = (size: number) =>
    signCheckpoint({ origin: originOf("gateway-1"), size, root: treeRoot(size, nodeAt) }, [KEY]);
  const path = consistencyProof(firstSize, secondSize, nodeAt).map((hex) => Buffer.from(hex, "hex").toString("base64"));
  return { first: note(firstSize), second: note(secondSize), path };
}

function nodeAt(level: number, index: number): Digest {
  return level === 0
    ? leafDigest(`leaf ${index}`)
    : nodeDigest(nodeAt(level - 1, index * 2), nodeAt(level - 1, index * 2 + 1));
}
