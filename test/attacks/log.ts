import { Writable } from "node:stream";
import { type Logger, pino } from "pino";

/** A pino logger at its most talkative that writes into memory. */
export class CaughtLog {
  readonly lines: string[] = [];
  readonly logger: Logger;

  constructor() {
    const lines = this.lines;
    const memory = new Writable({
      write(chunk, _encoding, done) {
        lines.push(String(chunk));
        done();
      },
    });
    this.logger = pino({ level: "trace" }, memory);
  }
}
