import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import mongoose, { type Connection } from "mongoose";
import { systemClock } from "../../src/core/clock.ts";
import type { ProvableLog } from "../../src/log/contract.ts";
import { openMongoAccessLog } from "../../src/log/mongo/access-log.ts";
import { fileAnchor } from "../../src/log/proof/anchor.ts";
import { itemDigest } from "../../src/log/proof/leaf.ts";
import { leafDigest } from "../../src/log/proof/merkle.ts";
import type { SealedItem } from "../../src/log/proof/model.ts";
import { parseVerifierKey, signingKeyFromSeed } from "../../src/log/proof/note.ts";
import { checkProof } from "../../src/log/proof/proof-file.ts";
import { verifyLogFile } from "../../src/log/sqlite/verify-file.ts";
import type { FindingCode, Verification } from "../../src/log/verification.ts";
import { decision, entry, LOG_TIME, readAll, reference } from "../../src/stores/conformance/log-fixtures.ts";
import { findMongo, type MongoServer, ownDatabase, startMongo } from "./mongo-server.ts";

const found = findMongo();
const keys = { one: signingKeyFromSeed(Buffer.alloc(32, 1)), other: signingKeyFromSeed(Buffer.alloc(32, 2)) };
const publicKeys = [keys.one.publicKey, keys.other.publicKey];
const by = { ...entry().caller, id: "officer-1", role: "PRIVACY_OFFICER" };
const MANY = 600;
const FEW = 20;

/** Record `index` of a gateway: each about three people of its own, the caller one of ten. */
function numbered(index: number) {
  const subjects = [1, 2, 3].map((person) => reference(index * 10 + person));
  const consentIds = [`consent-${index}`];
  return entry({
    time: LOG_TIME + index,
    caller: { ...entry().caller, id: `merchant-${index % 10}` },
    decisions: [decision({ outcome: "ALLOW", reason: "GRANTED", consentIds, subjects: [0, 1, 2] })],
    subjects,
  });
}

