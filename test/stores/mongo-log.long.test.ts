import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, test } from "@jest/globals";
import { systemClock } from "../../src/core/clock.ts";
import { openMongoAccessLog } from "../../src/log/mongo/access-log.ts";
import { accessLogConformance } from "../../src/stores/conformance/index.ts";
import { dropDatabase, findMongo, type MongoServer, ownDatabase, startMongo } from "./mongo-server.ts";

const found = findMongo();
let server: MongoServer;

if (found === null) {
  test.skip("needs a MongoDB server", () => undefined);
} else {
  beforeAll(async () => {
    server = await startMongo(found);
  });
  afterAll(() => server.stop());

  accessLogConformance(
    {
      name: `MongoDB (${found.kind}) behind a spool`,
      unshared: null,
      create: async () => {
        const folder = await mkdtemp(join(tmpdir(), "fieldguard-spool-"));
        const url = server.url(ownDatabase());
        return {
          open: (bounds) =>
            openMongoAccessLog(url, {
              clock: systemClock,
              spool: join(folder, "spool.db"),
              answerMsMax: 25_000,
              spoolMsMax: Number.POSITIVE_INFINITY,
              ...bounds,
            }),
          dispose: async () => {
            await dropDatabase(url);
            await rm(folder, { recursive: true });
          },
        };
      },
    },
    { describe, test },
  );
}
