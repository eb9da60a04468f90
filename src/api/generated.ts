import type { GraphQLResolveInfo } from 'graphql';
import type { ApiContext } from './context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
export type MakeOptional<T, K extends keyof T> = Omit<T, K> & { [SubKey in K]?: Maybe<T[SubKey]> };
export type MakeMaybe<T, K extends keyof T> = Omit<T, K> & { [SubKey in K]: Maybe<T[SubKey]> };
export type MakeEmpty<T extends { [key: string]: unknown }, K extends keyof T> = { [_ in K]?: never };
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
};

export type AccessCaller = {
  readonly __typename?: 'AccessCaller';
  readonly id: Maybe<Scalars['ID']['output']>;
  readonly onBehalfOf: Maybe<Scalars['ID']['output']>;
  readonly organisation: Maybe<Scalars['String']['output']>;
  readonly region: Maybe<Scalars['String']['output']>;
  readonly role: Scalars['String']['output'];
  readonly tenants: ReadonlyArray<Scalars['String']['output']>;
  /** Id of the token (`jti`), where it had one. */
  readonly tokenId: Maybe<Scalars['ID']['output']>;
};

export type AccessConnection = {
  readonly __typename?: 'AccessConnection';
  /** To go on with as `after`; null at the end. */
  readonly next: Maybe<Scalars['String']['output']>;
  readonly records: ReadonlyArray<AccessRecord>;
};

export type AccessDecision = {
  readonly __typename?: 'AccessDecision';
  readonly category: Scalars['String']['output'];
  readonly consentIds: ReadonlyArray<Scalars['ID']['output']>;
  readonly coordinate: Scalars['String']['output'];
  readonly count: Scalars['Int']['output'];
  readonly outcome: Scalars['String']['output'];
  readonly path: Scalars['String']['output'];
  readonly reason: Scalars['String']['output'];
  /** Positions in the record's `subjects`. */
  readonly subjects: ReadonlyArray<Scalars['Int']['output']>;
  /** Whether it is of something done, rather than seen. */
  readonly write: Scalars['Boolean']['output'];
};

/** Every condition given must hold. */
export type AccessFilter = {
  readonly caller?: InputMaybe<Scalars['ID']['input']>;
  readonly coordinate?: InputMaybe<Scalars['String']['input']>;
  /** ISO 8601, inclusive. */
  readonly from?: InputMaybe<Scalars['String']['input']>;
  readonly id?: InputMaybe<Scalars['ID']['input']>;
  readonly kind?: InputMaybe<Scalars['String']['input']>;
  readonly operation?: InputMaybe<Scalars['String']['input']>;
  /** ALLOW, MASK or DENY. */
  readonly outcome?: InputMaybe<Scalars['String']['input']>;
  readonly purpose?: InputMaybe<Scalars['String']['input']>;
  readonly reason?: InputMaybe<Scalars['String']['input']>;
  readonly role?: InputMaybe<Scalars['String']['input']>;
  /** A person's id: the gateway computes the keyed references. */
  readonly subject?: InputMaybe<Scalars['ID']['input']>;
  /** ISO 8601, exclusive. */
  readonly to?: InputMaybe<Scalars['String']['input']>;
  /** Id of the caller's token (`jti`). Name a time or a caller as well where the log is long. */
  readonly token?: InputMaybe<Scalars['ID']['input']>;
};

/** What was seen, by whom, why. Never a raw value. */
export type AccessRecord = {
  readonly __typename?: 'AccessRecord';
  readonly caller: AccessCaller;
  readonly clientApp: Maybe<Scalars['String']['output']>;
  /** Truncated to /24 or /48. */
  readonly clientIp: Maybe<Scalars['String']['output']>;
  readonly decisions: ReadonlyArray<AccessDecision>;
  readonly flags: ReadonlyArray<Scalars['String']['output']>;
  readonly hash: Scalars['String']['output'];
  readonly id: Scalars['ID']['output'];
  /** Ids of the records that were made before it happened. */
  readonly intents: ReadonlyArray<Scalars['ID']['output']>;
  readonly justification: Maybe<Scalars['String']['output']>;
  readonly kind: Scalars['String']['output'];
  /** Positions in `subjects` of those known to have been under the guardian age. */
  readonly minors: ReadonlyArray<Scalars['Int']['output']>;
  /** SHA-256 of the document without literals. */
  readonly operationHash: Maybe<Scalars['String']['output']>;
  readonly operationName: Maybe<Scalars['String']['output']>;
  readonly operationType: Maybe<Scalars['String']['output']>;
  readonly outcome: Scalars['String']['output'];
  readonly part: Scalars['Int']['output'];
  readonly parts: Scalars['Int']['output'];
  readonly policyHash: Scalars['String']['output'];
  readonly prevHash: Scalars['String']['output'];
  readonly purpose: Maybe<Scalars['String']['output']>;
  readonly seq: Scalars['Int']['output'];
  /** Keyed references of the people concerned. */
  readonly subjects: ReadonlyArray<Scalars['String']['output']>;
  /** ISO 8601. */
  readonly time: Scalars['String']['output'];
  readonly writer: Scalars['ID']['output'];
  /** What acted on what, how that was known, and what became of it; null where nothing acted. */
  readonly writes: Maybe<Scalars['String']['output']>;
};

/** A tenant's agreement with a partner: the tenant's affair. */
export type Agreement = {
  readonly __typename?: 'Agreement';
  /** Who made it, or ended it. */
  readonly by: Scalars['ID']['output'];
  /** ISO 8601; null without end. */
  readonly expiresAt: Maybe<Scalars['String']['output']>;
  readonly form: ConsentForm;
  /** ISO 8601. */
  readonly givenAt: Scalars['String']['output'];
  readonly id: Scalars['ID']['output'];
  /** An organisation; null for any. */
  readonly partner: Maybe<Scalars['ID']['output']>;
  readonly purposes: ReadonlyArray<Purpose>;
  readonly reason: Maybe<Scalars['String']['output']>;
  readonly state: ConsentState;
  readonly tenant: Scalars['ID']['output'];
};

/** A choice as it stands, or a question that waits for an answer. */
export type Consent = {
  readonly __typename?: 'Consent';
  /** Null for all. */
  readonly categories: Maybe<ReadonlyArray<DataCategory>>;
  /** ISO 8601; null without end. */
  readonly expiresAt: Maybe<Scalars['String']['output']>;
  /** The form that it counts as. */
  readonly form: ConsentForm;
  /** ISO 8601. */
  readonly givenAt: Maybe<Scalars['String']['output']>;
  /** `id@version` of the notice it was given under. */
  readonly notice: Maybe<Scalars['String']['output']>;
  readonly purpose: Purpose;
  /** `org:ID` or `role:NAME`; null for all. */
  readonly recipients: Maybe<ReadonlyArray<Scalars['String']['output']>>;
  readonly state: ConsentState;
  readonly subject: Scalars['ID']['output'];
  /** The tenant it holds for; null for all. */
  readonly tenant: Maybe<Scalars['ID']['output']>;
};