if (found === null) {
  test.skip("needs a MongoDB server", () => undefined);
} else {
  let server: MongoServer;
  let folder = "";
  beforeAll(async () => {
    server = await startMongo(found);
    folder = await mkdtemp(join(tmpdir(), "fieldguard-proof-"));
  });
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });
  const spoolOf = (database: string, who: string) => join(folder, `${database}-${who}.db`);

  const open = (database: string, who: keyof typeof keys | "auditor") =>
    openMongoAccessLog(server.url(database), {
      clock: systemClock,
      spool: spoolOf(database, who),
      answerMsMax: 60_000,
      // All records of a gateway are given at once: the last waits for all others.
      queueWaitMsMax: 120_000,
      spoolMsMax: Number.POSITIVE_INFINITY,
      drainMsMax: 120_000,
      ...(who === "auditor"
        ? {}
        : {
            evidence: {
              keys: [keys[who]],
              anchor: fileAnchor(`${spoolOf(database, who)}.anchor`),
              everyRecords: 200,
            },
          }),
    });

  /** Two gateways' logs, many records and few, both closed. */
  async function filled(many = MANY): Promise<string> {
    const database = ownDatabase();
    const one = await open(database, "one");
    const other = await open(database, "other");
    await Promise.all(Array.from({ length: many }, (_, index) => one.append(numbered(index))));
    await Promise.all(Array.from({ length: FEW }, (_, index) => other.append(numbered(10_000 + index))));
    await one.close();
    await other.close();
    return database;
  }

  let shared: Promise<string> | null = null;
  /** One for those who leave it as they found it, or come last: filling takes longest. */
  const sharedDatabase = () => {
    shared ??= filled();
    return shared;
  };

  async function asAuditor<T>(database: string, work: (log: ProvableLog) => Promise<T>): Promise<T> {
    const log = await open(database, "auditor");
    try {
      return await work(log);
    } finally {
      await log.close();
    }
  }
  const verify = (database: string, anchored: readonly string[] = []) =>
    asAuditor(database, (log) => log.verify({ publicKeys, anchored }));

  describe("an auditor with the database and the public keys", () => {
    let database = "";
    beforeAll(async () => {
      database = await sharedDatabase();
    });

    test("verifies the logs of all writers, each signed to its end", async () => {
      const { holds, findings, writers } = await verify(database);
      expect([holds, findings]).toEqual([true, []]);
      const sizes = writers.map(({ size, whole, vouched }) => [size, whole, vouched]);
      expect(sizes.sort(([one = 0], [other = 0]) => other - one)).toEqual([
        [MANY, MANY, MANY],
        [FEW, FEW, FEW],
      ]);
    });

    test("finds what was anchored by every gateway in it", async () => {
      const anchored = await Promise.all(
        (["one", "other"] as const).map((who) => fileAnchor(`${spoolOf(database, who)}.anchor`).read()),
      );
      expect(
        (
          await verify(
            database,
            anchored.flatMap((notes) => notes ?? []),
          )
        ).holds,
      ).toBe(true);
    });

    test("believes no key that is not his", async () => {
      const stranger = signingKeyFromSeed(Buffer.alloc(32, 3)).publicKey;
      const { holds, findings } = await asAuditor(database, (log) => log.verify({ publicKeys: [stranger] }));
      expect([holds, new Set(findings.map(({ code }) => code))]).toEqual([
        false,
        new Set(["CHECKPOINT_INVALID", "WRITER_UNKNOWN"]),
      ]);
    });

    test("is told which keys the writers name", async () => {
      const named = await asAuditor(database, (log) => log.verifierKeys());
      const told = named.map((text) => parseVerifierKey(text)?.publicKey.toString("hex"));
      expect(told.sort()).toEqual(publicKeys.map((key) => key.toString("hex")).sort());
    });

    test("gets proofs of any writer's record that hold without the database", async () => {
      await asAuditor(database, async (log) => {
        const records = await readAll(log);
        for (const at of [0, 1, 255, 256, 511, 512, MANY - 1]) {
          const record = records.find(({ seq, caller }) => seq === at && caller.id === `merchant-${at % 10}`);
          const proof = await log.prove(record?.id ?? "");
          expect(checkProof(proof, publicKeys)).toMatchObject({ holds: true, record: { id: record?.id, seq: at } });
          expect(checkProof(proof, [])).toEqual({ holds: false, fault: "KEY_UNKNOWN" });
        }
        await expect(log.prove("no-such-record")).rejects.toMatchObject({ code: "NOT_FOUND" });
      });
    });

    test("finds in a gateway's spool no trace of anybody, and the same root", async () => {
      const path = spoolOf(database, "one");
      const bytes = Buffer.concat([await readFile(path), await readFile(`${path}-wal`).catch(() => Buffer.alloc(0))]);
      for (const index of [0, 300, MANY - 1]) {
        expect(bytes.includes(reference(index * 10 + 1))).toBe(false);
        expect(bytes.includes(`merchant-${index % 10}`)).toBe(false);
        expect(bytes.includes(`consent-${index}"`)).toBe(false);
      }
      const spool = await verifyLogFile(path, { publicKeys, anchored: [] });
      expect(spool.findings).toEqual([]);
      const { writers } = await verify(database);
      expect(spool.writers[0]?.root).toBe(writers.find(({ size }) => size === MANY)?.root);
    });
  });

  async function connectTo(database: string): Promise<Connection> {
    return mongoose.createConnection(server.url(database)).asPromise();
  }

  interface Falsification {
    readonly name: string;
    readonly falsify: (raw: Connection, writer: string) => Promise<unknown>;
    readonly found: FindingCode;
    /** A record within the place that is named; null where none is. */
    readonly at: number | null;
  }

  const records = (raw: Connection) => raw.collection("access_records");
  const changeLeaf = (seq: number, from: string, to: string) => async (raw: Connection, writer: string) => {
    const row = await records(raw).findOne({ writer, seq });
    await records(raw).updateOne({ writer, seq }, { $set: { leaf: String(row?.["leaf"]).replace(from, to) } });
  };
  const FALSIFICATIONS: readonly Falsification[] = [
    { name: "an outcome changed", falsify: changeLeaf(17, '"ALLOW"', '"MASK"'), found: "CHANGED", at: 17 },
    {
      name: "a purpose changed in the unfinished tile",
      falsify: changeLeaf(590, "ORDER_FULFILMENT", "ANALYTICS"),
      found: "CHANGED",
      at: 590,
    },
    {
      name: "another person put in",
      falsify: async (raw, writer) => {
        const row = await records(raw).findOne({ writer, seq: 100 });
        const sealed = String(row?.["sealed"]).replace(reference(1_001), reference(99_999));
        await records(raw).updateOne({ writer, seq: 100 }, { $set: { sealed } });
      },
      found: "CHANGED",
      at: 100,
    },
    {
      name: "a record removed",
      falsify: (raw, writer) => records(raw).deleteOne({ writer, seq: 300 }),
      found: "MISSING",
      at: 300,
    },
    {
      name: "many records removed",
      falsify: (raw, writer) => records(raw).deleteMany({ writer, seq: { $gte: 10, $lt: 550 } }),
      found: "MISSING",
      at: 300,
    },
    {
      name: "the end cut off",
      falsify: (raw, writer) => records(raw).deleteMany({ writer, seq: { $gte: 595 } }),
      found: "TRUNCATED",
      at: 597,
    },
    {
      name: "the end cut off with its checkpoint, where it was anchored",
      falsify: async (raw, writer) => {
        await records(raw).deleteMany({ writer, seq: { $gte: 595 } });
        await raw.collection("access_checkpoints").deleteMany({ writer, size: { $gt: 595 } });
      },
      found: "ROLLED_BACK",
      at: 597,
    },
    {
      name: "a whole writer removed, where it was anchored",
      falsify: async (raw, writer) => {
        await records(raw).deleteMany({ writer });
        for (const name of ["access_checkpoints", "access_tree"]) await raw.collection(name).deleteMany({ writer });
        await raw.collection("access_writers").deleteMany({ _id: writer as never });
      },
      found: "ROLLED_BACK",
      at: 0,
    },
    {
      name: "two records exchanged",
      falsify: async (raw, writer) => {
        const [one, other] = await records(raw)
          .find({ writer, seq: { $in: [40, 41] } })
          .sort({ seq: 1 })
          .toArray();
        const content = (row: typeof one) => ({ leaf: row?.["leaf"], sealed: row?.["sealed"] });
        await records(raw).updateOne({ writer, seq: 40 }, { $set: content(other) });
        await records(raw).updateOne({ writer, seq: 41 }, { $set: content(one) });
      },
      found: "CHANGED",
      at: 40,
    },
    {
      name: "a record that filters no longer find",
      falsify: (raw, writer) => records(raw).updateOne({ writer, seq: 70 }, { $set: { subjects: [] } }),
      found: "INDEX_CHANGED",
      at: 70,
    },
    {
      name: "a person taken out without an order",
      falsify: async (raw, writer) => {
        const row = await records(raw).findOne({ writer, seq: 80 });
        const sealed = (JSON.parse(String(row?.["sealed"])) as SealedItem[]).map((item) => [itemDigest(item)]);
        await records(raw).updateOne({ writer, seq: 80 }, { $set: { sealed: JSON.stringify(sealed) } });
      },
      found: "WITHHELD",
      at: 80,
    },
    {
      name: "content pruned without an order",
      falsify: async (raw, writer) => {
        await raw.collection("access_writers").updateOne({ _id: writer as never }, { $set: { pruned: 256 } });
        await records(raw).deleteMany({ writer, seq: { $lt: 256 } });
      },
      found: "MISSING",
      at: 100,
    },
    {
      name: "hashes of the tree changed",
      falsify: (raw, writer) =>
        raw
          .collection("access_tree")
          .updateOne({ writer, level: 8, index: 0 }, { $set: { hashes: Buffer.alloc(32).toString("base64") } }),
      found: "TREE_CHANGED",
      at: 100,
    },
    {
      name: "a tile removed",
      falsify: (raw, writer) => raw.collection("access_tree").deleteOne({ writer, level: 0, index: 0 }),
      found: "TREE_CHANGED",
      at: 100,
    },
    {
      name: "a checkpoint signed by nobody",
      falsify: (raw, writer) =>
        raw.collection("access_checkpoints").updateMany({ writer }, { $set: { note: "a\n1\nb\n\n— a b\n" } }),
      found: "CHECKPOINT_INVALID",
      at: null,
    },
    {
      name: "the end rewritten, a chain of its own but for the key",
      falsify: async (raw, writer) => {
        let prevHash = "";
        for (let seq = 560; seq < MANY; seq += 1) {
          const row = await records(raw).findOne({ writer, seq });
          const leaf = String(row?.["leaf"]).replace('"ALLOW"', '"MASK"');
          const chained = seq === 560 ? leaf : leaf.replace(/"prevHash":"[0-9a-f]{64}"/, `"prevHash":"${prevHash}"`);
          prevHash = leafDigest(chained);
          const outcomes = ["MASK"];
          await records(raw).updateOne({ writer, seq }, { $set: { leaf: chained, outcomes } });
        }
      },
      found: "FORKED",
      at: 560,
    },
  ];

  describe("what was falsified in the database is found, and located", () => {
    let database = "";
    let raw: Connection;
    let writer = "";
    let anchored: string[] = [];
    const kept = new Map<string, object[]>();
    const COLLECTIONS = ["access_records", "access_tree", "access_checkpoints", "access_writers"];
    beforeAll(async () => {
      database = await sharedDatabase();
      raw = await connectTo(database);
      for (const name of COLLECTIONS) kept.set(name, await raw.collection(name).find().toArray());
      writer = String((await records(raw).findOne({ seq: MANY - 1 }))?.["writer"]);
      anchored = (await fileAnchor(`${spoolOf(database, "one")}.anchor`).read()) ?? [];
    });
    afterAll(() => raw.close());

    for (const { name, falsify, found: code, at } of FALSIFICATIONS) {
      test(`${name}: ${code}`, async () => {
        await falsify(raw, writer);
        const result: Verification = await verify(database, name.includes("anchored") ? anchored : []);
        for (const collection of COLLECTIONS) {
          await raw.collection(collection).deleteMany({});
          await raw.collection(collection).insertMany(kept.get(collection) ?? []);
        }
        expect(result.holds).toBe(false);
        const located = result.findings.filter(
          (finding) => finding.code === code && (at === null || finding.writer === writer),
        );
        const places = located.map(({ from, to }) => at === null || ((from ?? 0) <= at && at < (to ?? MANY)));
        expect([name, result.findings.map((finding) => finding.code), places.includes(true)]).toEqual([
          name,
          expect.arrayContaining([code]),
          true,
        ]);
      });
    }
  });

  describe("a redaction", () => {
    const person = reference(301);
    const order = { subjects: [person], callers: ["merchant-7"], consentIds: ["consent-30"] };
    const SOME = 60;

    test("takes a person out of every writer's records, is on record, and the log still holds", async () => {
      const database = await filled(SOME);
      const { records: changed } = await asAuditor(database, (log) => log.redact(order, by));
      expect(changed).toBe(1 + SOME / 10 + FEW / 10);
      await asAuditor(database, async (log) => {
        expect(await readAll(log, { subjects: [person] })).toEqual([]);
        expect(await readAll(log, { caller: "merchant-7" })).toEqual([]);
        const told = await readAll(log, { kind: "LOG_CHANGE" });
        expect(told[0]?.details).toMatchObject({ action: "REDACT", records: changed });
        const { findings, writers } = await log.verify({ publicKeys: [], anchored: [] });
        expect(findings).toEqual([]);
        expect(writers.reduce((sum, { redacted }) => sum + redacted, 0)).toBe(changed);
        expect((await log.redact(order, by)).records).toBe(0);
      });
      const raw = await connectTo(database);
      const content = JSON.stringify(
        await records(raw)
          .find({ kind: { $ne: "LOG_CHANGE" } })
          .toArray(),
      );
      expect([content.includes(person), content.includes("merchant-7")]).toEqual([false, false]);
      await raw.close();
    });

    for (const [brokeOff, state] of [
      ["while it was planned", "PLANNING"],
      ["while it was taking", "TAKING"],
    ] as const) {
      test(`that broke off ${brokeOff} is told, and finished by the next one`, async () => {
        const database = await filled(SOME);
        const raw = await connectTo(database);
        const kept = await records(raw).find().toArray();
        await asAuditor(database, (log) => log.redact(order, by));
        // As a crash would have left it: nothing taken yet, or half of it, and not on record.
        await records(raw).deleteMany({ kind: "LOG_CHANGE" });
        const untouched = kept.filter((row) => state === "PLANNING" || row["seq"] % 20 === 7);
        for (const { _id, ...row } of untouched) await records(raw).updateOne({ _id }, { $set: row });
        await raw.collection("access_redactions").updateMany({}, { $set: { state } });
        await rm(spoolOf(database, "auditor"), { force: true });
        for (const side of ["-wal", "-shm"]) await rm(`${spoolOf(database, "auditor")}${side}`, { force: true });
        const before = await asAuditor(database, (log) => log.verify({ publicKeys: [], anchored: [] }));
        expect(before.findings.map(({ code }) => code)).toEqual(["WITHHELD"]);
        await asAuditor(database, (log) => log.redact(order, by));
        await asAuditor(database, async (log) => {
          expect((await log.verify({ publicKeys: [], anchored: [] })).findings).toEqual([]);
          expect(await readAll(log, { caller: "merchant-7" })).toEqual([]);
        });
        await raw.close();
      });
    }
  });

  describe("a pruning", () => {
    test("removes what is old from every writer's log, as far as it is signed; the log still holds", async () => {
      const database = await sharedDatabase();
      const { pruned } = await asAuditor(database, (log) => log.prune(LOG_TIME + 550, by));
      expect(pruned).toBe(512);
      await asAuditor(database, async (log) => {
        const { findings, writers } = await log.verify({ publicKeys, anchored: [] });
        expect(findings.filter(({ code }) => code !== "WRITER_UNKNOWN")).toEqual([]);
        expect(writers.map((writer) => writer.pruned).sort()).toEqual([0, 0, 512]);
        expect(writers.find((writer) => writer.pruned > 0)?.root).not.toBeNull();
        const records = await readAll(log);
        expect(records.filter(({ time }) => time < LOG_TIME + 512)).toEqual([]);
        const kept = records.find(({ time }) => time === LOG_TIME + 520);
        expect(checkProof(await log.prove(kept?.id ?? ""), publicKeys).holds).toBe(true);
        expect((await log.prune(LOG_TIME + 550, by)).pruned).toBe(512);
      });
    });
  });
}
