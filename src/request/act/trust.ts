import { compileDecider } from "../../decision/compile.ts";
import type { Decider } from "../../decision/model.ts";
import type { Reach, Vocabulary, WritePolicy } from "../../policy/model.ts";

/** `OBJECT`: the looked-up object's facts decide; a reach: taken on trust; `ROLE`: by role and purpose alone. */
export type Standpoint = "OBJECT" | "ROLE" | Exclude<Reach, "NONE">;

/** The deciders of acts, one for each standpoint that is used. */
export interface ActDeciders {
  of(write: WritePolicy, standpoint: Standpoint): Decider;
}

/**
 * Compiles acts like any annotated coordinate, to the same rules. What is taken on trust differs by how far roles are taken to
 * reach: where the upstream confines an act to the caller, every role that reaches anybody reaches itself.
 */
export function createActDeciders(vocabulary: Vocabulary): ActDeciders {
  const known = new Map<string, Decider>();
  return {
    of(write, standpoint) {
      const key = `${write.coordinate} ${standpoint}`;
      let decider = known.get(key);
      if (decider === undefined) {
        decider = compileDecider(write.policy, trusting(vocabulary, standpoint));
        known.set(key, decider);
      }
      return decider;
    },
  };
}

/** The vocabulary as a standpoint has it: how far roles are taken to reach. */
export function trusting(vocabulary: Vocabulary, standpoint: Standpoint): Vocabulary {
  if (standpoint === "OBJECT") return vocabulary;
  const roles = Object.entries(vocabulary.roles).map(
    ([name, role]) => [name, { ...role, reach: trustedReach(role.reach, standpoint) }] as const,
  );
  return { ...vocabulary, roles: Object.assign(Object.create(null), Object.fromEntries(roles)) };
}

function trustedReach(reach: Reach, standpoint: Exclude<Standpoint, "OBJECT">): Reach {
  switch (standpoint) {
    case "ROLE":
      return "ALL";
    case "SELF":
      return reach === "NONE" ? "NONE" : "SELF";
    case "TENANT":
      return reach === "TENANT" || reach === "ALL" ? "ALL" : "NONE";
    case "ASSIGNED":
    case "ALL":
      return reach === standpoint ? reach : "NONE";
  }
}
