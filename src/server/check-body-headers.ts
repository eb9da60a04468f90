import type { IncomingMessage } from "node:http";
import { timesSent } from "./host.ts";

/** Why a body is not read, and what is. */
export interface BodyRefusal {
  readonly status: 400 | 415;
  readonly code: "BAD_REQUEST" | "UNSUPPORTED_MEDIA_TYPE";
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * What headers say of a body and nothing here obeys: it is refused, not read as if they had not said it. Who stands in front
 * of the gateway may have read it as they say, and a client that is told nothing looks for the fault elsewhere.
 */
export function checkBodyHeaders(request: IncomingMessage): BodyRefusal | null {
  const { headers } = request;
  // Node keeps the first of two.
  if (timesSent(request, "content-type") > 1) return refusal(400, "The header `content-type` must be sent once.");
  if (itemsOf(headers["content-encoding"]).some((encoding) => encoding !== "identity")) {
    // RFC 9110, 15.5.16: what would be taken.
    return refusal(415, "Send the body as it is: no `content-encoding` is taken but `identity`.", {
      "accept-encoding": "identity",
    });
  }
  if (itemsOf(headers["transfer-encoding"]).some((encoding) => encoding !== "chunked")) {
    return refusal(400, "Send the body as it is: no `transfer-encoding` is taken but `chunked`.");
  }
  if (charsetsOf(headers["content-type"] ?? "").some((charset) => !UTF_8.has(charset))) {
    return refusal(415, "Send the body in UTF-8: no `charset` of `content-type` is taken but `utf-8`.");
  }
  return null;
}

const UTF_8: ReadonlySet<string> = new Set(["utf-8", "utf8"]);

function refusal(status: 400 | 415, message: string, headers: Readonly<Record<string, string>> = {}): BodyRefusal {
  return { status, code: status === 400 ? "BAD_REQUEST" : "UNSUPPORTED_MEDIA_TYPE", message, headers };
}

/** Of a list that is written with commas, however often its header was sent. */
function itemsOf(header: string | string[] | undefined): string[] {
  return String(header ?? "")
    .split(",")
    .map((item) => item.trim().toLowerCase())
    .filter((item) => item !== "");
}

function charsetsOf(contentType: string): string[] {
  return Array.from(contentType.matchAll(/;\s*charset\s*=\s*("[^"]*"|[^;\s]*)/gi), ([, value = ""]) =>
    value.replaceAll('"', "").trim().toLowerCase(),
  );
}
