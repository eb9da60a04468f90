import { existsSync, readdirSync, readFileSync } from "node:fs";
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

/** Reads a pack. Throws NOT_FOUND for a name that none has, CONFIGURATION_INVALID for one whose files are not as they must be. */
export function loadPack(name: string): Pack {
  if (!packNames().includes(name)) {
    throw new FieldguardError("NOT_FOUND", `There is no platform pack "${name}": there are ${packNames().join(", ")}.`);
  }
  const folder = `${FOLDER}${name}/`;
  const parsed = packSchema.safeParse(parse(readFileSync(`${folder}clauses.yaml`, "utf8"), { merge: true }));
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
  const own = { name: `${name}/schema.graphql`, sdl: readFileSync(`${folder}schema.graphql`, "utf8") };
  const data = (parse(readFileSync(`${folder}data.yaml`, "utf8"), { merge: true }) ?? {}) as Tables;
  const tables = Object.fromEntries(Object.entries(data).map(([type, rows]) => [type, rows.flatMap(repeated)]));
  const ids = pack.clauses.map((clause) => clause.id);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined) throw invalid(name, `${twice} is there twice`);
  return { ...pack, parts: [...shared, own], tables };
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
