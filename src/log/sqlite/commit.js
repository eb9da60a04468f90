/**
 * One statement and the rows to run it with; `changes`: how many rows of the table each must change, or nothing is kept.
 * @typedef {{ readonly sql: string, readonly rows: readonly (readonly unknown[])[], readonly changes?: number }} Step
 */

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
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const made = database.prepare(sql);
    statements.set(sql, made);
    return made;
  };
  const transaction = database.transaction((/** @type {readonly Step[]} */ steps) => {
    for (const { sql, rows, changes } of steps) {
      const statement = prepared(sql);
      for (const row of rows) {
        const done = statement.run(...row).changes;
        // By the code of a constraint: likewise something that the file has to hold and does not.
        if (changes !== undefined && done !== changes) {
          throw Object.assign(new Error("the file is not as it was read"), { code: "SQLITE_CONSTRAINT_CHANGES" });
        }
      }
    }
  });
  return transaction.immediate;
}
