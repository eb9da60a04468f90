import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { CONSENT_COMPONENT } from "../../src/consents/sqlite/schema.ts";
import { systemClock } from "../../src/core/clock.ts";
import { openDatabase } from "../../src/databases/sqlite/database.ts";
import { rotateSigningKey } from "../../src/log/proof/evidence-beside.ts";
import { checkProof } from "../../src/log/proof/proof-file.ts";
import { event } from "../../src/stores/conformance/consent-fixtures.ts";
import { entry } from "../../src/stores/conformance/log-fixtures.ts";
import { openStores, type Stores, type StoresOptions } from "../../src/stores/open.ts";
import { keepFile } from "../../src/stores/sqlite/keep.ts";

jest.setTimeout(300_000);

const OTHER_KEY = "another secret of 32 characters or more";
const BECAUSE = "the disk of 3 May";
const ENDINGS = ["", "-wal", "-shm", ".key", ".sign.pem", ".marks", ".checkpoints"];

let folder = "";
let count = 0;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fieldguard-keeping-"));
  await makeStates();
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true }));

/** A folder of its own with a store `store.db` and what stands beside it, as it was at a moment. */
const states = { early: "", late: "", branch: "", rotated: "", running: "", accepted: "", stranger: "" };

const open = (place: string, options: Partial<StoresOptions> = {}): Promise<Stores> =>
  openStores(`sqlite:${join(place, "store.db")}`, {
    clock: systemClock,
    logKey: null,
    spool: "",
    anchor: null,
    ...options,
  });
const close = ({ accessLog, consents }: Stores) => Promise.all([accessLog.close(), consents.close()]);

function copied(from: string): string {
  count += 1;
  const to = join(folder, `copy-${count}`);
  mkdirSync(to);
  for (const name of readdirSync(from)) copyFileSync(join(from, name), join(to, name));
  return to;
}

/** Of a store: early, after more was acknowledged, and while it is open, with what is only in its WAL. */
async function makeStates(): Promise<void> {
  const place = copied(mkdtempSync(join(folder, "empty-")));
  await change(place, 20, "GIVEN");
  states.early = copied(place);
  states.branch = copied(place);
  await change(states.branch, 5, "WITHDRAWN");
  await change(place, 300, "WITHDRAWN");
  states.late = copied(place);
  states.rotated = copied(place);
  await rotate(states.rotated);
  states.accepted = copied(place);
  const by = { ...entry().caller, id: "operator", role: "COMMAND_LINE" };
  const accept = { because: BECAUSE, by, newKey: false, backup: null };
  await close(await open(states.accepted, { accept }));
  const stores = await open(place);
  await fill(stores, 5, "GIVEN");
  states.running = copied(place);
  await close(stores);
  const other = copied(mkdtempSync(join(folder, "empty-")));
  const others = await open(other);
  await fill(others, 40, "GIVEN");
  states.stranger = copied(other);
  await close(others);
}

/** As `log rotate-key` does, with the restart after it. */
async function rotate(place: string): Promise<void> {
  const rotation = rotateSigningKey(join(place, "store.db"));
  const stores = await open(place);
  await fill(stores, 1, "GIVEN");
  await stores.accessLog.checkpoint();
  await close(stores);
  rotation.finish();
  await change(place, 1, "GIVEN");
}

async function change(place: string, records: number, state: "GIVEN" | "WITHDRAWN"): Promise<void> {
  const stores = await open(place);
  await fill(stores, records, state);
  await close(stores);
}

async function fill({ accessLog, consents }: Stores, records: number, state: "GIVEN" | "WITHDRAWN"): Promise<void> {
  count += 1;
  await consents.append([event({ id: `event-${count}`, time: systemClock.now(), state })]);
  for (let done = 0; done < records; done += 1) await accessLog.append(entry({ time: systemClock.now() }));
}

