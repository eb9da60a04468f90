import { type Explained, FINDINGS_MAX, type Finding, type Verification, type VerifiedWriter } from "../verification.ts";
import { explanationOf, isAboutLoss, type Restored } from "./restoring.ts";

/** A day has some 1,500 checkpoints; each that is gone with the records of a loss is a finding, until that is explained. */
const LOSSES_MAX = 1_000_000;

/** Gathers what is found, up to a bound. */
export class Findings {
  readonly #kept: Finding[] = [];
  readonly #losses: Finding[] = [];
  #leftOff = 0;

  readonly report = (finding: Finding): void => {
    const [list, most] = isAboutLoss(finding) ? [this.#losses, LOSSES_MAX] : [this.#kept, FINDINGS_MAX];
    if (list.length < most) list.push(finding);
    else this.#leftOff += 1;
  };

  conclude(writers: readonly VerifiedWriter[], anchored: number, restored: readonly Restored[]): Verification {
    const explained = new Map<string, Explained>();
    const findings = [...this.#kept];
    for (const loss of this.#losses) {
      const record = explanationOf(loss, restored);
      if (record === null) findings.push(loss);
      else explained.set(`${record} ${loss.code} ${loss.writer}`, { ...loss, record });
    }
    const holds = findings.length + this.#leftOff === 0;
    const findingsLeftOff = this.#leftOff + Math.max(0, findings.length - FINDINGS_MAX);
    const shown = [...explained.values()].slice(0, FINDINGS_MAX);
    return { holds, writers, findings: findings.slice(0, FINDINGS_MAX), findingsLeftOff, explained: shown, anchored };
  }
}
