import { GraphQLError } from "graphql";
import type { Reason } from "../decision/model.ts";
import type { Tally } from "./enforce/model.ts";
import { checkReceipt, type Receipt } from "./record.ts";

/** What is sent to the client, and whether any cache may keep it. */
export interface Answer {
  readonly data: Record<string, unknown> | null;
  readonly errors?: readonly GraphQLError[];
  readonly extensions?: Record<string, unknown>;
  /** The response is for this caller alone: sent with `Cache-Control: no-store`. */
  readonly noStore: boolean;
}

export interface Response {
  readonly data: Record<string, unknown> | null;
  readonly errors: readonly GraphQLError[];
  readonly tallies: readonly Tally[];
  readonly purpose: string | null;
  readonly mode: "enforce" | "report";
  /** Whether anything annotated was asked for, or asked by. */
  readonly touched: boolean;
  readonly noStore: boolean;
}

/** The only way out: takes the receipt that only `record` makes. */
export function respond(
  receipt: Receipt,
  { data, errors, tallies, purpose, mode, touched, noStore }: Response,
): Answer {
  checkReceipt(receipt);
  const denials = mode === "enforce" ? denialErrors(tallies) : [];
  const all = [...errors, ...denials];
  return {
    data,
    ...(all.length > 0 ? { errors: all } : {}),
    ...(touched ? { extensions: { privacy: privacyExtension(receipt, tallies, purpose) } } : {}),
    noStore,
  };
}

function privacyExtension(receipt: Receipt, tallies: readonly Tally[], purpose: string | null) {
  return {
    purpose,
    receipt: receipt.id,
    decisions: tallies
      .filter((tally) => tally.outcome !== "ALLOW")
      .map((tally) => ({
        coordinate: tally.coordinate,
        path: tally.path.keys().join("."),
        outcome: tally.outcome,
        reason: toldOf(tally),
        count: tally.count,
      })),
  };
}

/** One per coordinate and path pattern, however many rows and reasons: the decisions in the extension list each reason. */
function denialErrors(tallies: readonly Tally[]): GraphQLError[] {
  const first = new Map<string, Tally>();
  for (const tally of tallies) {
    const key = `${tally.coordinate} ${tally.path.keys().join(".")}`;
    if (tally.outcome === "DENY" && !first.has(key)) first.set(key, tally);
  }
  return Array.from(first.values(), denialError);
}

function denialError(tally: Tally): GraphQLError {
  const { coordinate, path } = tally;
  const reason = toldOf(tally);
  const what = reason === "GROUP_TOO_SMALL" ? "A group of" : "Access to";
  const code = reason === "MASKED_VALUE" ? "MASKED_VALUE" : "FIELD_DENIED";
  return new GraphQLError(`${what} ${coordinate} is denied: ${reason}.`, {
    path: path.keys(),
    extensions: { code, coordinate, reason },
  });
}

/** Whom or what an act did not find is not told by why it was refused. */
function toldOf({ reason, act }: Tally): Reason {
  return act === undefined ? reason : act.told;
}
