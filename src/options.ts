import type { ApolloServerPlugin } from "@apollo/server";
import type { IResolvers } from "@graphql-tools/utils";
import type { FastifyRequest } from "fastify";
import type { Clock } from "./core/clock.ts";
import { FieldguardError } from "./core/errors.ts";
import { withDefaults } from "./core/with-defaults.ts";
import { z } from "./core/zod.ts";
import { type Deployment, GUARDIAN_AGE, type Notice } from "./decision/model.ts";
import type { SubjectOf } from "./request/act/subject-of.ts";
import { type AuthOptions, isLongEnough, SECRET_BYTES_MIN } from "./request/auth-options.ts";
import { INPUT_MAX, NODES_MAX } from "./request/execute.ts";
import type { RequestContext } from "./request/model.ts";
import type { WatchOptions } from "./request/watch.ts";
import type { People } from "./rights/speaker.ts";
import type { RuleTree } from "./schema/apply-rules.ts";
import type { TypeDefs } from "./schema/parse-type-defs.ts";
import type { HttpContext } from "./server/apollo.ts";
import { isTrustProxy, type TrustProxy } from "./server/client-address.ts";
import type { DocumentLimits } from "./server/limits.ts";
import { isStoreUrl, STORE_FORMS } from "./stores/open.ts";
import { isOwnStore, type OwnStore } from "./stores/own.ts";

/** Takes structured lines; pino's interface. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What `createGateway` takes. Only `typeDefs`, `resolvers`, `store` and `auth` are needed. README tells the defaults. */
export interface GatewayOptions {
  /** Annotated SDL; the privacy directives and the vocabulary are added to it. */
  readonly typeDefs: TypeDefs;
  readonly resolvers: IResolvers | readonly IResolvers[];
  /** `sqlite:./data/fieldguard.db`, `sqlite::memory:`, `mongodb://...`, or a store of one's own. */
  readonly store: string | OwnStore;
  readonly auth: AuthOptions;
  /** `report` decides and records and changes nothing in the response but `extensions.privacy`. */
  readonly mode?: "enforce" | "report";
  /** A graphql-shield rule tree of the integrator's own. */
  readonly rules?: RuleTree;
  /** Where the deployment stands, as in the tokens' and subjects' regions. */
  readonly region?: string;
  /** Regions that a region's data may go to besides itself. */
  readonly transfers?: Readonly<Record<string, readonly string[]>>;
  /** Age in years under which nobody's data are served. */
  readonly minimumAge?: number;
  /** Age in years under which only a verified guardian consents. */
  readonly guardianAge?: number;
  /** What only the deployment knows of people when they consent: birth dates, and who is whose guardian. */
  readonly people?: People;
  /** Versions of the privacy notice. */
  readonly notices?: readonly Notice[];
  /** Whether `DNT: 1` counts like `Sec-GPC: 1`. */
  readonly doNotTrack?: boolean;
  /** Whose objects of a type are that no query looks up, by the keys that `@acts` names. */
  readonly subjectOf?: SubjectOf;
  /** `closed`: fields of Mutation that say neither `@acts` nor `@purpose` are denied. */
  readonly writes?: "open" | "closed";
  readonly clock?: Clock;
  /** A pino logger, or false for none. */
  readonly log?: Log | false;
  /** Secret of the log's keyed references: at least 32 characters, or `2:secret,1:secret` in rotation. */
  readonly logKey?: string;
  /** With MongoDB: the file in which this gateway's records wait for the database; each gateway has its own. */
  readonly spool?: string;
  /** With MongoDB: how old, in milliseconds, what is known of who is erased may be; 0 (as left out): each response asks. */
  readonly erasuresMs?: number;
  /** File that signed checkpoints of the log are appended to, or http(s) URL that they are POSTed to, out of reach of the database's owner. */
  readonly anchor?: string;
  /** What resolvers get as context, beside `fieldguard`: a plain object, or an instance of a class, new for each request. */
  readonly context?: (about: RequestContext, request: FastifyRequest | null) => object | Promise<object>;
  /** Codes of your resolvers' errors that clients may see, beside the usual ones. */
  readonly errorCodes?: readonly string[];
  /** Apollo Server plugins. */
  readonly plugins?: readonly ApolloServerPlugin<HttpContext>[];
  readonly introspection?: boolean;
  /** GraphiQL for browsers at GET /graphql. */
  readonly graphiql?: boolean;
  /** Origins that browsers may call from. */
  readonly corsOrigins?: readonly string[];
  /** Whose `X-Forwarded-For` is believed: how many proxies of one's own are in front (`true` is one), or their addresses and networks. */
  readonly trustProxy?: TrustProxy;
  /** After start, `eval` and the constructors of functions throw in this thread; references kept from before, modules and `node:vm` do not. */
  readonly lockCode?: boolean;
  readonly limits?: Partial<Limits>;
  /** What counts as unusual access, and whether it is refused. */
  readonly unusualAccess?: Partial<WatchOptions>;
}

