import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { makeExecutableSchema } from "@graphql-tools/schema";
import { Source } from "graphql";
import { ownTypeDefs } from "../api/type-defs.ts";
import { FieldguardError } from "../core/errors.ts";
import { deploymentOf } from "../options.ts";
import { type Compiled, compilePolicy } from "../policy/compile.ts";
import { policyError } from "../policy/report.ts";
import { composeTypeDefs } from "../schema/compose.ts";

/** The sample's schema: what a command looks at where no file is named. */
const SAMPLE = fileURLToPath(new URL("../../schema/storefront.graphql", import.meta.url));

/** Compiles SDL files as a gateway would, own API included. Throws POLICY_INVALID on SDL faults, BAD_INPUT on unreadable files. */
export function loadSchema(files: readonly string[]): Compiled {
  const integrator = composeTypeDefs((files.length > 0 ? files : [SAMPLE]).map(readSource));
  const schema = makeExecutableSchema({ typeDefs: composeTypeDefs([integrator, ownTypeDefs(integrator)]) });
  return compilePolicy(schema);
}

/** Which schema a command looks at: files, a platform's pack, or neither, which is the sample. */
export interface SchemaOptions {
  readonly schema?: readonly string[];
  readonly platform?: string;
}

/** The policy that the options name, and the deployment that goes with it. Throws POLICY_INVALID on any fault. */
export async function schemaOf({ schema = [], platform }: SchemaOptions) {
  const pack = platform === undefined ? null : (await import("../packs/load.ts")).loadPack(platform);
  const { policy, faults } =
    pack === null ? loadSchema(schema) : (await import("../packs/compile.ts")).compilePack(pack);
  if (faults.length > 0) throw policyError(faults);
  return { policy, deployment: deploymentOf(pack?.deployment ?? {}) };
}

function readSource(file: string): Source {
  try {
    return new Source(readFileSync(file, "utf8"), file === SAMPLE ? "storefront.graphql" : file);
  } catch (cause) {
    throw new FieldguardError("BAD_INPUT", `Cannot read the schema file ${file}: check its name and permissions.`, {
      cause,
    });
  }
}
