import { FieldguardError } from "../../core/errors.ts";
import { openDatabase } from "../../databases/sqlite/database.ts";
import type { Verification, VerifyOptions } from "../verification.ts";
import { errorCode } from "./error-code.ts";
import { LOG_COMPONENT } from "./schema.ts";
import { verifyLog } from "./verify.ts";

/**
 * Verifies the log of a file without changing anything in it. A file that cannot even be opened for damage is a finding.
 * Throws STORE_UNREADABLE where there is no such file or it holds no log.
 */
export async function verifyLogFile(path: string, options: VerifyOptions): Promise<Verification> {
  const open = () => openDatabase(path, [LOG_COMPONENT], { readonly: true });
  let database: ReturnType<typeof open>;
  try {
    database = open();
  } catch (cause) {
    if (!isDamaged(cause)) throw cause;
    const message = "the file cannot be opened: it is damaged";
    const finding = { code: "DAMAGED", writer: null, from: null, to: null, message } as const;
    return { holds: false, writers: [], findings: [finding], findingsLeftOff: 0, explained: [], anchored: 0 };
  }
  try {
    return await verifyLog(database, options);
  } finally {
    database.close();
  }
}

function isDamaged(error: unknown): boolean {
  const code = errorCode(error instanceof FieldguardError ? error.cause : error);
  return code.startsWith("SQLITE_CORRUPT") || code.startsWith("SQLITE_NOTADB");
}
