import { type Explanation, explain } from "../decision/explain.ts";
import type { RequestFacts } from "../decision/model.ts";
import type { Act, Policy, WritePolicy } from "../policy/model.ts";
import { type Standpoint, trusting } from "../request/act/trust.ts";
import { describeTests } from "./describe-tests.ts";

/** A field that acts, explained: whom it acts on and how that is known, and each way in which it is decided. */
export interface ExplainedWrite {
  readonly coordinate: string;
  readonly role: string;
  readonly purpose: string | null;
  readonly acts: readonly string[];
  /** Coordinates that its arguments write. */
  readonly writes: readonly string[];
  readonly ways: readonly { readonly known: string; readonly explanation: Explanation | null }[];
}

/** Explains what can be said of a field that acts before anything is looked up. */
export async function explainWrite(write: WritePolicy, policy: Policy, request: RequestFacts): Promise<ExplainedWrite> {
  const ways = new Map<string, Standpoint | null>();
  for (const act of write.acts) for (const [known, standpoint] of waysOf(act, write)) ways.set(known, standpoint);
  if (write.acts.length === 0) ways.set("by role and purpose alone", "ROLE");
  return {
    coordinate: write.coordinate,
    role: request.caller.role,
    purpose: request.purpose,
    acts: write.acts.map(describeAct),
    writes: writtenBy(write.coordinate, policy),
    ways: await Promise.all(
      Array.from(ways, async ([known, standpoint]) => ({
        known,
        explanation:
          standpoint === null
            ? null
            : await explain(write.policy, trusting(policy.vocabulary, standpoint), request, null),
      })),
    ),
  };
}

/** Ways in which an act is decided; null for one that is open. */
function waysOf({ source, reach }: Act, { ownGrants }: WritePolicy): readonly (readonly [string, Standpoint | null])[] {
  const trusted =
    reach === null
      ? []
      : [
          [
            source === "TRUST" ? `trusted, reach ${reach}` : `of objects that name nobody: trusted, reach ${reach}`,
            reach === "NONE" ? (ownGrants ? "ROLE" : null) : reach,
          ] as const,
        ];
  return source === "TRUST" ? trusted : [["by whose the object is", "OBJECT"] as const, ...trusted];
}

function describeAct({ on, keys, source, by, reach }: Act): string {
  const where = keys.map(({ path, argument }) => `${path.join(".")}${argument === null ? "" : ` as ${argument}`}`);
  const told = where.length === 0 ? "" : ` by ${where.join(", ")}`;
  switch (source) {
    case "QUERY":
      return `${on}${told}, looked up with the query ${by}`;
    case "SUBJECT_OF":
      return `${on}${told}, told by the option subjectOf`;
    case "TRUST":
      return `${on}${told}, trusted: reach ${reach}`;
  }
}

function writtenBy(coordinate: string, { written }: Policy): readonly string[] {
  const own = Object.entries(written).filter(([at]) => at.startsWith(`${coordinate}(`));
  return [...new Set(own.flatMap(([, coordinates]) => coordinates))];
}

export function describeWrite({ coordinate, role, purpose, acts, writes, ways }: ExplainedWrite): string {
  const head = `${coordinate} for ${role}${purpose === null ? " without a purpose" : `, ${purpose}`}`;
  const about = acts.length === 0 ? "decided before it runs" : `acts on ${acts.join("; on ")}`;
  const blocks = ways.map(({ known, explanation }) => {
    if (explanation === null) return `${known}: open to everybody`;
    const { decision, tests } = explanation;
    const verdict = decision === null ? "Depends on whom it acts on." : `${decision.outcome}: ${decision.reason}`;
    return `${known}\n${describeTests(tests)}\n\n${verdict}`;
  });
  return [`${head}\n${about}${writes.length === 0 ? "" : `\nwrites ${writes.join(", ")}`}`, ...blocks].join("\n\n");
}
