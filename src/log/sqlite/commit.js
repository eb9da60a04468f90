/** @typedef {import("../../databases/sqlite/step.ts").Step} Step */

/**
 * A function that runs steps in one transaction: all of them or none. Statements are prepared once. Plain JavaScript,
 * because a worker thread loads it as it stands.
 * @param {import("better-sqlite3").Database} database
 * @returns {(steps: readonly Step[]) => void}
 */
export function createCommit(database) {
  /** @type {Map<string, import("better-sqlite3").Statement<unknown[]>>} */
  const statements = new Map();
  /** @param {string} sql */
  const prepared = (sql) => {
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = database.prepare(sql);
      statements.set(sql, statement);
    }
    return statement;
  };
  const transaction = database.transaction((/** @type {readonly Step[]} */ steps) => {
    for (const { sql, rows, changes } of steps) {
      const statement = prepared(sql);
      for (const row of rows) {
        const changed = statement.run(...row).changes;
        // By the code of a constraint: likewise something that the file has to hold and does not.
        if (changes !== undefined && changed !== changes) {
          throw Object.assign(new Error("the file is not as it was read"), { code: "SQLITE_CONSTRAINT_CHANGES" });
        }
      }
    }
  });
  return transaction.immediate;
}
