import { type Case, type ConsentRow, casesOf, changeScene, type Line } from "../case.ts";
import { PURPOSE, SCENE } from "./consent.ts";

const [DAY_1, DAY_2, DAY_3] = ["2026-06-01T00:00:00.000Z", "2026-06-02T00:00:00.000Z", "2026-06-03T00:00:00.000Z"];
/** The caller is STAFF of org-1, the object of t-1, the field an e-mail address. */
const ALL: ConsentRow = { id: "all" };
const MINE: ConsentRow = { id: "mine", recipients: ["org:org-1"] };
const OTHERS: ConsentRow = { id: "others", recipients: ["org:org-2"] };
const NO: ConsentRow = { id: "no", state: "WITHDRAWN" };

const line = (
  name: string,
  consents: readonly ConsentRow[],
  gives: Line["gives"],
  rests?: readonly string[],
): Line => ({
  name,
  store: { consents },
  gives,
  ...(rests && { rests }),
});

const REFUSED: ConsentRow = { id: "no", state: "REFUSED" };
const UNPROVEN: ConsentRow = { id: "unproven", by: "CONTROLLER", form: "IMPLIED", at: DAY_1 };
const PROVEN: ConsentRow = { ...UNPROVEN, id: "proven", form: "EXPRESSED" };

/** Yes and no for narrower and wider scopes. */
const scopes = casesOf("choices by scope", SCENE, [
  line("a yes to another app ends none to this", [MINE, { ...OTHERS, at: DAY_1 }], "ALLOW GRANTED", ["mine"]),
  line("a yes to this app comes beside one to another", [OTHERS, { ...MINE, at: DAY_1 }], "ALLOW GRANTED", ["mine"]),
  line(
    "a no to another app takes none to this",
    [MINE, { ...NO, recipients: ["org:org-2"], at: DAY_1 }],
    "ALLOW GRANTED",
    ["mine"],
  ),
  line("a no to all takes the yes to this app", [MINE, { ...NO, at: DAY_1 }], "MASK CONSENT_WITHDRAWN"),
  line(
    "a no to this app takes the yes to all",
    [ALL, { ...NO, recipients: ["org:org-1"], at: DAY_1 }],
    "MASK CONSENT_WITHDRAWN",
  ),
  line(
    "a no to this role takes the yes to this app",
    [MINE, { ...NO, recipients: ["role:STAFF"], at: DAY_1 }],
    "MASK CONSENT_WITHDRAWN",
  ),
  line(
    "a no for another category takes none for this",
    [ALL, { ...NO, categories: ["HEALTH"], at: DAY_1 }],
    "ALLOW GRANTED",
    ["all"],
  ),
  line(
    "a no for this category takes the yes for all",
    [ALL, { ...NO, categories: ["EMAIL_ADDRESS"], at: DAY_1 }],
    "MASK CONSENT_WITHDRAWN",
  ),
  line(
    "a no to this app for another category takes none for this",
    [MINE, { ...NO, recipients: ["org:org-1"], categories: ["HEALTH"], at: DAY_1 }],
    "ALLOW GRANTED",
    ["mine"],
  ),
  line(
    "what the controller enters without evidence takes no refusal back",
    [REFUSED, UNPROVEN],
    "MASK CONSENT_REFUSED",
  ),
  line(
    "what the controller enters without evidence takes no withdrawal back",
    [NO, UNPROVEN],
    "MASK CONSENT_WITHDRAWN",
  ),
  line(
    "what the controller enters without evidence for this app takes no refusal back",
    [REFUSED, { ...UNPROVEN, recipients: ["org:org-1"] }],
    "MASK CONSENT_REFUSED",
  ),
  line("what the controller enters without evidence stands against none", [UNPROVEN], "ALLOW GRANTED", ["unproven"]),
  line("what the controller enters with evidence takes a refusal back", [REFUSED, PROVEN], "ALLOW GRANTED", ["proven"]),
  line("a yes to this app after a no to all", [NO, { ...MINE, at: DAY_1 }], "ALLOW GRANTED", ["mine"]),
  line("a yes to another app after a no to all", [NO, { ...OTHERS, at: DAY_1 }], "MASK CONSENT_WITHDRAWN"),
  line(
    "a yes to all after a no to this app",
    [
      { ...NO, recipients: ["org:org-1"] },
      { ...ALL, at: DAY_1 },
    ],
    "ALLOW GRANTED",
    ["all"],
  ),
  line("a no to all between two yeses", [MINE, { ...NO, at: DAY_1 }, { ...ALL, at: DAY_2 }], "ALLOW GRANTED", ["all"]),
  line(
    "of the same time a no to all wins over a yes to this app",
    [
      { ...MINE, at: DAY_1 },
      { ...NO, at: DAY_1 },
    ],
    "MASK CONSENT_WITHDRAWN",
  ),
  line(
    "of the same time a no to this app wins over a yes to all",
    [
      { ...NO, recipients: ["org:org-1"], at: DAY_1 },
      { ...ALL, at: DAY_1 },
    ],
    "MASK CONSENT_WITHDRAWN",
  ),
]);