const replace = (place: string, from: string, ...endings: string[]) => {
  for (const ending of endings) {
    rmSync(join(place, `store.db${ending}`), { force: true });
    const source = join(from, `store.db${ending}`);
    if (existsSync(source)) copyFileSync(source, join(place, `store.db${ending}`));
  }
};
const remove = (place: string, ...endings: string[]) => {
  for (const ending of endings) rmSync(join(place, `store.db${ending}`), { force: true });
};
const recordsOfFirst = (place: string) => {
  const database = openDatabase(join(place, "store.db"), []);
  const count = database.prepare("SELECT count(*) FROM log_record WHERE writer = 1").pluck().get();
  database.close();
  return count;
};
const sql = (place: string, text: string) => {
  const database = openDatabase(join(place, "store.db"), []);
  database.exec(text);
  database.close();
};

interface Case {
  readonly from: () => string;
  readonly strike: (place: string) => void;
  readonly code: "STORE_BEHIND" | "KEY_MISMATCH";
  readonly says: RegExp;
  readonly options?: Partial<StoresOptions>;
  /** Whether the verification goes on to tell of it once it is accepted. */
  readonly stays?: true;
}

const BEHIND: Readonly<Record<string, Case>> = {
  "an older copy of the database": {
    from: () => states.late,
    strike: (place) => replace(place, states.early, "", "-wal", "-shm"),
    code: "STORE_BEHIND",
    says: /Records 20 to 319 of writer .*1 change of consents/s,
  },
  "an older copy of a store that had no mark yet, with its anchor": {
    from: () => states.late,
    strike: (place) => {
      replace(place, states.early, "", "-wal", "-shm");
      sql(place, "DELETE FROM keeping_mark");
      remove(place, ".marks");
    },
    code: "STORE_BEHIND",
    says: /Records 20 to 319/,
  },
  "an older copy with its own mark, but the anchor of today": {
    from: () => states.late,
    strike: (place) => replace(place, states.early, "", "-wal", "-shm", ".marks"),
    code: "STORE_BEHIND",
    says: /Records 20 to 319/,
  },
  "a deleted WAL": {
    from: () => states.running,
    strike: (place) => remove(place, "-wal", "-shm"),
    code: "STORE_BEHIND",
    says: /Records 320 to 324 .*1 change of consents/s,
  },
  "a deleted mark": {
    from: () => states.late,
    strike: (place) => remove(place, ".marks"),
    code: "STORE_BEHIND",
    says: /mark/,
  },
  "another store's mark": {
    from: () => states.late,
    strike: (place) => replace(place, states.stranger, ".marks"),
    code: "STORE_BEHIND",
    says: /mark/,
  },
  "another run of the same store": {
    from: () => states.late,
    strike: (place) => replace(place, states.branch, ".marks"),
    code: "STORE_BEHIND",
    says: /Record 24 of writer .*others are in their place/,
  },
  "a deleted database": {
    from: () => states.late,
    strike: (place) => remove(place, "", "-wal", "-shm"),
    code: "STORE_BEHIND",
    says: /database itself is gone/,
  },
  "a database deleted with its mark, but not its keys": {
    from: () => states.late,
    strike: (place) => remove(place, "", "-wal", "-shm", ".marks", ".checkpoints"),
    code: "STORE_BEHIND",
    says: /database itself is gone .*store\.db\.key, store\.db\.sign\.pem/s,
  },
  "a database of which only the anchor is left": {
    from: () => states.late,
    strike: (place) => remove(place, "", "-wal", "-shm", ".marks", ".key", ".sign.pem"),
    code: "STORE_BEHIND",
    says: /database itself is gone .*store\.db\.checkpoints/s,
    stays: true,
  },
  "an emptied database": {
    from: () => states.late,
    strike: (place) => {
      remove(place, "-wal", "-shm");
      writeFileSync(join(place, "store.db"), "");
    },
    code: "STORE_BEHIND",
    says: /gone or empty/,
  },
  "a log that was marked as ended by hand": {
    from: () => states.late,
    strike: (place) => sql(place, "UPDATE log_writer SET ended = 1"),
    code: "STORE_BEHIND",
    says: /end of the log of writer .* not the one that was signed/,
  },
  "an end that was signed of a shorter log": {
    from: () => states.accepted,
    strike: (place) => sql(place, "UPDATE log_writer SET size = size - 1 WHERE ended = 1"),
    code: "STORE_BEHIND",
    says: /end of the log/,
    stays: true,
  },
  "a log that had ended and was marked as going on by hand": {
    from: () => states.accepted,
    strike: (place) => sql(place, "UPDATE log_writer SET ended = 0"),
    code: "STORE_BEHIND",
    says: /end of the log/,
  },
  "an end that another store's key signed": {
    from: () => states.accepted,
    strike: (place) => {
      sql(place, "UPDATE log_ended SET note = replace(note, substr(note, -40, 20), 'AAAAAAAAAAAAAAAAAAAA')");
    },
    code: "STORE_BEHIND",
    says: /end of the log/,
  },
};

