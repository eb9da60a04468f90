import { migrateConsents } from "../../consents/mongo/migration.ts";
import { CONSENT_MONGO, consentModels } from "../../consents/mongo/model.ts";
import { connect, migrateMongo, unanswered } from "../../databases/mongo/connection.ts";
import { LOG_MONGO } from "../../log/mongo/model.ts";

/** Making an index over what is there already may take as long as this, in milliseconds. */
const INDEX_MS_MAX = 3_600_000;

/** Makes all collections and indexes that the stores need in a database; does nothing where all is there. */
export async function migrateMongoStore(url: string): Promise<string[]> {
  const connection = await connect(url, { answerMsMax: INDEX_MS_MAX });
  try {
    await migrateMongo(connection, CONSENT_MONGO, (from) => migrateConsents(consentModels(connection).commits, from));
    await migrateMongo(connection, LOG_MONGO);
    return [CONSENT_MONGO.name, LOG_MONGO.name];
  } catch (cause) {
    throw unanswered(cause);
  } finally {
    await connection.close();
  }
}
