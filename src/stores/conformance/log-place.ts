import type { AccessLog } from "../../log/contract.ts";
import type { Runner } from "./runner.ts";

/** Bounds of an access log that the suite sets low, so that it can reach them. */
export interface LogBounds {
  /** Records that may wait at once. */
  readonly queueRecordsMax?: number;
}

/** An empty place in which access records are kept. */
export interface AccessLogPlace {
  /** Opens the place: each time another instance over the same records. */
  open(bounds?: LogBounds): Promise<AccessLog>;
  /** Removes the place and what it holds. Its logs are closed by then. */
  dispose(): Promise<void>;
}

/** How the suite opens an access log of one's own. */
export interface AccessLogHarness {
  /** Stands in the tests' names. */
  readonly name: string;
  create(): Promise<AccessLogPlace>;
  /** Why two instances cannot share one place (a log in memory); null where they can. */
  readonly unshared: string | null;
}

/** Declares one test on a log opened on a place of its own; `open` opens further instances on the same place. */
export type ProveLog = (
  name: string,
  body: (log: AccessLog, open: AccessLogPlace["open"]) => Promise<void>,
  bounds?: LogBounds,
) => void;

export function declareLogsWith(harness: AccessLogHarness, runner: Runner): ProveLog {
  return (name, body, bounds) =>
    runner.test(name, async () => {
      const place = await harness.create();
      const opened: AccessLog[] = [];
      const open = async (wanted?: LogBounds) => {
        const log = await place.open(wanted);
        opened.push(log);
        return log;
      };
      try {
        await body(await open(bounds), open);
      } finally {
        for (const log of opened) await log.close();
        await place.dispose();
      }
    });
}
