import jwt from "jsonwebtoken";
import type { Pack, Step } from "./model.ts";
import { SECRET } from "./serve.ts";

export interface Reply {
  readonly status: number;
  readonly text: string;
  readonly data: unknown;
  readonly errors: readonly GraphQLErrorReply[];
  readonly privacy: PrivacyReply | null;
}

interface GraphQLErrorReply {
  readonly message: string;
  readonly extensions?: { readonly code?: string; readonly coordinate?: string; readonly reason?: string };
}

interface PrivacyReply {
  readonly receipt: string | null;
  readonly decisions: readonly { readonly coordinate: string; readonly outcome: string; readonly reason: string }[];
}

/** Sends a step's operation as its caller, over HTTP. */
export async function ask(url: string, pack: Pack, step: Step): Promise<Reply> {
  const claims = step.as === undefined ? null : pack.callers[step.as];
  if (claims === undefined) throw new Error(`there is no caller "${step.as}"`);
  // no times in the token: the clock of a case may stand anywhere
  const token = claims && jwt.sign(claims, SECRET, { algorithm: "HS256", noTimestamp: true });
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(step.purpose === undefined ? {} : { "x-purpose": step.purpose }),
      ...(step.because === undefined ? {} : { "x-justification": step.because }),
      ...step.headers,
    },
    body: JSON.stringify({ query: step.ask }),
  });
  const text = await response.text();
  const body = JSON.parse(text) as {
    data?: unknown;
    errors?: GraphQLErrorReply[];
    extensions?: { privacy?: PrivacyReply };
  };
  const { data = null, errors = [], extensions } = body;
  return { status: response.status, text, data, errors, privacy: extensions?.privacy ?? null };
}
