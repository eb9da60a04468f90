import { FieldguardError } from "../core/errors.ts";
import { OWN_TYPE } from "../core/own-api.ts";
import { chain, rule } from "../decision/shield.ts";
import type { RuleTree } from "../schema/apply-rules.ts";
import type { ApiContext } from "./context.ts";

const identified = rule({ cache: "no_cache" })((_parent, _args, { fieldguard }: ApiContext) =>
  fieldguard.caller.id !== null
    ? true
    : new FieldguardError("FORBIDDEN", "A guest has no data and no consents here. Send a token."),
);

function declares(...purposes: string[]) {
  return rule({ cache: "no_cache" })((_parent, _args, { fieldguard }: ApiContext) =>
    fieldguard.purpose !== null && purposes.includes(fieldguard.purpose)
      ? true
      : new FieldguardError(
          "FORBIDDEN",
          `Declare ${purposes.join(" or ")} to do this: in the header \`x-purpose\` or by \`@declare\`.`,
        ),
  );
}

/** Staff act for a tenant in whatever they are about: whether they may is for the consent service to say. */
const declaresSomething = rule({ cache: "no_cache" })((_parent, _args, { fieldguard }: ApiContext) =>
  fieldguard.purpose !== null
    ? true
    : new FieldguardError("FORBIDDEN", "Declare a purpose to do this: in the header `x-purpose` or by `@declare`."),
);

/** The policy names every annotated field: where the schema cannot be asked for, it is for roles that reach everybody's data. */
const whereSchemaIsTold = rule({ cache: "no_cache" })((_parent, _args, { fieldguard }: ApiContext) => {
  const { introspection, policy, caller } = fieldguard;
  return introspection || policy.vocabulary.roles[caller.role]?.reach === "ALL"
    ? true
    : new FieldguardError(
        "FORBIDDEN",
        "The schema is not told here (option `introspection`), nor is the policy of its fields.",
      );
});

const forOneself = chain(identified, declares("SELF_SERVICE"));
const forOneselfOrByRight = chain(identified, declares("SELF_SERVICE", "RIGHTS_FULFILMENT", "LEGAL_COMPLIANCE"));
const byRight = chain(identified, declares("RIGHTS_FULFILMENT", "LEGAL_COMPLIANCE"));
const forATenant = chain(identified, declaresSomething);

/** graphql-shield rules of the gateway's own API, on top of its annotations: who may call at all. */
export const ownRules: RuleTree = {
  [OWN_TYPE.query]: {
    consents: forOneselfOrByRight,
    consentHistory: forOneselfOrByRight,
    agreements: forATenant,
    subjectState: byRight,
    whoSawMyData: forOneself,
    policy: whereSchemaIsTold,
  },
  [OWN_TYPE.mutation]: {
    requestConsent: forATenant,
    deferConsent: forOneselfOrByRight,
    giveConsent: forOneselfOrByRight,
    renewConsent: forOneselfOrByRight,
    withdrawConsent: forOneselfOrByRight,
    refuseConsent: forOneselfOrByRight,
    revokeConsent: byRight,
    invalidateConsent: byRight,
    makeAgreement: forATenant,
    endAgreement: forATenant,
    restrictSubject: byRight,
    liftRestriction: byRight,
    setLegalHold: byRight,
    eraseSubject: byRight,
  },
};