const KEYS: Readonly<Record<string, Case>> = {
  "a deleted log key": {
    from: () => states.late,
    strike: (place) => remove(place, ".key"),
    code: "KEY_MISMATCH",
    says: /store\.db\.key/,
  },
  "a deleted log key, of a store from before fingerprints": {
    from: () => states.late,
    strike: (place) => {
      sql(place, "DELETE FROM keeping_key");
      remove(place, ".key");
    },
    code: "KEY_MISMATCH",
    says: /store\.db\.key/,
  },
  "another log key in the file": {
    from: () => states.late,
    strike: (place) => replace(place, states.stranger, ".key"),
    code: "KEY_MISMATCH",
    says: /version 1 is another/,
  },
  "another log key by option": {
    from: () => states.late,
    strike: () => undefined,
    options: { logKey: OTHER_KEY },
    code: "KEY_MISMATCH",
    says: /version 1 is another/,
  },
  "a new log key without the old one": {
    from: () => states.late,
    strike: () => undefined,
    options: { logKey: `2:${OTHER_KEY}` },
    code: "KEY_MISMATCH",
    says: /version 1, with which the store was written, is not given/,
  },
  "a deleted signing key": {
    from: () => states.late,
    strike: (place) => remove(place, ".sign.pem"),
    code: "KEY_MISMATCH",
    says: /store\.db\.sign\.pem/,
  },
  "another signing key": {
    from: () => states.late,
    strike: (place) => replace(place, states.stranger, ".sign.pem"),
    code: "KEY_MISMATCH",
    says: /another key than the one that signed/,
  },
  "the signing key from before its rotation": {
    from: () => states.rotated,
    strike: (place) => replace(place, states.late, ".sign.pem"),
    code: "KEY_MISMATCH",
    says: /does not name that one.*rotate-key/s,
  },
  "the signing key from before its rotation, of a store from before fingerprints": {
    from: () => states.rotated,
    strike: (place) => {
      sql(place, "DELETE FROM keeping_key");
      replace(place, states.late, ".sign.pem");
    },
    code: "KEY_MISMATCH",
    says: /another key than the one that signed/,
  },
  "the store and its signing key from before a rotation, beside the anchor of today": {
    from: () => states.rotated,
    strike: (place) => replace(place, states.late, "", "-wal", "-shm", ".sign.pem", ".marks"),
    code: "KEY_MISMATCH",
    says: /another key than the one that signed/,
  },
};

describe("a store is not opened in silence over", () => {
  for (const [what, { from, strike, code, says, options }] of Object.entries({ ...BEHIND, ...KEYS })) {
    test(what, async () => {
      const place = copied(from());
      strike(place);
      const before = readdirSync(place);
      for (let start = 0; start < 2; start += 1) {
        const refusal = await open(place, options).catch((error: unknown) => error);
        expect(refusal).toMatchObject({ code, message: expect.stringMatching(says) });
        expect((refusal as Error).message).toContain("fieldguard store accept");
      }
      // Nothing is made that would pass for what was there.
      const made = readdirSync(place).filter((name) => !before.includes(name));
      expect(made.filter((name) => /\.(key|pem|marks)$/.test(name))).toEqual([]);
    });
  }

  test("a WAL of another store", async () => {
    const place = copied(states.late);
    copyFileSync(join(states.stranger, "store.db-wal"), join(place, "store.db-wal"));
    const refusal = await open(place).then(close, (error: unknown) => error);
    expect(["STORE_BEHIND", "STORE_UNREADABLE", "KEY_MISMATCH"]).toContain((refusal as { code: string }).code);
  });
});