/** How, when and under what circumstances something was said about a consent. */
export type ConsentDetails = {
  /** Where the proof of it is; without it, what a privacy officer enters counts as IMPLIED. */
  readonly evidence?: InputMaybe<Scalars['String']['input']>;
  readonly jurisdiction?: InputMaybe<Scalars['String']['input']>;
  /** BCP 47. */
  readonly language?: InputMaybe<Scalars['String']['input']>;
  /** How it was said, such as `checkout page` or `telephone`. */
  readonly method?: InputMaybe<Scalars['String']['input']>;
  /** ISO 8601 duration. */
  readonly retention?: InputMaybe<Scalars['String']['input']>;
  /** Where the data are kept. */
  readonly storageLocations?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** When, ISO 8601: only a privacy officer records later what was said on paper or by telephone. */
  readonly time?: InputMaybe<Scalars['String']['input']>;
  /** How it can be withdrawn. */
  readonly withdrawalMethod?: InputMaybe<Scalars['String']['input']>;
};

/** How a consent was expressed, weakest first. */
export type ConsentForm =
  /** Said in so many words for this purpose (GDPR 9, CCPA opt-in). */
  | 'EXPLICIT'
  /** Expressed by an action of its own, such as a setting that was switched on. */
  | 'EXPRESSED'
  /** Inferred from conduct. Weak: many laws do not take it. */
  | 'IMPLIED'
  /** Asked for and given apart from everything else (PIPL 23, 25, 26, 29, 39). */
  | 'SEPARATE'
  /** In writing, where a law asks for it (PIPL 29). */
  | 'WRITTEN';

/** Whose consent is needed. */
export type ConsentGiver =
  /** The person whose data it is, or the guardian of a minor. */
  | 'SUBJECT'
  /** The tenant that keeps the data, by its agreement with the caller's organisation. */
  | 'TENANT';

/** One event of a consent's life. */
export type ConsentHistoryEntry = {
  readonly __typename?: 'ConsentHistoryEntry';
  /** Null for all. */
  readonly categories: Maybe<ReadonlyArray<DataCategory>>;
  /** Where the proof of it is. */
  readonly evidence: Maybe<Scalars['String']['output']>;
  /** DATA_SUBJECT, GUARDIAN, AGENT, CONTROLLER or SYSTEM. */
  readonly expressedBy: Scalars['String']['output'];
  /** As it was entered. */
  readonly form: ConsentForm;
  readonly id: Scalars['ID']['output'];
  readonly notice: Maybe<Scalars['String']['output']>;
  readonly purposes: ReadonlyArray<Purpose>;
  readonly reason: Maybe<Scalars['String']['output']>;
  /** `org:ID` or `role:NAME`; null for all. */
  readonly recipients: Maybe<ReadonlyArray<Scalars['String']['output']>>;
  readonly state: ConsentState;
  readonly subject: Scalars['ID']['output'];
  /** Null for every tenant. */
  readonly tenant: Maybe<Scalars['ID']['output']>;
  /** ISO 8601. */
  readonly time: Scalars['String']['output'];
};

/** State of a consent (ISO/IEC TS 27560, DPV). Only GIVEN and RENEWED authorise. */
export type ConsentState =
  /** Asked for, the person put the answer off. */
  | 'DEFERRED'
  /** Past its validity. Computed at reading. */
  | 'EXPIRED'
  /** Given. Authorises. */
  | 'GIVEN'
  /** Found not to have been valid. */
  | 'INVALIDATED'
  /** Asked for and refused. It is not asked for again within the cool-down. */
  | 'REFUSED'
  /** Given again before or after its end. Authorises. */
  | 'RENEWED'
  /** Asked for, not answered. */
  | 'REQUESTED'
  /** Taken back by somebody else, such as the controller or a court. */
  | 'REVOKED'
  /** Nothing is known. */
  | 'UNKNOWN'
  /** Taken back by the person. Works forward, at once. */
  | 'WITHDRAWN';

/** What a field holds, its mask, and what is sent to those who may not see it clear. */
export type DataCategory =
  /** A user name, or another id that stands for the person. */
  | 'ACCOUNT_IDENTIFIER'
  /** Number of a bank account. */
  | 'BANK_ACCOUNT'
  /** Religion, conviction, ethnicity, sexual orientation, union or party membership. */
  | 'BELIEF_OR_IDENTITY'
  /** Face, fingerprint, voice print, gait. */
  | 'BIOMETRIC'
  /** What somebody looked at, searched for or clicked. */
  | 'BROWSING_BEHAVIOR'
  /** City, postcode or region. */
  | 'COARSE_LOCATION'
  /** What somebody wrote or said to others. */
  | 'COMMUNICATION_CONTENT'
  /** A password, PIN, secret or token. */
  | 'CREDENTIAL'
  /** Date of birth. */
  | 'DATE_OF_BIRTH'
  /** Gender, age group, nationality, family status. */
  | 'DEMOGRAPHIC'
  /** An id of a device, browser or cookie. */
  | 'DEVICE_IDENTIFIER'
  /** An e-mail address. */
  | 'EMAIL_ADDRESS'
  /** Income, credit, tax, wealth. */
  | 'FINANCIAL_PROFILE'
  /** Number of an identity card, passport, tax or social security file. */
  | 'GOVERNMENT_ID'
  /** Health, illness, disability, medication. */
  | 'HEALTH'
  /** A picture, film or recording of a person. */
  | 'IMAGE_OR_VOICE'
  /** An IP address. */
  | 'IP_ADDRESS'
  /** Number or expiry of a payment card. */
  | 'PAYMENT_CARD'
  /** A person's name, or part of it. */
  | 'PERSON_NAME'
  /** A telephone or mobile number. */
  | 'PHONE_NUMBER'
  /** Where somebody lives or receives post: street and number. */
  | 'POSTAL_ADDRESS'
  /** Coordinates, or anything that tells a place to the building. */
  | 'PRECISE_LOCATION'
  /** What somebody chose about their privacy. */
  | 'PRIVACY_PREFERENCE'
  /** What was inferred of a person: segments, scores, preferences. */
  | 'PROFILE_INFERENCE'
  /** What somebody bought, when and for how much. */
  | 'PURCHASE_HISTORY'
  /** Whom somebody knows, follows or is related to. */
  | 'SOCIAL_RELATION';

