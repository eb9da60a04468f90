import { sampleCallers, sampleQueries } from "../../../examples/storefront/src/tokens.ts";
import { tokenFor } from "../harness.ts";

/** What a client was told. */
export interface Received {
  /** What it gave as justification, of each request another: the record has it too. */
  readonly tag: string;
  readonly receipt: string;
  readonly caller: string;
}

/** What all clients of a run sent and got. */
export interface Ledger {
  sent: number;
  readonly received: Received[];
  /** Answers that held nothing annotated: what they said instead. */
  readonly refused: string[];
}

const CLIENTS = 8;

/** Orders and pages of customers, clear and masked, as the callers whom the start names. */
const CALLS = sampleQueries.slice(0, 2).flatMap(({ query, runs }) =>
  runs.map(({ caller: name, purpose }) => {
    const claims = sampleCallers.find((caller) => caller.name === name)?.claims;
    if (claims === undefined) throw new Error(`There is no sample caller ${name}.`);
    const headers = {
      "content-type": "application/json",
      authorization: `Bearer ${tokenFor({ ...claims })}`,
      "x-purpose": purpose,
    };
    return { caller: claims.sub, headers, body: JSON.stringify({ query }) };
  }),
);

/** Clients that ask without a pause, each on a connection that it keeps, until the connection breaks. */
export async function askWithoutEnd(url: string, run: string, ledger: Ledger, onFirst: () => void): Promise<void> {
  let answers = 0;
  const client = async (number: number): Promise<void> => {
    for (let count = 0; ; count += 1) {
      const { caller, headers, body } = CALLS[(number + count) % CALLS.length] as (typeof CALLS)[number];
      const tag = `${run}, client ${number}, request ${count}`;
      ledger.sent += 1;
      const response = await fetch(url, { method: "POST", headers: { ...headers, "x-justification": tag }, body });
      const text = await response.text();
      // Responses that hold annotated fields say so.
      if (response.status === 200 && response.headers.get("cache-control")?.includes("no-store")) {
        ledger.received.push({ tag, caller, receipt: JSON.parse(text).extensions.privacy.receipt });
      } else ledger.refused.push(`${response.status} ${text.slice(0, 200)}`);
      answers += 1;
      if (answers === 1) onFirst();
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: CLIENTS }, (_, number) => client(number)));
  for (const end of ends) {
    // What ended the clients is the connection, not an answer.
    if (end.status === "rejected" && !/^(fetch failed|terminated)$/.test(end.reason.message)) throw end.reason;
  }
}
