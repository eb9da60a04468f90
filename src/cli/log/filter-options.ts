import type { Command } from "commander";
import { filterOf } from "../../api/access-log.ts";
import type { Keyring } from "../../core/keys.ts";
import type { AccessFilter } from "../../log/contract.ts";

/** The filters of the API's `accessLog`, as options. */
export interface FilterOptions {
  readonly from?: string;
  readonly to?: string;
  readonly caller?: string;
  readonly role?: string;
  readonly purpose?: string;
  readonly coordinate?: string;
  readonly outcome?: string;
  readonly reason?: string;
  readonly subject?: string;
  readonly operation?: string;
  readonly kind?: string;
  readonly id?: string;
  readonly token?: string;
}

const NAMES = [
  "from",
  "to",
  "caller",
  "role",
  "purpose",
  "coordinate",
  "outcome",
  "reason",
  "subject",
  "operation",
  "kind",
  "id",
  "token",
] as const;

export function addFilters(command: Command): Command {
  return command
    .option("--from <time>", "ISO 8601, inclusive")
    .option("--to <time>", "ISO 8601, exclusive")
    .option("--caller <id>", "who asked")
    .option("--role <role>", "in which role")
    .option("--purpose <purpose>", "for which purpose")
    .option("--coordinate <coordinate>", "which field, such as Customer.email")
    .option("--outcome <outcome>", "ALLOW, MASK or DENY")
    .option("--reason <reason>", "why, such as CONSENT_MISSING")
    .option("--subject <id>", "whose data")
    .option("--operation <name>", "name or hash of the operation")
    .option("--kind <kind>", "QUERY, MUTATION, REFUSAL, UNUSUAL_ACCESS ...")
    .option("--id <id>", "one record")
    .option("--token <id>", "with which token (its jti)");
}

export function accessFilter(options: FilterOptions, keyring: Keyring): AccessFilter {
  const given = Object.fromEntries(NAMES.map((name) => [name, options[name] ?? null]));
  return filterOf(given as Parameters<typeof filterOf>[0], keyring);
}

/** What is asked for, as people say it: `caller st-1, from 2026-01-01`. A person's id is not said: it would stand in the log. */
export function filterInWords(options: FilterOptions): string {
  return NAMES.flatMap((name) => {
    const value = options[name];
    return value === undefined ? [] : name === "subject" ? "one subject" : `${name} ${value}`;
  }).join(", ");
}

/** Whether everything is asked for, or all of a time. */
export function isWindow(options: FilterOptions): boolean {
  return NAMES.every((name) => name === "from" || name === "to" || options[name] === undefined);
}
