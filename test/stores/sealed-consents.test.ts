import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { sealedConsents } from "../../src/consents/sealed.ts";
import { openConsentStore } from "../../src/consents/sqlite/store.ts";
import { systemClock } from "../../src/core/clock.ts";
import { parseKeyring } from "../../src/core/keys.ts";
import { agreement, fullEvent } from "../../src/stores/conformance/consent-fixtures.ts";
import { consentStoreConformance } from "../../src/stores/conformance/index.ts";

const FIRST = "1:the first secret of a test, long enough";
const BOTH = `2:the second secret of a test, long enough,${FIRST}`;
const SECOND = "2:the second secret of a test, long enough";

async function inFolder(
  work: (open: (keys: string | null) => ReturnType<typeof opened>, folder: string) => Promise<void>,
) {
  const folder = await mkdtemp(join(tmpdir(), "fieldguard-sealed-"));
  try {
    await work((keys) => opened(folder, keys), folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function opened(folder: string, keys: string | null) {
  const store = await openConsentStore(join(folder, "store.db"), { clock: systemClock });
  return keys === null ? store : sealedConsents(store, parseKeyring(keys));
}

consentStoreConformance(
  {
    name: "SQLite file, sealed",
    unshared: null,
    create: async () => {
      const folder = await mkdtemp(join(tmpdir(), "fieldguard-sealed-"));
      return { open: () => opened(folder, FIRST), dispose: () => rm(folder, { recursive: true }) };
    },
  },
  { describe, test },
);

const EVENT = fullEvent({
  subject: "c-1",
  expressedBy: { id: "c-9", role: "GUARDIAN", verification: "passport shown" },
  reason: "my son asked me to",
});
const STATE = {
  subject: "c-1",
  status: "RESTRICTED",
  legalHold: false,
  time: 2,
  by: "officer",
  reason: "a quarrel",
} as const;

test("no text that people wrote stands in the database's files, and all of it is read again", async () => {
  await inFolder(async (open, folder) => {
    const store = await open(FIRST);
    await store.append([EVENT]);
    await store.setSubjectState(STATE);
    await store.putAgreement(agreement({ tenant: "shop", reason: "a good offer" }));
    const files = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), "latin1")));
    const bytes = files.join("");
    expect(bytes).toContain("c-1");
    for (const text of ["passport", "my son", "quarrel", "good offer"]) expect(bytes).not.toContain(text);
    expect(await store.history("c-1")).toEqual([EVENT]);
    expect(await store.subjectState("c-1")).toEqual(STATE);
    expect((await store.agreements("shop"))[0]?.reason).toBe("a good offer");
    await store.close();
  });
});

test("what an earlier key sealed is read, and guarded, under a later one; without it, it is not to be had", async () => {
  await inFolder(async (open) => {
    const before = await open(FIRST);
    await before.append([EVENT]);
    await before.setSubjectState(STATE);
    await before.close();
    const after = await open(BOTH);
    expect(await after.history("c-1")).toEqual([EVENT]);
    const active = { ...STATE, status: "ACTIVE", time: 3, reason: "settled" } as const;
    expect(await after.setSubjectState(active, STATE)).toEqual(active);
    await after.close();
    const without = await open(SECOND);
    expect((await without.history("c-1"))[0]).toMatchObject({
      reason: "••• sealed",
      expressedBy: { verification: "••• sealed" },
    });
    await without.close();
  });
});

test("what was stored before there was sealing is read as it is", async () => {
  await inFolder(async (open) => {
    const plain = await open(null);
    await plain.append([EVENT]);
    await plain.close();
    const sealed = await open(FIRST);
    expect(await sealed.history("c-1")).toEqual([EVENT]);
    await sealed.close();
  });
});

describe("sealing", () => {
  const keyring = parseKeyring(FIRST);

  test.each([
    ["nothing", ""],
    ["a text", "text"],
    ["any script", "文字 🙂"],
    ["a long text", "x".repeat(10_000)],
  ])("%s comes back, never sealed twice alike", (_, text) => {
    expect(keyring.unseal(keyring.seal(text))).toBe(text);
    expect(keyring.seal(text)).not.toBe(keyring.seal(text));
  });

  test("what somebody changed does not open", () => {
    const sealed = keyring.seal("text");
    const other = sealed.at(-2) === "A" ? "B" : "A";
    expect(keyring.unseal(`${sealed.slice(0, -2)}${other}${sealed.at(-1)}`)).toBeNull();
    expect(keyring.unseal("sealed:1:AAAA")).toBeNull();
    expect(keyring.unseal(sealed.replace("sealed:1:", "sealed:7:"))).toBeNull();
  });
});
