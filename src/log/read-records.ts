import type { AccessFilter, AccessLog, AccessPage, AccessRecord } from "./contract.ts";

/** Records read at once, unless the caller says otherwise. */
const PAGE_RECORDS = 500;

export interface Pages {
  /** Where to go on: `next` of a page that was read before. Left out, at the newest record. */
  readonly after?: string | undefined;
  /** How many records the next page may have; asked before each page. */
  readonly first?: () => number;
}

/** The pages of what matches, newest first. The next one is read when it is asked for, so that memory stays flat. */
export async function* readPages(
  log: Pick<AccessLog, "query">,
  filter: AccessFilter,
  { after, first = () => PAGE_RECORDS }: Pages = {},
): AsyncGenerator<AccessPage> {
  let next: string | null | undefined = after;
  do {
    const page: AccessPage = await log.query(filter, {
      first: first(),
      ...(next === undefined ? {} : { after: next }),
    });
    yield page;
    next = page.next;
  } while (next !== null);
}

/** Every record that matches, newest first. */
export async function* readRecords(log: Pick<AccessLog, "query">, filter: AccessFilter): AsyncGenerator<AccessRecord> {
  for await (const page of readPages(log, filter)) yield* page.records;
}