/** A yes that does not hold, by why it does not. */
const HOLLOW: readonly (readonly [why: string, yes: ConsentRow, alone: Line["gives"]])[] = [
  ["has ended", { expires: DAY_3 }, "MASK CONSENT_EXPIRED"],
  ["has not begun", { at: "2026-06-15T12:00:00.001Z" }, "MASK CONSENT_MISSING"],
  ["an agent said whom nobody verified", { by: "AGENT", verified: false }, "MASK CONSENT_MISSING"],
  ["a guardian said of somebody of age", { by: "GUARDIAN", verified: true }, "MASK CONSENT_EXPIRED"],
];
const hollow = casesOf(
  "a yes that does not hold",
  SCENE,
  HOLLOW.flatMap(([why, change, alone]) => {
    const yes: ConsentRow = { id: "hollow", at: DAY_2, tenant: "t-1", ...change };
    return [
      line(`it ${why}: nothing else`, [yes], alone),
      line(`it ${why}: brings no older yes back`, [ALL, yes], alone),
      line(`it ${why}: takes back no earlier no`, [{ ...NO, at: DAY_1 }, yes], "MASK CONSENT_WITHDRAWN"),
      line(`it ${why}: nor one to the same`, [{ ...NO, tenant: "t-1", at: DAY_1 }, yes], "MASK CONSENT_WITHDRAWN"),
      line(
        `it ${why}: nor one that an older yes took back`,
        [{ ...NO, at: "2026-05-01T00:00:00Z" }, { ...ALL, at: DAY_1 }, yes],
        "MASK CONSENT_WITHDRAWN",
      ),
    ];
  }),
);

/** Asking and putting off, whatever the scope, after every choice. */
const beside = casesOf(
  "asking again",
  SCENE,
  (["REQUESTED", "DEFERRED"] as const).flatMap((state) =>
    [null, "t-1"].flatMap((tenant) => {
      const question: ConsentRow = { id: "question", state, tenant, at: DAY_3 };
      const where = tenant === null ? "everywhere" : "at this shop";
      return [
        line(
          `${state} ${where} takes back no withdrawal`,
          [ALL, { ...NO, tenant: "t-1", at: DAY_1 }, question],
          "MASK CONSENT_WITHDRAWN",
        ),
        line(
          `${state} ${where} takes back no refusal`,
          [{ ...NO, state: "REFUSED" }, question],
          "MASK CONSENT_REFUSED",
        ),
        line(`${state} ${where} ends no yes`, [ALL, question], "ALLOW GRANTED", ["all"]),
      ];
    }),
  ),
);