describe("a store is opened", () => {
  const UNHARMED: Readonly<
    Record<string, [from: () => string, prepare: (place: string) => void, Partial<StoresOptions>?]>
  > = {
    "as it was left": [() => states.late, () => undefined],
    "as it was when it was killed": [() => states.running, () => undefined],
    "with a mark that the loss of power left behind": [
      () => states.late,
      (place) => replace(place, states.early, ".marks"),
    ],
    "with a mark of which a part was cut off": [
      () => states.late,
      (place) => {
        const bytes = readFileSync(join(place, "store.db.marks"));
        bytes.fill(0, 1_100, 2_048);
        writeFileSync(join(place, "store.db.marks"), bytes);
      },
    ],
    "from before there were marks and fingerprints": [
      () => states.late,
      (place) => {
        sql(place, "DELETE FROM keeping_mark; DELETE FROM keeping_key");
        remove(place, ".marks");
      },
    ],
    "with a signing key whose rotation was broken off": [
      () => states.late,
      (place) => rotateSigningKey(join(place, "store.db")),
    ],
    "with a rotated signing key": [() => states.rotated, () => undefined],
    "with logs that have ended": [() => states.accepted, () => undefined],
    "with logs that have ended, and a signing key rotated since": [
      () => states.accepted,
      (place) => rotateSigningKey(join(place, "store.db")).finish(),
    ],
  };
  for (const [what, [from, prepare, options]] of Object.entries(UNHARMED)) {
    test(what, async () => {
      const place = copied(from());
      prepare(place);
      for (let start = 0; start < 2; start += 1) {
        const stores = await open(place, options);
        await fill(stores, 2, "WITHDRAWN");
        expect((await stores.accessLog.verify()).findings).toEqual([]);
        await close(stores);
      }
    });
  }

  test("with a log key in rotation, which is asked for from then on", async () => {
    const place = copied(states.late);
    const old = readFileSync(join(place, "store.db.key"), "utf8").trim();
    await close(await open(place, { logKey: `2:${OTHER_KEY},1:${old}` }));
    await close(await open(place, { logKey: `1:${old},2:${OTHER_KEY}` }));
    await expect(open(place)).rejects.toMatchObject({ code: "KEY_MISMATCH" });
    await expect(open(place, { logKey: `2:${OTHER_KEY}` })).rejects.toMatchObject({ code: "KEY_MISMATCH" });
  });
});

/** null where there is no database that could be looked into. */
async function writerOf(place: string): Promise<string | null> {
  const looked = await open(place, { despite: true }).catch(() => null);
  if (looked === null) return null;
  await close(looked);
  return looked.accessLog.writer;
}

/** What was there when it was accepted and is deleted afterwards. */
const DELETED: Readonly<Record<string, string>> = {
  "the first record": "= 0",
  "some in between": "BETWEEN 2 AND 4",
  "the last record": "= (SELECT max(seq) FROM log_record WHERE writer = 1)",
  "all of them": ">= 0",
};