/** What makes the use of data lawful (GDPR 6, PIPL 13). */
export type LegalBasis =
  /** The person's consent. */
  | 'CONSENT'
  /** Needed to make or fulfil a contract with the person. */
  | 'CONTRACT'
  /** Needed to meet a legal duty. */
  | 'LEGAL_OBLIGATION'
  /** An interest of the controller's that outweighs the person's. No such basis in China. */
  | 'LEGITIMATE_INTEREST'
  /** The person has made the data public, or they are lawfully public (PIPL 13(6)). */
  | 'PUBLICLY_AVAILABLE'
  /** Needed for a task in the public interest. */
  | 'PUBLIC_INTEREST'
  /** Needed to protect somebody's life. */
  | 'VITAL_INTEREST';

/** What a masked value looks like. Masks keep the type; a value shorter than what a mask would keep is masked whole. */
export type Mask =
  /** A postal address without street and number: country, province, city and district stay. */
  | 'ADDRESS'
  /** A number's range, by its lower bound. */
  | 'BUCKET'
  /** An e-mail address's first character and domain: `d•••@example.com`. */
  | 'EMAIL'
  /** `h:` and a keyed hash, so that equal values can be counted but not read; not joinable across tenants, categories or purposes. */
  | 'HASH'
  /** An identity document's number: first one and last two characters, never the birth date inside. */
  | 'ID_NUMBER'
  /** An IP address's network: /24 for IPv4, /48 for IPv6. */
  | 'IP'
  /** The last four characters: `••••1234`. */
  | 'LAST4'
  /** null. For types that no other mask fits. */
  | 'NULLIFY'
  /** A card number's last four digits: `•••• •••• •••• 1111` (PCI DSS 3.4.1). */
  | 'PAN'
  /** A person's name: `张••`, `J••• D•••`. */
  | 'PERSON_NAME'
  /** A phone number: `138••••5678` for Chinese mobiles, else country code and last two digits. */
  | 'PHONE'
  /** A postcode's first three characters. */
  | 'POSTCODE'
  /** `•••`, of fixed length: length leaks. */
  | 'REDACT'
  /** A date's year: `1990-01-01` for dates, `1990` for text. */
  | 'YEAR';

export type Mutation = {
  readonly __typename?: 'Mutation';
  /** Fieldguard's own API. */
  readonly privacy: PrivacyMutation;
};

/** What is sent in place of a value that the caller may not see clear. */
export type Outcome =
  /** null, and one error per coordinate and path that says why. */
  | 'DENY'
  /** A masked value, of the same type. */
  | 'MASK';

/** An annotated field. */
export type PolicyField = {
  readonly __typename?: 'PolicyField';
  readonly category: Scalars['String']['output'];
  /** Purposes that need consent. */
  readonly consentFor: ReadonlyArray<Purpose>;
  readonly coordinate: Scalars['String']['output'];
  readonly grants: ReadonlyArray<PolicyGrant>;
  readonly mask: Mask;
  readonly otherwise: Outcome;
};

export type PolicyGrant = {
  readonly __typename?: 'PolicyGrant';
  readonly assigned: Maybe<Scalars['String']['output']>;
  readonly purposes: ReadonlyArray<Purpose>;
  readonly roles: ReadonlyArray<Role>;
  readonly until: Maybe<Scalars['String']['output']>;
};

export type PolicyInfo = {
  readonly __typename?: 'PolicyInfo';
  readonly fields: ReadonlyArray<PolicyField>;
  /** SHA-256 of the compiled policy: the same in every access record. */
  readonly hash: Scalars['String']['output'];
  readonly mode: Scalars['String']['output'];
};

/** Changes of consents, agreements and subjects' states. `tenant` left out is every tenant, `subject` oneself; `key` makes a call safe to repeat. */
export type PrivacyMutation = {
  readonly __typename?: 'PrivacyMutation';
  /** Puts the answer off. */
  readonly deferConsent: ReadonlyArray<Consent>;
  /** Ends an agreement at once. */
  readonly endAgreement: Agreement;
  /** Erases a person: final. */
  readonly eraseSubject: SubjectStateInfo;
  /** Gives consent for purposes, for some categories and recipients (`org:ID` or `role:NAME`) or for all. The form SEPARATE is one purpose, in an operation that does nothing else. `notice` is `id@version`, `validUntil` an ISO 8601 time. */
  readonly giveConsent: ReadonlyArray<Consent>;
  /** Finds that a consent was never valid; a privacy officer's act. */
  readonly invalidateConsent: ReadonlyArray<Consent>;
  /** Lifts a restriction. */
  readonly liftRestriction: SubjectStateInfo;
  /** A tenant's word that a partner (an organisation; left out: any) may have its people's data; its staff or a privacy officer. `id` makes the call safe to repeat. */
  readonly makeAgreement: Agreement;
  /** Says no. Nobody asks again within the cool-down. */
  readonly refuseConsent: ReadonlyArray<Consent>;
  /** Goes on with what was given, on its terms but for those named anew. */
  readonly renewConsent: ReadonlyArray<Consent>;
  /** Asks for consent: in the person's own session, a privacy officer, or staff of the tenant that asks, who get one answer whatever the person chose. */
  readonly requestConsent: ReadonlyArray<Consent>;
  /** Restricts a person's data to being kept; a privacy officer's act. */
  readonly restrictSubject: SubjectStateInfo;
  /** Ends a person's consent, or takes a question back; a privacy officer's act. */
  readonly revokeConsent: ReadonlyArray<Consent>;
  /** Puts a person's data under legal hold, or takes the hold away. */
  readonly setLegalHold: SubjectStateInfo;
  /** Withdraws consent, at once and for what comes: all that the scope covers, and without one everything. */
  readonly withdrawConsent: ReadonlyArray<Consent>;
};


/** Changes of consents, agreements and subjects' states. `tenant` left out is every tenant, `subject` oneself; `key` makes a call safe to repeat. */
export type PrivacyMutationDeferConsentArgs = {
  details?: InputMaybe<ConsentDetails>;
  key?: InputMaybe<Scalars['String']['input']>;
  purposes: ReadonlyArray<Purpose>;
  reason?: InputMaybe<Scalars['String']['input']>;
  subject?: InputMaybe<Scalars['ID']['input']>;
  tenant?: InputMaybe<Scalars['ID']['input']>;
};


/** Changes of consents, agreements and subjects' states. `tenant` left out is every tenant, `subject` oneself; `key` makes a call safe to repeat. */
export type PrivacyMutationEndAgreementArgs = {
  id: Scalars['ID']['input'];
  reason?: InputMaybe<Scalars['String']['input']>;
};


