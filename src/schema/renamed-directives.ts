import {
  type ASTNode,
  type DefinitionNode,
  type DirectiveDefinitionNode,
  Kind,
  type ObjectValueNode,
  print,
  visit,
} from "graphql";
import type { FaultCode } from "../policy/fault-codes.ts";
import type { FaultCollector } from "../policy/faults.ts";
import { privacyDefinitions } from "../policy/privacy-sdl.ts";

/**
 * A privacy directive under another name would be valid SDL and protect nothing (GHSA-g8jh-vg5j-4h3f). Found are
 * definitions that repeat the arguments of one of ours, that hold data categories, or whose name differs from ours
 * only by case, underscores or a namespace, and `@link(import: [{ name: "@sensitive", as: "@private" }])`.
 */
export function findRenamedDirectives(definitions: readonly DefinitionNode[], faults: FaultCollector<FaultCode>): void {
  const ours = privacyDefinitions().filter((each) => each.kind === Kind.DIRECTIVE_DEFINITION);
  const names = new Set(ours.map((each) => each.name.value));
  for (const definition of definitions) {
    if (definition.kind === Kind.DIRECTIVE_DEFINITION) {
      const original = names.has(definition.name.value) ? undefined : ours.find((each) => resembles(definition, each));
      if (original !== undefined) note(faults, definition, definition.name.value, original.name.value);
    } else if (definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION) {
      visit(definition, {
        ObjectValue(node) {
          const imported = textField(node, "name")?.replace(/^@/, "");
          const alias = textField(node, "as")?.replace(/^@/, "");
          if (imported === undefined || alias === undefined || imported === alias) return;
          if (names.has(imported)) note(faults, node, alias, imported);
        },
      });
    }
  }
}

function note(faults: FaultCollector<FaultCode>, node: ASTNode, alias: string, original: string): void {
  const message = `"@${alias}" is "@${original}" under another name: it would protect nothing.`;
  const mend = `Remove it and write @${original}; Fieldguard adds the definition.`;
  faults.add("DIRECTIVE_RENAMED", `@${alias}`, node, message, mend);
}

function resembles(definition: DirectiveDefinitionNode, original: DirectiveDefinitionNode): boolean {
  if (plain(definition.name.value) === plain(original.name.value)) return true;
  // one argument of type String says nothing; two or more of the same names and types do, whichever it needs among them
  const signature = signatureOf(definition);
  if (signature.length > 1 && isPartOf(signature, original)) return true;
  return original.name.value === "sensitive" && signature.some((argument) => /\bDataCategory\b/.test(argument));
}

/** Arguments that a directive may be without need not be repeated for it to be the same one. */
function isPartOf(signature: readonly string[], original: DirectiveDefinitionNode): boolean {
  const all = signatureOf(original);
  const needed = all.filter((argument) => argument.endsWith("!"));
  const leastCount = Math.max(needed.length, 2);
  return (
    signature.length >= leastCount &&
    signature.every((argument) => all.includes(argument)) &&
    needed.every((argument) => signature.includes(argument))
  );
}

function plain(name: string): string {
  return name.replace(/^.*__/, "").replaceAll("_", "").toLowerCase();
}

function signatureOf(definition: DirectiveDefinitionNode): string[] {
  return (definition.arguments ?? []).map((argument) => `${argument.name.value}:${print(argument.type)}`).sort();
}

function textField(node: ObjectValueNode, name: string): string | undefined {
  const field = node.fields.find((each) => each.name.value === name);
  return field?.value.kind === Kind.STRING ? field.value.value : undefined;
}
