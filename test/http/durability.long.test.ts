import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { systemClock } from "../../src/core/clock.ts";
import type { AccessRecord } from "../../src/log/contract.ts";
import { openAccessLog } from "../../src/log/sqlite/access-log.ts";
import { checkChains, readAll } from "../../src/stores/conformance/log-fixtures.ts";
import { fieldguard } from "../cli/command.ts";
import { liveOnce } from "./durability/gateway.ts";
import { drawDeath, randomFrom } from "./durability/lives.ts";
import { askWithoutEnd, type Ledger } from "./durability/load.ts";

/** How many times a gateway is killed over the same store. 200 in CI: `FIELDGUARD_KILLS=200`. */
const KILLS = Number(process.env["FIELDGUARD_KILLS"] ?? 6);
const SEED = Number(process.env["FIELDGUARD_SEED"] ?? Date.now() % 1_000_000);
/** On a machine that does much else: a life is a start, a moment under load and a death. */
const LIFE_MS_MAX = 60_000;

test(
  "no answer that was received lacks its record, none is there twice, and the log verifies, whenever the process is killed",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "fieldguard-durability-"));
    const path = join(folder, "store.db");
    try {
      const ledger: Ledger = { sent: 0, received: [], refused: [] };
      const deaths = await killOverAndOver(path, ledger);
      const verified = await fieldguard(["log", "verify", "--json", "--store", `sqlite:${path}`]);
      const records = await recordsOf(path);
      const tagged = records.filter(({ justification }) => justification?.startsWith("kill ") ?? false);
      tell(ledger, deaths, tagged, records);

      expect(ledger.received.length).toBeGreaterThan(KILLS);
      expect(missing(ledger, tagged)).toEqual([]);
      expect(doubled(tagged)).toEqual([]);
      expect(checkChains(records)).toBe(records.length);
      expect(JSON.parse(verified.out)).toMatchObject({ holds: true, findings: [] });
      expect(verified.code).toBe(0);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
  KILLS * LIFE_MS_MAX + 60_000,
);

/** Returns how often each kind of death struck. */
async function killOverAndOver(path: string, ledger: Ledger): Promise<Record<string, number>> {
  const random = randomFrom(SEED);
  const deaths: Record<string, number> = {};
  for (let kills = 0, lives = 0; kills < KILLS; lives += 1) {
    // The first one lives under load, so that there is something to look at.
    const death = lives === 0 ? ({ during: "LOAD", afterMs: 200 } as const) : drawDeath(random);
    const refusedBefore = ledger.refused.length;
    const life = await liveOnce(path, death, (url, onFirst) => askWithoutEnd(url, `kill ${lives}`, ledger, onFirst));
    if (death.during !== "STOP") expect(ledger.refused.slice(refusedBefore)).toEqual([]);
    if (death.during !== "START") expect(life.served).toBe(true);
    const name = life.killed ? death.during : "ENDED_BEFORE";
    deaths[name] = (deaths[name] ?? 0) + 1;
    if (life.killed) kills += 1;
  }
  return deaths;
}

async function recordsOf(path: string): Promise<AccessRecord[]> {
  const log = await openAccessLog(path, { clock: systemClock });
  try {
    const records = await readAll(log, {}, 1_000);
    expect(records.length).toBe((await log.head()).size);
    return records;
  } finally {
    await log.close();
  }
}

/** Answers whose record is not there, or is about something else. */
function missing({ received }: Ledger, tagged: readonly AccessRecord[]): unknown[] {
  const byId = new Map(tagged.map((record) => [record.id, record]));
  return received.filter(({ tag, receipt, caller }) => {
    const record = byId.get(receipt);
    return record?.justification !== tag || record.caller.id !== caller || record.decisions.length === 0;
  });
}

/** Requests with more than one record (parts of one share its id), and parts that are there twice. */
function doubled(tagged: readonly AccessRecord[]): unknown[] {
  const idOf = new Map<string | null, string>();
  const parts = new Set<string>();
  return tagged.filter(({ justification, id, part }) => {
    const isKnown = (idOf.get(justification) ?? id) !== id || parts.has(`${id} ${part}`);
    idOf.set(justification, id);
    parts.add(`${id} ${part}`);
    return isKnown;
  });
}

function tell(
  { sent, received, refused }: Ledger,
  deaths: Readonly<Record<string, number>>,
  tagged: readonly AccessRecord[],
  records: readonly AccessRecord[],
): void {
  const answered = new Set(received.map(({ tag }) => tag));
  const recorded = new Set(tagged.map(({ justification }) => justification ?? ""));
  const unanswered = [...recorded].filter((tag) => !answered.has(tag)).length;
  process.stderr.write(
    `durability, seed ${SEED}: killed ${JSON.stringify(deaths)}; ${sent} requests, ${received.length} answers received with annotated fields, ${refused.length} refused while stopping; ` +
      `${recorded.size} of the requests on record (${records.length} records in all), ${unanswered} of them without an answer that arrived\n`,
  );
}
