import type { HintContext } from "./context.ts";

const OWN_PURPOSE = "SELF_SERVICE";
const OWN_ROLE = "CUSTOMER";

/** Consents that are asked for, and that the vocabulary lets nobody give, or read, by way of the gateway's own API. */
export function hintOwnApi({ schema, vocabulary, types, hints }: HintContext): void {
  const asked = Object.values(types).some((type) =>
    Object.values(type.fields).some((field) => field.consents.some((demand) => demand.from === "SUBJECT")),
  );
  if (!asked || declares(vocabulary.roles[OWN_ROLE])) return;
  const givers = Object.entries(vocabulary.roles).flatMap(([name, role]) => (declares(role) ? [name] : []));
  const what =
    givers.length === 0
      ? `No role may declare ${OWN_PURPOSE}, so nobody gives or withdraws consents by the gateway's own API.`
      : `Consents given by ${givers.join(", ")} are shown to nobody: the gateway's own API shows them to ${OWN_ROLE} for ${OWN_PURPOSE}.`;
  hints.add(
    "CONSENT_API_UNREACHABLE",
    "Role",
    schema.getType("Role")?.astNode,
    what,
    `Have a role \`${OWN_ROLE} @reach(of: SELF, declares: [${OWN_PURPOSE}])\`, or keep consents from elsewhere by \`fieldguard consent import\`.`,
  );
}

function declares(role: HintContext["vocabulary"]["roles"][string] | undefined): boolean {
  return role?.declares.includes(OWN_PURPOSE) ?? false;
}
