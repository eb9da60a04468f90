import type { ConsentEvent } from "../consents/contract.ts";
import { FieldguardError } from "../core/errors.ts";
import type { Notice } from "../decision/model.ts";

/** What a bare version is taken to be of where the deployment lists no notices. */
const UNNAMED_NOTICE = "privacy";

/**
 * Reads `id@version`, or a version that only one listed notice has. Where the deployment lists its notices, only those
 * in force can have been shown: BAD_INPUT for any other. null stays null: which notice was shown is not guessed at.
 */
export function readNotice(text: string | null, notices: readonly Notice[], now: number): ConsentEvent["notice"] {
  if (text === null) return null;
  const at = text.lastIndexOf("@");
  const [id, version] = at < 0 ? [null, text] : [text.slice(0, at), text.slice(at + 1)];
  if (id === "" || version === "") throw unreadable("expected `id@version`");
  if (notices.length === 0) return { id: id ?? UNNAMED_NOTICE, version, contentHash: null };
  const meant = notices.filter((notice) => notice.version === version && (id === null || notice.id === id));
  const [notice, ...others] = meant;
  if (notice === undefined) throw unreadable("no such version is listed");
  if (others.some((other) => other.id !== notice.id))
    throw unreadable("several notices have this version: name the notice too");
  if (Date.parse(notice.effectiveFrom) > now) throw unreadable("this version is not in force yet");
  return { id: notice.id, version: notice.version, contentHash: notice.contentHash ?? null };
}

function unreadable(why: string): FieldguardError {
  return new FieldguardError("BAD_INPUT", `Cannot tell which notice was shown from \`notice\`: ${why}.`);
}
