import { copyFile, mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { systemClock } from "../../src/core/clock.ts";
import { type Sqlite, SqliteDatabase } from "../../src/databases/sqlite/driver.ts";
import { fileAnchor, splitNotes } from "../../src/log/proof/anchor.ts";
import { originOf, parseCheckpoint, signCheckpoint } from "../../src/log/proof/checkpoint.ts";
import { itemDigest } from "../../src/log/proof/leaf.ts";
import { leafDigest, RightEdge } from "../../src/log/proof/merkle.ts";
import { signingKeyFromSeed } from "../../src/log/proof/note.ts";
import { type AccessLogOptions, openAccessLog } from "../../src/log/sqlite/access-log.ts";
import { verifyLogFile } from "../../src/log/sqlite/verify-file.ts";
import type { FindingCode, Verification, VerifyRange } from "../../src/log/verification.ts";
import { decision, entry, LOG_TIME, reference } from "../../src/stores/conformance/log-fixtures.ts";

const RECORDS = 10_000;
const key = signingKeyFromSeed(Buffer.alloc(32, 1));
const otherKey = signingKeyFromSeed(Buffer.alloc(32, 2));
const by = { ...entry().caller, id: "officer-1", role: "PRIVACY_OFFICER" };

interface Copy {
  readonly path: string;
  readonly database: Sqlite.Database;
  anchored: string[];
}

interface Falsification {
  readonly name: string;
  readonly falsify: (copy: Copy) => void | Promise<void>;
  /** What must be found, and a record (or a gap after it) that must be within the place named; null: no place. */
  readonly found: FindingCode;
  readonly at: number | null;
}

const sql = (statement: string) => (copy: Copy) => void copy.database.exec(statement);
const leafChange = (seq: number, from: string, to: string) =>
  sql(`UPDATE log_record SET leaf = replace(leaf, '${from}', '${to}') WHERE seq = ${seq}`);
const DROP_SEQ = "DROP INDEX log_record_seq;";

/** Ways to falsify a log of 10,000 records (0 to 9,999) with checkpoints every 1,000, and what gives each away. */
const FALSIFICATIONS: readonly Falsification[] = [
  {
    name: "a purpose changed",
    falsify: leafChange(4_321, "ORDER_FULFILMENT", "CUSTOMER_SUPPORT"),
    found: "CHANGED",
    at: 4_321,
  },
  { name: "an outcome changed", falsify: leafChange(17, '"MASK"', '"DENY"'), found: "CHANGED", at: 17 },
  {
    name: "a time changed",
    falsify: leafChange(9_000, `"time":${LOG_TIME + 9_000}`, `"time":${LOG_TIME}`),
    found: "CHANGED",
    at: 9_000,
  },
  {
    name: "a record of the unfinished tile changed",
    falsify: leafChange(9_990, "MERCHANT", "CUSTOMER"),
    found: "CHANGED",
    at: 9_990,
  },
  { name: "the first record changed", falsify: leafChange(0, "MERCHANT", "CUSTOMER"), found: "CHANGED", at: 0 },
  { name: "the last record changed", falsify: leafChange(9_999, "MERCHANT", "CUSTOMER"), found: "CHANGED", at: 9_999 },
  { name: "a space added to a leaf", falsify: leafChange(5_000, '"kind":', '"kind": '), found: "CHANGED", at: 5_000 },
  {
    name: "a leaf emptied",
    falsify: sql("UPDATE log_record SET leaf = '' WHERE seq = 5000"),
    found: "CHANGED",
    at: 5_000,
  },
  {
    name: "a leaf that is no JSON",
    falsify: sql("UPDATE log_record SET leaf = '{' WHERE seq = 5000"),
    found: "CHANGED",
    at: 5_000,
  },
  {
    name: "a previous hash changed",
    falsify: sql(
      "UPDATE log_record SET leaf = replace(leaf, substr(leaf, instr(leaf, 'prevHash') + 11, 4), '0000') WHERE seq = 5000",
    ),
    found: "CHANGED",
    at: 5_000,
  },
  {
    name: "another caller put in",
    falsify: sql("UPDATE log_record SET sealed = replace(sealed, 'merchant-1', 'merchant-2') WHERE seq = 5000"),
    found: "CHANGED",
    at: 5_000,
  },
  {
    name: "another person put in",
    falsify: sql(`UPDATE log_record SET sealed = replace(sealed, '${reference(4)}', '${reference(5)}') WHERE seq = 4`),
    found: "CHANGED",
    at: 4,
  },
  {
    name: "a salt changed",
    falsify: sql(`UPDATE log_record SET sealed = replace(sealed, substr(sealed, 4, 3), 'AAA') WHERE seq = 5000`),
    found: "CHANGED",
    at: 5_000,
  },
  {
    name: "a person taken out whole",
    falsify: sql("UPDATE log_record SET sealed = json_remove(sealed, '$[1]') WHERE seq = 5000"),
    found: "CHANGED",
    at: 5_000,
  },
  {
    name: "the parts about people exchanged",
    falsify: sql("UPDATE log_record SET sealed = (SELECT sealed FROM log_record WHERE seq = 5001) WHERE seq = 5000"),
    found: "CHANGED",
    at: 5_000,
  },
  {
    name: "a person taken out as by a redaction, without one",
    falsify: ({ database }) => {
      const row = database.prepare("SELECT sealed FROM log_record WHERE seq = 5000").get() as { sealed: string };
      const items = JSON.parse(row.sealed) as string[][];
      const digest = itemDigest((items[1] ?? []) as never);
      database
        .prepare("UPDATE log_record SET sealed = ? WHERE seq = 5000")
        .run(JSON.stringify([items[0], [digest], ...items.slice(2)]));
    },
    found: "WITHHELD",
    at: 5_000,
  },
  {
    name: "the same, with an invented redaction",
    falsify: ({ database }) => {
      const row = database.prepare("SELECT sealed FROM log_record WHERE seq = 5000").get() as { sealed: string };
      const items = JSON.parse(row.sealed) as string[][];
      const digest = itemDigest((items[1] ?? []) as never);
      database
        .prepare("UPDATE log_record SET sealed = ? WHERE seq = 5000")
        .run(JSON.stringify([items[0], [digest], ...items.slice(2)]));
      database.exec("INSERT INTO log_redaction VALUES (1, 5000, 1, 'invented')");
    },
    found: "WITHHELD",
    at: null,
  },
  { name: "one record removed", falsify: sql("DELETE FROM log_record WHERE seq = 4321"), found: "MISSING", at: 4_321 },
  {
    name: "a stretch removed",
    falsify: sql("DELETE FROM log_record WHERE seq BETWEEN 3000 AND 3999"),
    found: "MISSING",
    at: 3_500,
  },
  { name: "the first records removed", falsify: sql("DELETE FROM log_record WHERE seq < 10"), found: "MISSING", at: 0 },
  {
    name: "the first records pruned without an order",
    falsify: sql("DELETE FROM log_record WHERE seq < 256; UPDATE log_writer SET pruned = 256"),
    found: "MISSING",
    at: 0,
  },
  {
    name: "one record removed from the unfinished tile",
    falsify: sql("DELETE FROM log_record WHERE seq = 9990"),
    found: "MISSING",
    at: 9_990,
  },
  {
    name: "one removed and the rest moved up",
    falsify: sql(
      `${DROP_SEQ} DELETE FROM log_record WHERE seq = 5000; UPDATE log_record SET seq = seq - 1 WHERE seq > 5000`,
    ),
    found: "CHANGED",
    at: 5_000,
  },
  {
    name: "a record doubled under its own number",
    falsify: sql(
      `${DROP_SEQ} INSERT INTO log_record SELECT 20000, writer, seq, leaf, sealed FROM log_record WHERE seq = 5000`,
    ),
    found: "DOUBLED",
    at: 5_000,
  },
  {
    name: "a record doubled at the end",
    falsify: sql(
      "INSERT INTO log_record SELECT 10000, writer, 10000, leaf, sealed FROM log_record WHERE seq = 5000; UPDATE log_writer SET size = 10001",
    ),
    found: "CHANGED",
    at: 10_000,
  },
  {
    name: "an invented record added at the end",
    falsify: sql(
      "INSERT INTO log_record SELECT 10000, writer, 10000, replace(replace(leaf, '\"seq\":9999', '\"seq\":10000'), 'MERCHANT', 'GUEST'), sealed FROM log_record WHERE seq = 9999",
    ),
    found: "CHANGED",
    at: 10_000,
  },
  {
    name: "two records exchanged",
    falsify: sql(
      "UPDATE log_record SET n = -1 WHERE n = 5000; UPDATE log_record SET n = 5000 WHERE n = 5001; UPDATE log_record SET n = 5001 WHERE n = -1",
    ),
    found: "REORDERED",
    at: 5_000,
  },
  {
    name: "the contents of two records exchanged",
    falsify: sql(
      "CREATE TEMP TABLE t AS SELECT seq, leaf, sealed FROM log_record WHERE seq IN (10, 20); UPDATE log_record SET (leaf, sealed) = (SELECT leaf, sealed FROM t WHERE t.seq = 30 - log_record.seq) WHERE seq IN (10, 20)",
    ),
    found: "CHANGED",
    at: 20,
  },
  { name: "the end cut off", falsify: sql("DELETE FROM log_record WHERE seq >= 9900"), found: "TRUNCATED", at: 9_950 },
  {
    name: "the end cut off, head and tree to match",
    falsify: ({ database }) => {
      const last = database.prepare("SELECT leaf FROM log_record WHERE seq = 9899").pluck().get() as string;
      database.exec(
        "DELETE FROM log_record WHERE seq >= 9900; DELETE FROM log_tile WHERE tile >= 38; DELETE FROM log_node WHERE level = 8 AND node >= 38",
      );
      database.prepare("UPDATE log_writer SET size = 9900, hash = ?").run(leafDigest(last));
    },
    found: "TRUNCATED",
    at: 9_950,
  },
  {
    name: "an old copy put back",
    falsify: ({ database }) => {
      const last = database.prepare("SELECT leaf FROM log_record WHERE seq = 6999").pluck().get() as string;
      database.exec(
        "DELETE FROM log_record WHERE seq >= 7000; DELETE FROM log_tile WHERE tile >= 27; DELETE FROM log_node WHERE level = 8 AND node >= 27; DELETE FROM log_checkpoint WHERE size > 7000",
      );
      database.exec("DELETE FROM log_block WHERE segment >= 6; DELETE FROM log_segment WHERE segment >= 6");
      database.prepare("UPDATE log_writer SET size = 7000, hash = ?").run(leafDigest(last));
    },
    found: "ROLLED_BACK",
    at: 7_000,
  },
  {
    name: "everything removed",
    falsify: sql(
      "DELETE FROM log_record; DELETE FROM log_writer; DELETE FROM log_tile; DELETE FROM log_node; DELETE FROM log_checkpoint; DELETE FROM log_block; DELETE FROM log_segment",
    ),
    found: "ROLLED_BACK",
    at: 0,
  },
  {
    name: "the size of the head lowered",
    falsify: sql("UPDATE log_writer SET size = 9000"),
    found: "HEAD_CHANGED",
    at: 9_500,
  },
  {
    name: "the size of the head raised",
    falsify: sql("UPDATE log_writer SET size = 10005"),
    found: "TRUNCATED",
    at: 10_002,
  },
  {
    name: "the hash of the head changed",
    falsify: sql("UPDATE log_writer SET hash = replace(hash, substr(hash, 1, 8), '00000000')"),
    found: "HEAD_CHANGED",
    at: 9_999,
  },
  {
    name: "a tile changed",
    falsify: sql("UPDATE log_tile SET hashes = zeroblob(8192) WHERE tile = 3"),
    found: "TREE_CHANGED",
    at: 768,
  },
  { name: "a tile removed", falsify: sql("DELETE FROM log_tile WHERE tile = 3"), found: "TREE_CHANGED", at: 800 },
  {
    name: "a node changed",
    falsify: sql("UPDATE log_node SET hash = zeroblob(32) WHERE level = 8 AND node = 5"),
    found: "TREE_CHANGED",
    at: 1_300,
  },
  {
    name: "a checkpoint's size changed",
    falsify: sql(
      "UPDATE log_checkpoint SET note = replace(note, char(10) || '3000' || char(10), char(10) || '3001' || char(10)) WHERE size = 3000",
    ),
    found: "CHECKPOINT_INVALID",
    at: null,
  },
  {
    name: "a checkpoint removed",
    falsify: sql("DELETE FROM log_checkpoint WHERE size = 3000"),
    found: "CHECKPOINT_INVALID",
    at: 2_999,
  },
  {
    name: "a checkpoint that is no note",
    falsify: sql("UPDATE log_checkpoint SET note = 'nothing' WHERE size = 3000"),
    found: "CHECKPOINT_INVALID",
    at: null,
  },
  {
    name: "checkpoints signed anew by another key",
    falsify: (copy) => signAnew(copy, otherKey, false),
    found: "CHECKPOINT_INVALID",
    at: null,
  },
  {
    name: "a fork, signed by the right key, against the anchor",
    falsify: (copy) => signAnew(copy, key, true),
    found: "FORKED",
    at: 2_999,
  },
  {
    name: "the records of another log merged in",
    falsify: sql(
      "INSERT INTO log_writer VALUES (2, 'stranger', 100, '', 0, 0); INSERT INTO log_record SELECT n + 20000, 2, seq, leaf, sealed FROM log_record WHERE seq < 100",
    ),
    found: "WRITER_UNKNOWN",
    at: 0,
  },
  {
    name: "records of a writer who is not listed",
    falsify: sql("INSERT INTO log_record SELECT n + 20000, 7, seq, leaf, sealed FROM log_record WHERE seq < 100"),
    found: "WRITER_UNKNOWN",
    at: 50,
  },
  {
    name: "the writer renamed",
    falsify: sql("UPDATE log_writer SET id = 'somebody-else'"),
    found: "ROLLED_BACK",
    at: 0,
  },
  {
    name: "a block of the search index removed",
    falsify: sql("DELETE FROM log_block WHERE id = (SELECT max(id) FROM log_block)"),
    found: "INDEX_CHANGED",
    at: null,
  },
  {
    name: "a person taken out of the search index",
    falsify: sql(
      "UPDATE log_block SET data = substr(data, 1, length(data) - 13) WHERE id = (SELECT max(id) FROM log_block)",
    ),
    found: "INDEX_CHANGED",
    at: null,
  },
  {
    name: "the times of the search index raised, so that a window passes records over",
    falsify: sql("UPDATE log_segment SET high = low - 1 WHERE segment = 4"),
    found: "INDEX_CHANGED",
    at: null,
  },
  {
    name: "the times of the search index lowered",
    falsify: sql("UPDATE log_segment SET low = low - 1 WHERE segment = 4"),
    found: "INDEX_CHANGED",
    at: null,
  },
  {
    name: "a run of the search index hidden",
    falsify: sql("UPDATE log_run SET level = -1 WHERE run = (SELECT max(run) FROM log_run)"),
    found: "INDEX_CHANGED",
    at: null,
  },
  {
    name: "the file cut off",
    falsify: ({ path, database }) => {
      database.close();
      return truncate(path, 4 * 1024 * 1024);
    },
    found: "DAMAGED",
    at: null,
  },
  {
    name: "a page overwritten",
    falsify: async ({ path, database }) => {
      database.close();
      const bytes = await readFile(path);
      bytes.fill(0xff, 4096 * 500, 4096 * 501);
      await writeFile(path, bytes);
    },
    found: "DAMAGED",
    at: null,
  },
];

/** Signs the checkpoint at 3,000 anew; `forked` with another root. */
function signAnew({ database }: Copy, by: typeof key, forked: boolean): void {
  const note = database.prepare("SELECT note FROM log_checkpoint WHERE size = 3000").pluck().get() as string;
  const checkpoint = parseCheckpoint(note);
  if (checkpoint === null) throw new Error("no checkpoint at 3,000");
  const root = forked ? leafDigest("another past") : checkpoint.root;
  database
    .prepare("UPDATE log_checkpoint SET note = ? WHERE size = 3000")
    .run(signCheckpoint({ ...checkpoint, root }, [by]));
}

/** Changes a record and puts everything that can be put together without the key to it: chain, tree and head. */
function rewriteFrom(database: Sqlite.Database, first: number): void {
  const rows = database.prepare("SELECT seq, leaf FROM log_record ORDER BY seq").all() as {
    seq: number;
    leaf: string;
  }[];
  const set = database.prepare("UPDATE log_record SET leaf = ? WHERE seq = ?");
  const setTile = database.prepare("UPDATE log_tile SET hashes = ? WHERE tile = ?");
  const setNode = database.prepare("UPDATE log_node SET hash = ? WHERE level = 8 AND node = ?");
  const edge = RightEdge.empty();
  let hash = "0".repeat(64);
  let tile: string[] = [];
  database.transaction(() => {
    for (const { seq, leaf } of rows) {
      const changed = seq === first ? leaf.replace("MERCHANT", "CUSTOMER") : leaf;
      const chained = changed.replace(/"prevHash":"[0-9a-f]{64}"/, `"prevHash":"${hash}"`);
      if (chained !== leaf) set.run(chained, seq);
      hash = leafDigest(chained);
      tile.push(hash);
      edge.append(hash, (level, index, digest) => void (level === 8 && setNode.run(Buffer.from(digest, "hex"), index)));
      if (tile.length < 256) continue;
      setTile.run(Buffer.from(tile.join(""), "hex"), Math.floor(seq / 256));
      tile = [];
    }
    database.prepare("UPDATE log_writer SET hash = ?").run(hash);
  })();
}

describe(`a log of ${RECORDS} records`, () => {
  let folder: string;
  let pristine: string;
  let anchored: string[];
  const options = (anchor: string): AccessLogOptions => ({
    clock: systemClock,
    writer: "gateway-1",
    evidence: { keys: [key], anchor: fileAnchor(anchor), everyRecords: 1_000 },
  });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "fieldguard-verify-"));
    pristine = join(folder, "pristine.db");
    const log = await openAccessLog(pristine, options(join(folder, "anchor")));
    for (let from = 0; from < RECORDS; from += 500) {
      await Promise.all(
        Array.from({ length: 500 }, (_, offset) => {
          const index = from + offset;
          return log.append(
            entry({
              time: LOG_TIME + index,
              decisions: [decision({ subjects: [0] })],
              subjects: [reference(index % 700)],
            }),
          );
        }),
      );
    }
    await log.close();
    const database = new SqliteDatabase(pristine);
    database.pragma("wal_checkpoint(TRUNCATE)");
    database.close();
    anchored = splitNotes(await readFile(join(folder, "anchor"), "utf8"));
  }, 120_000);

  afterAll(() => rm(folder, { recursive: true }));

  const verifyCopy = async (falsify: Falsification["falsify"], range?: VerifyRange): Promise<Verification> => {
    const path = join(folder, "copy.db");
    for (const suffix of ["-wal", "-shm"]) await rm(path + suffix, { force: true });
    await copyFile(pristine, path);
    const copy: Copy = { path, database: new SqliteDatabase(path), anchored };
    await falsify(copy);
    if (copy.database.open) copy.database.close();
    const options = { publicKeys: [key.publicKey], anchored: copy.anchored };
    return verifyLogFile(path, range === undefined ? options : { ...options, range });
  };

  test("verifies as it is, every record vouched for", async () => {
    const { holds, findings, writers } = await verifyCopy(() => undefined);
    expect(findings).toEqual([]);
    expect(holds).toBe(true);
    expect(writers).toEqual([
      expect.objectContaining({ writer: "gateway-1", size: RECORDS, whole: RECORDS, vouched: RECORDS }),
    ]);
    expect(anchored.map((note) => parseCheckpoint(note)?.origin)).toEqual(anchored.map(() => originOf("gateway-1")));
  }, 300_000);

  test.each(FALSIFICATIONS)(
    "gives away: $name",
    async ({ falsify, found, at }) => {
      const { holds, findings } = await verifyCopy(falsify);
      expect(holds).toBe(false);
      const matching = findings.filter(
        ({ code, from, to }) =>
          code === found && (at === null || (from !== null && to !== null && from <= at && at < to)),
      );
      expect({ found: findings.slice(0, 5), matches: matching.length > 0 }).toEqual({
        found: findings.slice(0, 5),
        matches: true,
      });
    },
    60_000,
  );

  describe("a range of it", () => {
    test.each<[string, VerifyRange, number, number]>([
      ["numbers", { fromSeq: 4_300, toSeq: 4_500 }, 4_096, 5_000],
      ["one record", { fromSeq: 4_321, toSeq: 4_322 }, 4_096, 5_000],
      ["the beginning", { toSeq: 10 }, 0, 1_000],
      ["the end", { fromSeq: 9_999 }, 9_984, 10_000],
      ["a checkpoint's end", { fromSeq: 3_500, toSeq: 4_000 }, 3_328, 4_000],
      ["more than there is", { fromSeq: 9_000, toSeq: 20_000 }, 8_960, 10_000],
      [
        "a time, and a segment of the index on either side",
        { from: LOG_TIME + 5_000, to: LOG_TIME + 5_010 },
        3_072,
        7_000,
      ],
      ["a time before all", { to: LOG_TIME }, 0, 2_000],
      ["a time after all", { from: LOG_TIME + 20_000 }, 8_192, 10_000],
      ["its writer", { writer: "gateway-1" }, 0, 10_000],
    ])("by %s: whole tiles, up to a signature", async (_name, range, from, to) => {
      const { holds, findings, writers } = await verifyCopy(() => undefined, range);
      expect(findings).toEqual([]);
      expect(holds).toBe(true);
      expect(writers).toEqual([expect.objectContaining({ from, to, size: RECORDS, vouched: to, whole: to - from })]);
    });

    test("of a writer who has none is refused", async () => {
      await expect(verifyCopy(() => undefined, { writer: "nobody" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    });

    const placed = FALSIFICATIONS.filter(({ found, at }) => at !== null && found !== "WRITER_UNKNOWN");
    test.each(placed)("gives away within it: $name", async ({ falsify, at }) => {
      const seq = at ?? 0;
      const { holds } = await verifyCopy(falsify, { fromSeq: seq, toSeq: seq + 1 });
      expect(holds).toBe(false);
    });

    test.each<[string, Falsification["falsify"]]>([
      ["a record changed", leafChange(4_321, "ORDER_FULFILMENT", "CUSTOMER_SUPPORT")],
      ["a record removed", sql("DELETE FROM log_record WHERE seq = 4321")],
    ])("does not tell of what is outside of it: %s", async (_name, falsify) => {
      expect((await verifyCopy(falsify, { fromSeq: 6_000, toSeq: 7_000 })).holds).toBe(true);
      expect((await verifyCopy(falsify, { toSeq: 3_000 })).holds).toBe(true);
    });

    test.each<[string, Falsification["falsify"], VerifyRange]>([
      [
        "the stored tree before it",
        sql("UPDATE log_node SET hash = zeroblob(32) WHERE node = 5"),
        { fromSeq: 6_000, toSeq: 7_000 },
      ],
      [
        "the stored tree after it",
        sql("UPDATE log_node SET hash = zeroblob(32) WHERE node = 30"),
        { fromSeq: 3_000, toSeq: 4_000 },
      ],
      ["a later checkpoint", (copy) => signAnew(copy, otherKey, false), { toSeq: 1_000 }],
    ])("rests on %s", async (_name, falsify, range) => {
      expect((await verifyCopy(falsify, range)).holds).toBe(false);
    });

    test("holds of what was redacted and pruned by orders that stand in the signed tree, and of nothing else", async () => {
      const path = join(folder, "changed.db");
      await copyFile(pristine, path);
      const log = await openAccessLog(path, options(join(folder, "anchor-4")));
      await log.redact({ subjects: [reference(5)] }, by);
      await log.prune(LOG_TIME + 2_000, by);
      for (const range of [
        { fromSeq: 700, toSeq: 800 },
        { fromSeq: 2_800, toSeq: 2_810 },
        { toSeq: 100 },
        { fromSeq: 9_000 },
      ]) {
        expect((await log.verify({ range })).findings).toEqual([]);
      }
      await log.close();
      const database = new SqliteDatabase(path);
      database.exec("UPDATE log_record SET leaf = replace(leaf, 'officer', 'Officer') WHERE seq = 10000");
      const order = database.prepare("SELECT sealed FROM log_record WHERE seq = 10000").pluck().get() as string;
      database.prepare("UPDATE log_record SET sealed = ? WHERE seq = 10000").run(order.replace("REDACT", "REDUCE"));
      database.close();
      const { findings } = await verifyLogFile(path, {
        publicKeys: [key.publicKey],
        anchored,
        range: { fromSeq: 2_800, toSeq: 2_810 },
      });
      expect(findings.map(({ code }) => code)).toContain("WITHHELD");
    });
  });

  describe("tells a cause once, and how much follows from it", () => {
    const rebuild = (copy: Copy) => rewriteFrom(copy.database, 4_321);
    test.each<[string, Falsification["falsify"], readonly [FindingCode, number, number, number]]>([
      ["a record changed, its tree not", leafChange(4_321, "MERCHANT", "CUSTOMER"), ["CHANGED", 4_321, 4_322, 0]],
      ["a record of the unfinished tile", leafChange(9_990, "MERCHANT", "CUSTOMER"), ["CHANGED", 9_990, 9_992, 1]],
      ["everything rewritten from a record on", rebuild, ["FORKED", 4_000, 5_000, 5]],
      [
        "many records changed",
        sql("UPDATE log_record SET leaf = replace(leaf, 'MERCHANT', 'CUSTOMER') WHERE seq BETWEEN 600 AND 1500"),
        ["CHANGED", 600, 1_501, 0],
      ],
      [
        "a tile changed",
        sql("UPDATE log_tile SET hashes = zeroblob(8192) WHERE tile = 3"),
        ["TREE_CHANGED", 768, 1_024, 0],
      ],
    ])("%s", async (_name, falsify, [code, from, to, consequences]) => {
      const { findings } = await verifyCopy(falsify);
      const own = findings.filter((finding) => finding.code !== "INDEX_CHANGED");
      expect(own.map((each) => [each.code, each.from, each.to, each.consequences ?? 0])).toEqual([
        [code, from, to, consequences],
      ]);
    });
  });

  test("is known to be redacted where it was, and found to be nothing else", async () => {
    const path = join(folder, "redacted.db");
    await copyFile(pristine, path);
    const log = await openAccessLog(path, options(join(folder, "anchor-2")));
    const before = await log.query({ subjects: [reference(5)] }, { first: 100 });
    const { records } = await log.redact({ subjects: [reference(5)] }, by);
    expect(records).toBe(before.records.length);
    expect((await log.query({ subjects: [reference(5)] }, { first: 100 })).records).toEqual([]);
    const verification = await log.verify();
    expect(verification.findings).toEqual([]);
    expect(verification.writers).toEqual([expect.objectContaining({ redacted: records, size: RECORDS + 1 })]);
    await log.close();
    expect((await readFile(path)).includes(reference(5).slice(2))).toBe(false);
  }, 300_000);

  test("loses the content of what is pruned, keeps its proof, and goes on", async () => {
    const path = join(folder, "pruned.db");
    await copyFile(pristine, path);
    const log = await openAccessLog(path, options(join(folder, "anchor-3")));
    const { pruned } = await log.prune(LOG_TIME + 5_000, by);
    expect(pruned).toBe(4_096);
    expect((await log.query({ to: LOG_TIME + 4_096 }, { first: 10 })).records).toEqual([]);
    expect((await log.query({ from: LOG_TIME + 4_096, to: LOG_TIME + 5_000 }, { first: 1_000 })).records).toHaveLength(
      904,
    );
    await log.append(entry());
    const verification = await log.verify();
    expect(verification.findings).toEqual([]);
    expect(verification.writers).toEqual([expect.objectContaining({ pruned, size: RECORDS + 2 })]);
    expect(await log.prune(LOG_TIME + 5_000, by)).toEqual({ pruned: 0 });
    await log.close();
  }, 300_000);
});
