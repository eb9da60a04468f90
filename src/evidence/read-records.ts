import type { AccessFilter, AccessLog, AccessRecord } from "../log/contract.ts";

const PAGE = 500;

/** Every record that matches, newest first, a page at a time: memory stays flat however long the log is. */
export async function* readRecords(log: AccessLog, filter: AccessFilter): AsyncGenerator<AccessRecord> {
  let after: string | null = null;
  do {
    const page = await log.query(filter, { first: PAGE, ...(after === null ? {} : { after }) });
    yield* page.records;
    after = page.next;
  } while (after !== null);
}
