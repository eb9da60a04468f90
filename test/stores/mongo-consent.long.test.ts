import { afterAll, beforeAll, describe, test } from "@jest/globals";
import { openMongoConsentStore } from "../../src/consents/mongo/store.ts";
import { systemClock } from "../../src/core/clock.ts";
import { consentStoreConformance } from "../../src/stores/conformance/index.ts";
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

  consentStoreConformance(
    {
      name: `MongoDB (${found.kind})`,
      unshared: null,
      create: async () => {
        const url = server.url(ownDatabase());
        return {
          open: () => openMongoConsentStore(url, { clock: systemClock, answerMsMax: 25_000 }),
          dispose: () => dropDatabase(url),
        };
      },
    },
    { describe, test },
  );
}