/** Bounds of what one request, one connection and the gateway as a whole may take: what exceeds one is refused with a coded error. */
export interface Limits extends DocumentLimits {
  /** Fields of an operation, lists times their size. */
  readonly costMax: number;
  /** Objects, each with the fields asked of it, and items of lists that one execution may make. */
  readonly nodesMax: number;
  /** What the arguments of an operation may hold: items, fields and 64 characters of it, each time that a field is resolved with them. */
  readonly inputMax: number;
  /** Bytes of a request's body, and of a WebSocket's message. */
  readonly bodyBytesMax: number;
  /** Milliseconds a request may take to arrive whole. */
  readonly requestMsMax: number;
  /** Milliseconds that the execution of an operation may take. */
  readonly operationMsMax: number;
  /** Objects that one operation may act on. */
  readonly actsMax: number;
  /** Items of any list in variables, and of any list in a response that holds annotated fields. */
  readonly listItemsMax: number;
  /** Bytes that the record of one answer may have, roughly. */
  readonly recordBytesMax: number;
  /** Plans kept in memory. */
  readonly plansMax: number;
  /** Requests and operations under way at once. */
  readonly requestsMax: number;
  /** Connections at once; half of them at most are WebSockets. */
  readonly connectionsMax: number;
  /** Requests or operations under way at once on one connection. */
  readonly connectionOperationsMax: number;
  /** Bytes that wait for slow clients, all together. */
  readonly waitingBytesMax: number;
  /** Fields of the gateway's own API in one request. */
  readonly ownFieldsMax: number;
  /** Events that the gateway's own API stores about one person within a day. */
  readonly personEventsMax: number;
  /** Events of one subscription that wait for a slow client. */
  readonly eventsMax: number;
  /** With MongoDB: access records that may wait in the spool for the database. */
  readonly spoolRecordsMax: number;
  /** With MongoDB: milliseconds that the oldest of them may wait. */
  readonly spoolMsMax: number;
}

export const DEFAULT_SPOOL = "./data/fieldguard-spool.db";

export const DEFAULT_LIMITS: Limits = {
  depthMax: 20,
  aliasesMax: 100,
  directivesMax: 50,
  costMax: 50_000,
  nodesMax: NODES_MAX,
  inputMax: INPUT_MAX,
  tokensMax: 10_000,
  documentBytesMax: 262_144,
  nameCharsMax: 256,
  bodyBytesMax: 1_048_576,
  requestMsMax: 30_000,
  operationMsMax: 30_000,
  actsMax: 100,
  listItemsMax: 20_000,
  inputDepthMax: 100,
  recordBytesMax: 2_097_152,
  plansMax: 1_000,
  requestsMax: 500,
  ownFieldsMax: 20,
  personEventsMax: 200,
  connectionsMax: 10_000,
  connectionOperationsMax: 20,
  waitingBytesMax: 134_217_728,
  eventsMax: 100,
  spoolRecordsMax: 1_000_000,
  spoolMsMax: 86_400_000,
};

/** Every limit, as given or by default. */
export function limitsOf({ limits }: Pick<GatewayOptions, "limits">): Limits {
  return withDefaults(DEFAULT_LIMITS, limits);
}

const positive = z.number().int().positive();
const text = z.string().min(1);
const callable = z.custom<unknown>((value) => typeof value === "function", { error: "expected a function" });
const claims = z
  .strictObject({ role: text, org: text, tenants: text, region: text, purposes: text, act: text, space: text })
  .partial()
  .optional();

const AUTH_FORMS = `expected { secret } of at least ${SECRET_BYTES_MIN} bytes for HS256, or { jwksUri, issuer, audience } for RS256, ES256 and EdDSA`;

const authSchema = z.union(
  [
    z.strictObject({
      secret: z.string().refine(isLongEnough, { error: `expected at least ${SECRET_BYTES_MIN} bytes` }),
      claims,
      issuer: text.optional(),
      audience: text.optional(),
    }),
    z.strictObject({
      jwksUri: z.url({ protocol: /^https?$/, error: "expected an http(s) URL" }),
      issuer: text,
      audience: text,
      claims,
    }),
  ],
  { error: AUTH_FORMS },
);

const TRUST_PROXY_FORMS =
  "expected true, a number of proxies from 1 on, or an array of IP addresses and networks like 10.0.0.0/8";

/** A check for each option, of what the option's type says: an option without one, or one of another type, does not compile. */
type Checks<Options> = {
  readonly [Name in keyof Options]-?: z.ZodType<
    Given<Options[Name]> | (Record<never, never> extends Pick<Options, Name> ? undefined : never)
  >;
};

/** A type as callers may give it: what may be left out may be undefined as well. */
type Given<T> = T extends (...parameters: never) => unknown
  ? T
  : T extends readonly (infer Item)[]
    ? readonly Given<Item>[]
    : T extends object
      ? { [Name in keyof T]: Given<T[Name]> | (Record<never, never> extends Pick<T, Name> ? undefined : never) }
      : T;

/** A check of a type's outer form: what is inside it, such as a function's parameters, cannot be seen at run time. */
function formOf<T>(check: z.ZodType): z.ZodType<T> {
  return check as z.ZodType<T>;
}