/** Changes of consents, agreements and subjects' states. `tenant` left out is every tenant, `subject` oneself; `key` makes a call safe to repeat. */
export type PrivacyMutationEraseSubjectArgs = {
  reason: Scalars['String']['input'];
  subject: Scalars['ID']['input'];
};


/** Changes of consents, agreements and subjects' states. `tenant` left out is every tenant, `subject` oneself; `key` makes a call safe to repeat. */
export type PrivacyMutationGiveConsentArgs = {
  categories?: InputMaybe<ReadonlyArray<DataCategory>>;
  details?: InputMaybe<ConsentDetails>;
  form?: InputMaybe<ConsentForm>;
  key?: InputMaybe<Scalars['String']['input']>;
  notice?: InputMaybe<Scalars['String']['input']>;
  purposes: ReadonlyArray<Purpose>;
  recipients?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  subject?: InputMaybe<Scalars['ID']['input']>;
  tenant?: InputMaybe<Scalars['ID']['input']>;
  validUntil?: InputMaybe<Scalars['String']['input']>;
};


/** Changes of consents, agreements and subjects' states. `tenant` left out is every tenant, `subject` oneself; `key` makes a call safe to repeat. */
export type PrivacyMutationInvalidateConsentArgs = {
  categories?: InputMaybe<ReadonlyArray<DataCategory>>;
  details?: InputMaybe<ConsentDetails>;
  key?: InputMaybe<Scalars['String']['input']>;
  purposes: ReadonlyArray<Purpose>;
  reason?: InputMaybe<Scalars['String']['input']>;
  recipients?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  subject: Scalars['ID']['input'];
  tenant?: InputMaybe<Scalars['ID']['input']>;
};


/** Changes of consents, agreements and subjects' states. `tenant` left out is every tenant, `subject` oneself; `key` makes a call safe to repeat. */
export type PrivacyMutationLiftRestrictionArgs = {
  reason: Scalars['String']['input'];
  subject: Scalars['ID']['input'];
};


/** Changes of consents, agreements and subjects' states. `tenant` left out is every tenant, `subject` oneself; `key` makes a call safe to repeat. */
export type PrivacyMutationMakeAgreementArgs = {
  form?: InputMaybe<ConsentForm>;
  id?: InputMaybe<Scalars['ID']['input']>;
  partner?: InputMaybe<Scalars['ID']['input']>;
  purposes: ReadonlyArray<Purpose>;
  reason?: InputMaybe<Scalars['String']['input']>;
  tenant: Scalars['ID']['input'];
  validUntil?: InputMaybe<Scalars['String']['input']>;
};


/** Changes of consents, agreements and subjects' states. `tenant` left out is every tenant, `subject` oneself; `key` makes a call safe to repeat. */
export type PrivacyMutationRefuseConsentArgs = {
  categories?: InputMaybe<ReadonlyArray<DataCategory>>;
  details?: InputMaybe<ConsentDetails>;
  key?: InputMaybe<Scalars['String']['input']>;
  purposes: ReadonlyArray<Purpose>;
  reason?: InputMaybe<Scalars['String']['input']>;
  recipients?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  subject?: InputMaybe<Scalars['ID']['input']>;
  tenant?: InputMaybe<Scalars['ID']['input']>;
};


/** Changes of consents, agreements and subjects' states. `tenant` left out is every tenant, `subject` oneself; `key` makes a call safe to repeat. */
export type PrivacyMutationRenewConsentArgs = {
  categories?: InputMaybe<ReadonlyArray<DataCategory>>;
  details?: InputMaybe<ConsentDetails>;
  form?: InputMaybe<ConsentForm>;
  key?: InputMaybe<Scalars['String']['input']>;
  notice?: InputMaybe<Scalars['String']['input']>;
  purposes: ReadonlyArray<Purpose>;
  recipients?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  subject?: InputMaybe<Scalars['ID']['input']>;
  tenant?: InputMaybe<Scalars['ID']['input']>;
  validUntil?: InputMaybe<Scalars['String']['input']>;
};


/** Changes of consents, agreements and subjects' states. `tenant` left out is every tenant, `subject` oneself; `key` makes a call safe to repeat. */
export type PrivacyMutationRequestConsentArgs = {
  categories?: InputMaybe<ReadonlyArray<DataCategory>>;
  details?: InputMaybe<ConsentDetails>;
  form?: InputMaybe<ConsentForm>;
  key?: InputMaybe<Scalars['String']['input']>;
  notice?: InputMaybe<Scalars['String']['input']>;
  purposes: ReadonlyArray<Purpose>;
  recipients?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  subject?: InputMaybe<Scalars['ID']['input']>;
  tenant?: InputMaybe<Scalars['ID']['input']>;
};


/** Changes of consents, agreements and subjects' states. `tenant` left out is every tenant, `subject` oneself; `key` makes a call safe to repeat. */
export type PrivacyMutationRestrictSubjectArgs = {
  reason: Scalars['String']['input'];
  subject: Scalars['ID']['input'];
};


/** Changes of consents, agreements and subjects' states. `tenant` left out is every tenant, `subject` oneself; `key` makes a call safe to repeat. */
export type PrivacyMutationRevokeConsentArgs = {
  categories?: InputMaybe<ReadonlyArray<DataCategory>>;
  details?: InputMaybe<ConsentDetails>;
  key?: InputMaybe<Scalars['String']['input']>;
  purposes: ReadonlyArray<Purpose>;
  reason?: InputMaybe<Scalars['String']['input']>;
  recipients?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  subject: Scalars['ID']['input'];
  tenant?: InputMaybe<Scalars['ID']['input']>;
};


/** Changes of consents, agreements and subjects' states. `tenant` left out is every tenant, `subject` oneself; `key` makes a call safe to repeat. */
export type PrivacyMutationSetLegalHoldArgs = {
  hold: Scalars['Boolean']['input'];
  reason: Scalars['String']['input'];
  subject: Scalars['ID']['input'];
};


/** Changes of consents, agreements and subjects' states. `tenant` left out is every tenant, `subject` oneself; `key` makes a call safe to repeat. */
export type PrivacyMutationWithdrawConsentArgs = {
  categories?: InputMaybe<ReadonlyArray<DataCategory>>;
  details?: InputMaybe<ConsentDetails>;
  key?: InputMaybe<Scalars['String']['input']>;
  purposes: ReadonlyArray<Purpose>;
  reason?: InputMaybe<Scalars['String']['input']>;
  recipients?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  subject?: InputMaybe<Scalars['ID']['input']>;
  tenant?: InputMaybe<Scalars['ID']['input']>;
};

