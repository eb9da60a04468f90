import type { Caller, ConsentState, Decision, Notice, Reason, SubjectStatus } from "../../src/decision/model.ts";
import type { ConsentForm, ConsentGiver, Outcome } from "../../src/policy/model.ts";

/**
 * One row of the table of decisions: everything that bears on one value of one field, as raw as a schema, a token, a store and an
 * upstream hold it, and what must come of it. `facts.ts` makes of it what the decision takes, `sdl.ts` a schema to serve.
 */
export interface Case {
  readonly name: string;
  readonly field: FieldForm;
  readonly caller: CallerForm;
  readonly purpose: string | null;
  /** Lower-case request headers besides those of token and purpose. */
  readonly headers: Readonly<Record<string, string>>;
  /** The object as the resolver gives it, by field name. */
  readonly object: Readonly<Record<string, unknown>>;
  readonly store: StoreForm;
  readonly deployment: DeploymentForm;
  /** ISO 8601 time. */
  readonly now: string;
  readonly expect: Expectation;
}

/** The annotations of `Customer.value`, and of its type. */
export interface FieldForm {
  readonly category: string;
  /** null: the category's own. */
  readonly otherwise: Outcome | null;
  readonly grants: readonly GrantForm[];
  readonly consents: readonly DemandForm[];
  readonly retain: { readonly for: string; readonly after: string; readonly duty?: boolean } | null;
  /** null: the type has no `@subject`. */
  readonly subject: SubjectForm | null;
}

export interface GrantForm {
  readonly allow: readonly string[];
  readonly to: readonly string[];
  readonly assigned?: string;
  readonly until?: string;
}

export interface DemandForm {
  readonly for: readonly string[];
  readonly from?: ConsentGiver;
  readonly form?: ConsentForm;
  readonly minorsOnly?: boolean;
  readonly optOut?: boolean;
  readonly named?: boolean;
  readonly informed?: boolean;
}

export interface SubjectForm {
  readonly id: string;
  readonly tenant?: string;
  readonly region?: string;
  readonly birthDate?: string;
}

/** Claims of the token. */
export interface CallerForm {
  /** null: no `sub`. */
  readonly sub: string | null;
  readonly role: string;
  readonly org: string | null;
  readonly tenants: readonly string[];
  readonly region: string | null;
  readonly act: { readonly sub: string; readonly as: NonNullable<Caller["actingAs"]> } | null;
  /** What the deployment knows speaks against `act`: for the decision alone, no token says so. */
  readonly refuted?: true;
}

export interface StoreForm {
  /** The consent store cannot answer. */
  readonly down: boolean;
  readonly status: SubjectStatus;
  readonly legalHold: boolean;
  readonly consents: readonly ConsentRow[];
  readonly agreements: readonly AgreementRow[];
}

/** A current consent record. What is left out: the object's subject, the row's purpose, all tenants, GIVEN, EXPRESSED, by the subject. */
export interface ConsentRow {
  readonly id?: string;
  readonly subject?: string;
  readonly purpose?: string;
  readonly tenant?: string | null;
  readonly state?: ConsentState;
  readonly form?: ConsentForm;
  /** ISO 8601: when the state came about. */
  readonly at?: string;
  /** ISO 8601: when first given, where that was earlier. */
  readonly given?: string;
  readonly expires?: string | null;
  /** `id/version`. */
  readonly notice?: string | null;
  readonly categories?: readonly string[] | null;
  readonly recipients?: readonly string[] | null;
  readonly by?: "DATA_SUBJECT" | "GUARDIAN" | "AGENT" | "CONTROLLER" | "SYSTEM";
  readonly verified?: boolean;
}

/** An agreement. What is left out: the object's tenant, the caller's organisation, the row's purpose, GIVEN, EXPRESSED. */
export interface AgreementRow {
  readonly id?: string;
  readonly tenant?: string;
  readonly partner?: string | null;
  readonly purposes?: readonly string[];
  readonly state?: ConsentState;
  readonly form?: ConsentForm;
  readonly at?: string;
  readonly expires?: string | null;
}

export interface DeploymentForm {
  readonly region: string | null;
  readonly transfers: Readonly<Record<string, readonly string[]>>;
  readonly minimumAge: number | null;
  readonly guardianAge: number;
  readonly notices: readonly Notice[];
  readonly doNotTrack: boolean;
}

export interface Expectation {
  readonly outcome: Decision["outcome"];
  readonly reason: Reason;
  /** Ids of the consents and agreements that the decision rests on. */
  readonly consents: readonly string[];
}

/** What differs from a scene; objects are merged one level deep, so `{ caller: { region: "EU" } }` keeps the rest of the caller. */
export interface Changes {
  readonly field?: Partial<FieldForm>;
  readonly caller?: Partial<CallerForm>;
  readonly purpose?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly object?: Readonly<Record<string, unknown>>;
  readonly store?: Partial<StoreForm>;
  readonly deployment?: Partial<DeploymentForm>;
  readonly now?: string;
}

/** A case but for its name and what is expected. */
export type Scene = Omit<Case, "name" | "expect">;

/** A line of a table of cases: `gives` is outcome and reason, `rests` the ids that it rests on. */
export interface Line extends Changes {
  readonly name: string;
  readonly gives: `${Decision["outcome"]} ${Reason}`;
  readonly rests?: readonly string[];
}

export function changeScene(scene: Scene, changes: Changes): Scene {
  return {
    field: { ...scene.field, ...changes.field },
    caller: { ...scene.caller, ...changes.caller },
    purpose: changes.purpose === undefined ? scene.purpose : changes.purpose,
    headers: { ...scene.headers, ...changes.headers },
    object: { ...scene.object, ...changes.object },
    store: { ...scene.store, ...changes.store },
    deployment: { ...scene.deployment, ...changes.deployment },
    now: changes.now ?? scene.now,
  };
}

/** Makes a table's lines, each told as what differs from one scene, into cases. */
export function casesOf(topic: string, scene: Scene, lines: readonly Line[]): readonly Case[] {
  return lines.map((line) => {
    const [outcome, reason] = line.gives.split(" ") as [Decision["outcome"], Reason];
    return {
      ...changeScene(scene, line),
      name: `${topic}: ${line.name}`,
      expect: { outcome, reason, consents: line.rests ?? [] },
    };
  });
}

/** STAFF reads a customer's e-mail for CUSTOMER_SUPPORT: granted, with nothing that any test could object to. */
export const GRANTED_SCENE: Scene = {
  field: {
    category: "EMAIL_ADDRESS",
    otherwise: null,
    grants: [{ allow: ["CUSTOMER_SUPPORT"], to: ["STAFF"] }],
    consents: [],
    retain: null,
    subject: { id: "id", tenant: "tenantId", region: "region", birthDate: "birthDate" },
  },
  caller: { sub: "u-1", role: "STAFF", org: "org-1", tenants: ["t-1"], region: "CN", act: null },
  purpose: "CUSTOMER_SUPPORT",
  headers: {},
  object: { id: "c-1", tenantId: "t-1", region: "CN", birthDate: "1990-05-20", value: "di.lu@example.com" },
  store: { down: false, status: "ACTIVE", legalHold: false, consents: [], agreements: [] },
  deployment: {
    region: "CN",
    transfers: {},
    minimumAge: null,
    guardianAge: 14,
    notices: [],
    doNotTrack: false,
  },
  now: "2026-06-15T12:00:00.000Z",
};