describe("what is accepted, with a reason, is on record: the store opens, and the log verifies and explains, after", () => {
  const by = { ...entry().caller, id: "operator", role: "COMMAND_LINE" };
  for (const [what, { from, strike, stays = false }] of Object.entries(BEHIND)) {
    test(what, async () => {
      const place = copied(from());
      strike(place);
      const writer = await writerOf(place);
      const accepted = await open(place, { accept: { because: BECAUSE, by, newKey: false, backup: null } });
      expect(accepted.losses?.length).toBeGreaterThan(0);
      expect(accepted.accessLog.writer).not.toBe(writer);
      const { records } = await accepted.accessLog.query({ kind: "LOG_CHANGE" }, { first: 10 });
      expect(records.length).toBeGreaterThan(0);
      for (const record of records) {
        expect(record).toMatchObject({
          justification: BECAUSE,
          caller: { id: "operator" },
          details: { action: "RESTORE" },
        });
      }
      await close(accepted);
      const again = await open(place);
      await fill(again, 3, "WITHDRAWN");
      const { holds, findings, explained } = await again.accessLog.verify();
      expect([holds, findings.length > 0]).toEqual([!stays, stays]);
      if (/copy|a deleted database/.test(what)) {
        const ids = records.map(({ id }) => id);
        expect([explained.length > 0, explained.filter(({ record }) => !ids.includes(record))]).toEqual([true, []]);
      }
      await close(again);
      if (stays) return;
      for (const [which, where] of Object.entries(DELETED)) {
        const later = copied(place);
        if (recordsOfFirst(later) === 0) continue;
        sql(later, `DELETE FROM log_record WHERE writer = 1 AND seq ${where}`);
        const looked = await open(later, { despite: true });
        const found = await looked.accessLog.verify();
        await close(looked);
        expect([which, found.holds]).toEqual([which, false]);
      }
    });
  }

  // What a crash between any two steps of an acceptance leaves: its changes, and not (all of) its records.
  const BROKEN_OFF: Readonly<Record<string, [place: () => string, newKey: boolean]>> = {
    "of an older copy": [() => older(), false],
    "of another log key": [() => withKeyOf(states.stranger, ".key"), true],
    "of another signing key": [() => withKeyOf(states.stranger, ".sign.pem"), true],
  };
  const older = () => {
    const place = copied(states.late);
    replace(place, states.early, "", "-wal", "-shm");
    return place;
  };
  const withKeyOf = (other: string, ending: string) => {
    const place = copied(states.late);
    replace(place, other, ending);
    return place;
  };
  for (const [what, [make, newKey]] of Object.entries(BROKEN_OFF)) {
    test(`and is refused until then: an acceptance ${what} that was broken off`, async () => {
      const place = make();
      const path = join(place, "store.db");
      const accept = { because: BECAUSE, by, newKey, backup: null };
      await keepFile(path, [CONSENT_COMPONENT], { logKey: null, anchor: null, accept });
      for (let start = 0; start < 2; start += 1) {
        const refusal = await open(place).then(close, (error: unknown) => error);
        expect(refusal).toMatchObject({
          code: "STORE_BEHIND",
          message: expect.stringMatching(/acceptance .*on record/),
        });
      }
      const accepted = await open(place, { accept: { ...accept, newKey: false } });
      const { records } = await accepted.accessLog.query({ kind: "LOG_CHANGE" }, { first: 10 });
      expect(records.map(({ details }) => details?.["action"])).toContain(newKey ? "NEW_KEY" : "RESTORE");
      await close(accepted);
      const again = await open(place, { despite: false });
      if (!newKey) {
        const { findings, explained } = await again.accessLog.verify();
        expect([findings, explained.length > 0]).toEqual([[], true]);
      }
      await close(again);
    });
  }

  test("and what is said of a log's end by hand is found by the verification, also of a range", async () => {
    for (const [from, to] of [
      [states.late, 1],
      [states.accepted, 0],
    ] as const) {
      const place = copied(from);
      sql(place, `UPDATE log_writer SET ended = ${to} WHERE no = 1`);
      const stores = await open(place, { despite: true });
      for (const range of [{}, { range: { fromSeq: 0, toSeq: 10 } }]) {
        const { holds, findings } = await stores.accessLog.verify(range);
        expect([holds, findings.map(({ code }) => code)]).toEqual([false, ["HEAD_CHANGED"]]);
      }
      await close(stores);
    }
  });

  test("and records of a log that has ended can still be proved, up to its last checkpoint", async () => {
    const place = copied(states.accepted);
    const stores = await open(place);
    const { records } = await stores.accessLog.query({}, { first: 300 });
    const old = records.filter(({ writer }) => writer !== stores.accessLog.writer);
    for (const record of [old[0], old.at(-1)]) {
      const proof = await stores.accessLog.prove(record?.id ?? "");
      expect(checkProof(proof, stores.signingKey === null ? [] : [stores.signingKey.publicKey])).toMatchObject({
        holds: true,
        record: { id: record?.id },
      });
    }
    await close(stores);
  });

  test("but no more than that: a record that is changed besides is found", async () => {
    const place = copied(states.late);
    replace(place, states.early, "", "-wal", "-shm");
    await close(await open(place, { accept: { because: BECAUSE, by, newKey: false, backup: null } }));
    sql(place, "UPDATE log_record SET leaf = replace(leaf, 'MERCHANT', 'merchant') WHERE seq = 7");
    const stores = await open(place, { despite: true });
    expect((await stores.accessLog.verify()).holds).toBe(false);
    await close(stores);
  });

  for (const [what, { from, strike, options }] of Object.entries(KEYS)) {
    test(what, async () => {
      const place = copied(from());
      strike(place);
      const accept = { because: BECAUSE, by, newKey: false, backup: null };
      await expect(open(place, { ...options, accept })).rejects.toMatchObject({ code: "KEY_MISMATCH" });
      const accepted = await open(place, { ...options, accept: { ...accept, newKey: true } });
      const { records } = await accepted.accessLog.query({ kind: "LOG_CHANGE" }, { first: 10 });
      expect(records.map(({ details }) => details?.["action"])).toContain("NEW_KEY");
      await close(accepted);
      await close(await open(place, options));
    });
  }
});

