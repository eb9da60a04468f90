/**
 * One statement and the rows to run it with.
 * @typedef {{ readonly sql: string, readonly rows: readonly (readonly unknown[])[] }} Step
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
    for (const { sql, rows } of steps) {
      const statement = prepared(sql);
      for (const row of rows) statement.run(...row);
    }
  });
  return transaction.immediate;
}
