import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "@jest/globals";
import { openConsentStore } from "../../src/consents/sqlite/store.ts";
import { systemClock } from "../../src/core/clock.ts";
import { consentStoreConformance } from "../../src/stores/conformance/index.ts";

const runner = { describe, test };

for (const cachedSubjectsMax of [50_000, 2, 0]) {
  consentStoreConformance(
    {
      name: `SQLite file, ${cachedSubjectsMax} subjects cached`,
      unshared: null,
      create: async () => {
        const folder = await mkdtemp(join(tmpdir(), "fieldguard-consent-"));
        return {
          open: () => openConsentStore(join(folder, "store.db"), { clock: systemClock, cachedSubjectsMax }),
          dispose: () => rm(folder, { recursive: true }),
        };
      },
    },
    runner,
  );
}

consentStoreConformance(
  {
    name: "SQLite in memory",
    unshared: "a database in memory belongs to its connection",
    create: async () => ({
      open: () => openConsentStore(":memory:", { clock: systemClock }),
      dispose: async () => undefined,
    }),
  },
  runner,
);