/** Consents, the access log and the policy. */
export type PrivacyQuery = {
  readonly __typename?: 'PrivacyQuery';
  /** The access log, newest first. */
  readonly accessLog: Maybe<AccessConnection>;
  /** Tenants' agreements with partners: a tenant's own for its staff, any for a privacy officer, who may leave `tenant` out. */
  readonly agreements: ReadonlyArray<Agreement>;
  /** What happened to a person's consents, oldest first. */
  readonly consentHistory: ReadonlyArray<ConsentHistoryEntry>;
  /** Current consents of a person; without `subject` one's own. A guardian or agent asks for whom the token names, a privacy officer for anybody. */
  readonly consents: ReadonlyArray<Consent>;
  /** The compiled policy. Where the schema cannot be asked for, only for roles that reach everybody's data. */
  readonly policy: PolicyInfo;
  /** Whether a person's data may be used at all. */
  readonly subjectState: SubjectStateInfo;
  /** Who saw or tried to see one's own data, when, why and with what outcome; newest first. What one saw of it oneself only where `own` says so; a page may then be shorter than asked for, `next` tells whether there is more. */
  readonly whoSawMyData: SeenConnection;
};


/** Consents, the access log and the policy. */
export type PrivacyQueryAccessLogArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<AccessFilter>;
  first?: Scalars['Int']['input'];
};


/** Consents, the access log and the policy. */
export type PrivacyQueryAgreementsArgs = {
  first?: Scalars['Int']['input'];
  skip?: Scalars['Int']['input'];
  tenant?: InputMaybe<Scalars['ID']['input']>;
};


/** Consents, the access log and the policy. */
export type PrivacyQueryConsentHistoryArgs = {
  first?: Scalars['Int']['input'];
  skip?: Scalars['Int']['input'];
  subject?: InputMaybe<Scalars['ID']['input']>;
};


/** Consents, the access log and the policy. */
export type PrivacyQueryConsentsArgs = {
  first?: Scalars['Int']['input'];
  skip?: Scalars['Int']['input'];
  subject?: InputMaybe<Scalars['ID']['input']>;
};


/** Consents, the access log and the policy. */
export type PrivacyQuerySubjectStateArgs = {
  subject: Scalars['ID']['input'];
};


/** Consents, the access log and the policy. */
export type PrivacyQueryWhoSawMyDataArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
  own?: Scalars['Boolean']['input'];
};

/** Why data is wanted, and what usually makes that lawful. */
export type Purpose =
  /** Open, keep, secure and close an account. */
  | 'ACCOUNT_MANAGEMENT'
  /** Measure how a service is used. */
  | 'ANALYTICS'
  /** Answer a person's question or complaint. */
  | 'CUSTOMER_SUPPORT'
  /** Declare a parcel to customs and clear it. */
  | 'CUSTOMS_CLEARANCE'
  /** Bring the parcel to the person who receives it. */
  | 'DELIVERY'
  /** Advertise to the person directly, by mail, message or phone. */
  | 'DIRECT_MARKETING'
  /** Protect somebody's life or health in an emergency. */
  | 'EMERGENCY'
  /** Keep books, pay taxes, be audited. */
  | 'FINANCE_AND_TAX'
  /** Recognise and prevent fraud. Not where the deployment's law knows no legitimate interest, as in China. */
  | 'FRAUD_PREVENTION'
  /** Answer an authority or a court, or meet another legal duty. */
  | 'LEGAL_COMPLIANCE'
  /** Prepare, pack and hand over what was ordered. */
  | 'ORDER_FULFILMENT'
  /** Take, settle and pay back money. */
  | 'PAYMENT_PROCESSING'
  /** Choose content and offers by what is known of the person. */
  | 'PERSONALIZATION'
  /** Improve products and services. */
  | 'PRODUCT_IMPROVEMENT'
  /** Take goods back, settle disputes. */
  | 'RETURNS_AND_DISPUTES'
  /** Answer a person who asks for access, correction, a copy or erasure. */
  | 'RIGHTS_FULFILMENT'
  /** Find, stop and look into attacks and misuse; read the access log. */
  | 'SECURITY_OPERATIONS'
  /** A person looks at or changes their own data. */
  | 'SELF_SERVICE'
  /** Tell a person what they need to know of a service they use. No advertising. */
  | 'SERVICE_NOTIFICATION'
  /** Choose advertising by the person's behaviour or profile. */
  | 'TARGETED_ADVERTISING'
  /** Hand data to somebody else for purposes of their own. */
  | 'THIRD_PARTY_SHARING';

export type Query = {
  readonly __typename?: 'Query';
  /** Fieldguard's own API. */
  readonly privacy: PrivacyQuery;
};

/** Which objects' data a role can be granted. */
export type Reach =
  /** Everybody's. */
  | 'ALL'
  /** That which is assigned to the caller's organisation, by the field that the grant names in `assigned`. */
  | 'ASSIGNED'
  /** Nobody's. */
  | 'NONE'
  /** The caller's own: the object's subject is the caller. */
  | 'SELF'
  /** That of the caller's tenants: the object's tenant is one of them. */
  | 'TENANT';

/** Who asks: how far the role reaches, and which purposes it may declare. */
export type Role =
  /** Advertises for shops that agreed to it. */
  | 'ADVERTISING_PARTNER'
  /** Measures for shops that agreed to it. */
  | 'ANALYTICS_PARTNER'
  /** A person who buys: sees their own data. */
  | 'CUSTOMER'
  /** Clears parcels through customs: sees those assigned to it. */
  | 'CUSTOMS_BROKER'
  /** Anybody without a token. */
  | 'GUEST'
  /** A carrier: sees what the parcels assigned to it need. */
  | 'LOGISTICS_PARTNER'
  /** A shop's own staff. */
  | 'MERCHANT'
  /** A payment provider: sees the payments assigned to it. */
  | 'PAYMENT_PARTNER'
  /** Runs the platform. */
  | 'PLATFORM_OPERATOR'
  /** Answers for privacy: people's rights, authorities' requests. */
  | 'PRIVACY_OFFICER'
  /** Reads the access log. */
  | 'SECURITY_AUDITOR'
  /** Answers customers for the shops assigned to them. */
  | 'SUPPORT_AGENT'
  /** Somebody else's application that a shop has installed. */
  | 'THIRD_PARTY_APP';

export type SeenConnection = {
  readonly __typename?: 'SeenConnection';
  readonly entries: ReadonlyArray<SeenEntry>;
  /** To go on with as `after`; null at the end. */
  readonly next: Maybe<Scalars['String']['output']>;
};