describe("an anchor that was given checkpoints is missed where it", () => {
  const by = { ...entry().caller, id: "operator", role: "COMMAND_LINE" };
  /** `usable`: it can be appended to as it is. */
  type Row = readonly [strike: (anchor: string, early: string) => void, usable: boolean];
  const ANCHORS: Readonly<Record<string, Row>> = {
    "is removed": [(anchor) => rmSync(anchor), true],
    "is gone with its folder": [(anchor) => rmSync(join(anchor, ".."), { recursive: true }), false],
    "is empty": [(anchor) => writeFileSync(anchor, ""), true],
    "is an older copy": [(anchor, early) => copyFileSync(early, anchor), true],
    "is cut within its last note": [(anchor) => writeFileSync(anchor, readFileSync(anchor).subarray(0, -20)), true],
    "is written over": [(anchor) => writeFileSync(anchor, Buffer.alloc(500, 0xe7)), true],
    "is a folder": [
      (anchor) => {
        rmSync(anchor);
        mkdirSync(anchor);
      },
      false,
    ],
    "is a link to itself": [
      (anchor) => {
        rmSync(anchor);
        symlinkSync(anchor, anchor);
      },
      false,
    ],
  };
  for (const [what, [strike, usable]] of Object.entries(ANCHORS)) {
    test(what, async () => {
      const place = copied(states.late);
      const anchor = join(mkdtempSync(join(folder, "anchor-")), "notes.txt");
      const options = { anchor };
      for (const step of ["early", "late"]) {
        const stores = await open(place, options);
        await fill(stores, 2, "GIVEN");
        await close(stores);
        if (step === "early") copyFileSync(anchor, join(place, "early.txt"));
      }
      strike(anchor, join(place, "early.txt"));
      for (let start = 0; start < 2; start += 1) {
        const refusal = await open(place, options).then(close, (error: unknown) => error);
        const message = expect.stringMatching(/The anchor .*notes\.txt .*fieldguard store accept/);
        expect(refusal).toMatchObject({ code: "STORE_BEHIND", message });
      }
      await close(await open(place, { ...options, accept: { because: BECAUSE, by, newKey: false, backup: null } }));
      const again = await open(place, options);
      await fill(again, 1, "GIVEN");
      const verified = await again.accessLog.verify().then(
        ({ anchored }) => anchored > 0,
        ({ message }: Error) => message,
      );
      await close(again);
      // Without its folder it is as one that was never there.
      if (!what.includes("with its folder")) {
        expect(verified).toEqual(usable ? true : expect.stringMatching(/Cannot read the anchor .*notes\.txt/));
      }
    });
  }

  test("but not one that could not be given any yet", async () => {
    const place = copied(states.late);
    for (let start = 0; start < 2; start += 1) await close(await open(place, { anchor: place }));
  });
});