const checks: Checks<GatewayOptions> = {
  typeDefs: formOf<TypeDefs>(z.unknown().refine((value) => value !== undefined, { error: "expected SDL" })),
  resolvers: formOf<GatewayOptions["resolvers"]>(
    z.union([z.record(z.string(), z.unknown()), z.array(z.record(z.string(), z.unknown()))], {
      error: "expected a map of resolvers, or an array of such maps",
    }),
  ),
  store: z.custom<string | OwnStore>((value) => (typeof value === "string" ? isStoreUrl(value) : isOwnStore(value)), {
    error: `${STORE_FORMS}; or an object { consents, log } with every method of the two contracts`,
  }),
  auth: authSchema,
  mode: z.enum(["enforce", "report"]).optional(),
  rules: formOf<RuleTree | undefined>(z.record(z.string(), z.unknown()).optional()),
  region: text.optional(),
  transfers: z.record(z.string(), z.array(text)).optional(),
  minimumAge: z.number().int().min(0).max(150).optional(),
  guardianAge: z.number().int().min(0).max(150).optional(),
  people: z
    .custom<People>(
      (value) => {
        const kindOf = (name: keyof People) => typeof Reflect.get(Object(value), name);
        const known = kindOf("birthDate") === "function" && kindOf("guardianship") === "function";
        return known && ["function", "undefined"].includes(kindOf("belongsTo"));
      },
      {
        error:
          "expected an object with birthDate(subject), guardianship(guardian, subject), and maybe belongsTo(subject, tenant)",
      },
    )
    .optional(),
  notices: z
    .array(
      z.strictObject({
        id: text,
        version: text,
        effectiveFrom: z.union([z.iso.datetime({ offset: true }), z.iso.date()], {
          error: "expected an ISO 8601 time",
        }),
        materialFor: z.array(text),
        contentHash: text.optional(),
      }),
    )
    .optional(),
  doNotTrack: z.boolean().optional(),
  subjectOf: formOf<SubjectOf | undefined>(z.record(z.string(), callable).optional()),
  writes: z.enum(["open", "closed"]).optional(),
  clock: z
    .custom<Clock>((value) => typeof (value as Clock | null)?.now === "function", {
      error: "expected an object with now(): number",
    })
    .optional(),
  log: z
    .union([z.literal(false), z.custom<Log>((value) => typeof (value as Log | null)?.info === "function")], {
      error: "expected a pino logger or false",
    })
    .optional(),
  logKey: z.string().min(32, { error: "expected at least 32 characters" }).optional(),
  spool: text.optional(),
  erasuresMs: z.number().int().min(0).max(86_400_000).optional(),
  anchor: text.optional(),

  context: formOf<GatewayOptions["context"]>(callable.optional()),
  errorCodes: z
    .array(z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/, { error: "expected CAPITALS_WITH_UNDERSCORES" }))
    .optional(),
  plugins: formOf<GatewayOptions["plugins"]>(
    z
      .array(z.custom<object>((value) => typeof value === "object" && value !== null, { error: "expected a plugin" }))
      .optional(),
  ),
  introspection: z.boolean().optional(),
  graphiql: z.boolean().optional(),
  lockCode: z.boolean().optional(),
  corsOrigins: z.array(text).optional(),
  trustProxy: z.custom<TrustProxy>(isTrustProxy, { error: TRUST_PROXY_FORMS }).optional(),
  unusualAccess: z
    .strictObject({
      windowMs: positive,
      thresholds: z.record(z.string(), z.strictObject({ subjects: positive, values: positive })),
      refuse: z.boolean(),
    })
    .partial()
    .optional(),
  limits: z
    .strictObject(Object.fromEntries(Object.keys(DEFAULT_LIMITS).map((limit) => [limit, positive])))
    .partial()
    .optional(),
};

/** What `createGateway` takes, by name. */
export const optionsSchema: z.ZodObject = z.strictObject(checks);

/** Throws CONFIGURATION_INVALID that names every wrong option with what was expected, never what was given. */
export function checkOptions(options: GatewayOptions): void {
  const parsed = optionsSchema.safeParse(options);
  if (parsed.success) return;
  const lines = parsed.error.issues.map((issue) => {
    const where = issue.path.length === 0 ? "" : `${issue.path.join(".")}: `;
    if (issue.code === "unrecognized_keys") return `${where}unknown option ${issue.keys.join(", ")}`;
    return `${where}${issue.message}`;
  });
  throw new FieldguardError("CONFIGURATION_INVALID", `Cannot start with these options:\n  ${lines.join("\n  ")}`);
}

type DeploymentOptions = {
  readonly [Name in keyof Deployment]?: GatewayOptions[Name] | undefined;
};

/** Where and by which rules a gateway decides, defaults filled in. */
export function deploymentOf(options: DeploymentOptions): Deployment {
  return {
    region: options.region ?? null,
    transfers: options.transfers ?? {},
    minimumAge: options.minimumAge ?? null,
    guardianAge: options.guardianAge ?? GUARDIAN_AGE,
    notices: options.notices ?? [],
    doNotTrack: options.doNotTrack ?? false,
  };
}
