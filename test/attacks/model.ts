import type { Canary } from "./world.ts";

/** Who asks, and why. */
export interface Asker {
  /** Claims of the token; none is a guest. */
  readonly as?: Readonly<Record<string, unknown>>;
  readonly purpose?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One request as it goes over the wire. */
export interface Shot extends Asker {
  /** POST unless said. `WS` sends the operation over graphql-transport-ws, with headers as connection parameters. */
  readonly over?: "POST" | "GET" | "WS";
  readonly query?: string;
  readonly variables?: Readonly<Record<string, unknown>> | null;
  readonly operationName?: string;
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** The body as text, instead of one made of the above. */
  readonly body?: string;
  /** The body as it goes over the wire, however encoded. */
  readonly bytes?: Buffer;
  /** Another method than that of `over`. */
  readonly method?: string;
  /** Another content type than JSON; null for none. */
  readonly contentType?: string | null;
  /** GET without the header that keeps simple cross-site requests out. */
  readonly simple?: boolean;
  /** Headers as pairs, so that one can be sent twice; instead of `headers`. */
  readonly pairs?: readonly (readonly [name: string, value: string])[];
  /** Path and search instead of `/graphql`. */
  readonly path?: string;
}

/** One attack: what it tries, who asks, what must and must not come back, what the record must say. */
export interface Attack extends Shot {
  readonly tries: string;
  /** What others ask before. */
  readonly before?: readonly Shot[];
  /** HTTP status; 200 unless said. Over WebSocket not looked at. */
  readonly status?: number;
  /** Code of the first error of a request that is refused whole; then there is no data. */
  readonly refused?: string;
  /** Refused before it is an operation of this gateway's schema: there is no record. */
  readonly unread?: boolean;
  /** Codes of the errors beside data, each once; none unless said. */
  readonly errors?: readonly string[];
  /** The canaries that come back. Every other must be nowhere: not in body, headers, log, metrics or record. */
  readonly shows?: readonly Canary[];
  /** `OUTCOME coordinate REASON`, sorted, without doubles: what the record says. Left out: there is no record. */
  readonly decided?: readonly string[];
  /** What the record says became of it; OK unless said. */
  readonly outcome?: string;
  /** Resolvers with effects that ran; none unless said. */
  readonly ran?: readonly string[];
  /** Other text that must not come back. */
  readonly hides?: readonly string[];
  /** Whether `report` mode must refuse it as well: what is no decision about privacy is refused in every mode. */
  readonly always?: boolean;
}

export interface Family {
  readonly name: string;
  readonly attacks: readonly Attack[];
}