describe("beside a running gateway", () => {
  const by = { ...entry().caller, id: "operator", role: "COMMAND_LINE" };
  test("a store is not accepted, and nothing of it is changed", async () => {
    const place = copied(states.late);
    const stores = await open(place);
    const accept = { because: BECAUSE, by, newKey: false, backup: null };
    await expect(open(place, { accept })).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    await fill(stores, 2, "GIVEN");
    expect((await stores.accessLog.verify()).findings).toEqual([]);
    await close(stores);
    await close(await open(place));
    await close(await open(place, { accept }));
  });

  test("a log that another ends is not written to any more", async () => {
    const place = copied(states.late);
    const stores = await open(place);
    await fill(stores, 1, "GIVEN");
    sql(place, "UPDATE log_writer SET ended = 1");
    const { accessLog } = stores;
    const { size } = await accessLog.head();
    const writes: Readonly<Record<string, () => Promise<unknown>>> = {
      append: () => accessLog.append(entry({ time: systemClock.now() })),
      "the next append": () => accessLog.append(entry({ time: systemClock.now() })),
      checkpoint: () => accessLog.checkpoint(),
      redaction: () => accessLog.redact({ subjects: ["1:00"] }, by),
      readiness: () => accessLog.ping(),
    };
    for (const [what, write] of Object.entries(writes)) {
      const code = await write().then(
        () => null,
        (error: { code: string }) => error.code,
      );
      expect([what, code]).toEqual([what, "STORE_BEHIND"]);
    }
    expect((await accessLog.head()).size).toBe(size);
    await close(stores);
  });
});

/** As stock tools put an older copy in the place of a database that others have open. */
async function putUnder(place: string, from: string): Promise<void> {
  const source = openDatabase(join(from, "store.db"), []);
  await source.backup(join(place, "store.db"));
  source.close();
}

describe("an older copy that is put under a running store", () => {
  test("is noticed before anything goes on from it", async () => {
    const place = copied(states.late);
    const old = copied(states.late);
    const stores = await open(place);
    await fill(stores, 3, "GIVEN");
    await putUnder(place, old);
    const { accessLog, consents } = stores;
    const question = { subjects: ["c-1"], purpose: "MARKETING", tenants: [], partner: null };
    const asked: Readonly<Record<string, () => Promise<unknown>>> = {
      "append to the log": () => accessLog.append(entry({ time: systemClock.now() })),
      "log's readiness": () => accessLog.ping(),
      checkpoint: () => accessLog.checkpoint(),
      "append to the consents": () => consents.append([event({ id: "after", time: systemClock.now() })]),
      "look-up of consents": () => consents.lookUp(question),
      "consents' readiness": () => consents.ping(),
    };
    for (let time = 0; time < 2; time += 1) {
      for (const [what, ask] of Object.entries(asked)) {
        const code = await ask().then(
          () => null,
          (error: { code: string }) => error.code,
        );
        expect([what, code]).toEqual([what, "STORE_BEHIND"]);
      }
    }
    await close(stores);
    await expect(open(place)).rejects.toMatchObject({ code: "STORE_BEHIND" });
  });

  test("and overtaken by other changes since is found at the next start", async () => {
    const place = copied(states.late);
    const forked = copied(states.early);
    await change(place, 0, "GIVEN");
    for (let changes = 0; changes < 5; changes += 1) await change(forked, 0, "GIVEN");
    replace(place, forked, "", "-wal", "-shm");
    await expect(open(place)).rejects.toMatchObject({ message: expect.stringMatching(/changes of consents: undone/) });
  });
});

test("what stands beside a store is what this looks at", () => {
  const known = ENDINGS.map((ending) => `store.db${ending}`);
  expect(readdirSync(states.running).filter((name) => !known.includes(name))).toEqual([]);
});
