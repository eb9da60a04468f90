import type { Command } from "commander";
import { columns } from "../evidence/views/text.ts";
import { categoryMatrix } from "../policy/category-matrix.ts";
import { type SchemaOptions, schemaOf } from "./load-schema.ts";
import { print, printJson } from "./output.ts";

export function addMatrix(program: Command): void {
  program
    .command("matrix")
    .description("what a schema holds of which category, what writes it, and which categories count as sensitive")
    .option("--schema <files...>", "SDL files; without any, the sample storefront")
    .option("--platform <name>", "a platform's pack instead (shoplive, marketplace, ...)")
    .option("--json", "print JSON")
    .action(async (options: SchemaOptions & { readonly json?: boolean }) => {
      const matrix = categoryMatrix((await schemaOf(options)).policy);
      if (options.json) printJson(matrix);
      else
        print(
          columns(
            Object.entries(matrix).map(([category, { special, fields, writtenBy = [] }]) => [
              category,
              special ? "sensitive" : "",
              [...fields, ...(writtenBy.length > 0 ? ["written by", ...writtenBy] : [])].join(" "),
            ]),
          ),
        );
    });
}
