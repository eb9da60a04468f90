import type { Keyring } from "../../core/keys.ts";
import type { Loss } from "../../databases/losses.ts";
import type { Database } from "../../databases/sqlite/database.ts";
import type { Acceptance } from "../acceptance.ts";

/** How a database file is looked at together with what stands beside it. */
export interface KeepOptions {
  readonly logKey: string | null;
  readonly anchor: string | null;
  /** The store is to be used as it is. */
  readonly accept?: Acceptance | undefined;
  /** Only to be looked at: what is missing holds nobody up. */
  readonly despite?: boolean | undefined;
  /** Of a spool: what is lost, given what the file lacks, once the database that its records go to is looked at. */
  readonly elsewhere?: (spool: Database, lost: SpoolLosses) => Promise<readonly Loss[]>;
}

/** What a spool lacks, before the database that its records go to is looked at. */
export interface SpoolLosses {
  readonly losses: readonly Loss[];
  /** What the mark says of consents. */
  readonly consents: readonly string[];
  readonly keyring: Keyring;
}
