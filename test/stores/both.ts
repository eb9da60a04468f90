import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, test } from "@jest/globals";
import { dropDatabase, findMongo, type MongoServer, ownDatabase, startMongo } from "./mongo-server.ts";

/** A store that a test may have to itself. */
export interface OwnStore {
  readonly url: string;
  /** The file of the spool that belongs to it. */
  readonly spool: string;
}

export interface StoreKind {
  readonly name: "SQLite" | "MongoDB";
  own(): Promise<OwnStore>;
}

/**
 * The kinds of stores to run a table through, for the test file that calls it: MongoDB where there is a server (in CI
 * there must be one). What they hold is removed after the file's tests.
 */
export function bothStores(): readonly StoreKind[] {
  const found = findMongo();
  let server: MongoServer | null = null;
  let folder = "";
  let count = 0;
  const databases: string[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "fieldguard-both-"));
    if (found !== null) server = await startMongo(found);
  }, 300_000);
  afterAll(async () => {
    if (found?.kind === "uri") for (const url of databases) await dropDatabase(url);
    await server?.stop();
    await rm(folder, { recursive: true });
  });
  const ownWith = (urlOf: (file: string) => string) => async (): Promise<OwnStore> => {
    count += 1;
    return { url: urlOf(join(folder, `store-${count}.db`)), spool: join(folder, `spool-${count}.db`) };
  };
  const sqlite: StoreKind = { name: "SQLite", own: ownWith((file) => `sqlite:${file}`) };
  if (found === null) {
    test.skip("MongoDB: needs a server", () => undefined);
    return [sqlite];
  }
  const mongo: StoreKind = {
    name: "MongoDB",
    own: ownWith(() => {
      const url = server?.url(ownDatabase()) ?? "";
      databases.push(url);
      return url;
    }),
  };
  return [sqlite, mongo];
}