/** Somebody saw, or tried to see, a field of one's own data. */
export type SeenEntry = {
  readonly __typename?: 'SeenEntry';
  readonly category: Scalars['String']['output'];
  readonly coordinate: Scalars['String']['output'];
  readonly organisation: Maybe<Scalars['String']['output']>;
  /** ALLOW, MASK or DENY. */
  readonly outcome: Scalars['String']['output'];
  readonly purpose: Maybe<Scalars['String']['output']>;
  readonly reason: Scalars['String']['output'];
  readonly receipt: Scalars['ID']['output'];
  readonly role: Scalars['String']['output'];
  readonly subject: Scalars['ID']['output'];
  /** ISO 8601. */
  readonly time: Scalars['String']['output'];
};

/** Whether a person's data may be used. */
export type SubjectStateInfo = {
  readonly __typename?: 'SubjectStateInfo';
  readonly legalHold: Scalars['Boolean']['output'];
  /** ISO 8601. */
  readonly since: Maybe<Scalars['String']['output']>;
  readonly status: SubjectStatus;
  readonly subject: Scalars['ID']['output'];
};

/** What may be done with a person's data at all. */
export type SubjectStatus =
  /** As policy and consent allow. */
  | 'ACTIVE'
  /** Erased: denied to everybody, for good. */
  | 'ERASED'
  /** Kept but not used, but for rights, law and security (GDPR 18). */
  | 'RESTRICTED';



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type Resolver<TResult, TParent = {}, TContext = {}, TArgs = {}> = ResolverFn<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = {}, TContext = {}, TArgs = {}> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = {}, TContext = {}> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = {}, TContext = {}> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = {}, TParent = {}, TContext = {}, TArgs = {}> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  AccessCaller: ResolverTypeWrapper<AccessCaller>;
  AccessConnection: ResolverTypeWrapper<AccessConnection>;
  AccessDecision: ResolverTypeWrapper<AccessDecision>;
  AccessFilter: AccessFilter;
  AccessRecord: ResolverTypeWrapper<AccessRecord>;
  Agreement: ResolverTypeWrapper<Agreement>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Consent: ResolverTypeWrapper<Consent>;
  ConsentDetails: ConsentDetails;
  ConsentForm: ConsentForm;
  ConsentGiver: ConsentGiver;
  ConsentHistoryEntry: ResolverTypeWrapper<ConsentHistoryEntry>;
  ConsentState: ConsentState;
  DataCategory: DataCategory;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  LegalBasis: LegalBasis;
  Mask: Mask;
  Mutation: ResolverTypeWrapper<{}>;
  Outcome: Outcome;
  PolicyField: ResolverTypeWrapper<PolicyField>;
  PolicyGrant: ResolverTypeWrapper<PolicyGrant>;
  PolicyInfo: ResolverTypeWrapper<PolicyInfo>;
  PrivacyMutation: ResolverTypeWrapper<PrivacyMutation>;
  PrivacyQuery: ResolverTypeWrapper<PrivacyQuery>;
  Purpose: Purpose;
  Query: ResolverTypeWrapper<{}>;
  Reach: Reach;
  Role: Role;
  SeenConnection: ResolverTypeWrapper<SeenConnection>;
  SeenEntry: ResolverTypeWrapper<SeenEntry>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  SubjectStateInfo: ResolverTypeWrapper<SubjectStateInfo>;
  SubjectStatus: SubjectStatus;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  AccessCaller: AccessCaller;
  AccessConnection: AccessConnection;
  AccessDecision: AccessDecision;
  AccessFilter: AccessFilter;
  AccessRecord: AccessRecord;
  Agreement: Agreement;
  Boolean: Scalars['Boolean']['output'];
  Consent: Consent;
  ConsentDetails: ConsentDetails;
  ConsentHistoryEntry: ConsentHistoryEntry;
  ID: Scalars['ID']['output'];
  Int: Scalars['Int']['output'];
  Mutation: {};
  PolicyField: PolicyField;
  PolicyGrant: PolicyGrant;
  PolicyInfo: PolicyInfo;
  PrivacyMutation: PrivacyMutation;
  PrivacyQuery: PrivacyQuery;
  Query: {};
  SeenConnection: SeenConnection;
  SeenEntry: SeenEntry;
  String: Scalars['String']['output'];
  SubjectStateInfo: SubjectStateInfo;
};

export type ActsDirectiveArgs = {
  by?: Maybe<Scalars['String']['input']>;
  id?: Maybe<ReadonlyArray<Scalars['String']['input']>>;
  on: Scalars['String']['input'];
  reach?: Maybe<Reach>;
};

export type ActsDirectiveResolver<Result, Parent, ContextType = ApiContext, Args = ActsDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type AggregateDirectiveArgs = {
  atLeast: Scalars['Int']['input'];
  count: Scalars['String']['input'];
};

export type AggregateDirectiveResolver<Result, Parent, ContextType = ApiContext, Args = AggregateDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type BasisDirectiveArgs = {
  justification?: Maybe<Scalars['Boolean']['input']>;
  of: LegalBasis;
  restricted?: Maybe<Scalars['Boolean']['input']>;
  rights?: Maybe<Scalars['Boolean']['input']>;
  sale?: Maybe<Scalars['Boolean']['input']>;
};

export type BasisDirectiveResolver<Result, Parent, ContextType = ApiContext, Args = BasisDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type ConsentDirectiveArgs = {
  for: ReadonlyArray<Purpose>;
  form?: Maybe<ConsentForm>;
  from?: ConsentGiver;
  informed?: Maybe<Scalars['Boolean']['input']>;
  minorsOnly?: Maybe<Scalars['Boolean']['input']>;
  named?: Maybe<Scalars['Boolean']['input']>;
  optOut?: Maybe<Scalars['Boolean']['input']>;
};

export type ConsentDirectiveResolver<Result, Parent, ContextType = ApiContext, Args = ConsentDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type DeclareDirectiveArgs = {
  justification?: Maybe<Scalars['String']['input']>;
  purpose: Purpose;
};

export type DeclareDirectiveResolver<Result, Parent, ContextType = ApiContext, Args = DeclareDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type HandlingDirectiveArgs = {
  mask: Mask;
  otherwise: Outcome;
  special?: Maybe<Scalars['Boolean']['input']>;
};

export type HandlingDirectiveResolver<Result, Parent, ContextType = ApiContext, Args = HandlingDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type ProbesDirectiveArgs = {
  field: Scalars['String']['input'];
};