/** By every way in which a recipient can be written. */
const recipients = casesOf("recipients", SCENE, [
  ...(
    [
      ["org:org-1", true],
      ["org:org-2", false],
      ["role:STAFF", true],
      ["role:AGENCY", false],
      ["org:STAFF", false],
      ["role:org-1", false],
      ["org-1", true],
      ["STAFF", true],
      ["ORG:org-1", false],
      ["org:", false],
    ] as const
  ).map(([recipient, meant]) =>
    line(
      `${recipient} ${meant ? "is" : "is not"} the caller`,
      [{ ...MINE, recipients: [recipient] }],
      meant ? "ALLOW GRANTED" : "MASK CONSENT_MISSING",
      meant ? ["mine"] : [],
    ),
  ),
  {
    ...line(
      "a name without a kind is a role if there is one: no organisation of that name",
      [{ recipients: ["SHOP"] }],
      "MASK CONSENT_MISSING",
    ),
    caller: { org: "SHOP" },
  },
  {
    ...line(
      "an organisation that is called like a role, in full",
      [{ id: "full", recipients: ["org:SHOP"] }],
      "ALLOW GRANTED",
      ["full"],
    ),
    caller: { org: "SHOP" },
  },
  {
    ...line(
      "a caller without an organisation is none called null",
      [{ recipients: ["org:null"] }],
      "MASK CONSENT_MISSING",
    ),
    caller: { org: null },
  },
]);

const NAMED = changeScene(SCENE, { field: { consents: [{ for: [PURPOSE], named: true }] } });
const named = casesOf("a consent that names the recipient", NAMED, [
  line("names the organisation", [MINE], "ALLOW GRANTED", ["mine"]),
  line("names the role", [{ ...MINE, recipients: ["role:STAFF"] }], "ALLOW GRANTED", ["mine"]),
  line("names nobody", [ALL], "MASK CONSENT_NOT_NAMED"),
  {
    ...line("names nobody, denied otherwise", [ALL], "DENY CONSENT_NOT_NAMED"),
    field: { ...NAMED.field, category: "HEALTH" },
  },
  line("names somebody else", [OTHERS], "MASK CONSENT_MISSING"),
  line("of two the later names nobody", [MINE, { ...ALL, at: DAY_1 }], "MASK CONSENT_NOT_NAMED"),
  line("was withdrawn", [{ ...MINE, state: "WITHDRAWN" }], "MASK CONSENT_WITHDRAWN"),
]);

const NOTICES = [
  { id: "privacy", version: "1", effectiveFrom: "2026-01-01T00:00:00Z", materialFor: [] },
  { id: "privacy", version: "2", effectiveFrom: "2026-06-02T00:00:00Z", materialFor: [] },
];
const INFORMED = changeScene(SCENE, {
  field: { consents: [{ for: [PURPOSE], informed: true }] },
  deployment: { notices: NOTICES },
});
const informed = casesOf("a consent that rests on a notice", INFORMED, [
  line("known and in force", [{ id: "yes", notice: "privacy/2", at: DAY_2 }], "ALLOW GRANTED", ["yes"]),
  line(
    "in force a millisecond later",
    [{ notice: "privacy/2", at: "2026-06-01T23:59:59.999Z" }],
    "MASK CONSENT_NOT_INFORMED",
  ),
  line(
    "of an earlier version, changed in nothing that concerns it",
    [{ id: "yes", notice: "privacy/1", at: DAY_3 }],
    "ALLOW GRANTED",
    ["yes"],
  ),
  line("of a version that is not known", [{ notice: "privacy/9" }], "MASK CONSENT_NOT_INFORMED"),
  line("that is not known", [{ notice: "cookies/1" }], "MASK CONSENT_NOT_INFORMED"),
  line("not at all", [{}], "MASK CONSENT_NOT_INFORMED"),
  {
    ...line("not at all, denied otherwise", [{}], "DENY CONSENT_NOT_INFORMED"),
    field: { ...INFORMED.field, category: "HEALTH" },
  },
  {
    ...line("where none are listed", [{ notice: "privacy/1" }], "MASK CONSENT_NOT_INFORMED"),
    deployment: { notices: [] },
  },
  {
    ...line("too weak a form is named first", [{ form: "IMPLIED" }], "MASK CONSENT_FORM_TOO_WEAK"),
    field: { ...INFORMED.field, consents: [{ for: [PURPOSE], form: "EXPLICIT", named: true, informed: true }] },
  },
]);

export const CHOICE_CASES: readonly Case[] = [...scopes, ...hollow, ...beside, ...recipients, ...named, ...informed];
