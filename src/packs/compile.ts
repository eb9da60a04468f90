import { makeExecutableSchema } from "@graphql-tools/schema";
import { ownTypeDefs } from "../api/type-defs.ts";
import { type Compiled, compilePolicy } from "../policy/compile.ts";
import { composeTypeDefs } from "../schema/compose.ts";
import type { Pack } from "./model.ts";

/** A pack's policy as a gateway would compile it, with further SDL. Throws POLICY_INVALID where the SDL itself is broken. */
export function compilePack({ parts }: Pick<Pack, "parts">, ...further: readonly string[]): Compiled {
  const integrator = composeTypeDefs([...parts.map(({ sdl }) => sdl), ...further]);
  return compilePolicy(makeExecutableSchema({ typeDefs: composeTypeDefs([integrator, ownTypeDefs(integrator)]) }));
}