export type ProbesDirectiveResolver<Result, Parent, ContextType = ApiContext, Args = ProbesDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type PurposeDirectiveArgs = {
  allow: ReadonlyArray<Purpose>;
  assigned?: Maybe<Scalars['String']['input']>;
  to: ReadonlyArray<Role>;
  until?: Maybe<Scalars['String']['input']>;
};

export type PurposeDirectiveResolver<Result, Parent, ContextType = ApiContext, Args = PurposeDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type ReachDirectiveArgs = {
  declares: ReadonlyArray<Purpose>;
  external?: Maybe<Scalars['Boolean']['input']>;
  of: Reach;
};

export type ReachDirectiveResolver<Result, Parent, ContextType = ApiContext, Args = ReachDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type RetainDirectiveArgs = {
  after: Scalars['String']['input'];
  duty?: Maybe<Scalars['Boolean']['input']>;
  for: Scalars['String']['input'];
};

export type RetainDirectiveResolver<Result, Parent, ContextType = ApiContext, Args = RetainDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type SensitiveDirectiveArgs = {
  category: DataCategory;
  mask?: Maybe<Mask>;
  otherwise?: Maybe<Outcome>;
  sealed?: Maybe<Scalars['Boolean']['input']>;
};

export type SensitiveDirectiveResolver<Result, Parent, ContextType = ApiContext, Args = SensitiveDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type SubjectDirectiveArgs = {
  birthDate?: Maybe<Scalars['String']['input']>;
  id: ReadonlyArray<Scalars['String']['input']>;
  region?: Maybe<Scalars['String']['input']>;
  space?: Maybe<Scalars['String']['input']>;
  tenant?: Maybe<Scalars['String']['input']>;
};

export type SubjectDirectiveResolver<Result, Parent, ContextType = ApiContext, Args = SubjectDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type WritesDirectiveArgs = {
  field?: Maybe<Scalars['String']['input']>;
  type?: Maybe<Scalars['String']['input']>;
};

