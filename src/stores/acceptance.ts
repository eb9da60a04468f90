import type { RecordedCaller } from "../log/contract.ts";

/** Somebody's word that the store is to be used as it is, which goes on record. */
export interface Acceptance {
  readonly because: string;
  readonly by: RecordedCaller;
  /** Whether keys that are not those of the store are accepted too. */
  readonly newKey: boolean;
  /** When the backup was made that was put back, ISO 8601; null where none was by a command. */
  readonly backup: string | null;
}
