import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { FieldguardError } from "../core/errors.ts";
import { type Pack, packSchema, type Row, type Tables } from "./model.ts";

const FOLDER = fileURLToPath(new URL("../../schema/platforms/", import.meta.url));

/** Names of the packs there are, in alphabetical order. */
export function packNames(): string[] {
  return readdirSync(FOLDER, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(`${FOLDER}${entry.name}/clauses.yaml`))
    .map((entry) => entry.name)
    .sort();
}

/** Reads one of the packs. Throws NOT_FOUND for a name that none has, CONFIGURATION_INVALID for one whose files are not as they must be. */
export function loadPack(name: string): Pack {
  if (!packNames().includes(name)) {
    const message = `There is no platform pack "${name}": there are ${packNames().join(", ")}. One of your own is named by its folder, such as ./${name}.`;
    throw new FieldguardError("NOT_FOUND", message);
  }
  return readPack(`${FOLDER}${name}/`, name);
}

/** Reads a pack from the folder that holds its three files. Throws as `loadPack` does. */
export function readPack(folder: string, name: string): Pack {
  const read = (file: string): string => {
    try {
      return readFileSync(join(folder, file), "utf8");
    } catch (cause) {
      throw new FieldguardError("NOT_FOUND", `Cannot read the pack ${name}: there is no ${join(folder, file)}.`, {
        cause,
      });
    }
  };
  const parsed = packSchema.safeParse(yamlOf(name, "clauses.yaml", read("clauses.yaml")));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = (issue?.path ?? []).map(String).join(".");
    throw invalid(name, `clauses.yaml, ${where}: ${issue?.message ?? "it is not readable"}`);
  }
  const pack = parsed.data;
  const shared = pack.uses.map((part) => ({
    name: `shared/${part}`,
    sdl: readFileSync(`${FOLDER}shared/${part}`, "utf8"),
  }));
  const own = { name: `${name}/schema.graphql`, sdl: read("schema.graphql") };
  const data = (yamlOf(name, "data.yaml", read("data.yaml")) ?? {}) as Tables;
  const tables = Object.fromEntries(Object.entries(data).map(([type, rows]) => [type, rows.flatMap(repeated)]));
  const ids = pack.clauses.map((clause) => clause.id);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined) throw invalid(name, `${twice} is there twice`);
  return { ...pack, parts: [...shared, own], tables };
}

function yamlOf(name: string, file: string, text: string): unknown {
  try {
    return parse(text, { merge: true });
  } catch (cause) {
    throw invalid(name, `${file} is no YAML${cause instanceof Error ? `: ${cause.message.split("\n", 1)[0]}` : ""}`);
  }
}

/** A row with `times: n` stands for n rows: `#` in its texts is the number of each. */
function repeated({ times, ...row }: Row): Row[] {
  if (typeof times !== "number") return [row];
  return Array.from(
    { length: times },
    (_, at) => JSON.parse(JSON.stringify(row).replaceAll("#", String(at + 1))) as Row,
  );
}

function invalid(name: string, why: string): FieldguardError {
  return new FieldguardError("CONFIGURATION_INVALID", `Cannot use the platform pack ${name}: ${why}.`);
}
