import { type DirectiveNode, Kind } from "graphql";
import type { HintContext } from "./context.ts";

/** A mask asked for by a field that is denied anyway. */
export function hintMasks({ types, origins, hints }: HintContext): void {
  for (const type of Object.values(types)) {
    for (const field of Object.values(type.fields)) {
      const origin = origins.of.get(field);
      if (origin === undefined || field.otherwise !== "DENY") continue;
      const asked = origin.node.kind === Kind.DIRECTIVE && namesMask(origin.node);
      if (!asked) continue;
      const message = `The mask ${field.mask} is never used: who may not see ${field.coordinate} gets nothing (DENY).`;
      const mend = "Add `otherwise: MASK`, or remove the mask.";
      hints.add("MASK_WITHOUT_EFFECT", field.coordinate, origin.node, message, mend);
    }
  }
}

function namesMask(node: DirectiveNode): boolean {
  return node.arguments?.some((argument) => argument.name.value === "mask") === true;
}
