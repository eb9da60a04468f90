import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "@jest/globals";
import { systemClock } from "../../src/core/clock.ts";
import { openAccessLog } from "../../src/log/sqlite/access-log.ts";
import { accessLogConformance } from "../../src/stores/conformance/access-log.ts";

const runner = { describe, test };

accessLogConformance(
  {
    name: "SQLite file",
    unshared: null,
    create: async () => {
      const folder = await mkdtemp(join(tmpdir(), "fieldguard-log-"));
      return {
        open: (bounds) => openAccessLog(join(folder, "store.db"), { clock: systemClock, ...bounds }),
        dispose: () => rm(folder, { recursive: true }),
      };
    },
  },
  runner,
);

accessLogConformance(
  {
    name: "SQLite in memory",
    unshared: "a database in memory belongs to its connection",
    create: async () => ({
      open: (bounds) => openAccessLog(":memory:", { clock: systemClock, ...bounds }),
      dispose: async () => undefined,
    }),
  },
  runner,
);
