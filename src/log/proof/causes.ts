import type { Finding, FindingCode } from "../verification.ts";

/** A finding that what follows from it is counted in. */
interface Cause extends Finding {
  from: number;
  to: number;
  message: string;
  consequences?: number;
}

const CAUSES_MAX = 1_000;

/**
 * What is wrong with one writer's log, told once: a changed record makes every later checkpoint disagree, and the tree and
 * the head as well. Those are counted with what they come from, and told by themselves where nothing accounts for them.
 */
export class Causes {
  readonly #writer: string;
  readonly #report: (finding: Finding) => void;
  readonly #known: Cause[] = [];

  constructor(writer: string, report: (finding: Finding) => void) {
    this.#writer = writer;
    this.#report = report;
  }

  /** Records `from` to `to` - 1 are wrong by themselves. One that goes on where the last of its kind ended is one with it. */
  find(code: FindingCode, from: number, to: number, why: (from: number, to: number) => string): void {
    const last = this.#known.at(-1);
    const message = why(from, to);
    if (last?.code === code && last.to === from && last.message === why(last.from, last.to)) {
      last.to = to;
      last.message = why(last.from, to);
      return;
    }
    const cause: Cause = { code, writer: this.#writer, from, to, message };
    if (this.#known.length < CAUSES_MAX) this.#known.push(cause);
    this.#report(cause);
  }

  /** Records `from` to `to` - 1 give something else than what is kept of them. */
  follow(code: FindingCode, from: number, to: number, message: string): void {
    const cause = this.#known.findLast((each) => each.from < to && from < each.to);
    if (cause === undefined) this.find(code, from, to, () => message);
    else cause.consequences = (cause.consequences ?? 0) + 1;
  }
}