export type WritesDirectiveResolver<Result, Parent, ContextType = ApiContext, Args = WritesDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type AccessCallerResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['AccessCaller'] = ResolversParentTypes['AccessCaller']> = {
  id?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  onBehalfOf?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  organisation?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  region?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  role?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  tenants?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  tokenId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AccessConnectionResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['AccessConnection'] = ResolversParentTypes['AccessConnection']> = {
  next?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  records?: Resolver<ReadonlyArray<ResolversTypes['AccessRecord']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AccessDecisionResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['AccessDecision'] = ResolversParentTypes['AccessDecision']> = {
  category?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  consentIds?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
  coordinate?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  path?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  subjects?: Resolver<ReadonlyArray<ResolversTypes['Int']>, ParentType, ContextType>;
  write?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AccessRecordResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['AccessRecord'] = ResolversParentTypes['AccessRecord']> = {
  caller?: Resolver<ResolversTypes['AccessCaller'], ParentType, ContextType>;
  clientApp?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  clientIp?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  decisions?: Resolver<ReadonlyArray<ResolversTypes['AccessDecision']>, ParentType, ContextType>;
  flags?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  hash?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  intents?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
  justification?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  minors?: Resolver<ReadonlyArray<ResolversTypes['Int']>, ParentType, ContextType>;
  operationHash?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  operationName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  operationType?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  part?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  parts?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  policyHash?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  prevHash?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  purpose?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  seq?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  subjects?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  time?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  writer?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  writes?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AgreementResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Agreement'] = ResolversParentTypes['Agreement']> = {
  by?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  expiresAt?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  form?: Resolver<ResolversTypes['ConsentForm'], ParentType, ContextType>;
  givenAt?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  partner?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  purposes?: Resolver<ReadonlyArray<ResolversTypes['Purpose']>, ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['ConsentState'], ParentType, ContextType>;
  tenant?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ConsentResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Consent'] = ResolversParentTypes['Consent']> = {
  categories?: Resolver<Maybe<ReadonlyArray<ResolversTypes['DataCategory']>>, ParentType, ContextType>;
  expiresAt?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  form?: Resolver<ResolversTypes['ConsentForm'], ParentType, ContextType>;
  givenAt?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  notice?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  purpose?: Resolver<ResolversTypes['Purpose'], ParentType, ContextType>;
  recipients?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['ConsentState'], ParentType, ContextType>;
  subject?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  tenant?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ConsentHistoryEntryResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['ConsentHistoryEntry'] = ResolversParentTypes['ConsentHistoryEntry']> = {
  categories?: Resolver<Maybe<ReadonlyArray<ResolversTypes['DataCategory']>>, ParentType, ContextType>;
  evidence?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  expressedBy?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  form?: Resolver<ResolversTypes['ConsentForm'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  notice?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  purposes?: Resolver<ReadonlyArray<ResolversTypes['Purpose']>, ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  recipients?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['ConsentState'], ParentType, ContextType>;
  subject?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  tenant?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  time?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MutationResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  privacy?: Resolver<ResolversTypes['PrivacyMutation'], ParentType, ContextType>;
};

export type PolicyFieldResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['PolicyField'] = ResolversParentTypes['PolicyField']> = {
  category?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  consentFor?: Resolver<ReadonlyArray<ResolversTypes['Purpose']>, ParentType, ContextType>;
  coordinate?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  grants?: Resolver<ReadonlyArray<ResolversTypes['PolicyGrant']>, ParentType, ContextType>;
  mask?: Resolver<ResolversTypes['Mask'], ParentType, ContextType>;
  otherwise?: Resolver<ResolversTypes['Outcome'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PolicyGrantResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['PolicyGrant'] = ResolversParentTypes['PolicyGrant']> = {
  assigned?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  purposes?: Resolver<ReadonlyArray<ResolversTypes['Purpose']>, ParentType, ContextType>;
  roles?: Resolver<ReadonlyArray<ResolversTypes['Role']>, ParentType, ContextType>;
  until?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PolicyInfoResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['PolicyInfo'] = ResolversParentTypes['PolicyInfo']> = {
  fields?: Resolver<ReadonlyArray<ResolversTypes['PolicyField']>, ParentType, ContextType>;
  hash?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  mode?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PrivacyMutationResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['PrivacyMutation'] = ResolversParentTypes['PrivacyMutation']> = {
  deferConsent?: Resolver<ReadonlyArray<ResolversTypes['Consent']>, ParentType, ContextType, RequireFields<PrivacyMutationDeferConsentArgs, 'purposes'>>;
  endAgreement?: Resolver<ResolversTypes['Agreement'], ParentType, ContextType, RequireFields<PrivacyMutationEndAgreementArgs, 'id'>>;
  eraseSubject?: Resolver<ResolversTypes['SubjectStateInfo'], ParentType, ContextType, RequireFields<PrivacyMutationEraseSubjectArgs, 'reason' | 'subject'>>;
  giveConsent?: Resolver<ReadonlyArray<ResolversTypes['Consent']>, ParentType, ContextType, RequireFields<PrivacyMutationGiveConsentArgs, 'purposes'>>;
  invalidateConsent?: Resolver<ReadonlyArray<ResolversTypes['Consent']>, ParentType, ContextType, RequireFields<PrivacyMutationInvalidateConsentArgs, 'purposes' | 'subject'>>;
  liftRestriction?: Resolver<ResolversTypes['SubjectStateInfo'], ParentType, ContextType, RequireFields<PrivacyMutationLiftRestrictionArgs, 'reason' | 'subject'>>;
  makeAgreement?: Resolver<ResolversTypes['Agreement'], ParentType, ContextType, RequireFields<PrivacyMutationMakeAgreementArgs, 'purposes' | 'tenant'>>;
  refuseConsent?: Resolver<ReadonlyArray<ResolversTypes['Consent']>, ParentType, ContextType, RequireFields<PrivacyMutationRefuseConsentArgs, 'purposes'>>;
  renewConsent?: Resolver<ReadonlyArray<ResolversTypes['Consent']>, ParentType, ContextType, RequireFields<PrivacyMutationRenewConsentArgs, 'purposes'>>;
  requestConsent?: Resolver<ReadonlyArray<ResolversTypes['Consent']>, ParentType, ContextType, RequireFields<PrivacyMutationRequestConsentArgs, 'purposes'>>;
  restrictSubject?: Resolver<ResolversTypes['SubjectStateInfo'], ParentType, ContextType, RequireFields<PrivacyMutationRestrictSubjectArgs, 'reason' | 'subject'>>;
  revokeConsent?: Resolver<ReadonlyArray<ResolversTypes['Consent']>, ParentType, ContextType, RequireFields<PrivacyMutationRevokeConsentArgs, 'purposes' | 'subject'>>;
  setLegalHold?: Resolver<ResolversTypes['SubjectStateInfo'], ParentType, ContextType, RequireFields<PrivacyMutationSetLegalHoldArgs, 'hold' | 'reason' | 'subject'>>;
  withdrawConsent?: Resolver<ReadonlyArray<ResolversTypes['Consent']>, ParentType, ContextType, RequireFields<PrivacyMutationWithdrawConsentArgs, 'purposes'>>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PrivacyQueryResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['PrivacyQuery'] = ResolversParentTypes['PrivacyQuery']> = {
  accessLog?: Resolver<Maybe<ResolversTypes['AccessConnection']>, ParentType, ContextType, RequireFields<PrivacyQueryAccessLogArgs, 'first'>>;
  agreements?: Resolver<ReadonlyArray<ResolversTypes['Agreement']>, ParentType, ContextType, RequireFields<PrivacyQueryAgreementsArgs, 'first' | 'skip'>>;
  consentHistory?: Resolver<ReadonlyArray<ResolversTypes['ConsentHistoryEntry']>, ParentType, ContextType, RequireFields<PrivacyQueryConsentHistoryArgs, 'first' | 'skip'>>;
  consents?: Resolver<ReadonlyArray<ResolversTypes['Consent']>, ParentType, ContextType, RequireFields<PrivacyQueryConsentsArgs, 'first' | 'skip'>>;
  policy?: Resolver<ResolversTypes['PolicyInfo'], ParentType, ContextType>;
  subjectState?: Resolver<ResolversTypes['SubjectStateInfo'], ParentType, ContextType, RequireFields<PrivacyQuerySubjectStateArgs, 'subject'>>;
  whoSawMyData?: Resolver<ResolversTypes['SeenConnection'], ParentType, ContextType, RequireFields<PrivacyQueryWhoSawMyDataArgs, 'first' | 'own'>>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type QueryResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  privacy?: Resolver<ResolversTypes['PrivacyQuery'], ParentType, ContextType>;
};

export type SeenConnectionResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['SeenConnection'] = ResolversParentTypes['SeenConnection']> = {
  entries?: Resolver<ReadonlyArray<ResolversTypes['SeenEntry']>, ParentType, ContextType>;
  next?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SeenEntryResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['SeenEntry'] = ResolversParentTypes['SeenEntry']> = {
  category?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  coordinate?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  organisation?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  purpose?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  receipt?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  role?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  subject?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  time?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SubjectStateInfoResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['SubjectStateInfo'] = ResolversParentTypes['SubjectStateInfo']> = {
  legalHold?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  since?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['SubjectStatus'], ParentType, ContextType>;
  subject?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type Resolvers<ContextType = ApiContext> = {
  AccessCaller?: AccessCallerResolvers<ContextType>;
  AccessConnection?: AccessConnectionResolvers<ContextType>;
  AccessDecision?: AccessDecisionResolvers<ContextType>;
  AccessRecord?: AccessRecordResolvers<ContextType>;
  Agreement?: AgreementResolvers<ContextType>;
  Consent?: ConsentResolvers<ContextType>;
  ConsentHistoryEntry?: ConsentHistoryEntryResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  PolicyField?: PolicyFieldResolvers<ContextType>;
  PolicyGrant?: PolicyGrantResolvers<ContextType>;
  PolicyInfo?: PolicyInfoResolvers<ContextType>;
  PrivacyMutation?: PrivacyMutationResolvers<ContextType>;
  PrivacyQuery?: PrivacyQueryResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  SeenConnection?: SeenConnectionResolvers<ContextType>;
  SeenEntry?: SeenEntryResolvers<ContextType>;
  SubjectStateInfo?: SubjectStateInfoResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = ApiContext> = {
  acts?: ActsDirectiveResolver<any, any, ContextType>;
  aggregate?: AggregateDirectiveResolver<any, any, ContextType>;
  basis?: BasisDirectiveResolver<any, any, ContextType>;
  consent?: ConsentDirectiveResolver<any, any, ContextType>;
  declare?: DeclareDirectiveResolver<any, any, ContextType>;
  handling?: HandlingDirectiveResolver<any, any, ContextType>;
  probes?: ProbesDirectiveResolver<any, any, ContextType>;
  purpose?: PurposeDirectiveResolver<any, any, ContextType>;
  reach?: ReachDirectiveResolver<any, any, ContextType>;
  retain?: RetainDirectiveResolver<any, any, ContextType>;
  sensitive?: SensitiveDirectiveResolver<any, any, ContextType>;
  subject?: SubjectDirectiveResolver<any, any, ContextType>;
  writes?: WritesDirectiveResolver<any, any, ContextType>;
};
